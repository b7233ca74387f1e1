import numpy as np
import pytest

from mornet.errors import DataError, ShapeError
from mornet.perturbation import local_slopes, measure_slope

T = 10.0 ** np.arange(-5, 0.1, 0.5)


@pytest.mark.parametrize("k", [1, 2, 3, 6])
def test_power_law_has_its_exponent(k):
    np.testing.assert_allclose(local_slopes(T, 3 * T**k), k, rtol=1e-12)
    slope, used = measure_slope(T, 0.01 * T**k, floor=1e-40, scale=1.0)
    assert slope == pytest.approx(k, rel=1e-12)
    assert used.all()


def test_floor_and_saturation_are_not_used():
    error = np.minimum(T**3, 0.3) + 1e-11
    slope, used = measure_slope(T, error, floor=1e-11, scale=1.0)
    np.testing.assert_array_equal(used == 1, (error > 1e-9) & (error < 0.1))
    assert slope == pytest.approx(3, abs=1e-3)
    assert np.abs(np.median(local_slopes(T, error)) - 3) > 1e-3


def test_zero_errors_are_not_used():
    slope, used = measure_slope(T, np.where(T < 1e-3, 0.0, 0.01 * T**2), floor=0.0, scale=1.0)
    assert slope == pytest.approx(2)
    assert used.sum() == np.sum(T >= 1e-3)


def test_one_outlier_does_not_move_the_median():
    error = 0.01 * T**2
    error[-1] *= 3
    assert measure_slope(T, error, floor=1e-40, scale=1.0).slope == pytest.approx(2, rel=1e-12)


def test_two_points_are_no_slope():
    with pytest.raises(DataError, match=r"only 2 of 11 errors.*a slope needs 3"):
        measure_slope(T, 0.01 * T**2, floor=5e-6, scale=1.0)


def test_lengths_must_agree():
    with pytest.raises(ShapeError, match=r"\(11,\).*\(10,\)"):
        measure_slope(T, T[1:], floor=0.0, scale=1.0)
