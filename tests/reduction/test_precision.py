"""Snapshots in single precision, and snapshots of extreme size."""

import numpy as np
import pytest

from mornet.comparison.cases import run_case
from mornet.comparison.references import references
from mornet.errors import DataError
from mornet.experiments.methods import METHODS
from mornet.linalg import column_mean, column_norms, numerical_rank, safe_norm
from mornet.reduction import fit_dmd, fit_pod, hierarchical_pod, relative_error, stream_pod
from mornet.reduction.pod.incremental import start_incremental
from mornet.reduction.quadratic.fit import singular_coordinates
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.nearness import nearest_columns

UNIT = float(np.finfo(np.float32).eps) / 2


@pytest.fixture(scope="module")
def tall():
    """Snapshots (100000, 12) of rank 5 in single precision, with sigma_5 / sigma_1 = 1e-2."""
    rng = np.random.default_rng(0)
    V = np.linalg.qr(rng.standard_normal((100_000, 5)))[0]
    W = np.linalg.qr(rng.standard_normal((12, 5)))[0]
    return ((V * [1, 0.3, 0.1, 0.02, 0.01]) @ W.T).astype(np.float32)


@pytest.mark.parametrize("method", ["svd", "gram", "tsqr"])
def test_many_degrees_of_freedom_in_single_precision_hide_no_mode(tall, method):
    pod = fit_pod(tall, tolerance=1e-3, method=method)
    assert pod.r == 5
    assert relative_error(pod, tall) < 10 * UNIT


@pytest.mark.parametrize(
    "rank",
    [
        lambda U: fit_pod(U).r,
        lambda U: stream_pod(U).r,
        lambda U: start_incremental(U).rank,
        lambda U: singular_coordinates(U, False).V.shape[1],
        lambda U: fit_dmd(U, 11, np.arange(11)).r,
    ],
    ids=["pod", "stream", "incremental", "quadratic", "dmd"],
)
@pytest.mark.filterwarnings("ignore::mornet.errors.RankWarning")
def test_rounding_of_the_entries_makes_no_mode(tall, rank):
    assert rank(tall) == 5


def test_hierarchical_pod_sums_in_double_precision(tall):
    pod = hierarchical_pod([tall[:, :6], tall[:, 6:]], 1e-4)
    assert relative_error(pod, tall.astype(float)) < 1e-4


def test_numerical_rank_in_single_precision_does_not_depend_on_n():
    s = np.array([1.0, 1e-3, 1e-5, 1e-8], dtype=np.float32)
    assert {numerical_rank(s, (n, 4)) for n in (10, 1000, 10**7)} == {3}


def test_norms_are_sums_in_double_precision():
    ones = np.ones((1 << 22, 2), dtype=np.float32, order="C")
    np.testing.assert_allclose(column_norms(ones), 2048.0, rtol=1e-15)
    np.testing.assert_allclose(safe_norm(ones), 2048 * np.sqrt(2), rtol=1e-15)


@pytest.mark.parametrize("factor", [1e160, 1e-165])
def test_norms_neither_overflow_nor_vanish(factor):
    U = np.random.default_rng(0).standard_normal((10, 8))
    np.testing.assert_allclose(column_norms(factor * U), factor * column_norms(U), rtol=1e-14)
    assert safe_norm(np.zeros((3, 2))) == 0


FAST = {
    "autoencoder": {"hidden": (4,), "epochs": 5},
    "hybrid": {"hidden": 4, "steps": 20, "trial_steps": 10},
    "gaussian_process": {"noise": 1.0},  # the condition of its covariance is about 1e3
}


@pytest.mark.parametrize("factor", [1e160, 1e-165])
@pytest.mark.parametrize("kind", METHODS)
def test_extreme_snapshots_have_the_same_errors_or_are_refused(kind, factor):
    def case(scale):
        U = np.random.default_rng(0).standard_normal((10, 8)) * scale
        part = Snapshots(U, np.arange(10.0)[None], np.zeros(8, int))
        method = METHODS[kind].load()(**FAST.get(kind, {}))
        return run_case(DataSet("d", part, part, "same"), kind, method, 1, [0])

    try:
        found = case(factor).train_error
    except DataError as error:
        said = str(error)
    else:
        np.testing.assert_allclose(found, case(1.0).train_error, rtol=1e-6)
        return
    assert "rescale" in said


def test_an_offset_costs_no_mode_in_single_precision():
    """The mean is not rounded to single precision: the error is the optimum of the same data."""
    v = np.random.default_rng(0).standard_normal((2000, 1))
    U = (101325 + 0.3 * v * np.sin(np.linspace(0, 20, 200))).astype(np.float32)
    X = U - U.mean(axis=1, dtype=float, keepdims=True)
    s = np.linalg.svd(X, compute_uv=False)
    for pod in (fit_pod(U, rank=1, centre="mean"), stream_pod(U, rank=1, centre="mean")):
        found = np.linalg.norm(X - pod.V @ (pod.V.T.astype(float) @ X))
        np.testing.assert_allclose(found, np.linalg.norm(s[1:]), rtol=1e-3)
        np.testing.assert_allclose(pod.singular_values[0], s[0], rtol=1e-5)


def test_means_of_many_snapshots_in_single_precision_are_those_of_double():
    """Sums of 20000 numbers near 300 in single precision have five digits."""
    rng, x = np.random.default_rng(0), np.arange(20.0)[:, None]
    t = np.sort(rng.uniform(size=20_000))
    U = (300 + np.exp(-(((x / 20 - 0.2 - 0.6 * t) / 0.15) ** 2))).astype(np.float32)
    single, double = (
        Snapshots(np.asfortranarray(A), x.T, np.arange(20_000)) for A in (U, U.astype(float))
    )
    mean = U.mean(axis=1, dtype=float)
    np.testing.assert_allclose(column_mean(single.U), mean, rtol=1e-15)
    np.testing.assert_allclose(column_mean(single.U, np.ones(20_000)), mean, rtol=1e-14)
    found, right = (
        {each.name: each.error for each in references(DataSet("d", part, part, "same"), [2])}
        for part in (single, double)
    )
    for name in ("mean", "PCA"):
        np.testing.assert_allclose(found[name], right[name], rtol=1e-8)
    for bias in (False, True):
        linear = METHODS["linear_autoencoder"].load()(bias=bias)
        errors = [
            run_case(DataSet("d", part, part, "same"), "l", linear, 2, [0]).train_error[0]
            for part in (single, double)
        ]
        assert errors[0] == pytest.approx(errors[1], rel=1e-6)


@pytest.mark.parametrize(
    ("offset", "size", "dtype"),
    [(300, 0.1, np.float32), (300, 1e-6, float), (0, 1e200, float), (0, 1e-200, float)],
)
def test_the_nearest_snapshot_is_found_whatever_the_offset(offset, size, dtype):
    rng = np.random.default_rng(0)
    B = (offset + size * rng.standard_normal((50, 40))).astype(dtype)
    A = (B[:, :10] + 0.3 * size * rng.standard_normal((50, 10))).astype(dtype)
    np.testing.assert_array_equal(nearest_columns(A, B), np.arange(10))
