"""Manifolds whose further modes are the mean of a Gaussian process."""

from dataclasses import replace

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
from mornet.reduction.gaussian_process.likelihood import Likelihood, most_likely
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


SETTINGS = GaussianProcessSettings(variance=1e-2, noise=1e-8)  # the most likely length is 1.3


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


def test_a_weight_is_a_number_of_snapshots(pod):
    """A snapshot of the weight 3 counts as three equal ones, and one of the weight 0 as none."""
    C, times = pod.encode(pulses(40)), np.array([1, 3] * 20)
    settings = GaussianProcessSettings(noise=1e-4)
    with_weights = {"weights": times, "relative": True}
    weighted = fit_gaussian_process(pod, C, 2, settings, **with_weights)
    unweighted = replace(settings, noise=2e-4)  # the mean weight is 2
    repeated = fit_gaussian_process(pod, C.repeat(times, axis=1), 2, unweighted, relative=True)
    assert weighted.length == pytest.approx(repeated.length, rel=1e-4)
    atol = 1e-4 * np.abs(C).max()
    np.testing.assert_allclose(weighted.decode(C[:2]), repeated.decode(C[:2]), atol=atol)


@pytest.mark.parametrize("relative", [False, True])
def test_a_snapshot_of_weight_0_counts_nowhere(pod, relative):
    C = pod.encode(pulses(40))
    outlier, weights = np.insert(C, 7, 1e6, axis=1), np.insert(np.full(40, 3.0), 7, 0.0)
    settings = GaussianProcessSettings(points=30)
    alone = fit_gaussian_process(pod, C, 2, settings, relative=relative)
    beside = fit_gaussian_process(pod, outlier, 2, settings, relative=relative, weights=weights)
    np.testing.assert_allclose(beside.decode(C[:2]), alone.decode(C[:2]), atol=1e-12)
    with pytest.raises(ShapeError, match="weights"):
        fit_gaussian_process(pod, C, 2, weights=weights)


@pytest.mark.parametrize("size", [1.0, 1e300])
def test_where_the_first_coordinate_folds_the_noise_is_large_and_pod_is_not_lost(size):
    """Nearly equal codes have different further coordinates: nothing goes through all points."""
    U, test = size * pulses(40), np.arange(40) % 5 == 4
    folded = fit_pod(U[:, ~test])
    C = folded.encode(U[:, ~test])
    process = fit_gaussian_process(folded, C, 1, relative=True)
    error = relative_error(process, U[:, test])
    assert error < 0.9 * relative_error(folded.truncate(1), U[:, test])
    assert error == pytest.approx(relative_error(process, U[:, ~test]), rel=0.01)


@pytest.mark.parametrize("noise", [1e-2, 1e-4])
def test_the_noise_is_that_of_the_values(noise):
    rng, z = np.random.default_rng(0), np.linspace(-1, 1, 200)[None]
    Y = np.sin([[3.0], [4.0]] * z) + noise**0.5 * rng.standard_normal((2, 200))
    likelihood = Likelihood.of(z, Y, np.ones(200), GaussianProcessSettings())
    assert most_likely(likelihood)[1] == pytest.approx(noise * np.mean(Y**2))


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
