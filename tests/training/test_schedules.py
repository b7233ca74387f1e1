import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.training import Constant, Cosine, InverseTime, Stairs


def test_a_constant_schedule_is_constant():
    assert Constant(0.3)(0) == Constant(0.3)(10**6) == 0.3


def test_stairs_drop_by_the_factor_at_every_multiple():
    eta = Stairs(1.0, every=3, factor=0.5)
    assert [eta(k) for k in range(7)] == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]


def test_cosine_falls_from_eta_to_zero_and_stays_there():
    eta = Cosine(2.0, 10)
    assert eta(0) == 2
    assert eta(5) == pytest.approx(1)
    assert eta(10) == eta(11) == 0
    assert (np.diff([eta(k) for k in range(11)]) < 0).all()


def test_warm_up_rises_linearly_to_eta_and_meets_the_cosine():
    eta = Cosine(2.0, 14, warm_up=4)
    assert [eta(k) for k in range(4)] == [0.5, 1.0, 1.5, 2.0]
    assert [eta(k) for k in range(4, 15)] == [Cosine(2.0, 10)(k) for k in range(11)]


def test_inverse_time_halves_after_half():
    eta = InverseTime(0.8, half=50)
    assert eta(0) == 0.8
    assert eta(50) == 0.4
    assert eta(150) == 0.2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Stairs(1.0, 0), "every = 0 must be at least 1"),
        (lambda: Cosine(1.0, 10, 10), "warm_up = 10 must be at least 0 and less than steps = 10"),
        (lambda: Cosine(1.0, 10, -1), "warm_up = -1"),
        (lambda: InverseTime(1.0, 0), "half = 0 must be positive"),
    ],
)
def test_schedules_out_of_range_are_refused(make, message):
    with pytest.raises(OptionError, match=message):
        make()
