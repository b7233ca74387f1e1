"""Manifolds whose further modes are the mean of a Gaussian process."""

import numpy as np
import pytest
from scipy.sparse import diags_array

from mornet.errors import DataError, OptionError, ShapeError
from mornet.reduction import (
    GaussianProcessManifold,
    GaussianProcessSettings,
    fit_gaussian_process,
    fit_pod,
    relative_error,
)
from mornet.reduction.at_rows import at_rows
from mornet.reduction.gaussian_process.kernel import distances, matern
from mornet.storage import load, save
from tests.contracts import check_reduction


def pulses(m):
    """Return m pulses (30, m) that move to the right: one number describes each."""
    x, at = np.linspace(0, 1, 30)[:, None], np.linspace(0.3, 0.7, m)
    return np.exp(-((x - at) ** 2) / 0.02)


@pytest.fixture(scope="module")
def pod():
    return fit_pod(pulses(40), rank=8, centre="mean")


@pytest.fixture(scope="module")
def fitted(pod):
    return fit_gaussian_process(pod, pod.encode(pulses(40)), 2)


def test_it_is_a_reduction_in_any_inner_product(pod, fitted):
    check_reduction(fitted, pulses(33))
    M = diags_array(np.linspace(1, 2, 30))
    weighted = fit_pod(pulses(40), rank=6, inner_product=M)
    check_reduction(fit_gaussian_process(weighted, weighted.encode(pulses(40)), 2), pulses(33))
    shape = fitted.W.shape, fitted.points.shape, fitted.coefficients.shape
    assert shape == ((30, 6), (2, 40), (6, 40))


def test_it_interpolates_the_training_coordinates_and_gains_on_pod_between_them(pod, fitted):
    C = pod.encode(pulses(40))
    found = pod.encode(fitted.decode(C[:2]))
    np.testing.assert_allclose(found, C, atol=1e-6 * np.abs(C).max())
    between = pulses(79)
    assert relative_error(fitted, between) < 0.1 * relative_error(pod.truncate(2), between)


SETTINGS = GaussianProcessSettings(variance=1e-2)  # the most likely length is 1.3


def covariance(process, length):
    kernel = matern(distances(process.points, process.points), length)
    return SETTINGS.variance * kernel + SETTINGS.noise * np.eye(40)


def test_the_length_is_the_most_likely_one(pod):
    C = pod.encode(pulses(40))
    process = fit_gaussian_process(pod, C, 2, SETTINGS)

    def log_likelihood(length):
        K = covariance(process, length)
        squares = np.sum(C[2:].T * np.linalg.solve(K, C[2:].T))
        return -squares / 2 - len(C[2:]) * np.linalg.slogdet(K)[1] / 2

    best = log_likelihood(process.length)
    assert all(log_likelihood(part * process.length) < best for part in (0.5, 0.99, 1.01, 2))


def test_it_predicts_the_mean_of_the_process(pod):
    C, Z = pod.encode(pulses(40)), pod.encode(pulses(33))[:2]
    process = fit_gaussian_process(pod, C, 2, SETTINGS)
    at = (Z - process.middle[:, None]) / process.half[:, None]
    k = SETTINGS.variance * matern(distances(process.points, at), process.length)
    mean = C[2:] @ np.linalg.solve(covariance(process, process.length), k)
    atol = 1e-6 * np.abs(mean).max()
    np.testing.assert_allclose(pod.encode(process.decode(Z))[2:], mean, atol=atol)


def test_it_is_stored(fitted, tmp_path):
    save(tmp_path / "a.h5", fitted)
    again = load(tmp_path / "a.h5", GaussianProcessManifold.kind)
    np.testing.assert_array_equal(again.decode(fitted.points), fitted.decode(fitted.points))


def test_without_further_modes_it_is_pod(tmp_path):
    pod = fit_pod(pulses(40), rank=3)
    process = fit_gaussian_process(pod, pod.encode(pulses(40)), 3)
    check_reduction(process, pulses(33))
    save(tmp_path / "a.h5", process)
    again = load(tmp_path / "a.h5", GaussianProcessManifold.kind)
    Z = pod.encode(pulses(33))
    np.testing.assert_array_equal(again.decode(Z), pod.decode(Z))
    np.testing.assert_array_equal(at_rows(process, np.arange(4)).decode(Z), pod.decode(Z)[:4])
    assert process.parameters == pod.parameters


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"shortest": 5.0, "longest": 1.0}, "shortest = 5 must be at most longest = 1"),
        ({"shortest": 1e-320, "longest": 1e-319}, "shortest = 1e-320 must be at least 1e-06"),
        ({"variance": 1e308, "noise": 1e308}, "variance = .* at most 1e.100; noise = .* at most"),
        ({"points": 1}, "points = 1 must be at least 2"),
    ],
)
def test_settings_out_of_range_are_refused(given, message):
    with pytest.raises(OptionError, match=message):
        GaussianProcessSettings(**given)


@pytest.mark.parametrize(
    "given",
    [{"shortest": 1.0, "longest": 1.0}, {"shortest": 1e-6, "longest": 1e6}]
    + [{name: size} for name in ("variance", "noise") for size in (1e-100, 1e100)],
)
def test_settings_at_the_ends_of_their_ranges_overflow_nowhere(pod, given):
    settings = GaussianProcessSettings(**given)
    process = fit_gaussian_process(pod, pod.encode(pulses(40)), 2, settings, relative=True)
    assert settings.shortest <= process.length <= settings.longest
    assert relative_error(process, pulses(79)) < 1.01 * relative_error(pod.truncate(2), pulses(79))


def test_what_it_cannot_regress_is_refused(pod):
    C = pod.encode(pulses(40))
    for rank in (0, 9):
        with pytest.raises(OptionError, match="between 1 and 8, the number of modes of the POD"):
            fit_gaussian_process(pod, C, rank)
    with pytest.raises(ShapeError):
        fit_gaussian_process(pod, C[:5], 2)
    with pytest.raises(DataError, match="a code is constant"):
        fit_gaussian_process(pod, np.ones((8, 5)), 2)
    with pytest.raises(DataError, match="rescale C"):
        fit_gaussian_process(pod, 1e160 * C, 2)
    twice = GaussianProcessSettings(noise=1e-100)
    with pytest.raises(DataError, match="points are too near"):
        fit_gaussian_process(pod, np.repeat(C, 2, axis=1), 2, twice)
