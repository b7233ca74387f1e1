"""Repairs that keep pruned networks pruned and rounded weights rounded."""

import numpy as np
import pytest

from mornet.experiments.updates.trained_networks import sigmoid_autoencoder_network
from mornet.nn import Network, normal
from mornet.perturbation import Corrected, DataPath, NewtonStep
from mornet.perturbation.update import biases
from mornet.perturbation.weights import Disturbed, FixedRank, round_to, truncate_ranks
from mornet.perturbation.weights.fixed_rank import tangents
from mornet.training import Objective


@pytest.fixture(scope="module")
def pruned():
    """An objective, parameters with W of rank 2, and a generator."""
    rng = np.random.default_rng(0)
    net = Network((5, 4, 6, 3), ("tanh", "sigmoid", "identity"))
    x, y = rng.standard_normal((5, 9)), rng.standard_normal((3, 9))
    p = truncate_ranks(net, normal(net, rng, scale=0.8), 2)
    return Objective(net, x, y, decay=1e-2), p, rng


def test_tangents_are_orthonormal_and_count_the_dimensions(pruned):
    """The manifold of m x n matrices of rank r has the dimension r (m + n - r)."""
    objective, p, _ = pruned
    B, C = tangents(objective.net, p, objective.gradient(p), 2)
    matrices = sum(2 * (m + n - 2) for m, n in ((4, 5), (6, 4), (3, 6)))
    assert B.shape == (objective.net.size, matrices + 4 + 6 + 3)
    np.testing.assert_allclose(B.T @ B, np.eye(B.shape[1]), atol=1e-13)
    np.testing.assert_array_equal(C, C.T)


def test_restricted_hessian_is_exact(pruned):
    """On the truncated curve p + s v the second difference of J at s = 0 is v^T (H + C) v."""
    objective, p, rng = pruned
    B, C = tangents(objective.net, p, objective.gradient(p), 2)
    A = B.T @ objective.hessian(p) @ B + C
    for _ in range(3):
        v, h = rng.standard_normal(len(A)), 1e-4
        v /= np.linalg.norm(v)
        J = [objective.value(truncate_ranks(objective.net, p + s * B @ v, 2)) for s in (-h, 0, h)]
        bend = (J[0] - 2 * J[1] + J[2]) / h**2
        assert bend == pytest.approx(v @ A @ v, abs=1e-6)  # h^2, and eps J / h^2
        assert abs(bend - v @ (A - C) @ v) > 1e-4  # without C it is another one


def test_newton_within_a_rank_converges_quadratically(pruned):
    objective, p, _ = pruned
    net, slopes = objective.net, []
    for _ in range(60):
        p = FixedRank(2).step(None, objective, p)
        B, _ = tangents(net, p, objective.gradient(p), 2)
        slopes.append(np.linalg.norm(B.T @ objective.gradient(p)))
    assert slopes[-1] < 1e-13
    last = np.array([s for s in slopes if 1e-13 < s < 1e-2])
    assert np.any(last[1:] < 1e3 * last[:-1] ** 2) or last.size < 2
    for W, *_ in net.layers(p):
        assert np.linalg.matrix_rank(W, tol=1e-12) == 2
    assert np.linalg.norm(objective.gradient(p)) > 1e-3  # no minimum without the constraint


def test_full_rank_is_newton(base):
    objective, point = base
    q = point.p + 1e-4
    expected = NewtonStep().step(point, objective, q)
    np.testing.assert_allclose(FixedRank(3).step(point, objective, q), expected, atol=1e-9)


def test_repair_within_the_set_gains_and_stays_there():
    trained = sigmoid_autoencoder_network(1e-3)
    objective, base, net = trained.objective, trained.base, trained.objective.net
    v = truncate_ranks(net, base.p, 2) - base.p
    q = Corrected(Disturbed(v), FixedRank(2), 12).along(base, DataPath(objective))(1.0)
    assert objective.value(q) - base.value < (objective.value(base.p + v) - base.value) / 2
    np.testing.assert_allclose(truncate_ranks(net, q, 2), q, atol=1e-12)


def test_biases_leave_the_rounded_weights(base):
    objective, point = base
    v = round_to(objective.net, point.p, "int8") - point.p
    repair = Corrected(Disturbed(v), NewtonStep(biases(objective.net)))
    q = repair.along(point, DataPath(objective))(1.0)
    assert objective.value(q) < objective.value(point.p + v)
    for (W, *_), (rounded, *_) in zip(
        objective.net.layers(q), objective.net.layers(point.p + v), strict=True
    ):
        np.testing.assert_array_equal(W, rounded)
    assert repair.counts.products == 7  # one for each bias, and no Hessian
    assert repair.counts.hessians == 0
