import numpy as np
import pytest

from mornet.errors import ShapeError
from mornet.nn import Network
from mornet.training import Objective, Shared

INDEX = np.array([0, 1, -1, 2, 1, 0, 3, -1, 4, 4])


def shared():
    rng = np.random.default_rng(0)
    network = Network((2, 2, 2), "sigmoid", (True, False))
    return Shared(
        Objective(network, rng.random((2, 5)), rng.random((2, 5))), INDEX
    ), rng.standard_normal(5)


def test_shared_parameters_are_equal_and_masked_ones_zero():
    J, q = shared()
    p = J.lift(q)
    assert p.tolist() == [q[0], q[1], 0, q[2], q[1], q[0], q[3], 0, q[4], q[4]]
    np.testing.assert_array_equal(J.restrict(p), q)


@pytest.mark.parametrize("batch", [None, np.array([0, 3])])
def test_the_gradient_is_that_of_differences(batch):
    J, q = shared()
    steps = 1e-6 * np.eye(5)
    differences = [(J.value(q + e, batch) - J.value(q - e, batch)) / 2e-6 for e in steps]
    np.testing.assert_allclose(J.gradient(q, batch), differences, atol=1e-9)


def test_another_number_of_parameters_is_refused():
    J, q = shared()
    with pytest.raises(ShapeError, match="5 parameters are different"):
        J.value(q[:4])
