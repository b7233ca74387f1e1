"""The POD of a tree: a proven bound of the error with weights, centring and inner products."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import as_inner_product
from mornet.reduction import fit_pod
from mornet.reduction.pod.tree import Budget, compressed, joined, merged, tree_pod, whole

EPS = float(np.finfo(float).eps)


def snapshots(rng, n, m, decay):
    U = np.linalg.qr(rng.standard_normal((n, n)))[0]
    W = rng.standard_normal((n, m))
    return (U * decay ** np.arange(n)) @ W + rng.standard_normal((n, 1))


def error(pod, U, M, w):
    """The squared error of a POD, and the squared norm of the snapshots less the centre."""
    X = U if pod.centre is None else U - pod.centre[:, None]
    rest = U - pod.decode(pod.encode(U))
    return tuple(float(np.sum(w * np.sum(Y * (M @ Y), axis=0))) for Y in (rest, X))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=some.integers(0, 10**6),
    shape=some.sampled_from([(20, 60), (60, 20), (12, 200)]),
    decay=some.sampled_from([0.3, 0.7, 0.95]),
    tolerance=some.sampled_from([1e-6, 1e-3, 0.1, 0.5]),
    omega=some.sampled_from([0.2, 0.75, 0.95]),
    blocks=some.integers(1, 9),
    fan_in=some.integers(2, 4),
    centred=some.booleans(),
    most=some.sampled_from([8, 25, 10**6]),
)
def test_error_is_below_the_bound_and_the_bound_below_the_tolerance(
    seed, shape, decay, tolerance, omega, blocks, fan_in, centred, most
):
    rng = np.random.default_rng(seed)
    U, w = snapshots(rng, *shape, decay), rng.uniform(0.1, 3, shape[1])
    A = rng.standard_normal((shape[0], shape[0]))
    matrix = A @ A.T + shape[0] * np.eye(shape[0])
    M = as_inner_product(matrix, shape[0])
    parts = np.array_split(np.arange(shape[1]), blocks)
    nodes = [whole(U[:, p], weights=w[p], inner_product=M, centred=centred) for p in parts]
    levels, count = 2, blocks
    while count > fan_in:
        levels, count = levels + 1, -(-count // fan_in)
    budget = Budget(tolerance, levels, omega)
    nodes = [compressed(node, budget) for node in nodes]
    while len(nodes) > fan_in:
        groups = [nodes[i : i + fan_in] for i in range(0, len(nodes), fan_in)]
        above = [merged(group, budget, most, inner_product=M) for group in groups]
        nodes = [compressed(node, budget, spent) for node, spent in above]
    root, spent = merged(nodes, budget, most, root=True, inner_product=M)
    pod = tree_pod(root, budget, inner_product=M, spent=spent)
    squared, energy = error(pod, U, matrix, w)
    round_off = (100 * EPS) ** 2 * energy * shape[0]
    assert root.energy == pytest.approx(energy, rel=1e-10)
    assert squared <= pod.truncation_error**2 * (1 + 1e-9) + round_off
    assert pod.truncation_error <= tolerance * np.sqrt(energy) * (1 + 1e-9)
    exact = fit_pod(
        U, tolerance=omega * tolerance, weights=w, inner_product=matrix,
        centre="mean" if centred else None,
    )  # fmt: skip
    assert pod.r <= exact.r or spent > 0
    assert pod.relative_truncation_error == pytest.approx(
        pod.truncation_error / np.sqrt(energy), rel=1e-9
    )


@pytest.mark.parametrize("root", [False, True])
def test_nodes_that_do_not_fit_together_are_joined_in_steps(root):
    """Steps drop a tenth at most, and no join is larger than asked for if nodes are small."""
    rng, budget = np.random.default_rng(0), Budget(1e-2, 3)
    U = snapshots(rng, 40, 600, 0.5)
    nodes = [compressed(whole(part), budget) for part in np.array_split(U, 20, axis=1)]
    k = max(node.columns.shape[1] for node in nodes)
    at_once, nothing = merged(nodes, budget, 10**6, root=root)
    in_steps, spent = merged(nodes, budget, 4 * k, root=root)
    assert nothing == 0.0
    assert at_once.columns.shape[1] > 4 * k >= in_steps.columns.shape[1]
    assert 0 < spent <= 0.1 * budget.allowed(at_once, root=root) ** 2
    assert in_steps.dropped - at_once.dropped == pytest.approx(spent, rel=1e-9)
    rest = at_once.columns @ at_once.columns.T - in_steps.columns @ in_steps.columns.T
    assert np.linalg.eigvalsh(rest).min() >= -100 * EPS * at_once.energy
    assert np.trace(rest) <= spent + 100 * EPS * at_once.energy


def test_a_tree_that_drops_nothing_is_pod():
    U = snapshots(np.random.default_rng(0), 15, 40, 0.6)
    nodes = [whole(part, centred=True) for part in np.array_split(U, 5, axis=1)]
    pod = tree_pod(joined(nodes), Budget(1e-13, 2))
    exact = fit_pod(U, centre="mean")
    np.testing.assert_allclose(pod.singular_values[:15], exact.singular_values, rtol=1e-9)
    np.testing.assert_allclose(pod.centre, exact.centre, atol=1e-13)
    np.testing.assert_allclose(pod.V @ pod.V.T, exact.V @ exact.V.T, atol=1e-9)


def test_nodes_that_do_not_fit_are_refused():
    U = np.eye(4)
    with pytest.raises(ShapeError, match=r"nodes have \[4, 3\] dofs"):
        joined([whole(U), whole(U[:3])])
    with pytest.raises(OptionError, match="some nodes are centred"):
        joined([whole(U), whole(U, centred=True)])
    with pytest.raises(OptionError, match="tolerance 0"):
        Budget(0.0, 2)


@pytest.mark.parametrize("U", [np.zeros((4, 3)), np.full((4, 3), 2.0)])
def test_snapshots_without_variation_are_refused(U):
    with pytest.raises(DataError, match="nothing to reduce"):
        tree_pod(whole(U, centred=True), Budget(1e-3, 1))


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_snapshots_whose_squares_vanish_or_overflow_are_refused(size):
    with pytest.raises(DataError, match="rescale the snapshots"):
        whole(size * np.eye(3))
