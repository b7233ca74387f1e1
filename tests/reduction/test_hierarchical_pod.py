"""POD of blocks: the bound of the mean error, and of the number of modes."""

import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import orthonormality_error
from mornet.reduction import fit_pod, hierarchical_pod
from mornet.reduction.interface import reconstruct

from .pod_cases import spectrum

TREES = ("distributed", "incremental")


def snapshots(n=30, m=48):
    """Return snapshots whose modes change with the column, so that blocks differ."""
    rng = np.random.default_rng(0)
    turning = np.sin(np.outer(np.arange(1, n + 1), np.linspace(0, 1, m)) + np.arange(n)[:, None])
    return turning * 0.7 ** np.arange(n)[:, None] + 1e-6 * rng.standard_normal((n, m))


def mean_error(pod, U, M=None):
    rest = U - reconstruct(pod, U)
    return np.sqrt(np.mean(np.sum(rest * (rest if M is None else M @ rest), axis=0)))


def fewest(U, tolerance):
    """Return how many modes the POD of all snapshots needs for this mean error."""
    s = np.linalg.svd(U, compute_uv=False)
    beyond = np.sqrt(np.append(np.cumsum(s[::-1] ** 2)[::-1], 0) / U.shape[1])
    return int(np.argmax(beyond <= tolerance))


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize("omega", [0.1, 0.75, 0.99])
@pytest.mark.parametrize("tolerance", [1e-1, 1e-3, 1e-5])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_mean_error_and_number_of_modes_are_bounded(tree, omega, tolerance, count):
    U = snapshots()
    blocks = np.array_split(U, count, axis=1)
    pod = hierarchical_pod(blocks, tolerance, omega=omega, tree=tree)
    assert mean_error(pod, U) <= tolerance
    assert pod.r <= max(fewest(U, omega * tolerance), 1)
    assert pod.r >= fewest(U, tolerance)
    assert orthonormality_error(pod.V) < 1e-13


def test_trees_that_forget_nothing_are_pod():
    U = snapshots(10, 24)
    for tree in TREES:
        pod = hierarchical_pod(np.array_split(U, 4, axis=1), 1e-14, tree=tree)
        exact = fit_pod(U)
        assert pod.r == exact.r
        np.testing.assert_allclose(pod.singular_values, exact.singular_values[: pod.r], rtol=1e-9)
        np.testing.assert_allclose(pod.V @ pod.V.T, exact.V @ exact.V.T, atol=1e-10)


def test_bound_holds_in_the_inner_product():
    U, rng = snapshots(), np.random.default_rng(3)
    A = rng.standard_normal((30, 30))
    M = A @ A.T + np.eye(30)
    for tree in TREES:
        pod = hierarchical_pod(np.array_split(U, 5, axis=1), 1e-2, tree=tree, inner_product=M)
        assert mean_error(pod, U, M) <= 1e-2
        assert np.max(np.abs(pod.V.T @ M @ pod.V - np.eye(pod.r))) < 1e-11


def test_tail_holds_all_that_was_left_out():
    U = spectrum(0.5 ** np.arange(12), 20, 40)
    pod = hierarchical_pod(np.array_split(U, 4, axis=1), 1e-3)
    total = np.sum(pod.singular_values**2) + pod.tail**2
    assert total == pytest.approx(np.sum(U**2), rel=1e-12)


def test_what_is_no_hierarchy_is_refused():
    U = snapshots()
    for bad in (([], 1.0, 0.5), ([U], 0.0, 0.5), ([U], 1.0, 1.0)):
        with pytest.raises(OptionError, match="blocks|tolerance"):
            hierarchical_pod(bad[0], bad[1], omega=bad[2])
    for bad, said in (
        ({"blocks": None}, "blocks is of type NoneType: a list"),
        ({"blocks": {"first": U}}, "blocks is of type dict: a list"),
        ({"tolerance": "a"}, "tolerance = 'a' must be a finite number"),
        ({"omega": None}, "omega = None must be a finite number"),
        ({"tree": "distribued"}, "tree = 'distribued' must be one of distributed, incremental"),
    ):
        with pytest.raises(OptionError, match=said):
            hierarchical_pod(**{"blocks": [U], "tolerance": 1.0} | bad)
    with pytest.raises(ShapeError):
        hierarchical_pod([U, U[:5]], 1.0)
    with pytest.raises(DataError):
        hierarchical_pod([U, np.full((30, 2), np.nan)], 1.0)
