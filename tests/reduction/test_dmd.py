import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.fom.burgers import burgers_data_set
from mornet.reduction import fit_dmd, fit_pod, relative_error
from mornet.snapshots.digits import digits_data_set
from tests.contracts import check_reduction

ROTATION = 0.99 * np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])


def linear_series(n=12, steps=40, starts=2):
    """Time series of a linear map with eigenvalues 0.99 e^{+-0.3i} and 0.7, from random starts."""
    rng = np.random.default_rng(0)
    L = np.zeros((3, 3))
    L[:2, :2], L[2, 2] = ROTATION, 0.7
    Q = np.linalg.qr(rng.standard_normal((n, 3)))[0]
    z = rng.standard_normal((3, starts))
    series = np.stack([np.linalg.matrix_power(L, k) @ z for k in range(steps)], axis=2)
    U = Q @ series.reshape(3, -1)
    return U, np.setdiff1d(np.arange(U.shape[1]), np.arange(1, starts + 1) * steps - 1)


def test_a_linear_map_is_found_with_its_eigenvalues_and_its_future():
    U, first = linear_series()
    dmd = fit_dmd(U[:, :60], 3, first[first < 59])
    expected = [0.7, 0.99 * np.exp(-0.3j), 0.99 * np.exp(0.3j)]
    found = sorted(dmd.eigenvalues, key=lambda v: (v.real, v.imag))
    np.testing.assert_allclose(found, sorted(expected, key=lambda v: (v.real, v.imag)), atol=1e-10)
    np.testing.assert_allclose(dmd.forecast(U[:, 59], 20), U[:, 60:80], atol=1e-9)


def test_a_forecast_that_overflows_says_when():
    dmd = fit_dmd(np.ones((3, 1)) * 1e10 ** np.arange(5.0), 1, np.arange(4))
    assert dmd.forecast(np.ones(3), 30).max() == pytest.approx(1e300)
    with pytest.raises(DivergenceError, match="overflows in step 31 of 40, because a mode grows"):
        dmd.forecast(np.ones(3), 40)


@pytest.mark.parametrize("size", [1e-312, 1e160, 1e300])
def test_the_map_does_not_depend_on_the_size_of_snapshots(size):
    U, first = linear_series()
    for M in (None, np.linspace(1, 2, 12)):
        found = fit_dmd(size * U, 3, first, inner_product=M)
        expected = fit_dmd(U, 3, first, inner_product=M)
        np.testing.assert_allclose(found.A, expected.A, atol=1e-9)


def test_as_a_projection_it_is_never_better_than_pod():
    data = burgers_data_set(n=100, steps=60)
    U, first = data.train.U, data.train.followed
    for r in (1, 3, 6):
        dmd = fit_dmd(U, r, first)
        assert relative_error(dmd, U) >= relative_error(fit_pod(U, rank=r), U) * (1 - 1e-12)
        assert relative_error(dmd, U) <= 3 * relative_error(fit_pod(U, rank=r), U)


def test_it_is_a_reduction():
    U, first = linear_series()
    check_reduction(fit_dmd(U, 2, first), U)


def test_no_pair_bridges_two_trajectories_or_a_gap_in_time():
    train = burgers_data_set(n=20, steps=5).train
    np.testing.assert_array_equal(train.followed, [0, 1, 2, 3, 5, 6, 7, 8])
    gap = train.take(np.array([0, 1, 3, 4, 5, 6, 7, 8, 9]))
    np.testing.assert_array_equal(gap.followed, [0, 2, 4, 5, 6, 7])
    assert len(digits_data_set().train.followed) == 0


def test_impossible_requests_are_refused():
    U, first = linear_series()
    assert fit_dmd(U, 9, first).r == 3  # the numerical rank
    with pytest.raises(OptionError, match="rank 13 must be between 1 and"):
        fit_dmd(U, 13, first)
    with pytest.raises(OptionError, match="DMD needs time series"):
        fit_dmd(U, 2, np.array([], dtype=int))
    with pytest.raises(OptionError, match="all snapshots are zero"):
        fit_dmd(0 * U, 2, first)
