import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.nn import Network
from mornet.perturbation import MatrixFreePoint
from mornet.training import Objective
from mornet.training.newton import quadratic_model
from mornet.training.symmetries import balance, idle_units, orbit

from .conftest import STORED
from .networks import linear_autoencoder, prescribed, product_of


def nullity(objective, p):
    eigenvalues = np.abs(np.linalg.eigvalsh(objective.hessian(p)))
    return int(np.sum(eigenvalues < 1e-11 * eigenvalues.max()))


def test_linear_autoencoder_has_nullity_r_squared():
    objective, p = linear_autoencoder(prescribed()[0])
    Q = orbit(objective, p)
    assert Q.shape[1] == nullity(objective, p) == 9
    assert np.linalg.norm(objective.hessian(p) @ Q) < 1e-13


def test_few_samples_add_r_times_the_missing_rank():
    objective, p = linear_autoencoder(prescribed(12, 12)[0][:, :7], r=2)
    assert orbit(objective, p).shape[1] == nullity(objective, p) == 14 == 4 + 2 * (12 - 7)


def test_uniform_decay_leaves_the_rotations():
    objective, p = linear_autoencoder(prescribed()[0], decay=1e-3)
    assert np.linalg.norm(objective.gradient(p)) < 1e-14
    assert orbit(objective, p).shape[1] == nullity(objective, p) == 3


def test_other_decays_leave_nothing():
    objective, p = linear_autoencoder(prescribed()[0])
    uneven = Objective(objective.net, objective.x, objective.y, decay=np.linspace(1, 2, p.size))
    assert orbit(uneven, p).shape == (p.size, 0)


def test_smallest_eigenvalue_of_the_balanced_gauge_is_known():
    """Smallest of [[s_i^2, -s_k^2], [-s_k^2, s_k^2]] / N over i <= r < k: 2.98e-5."""
    objective, p = linear_autoencoder(prescribed()[0])
    s2 = (10 * 0.75 ** np.arange(20)) ** 2
    pairs = [
        np.linalg.eigvalsh([[s2[i], -s2[k]], [-s2[k], s2[k]]])[0] / 60
        for i in range(3)
        for k in range(3, 20)
    ]
    low = quadratic_model(objective, p).eigenvalues[0]
    assert low == pytest.approx(min(pairs), rel=1e-8)
    assert low == pytest.approx(2.98e-5, rel=2e-3)


def test_balance_keeps_the_function_and_equalises():
    A = np.random.default_rng(3).standard_normal((3, 3))
    objective, p = linear_autoencoder(prescribed()[0], A=A)
    q = balance(objective.net, p)
    W1, W2 = (layer.W for layer in objective.net.layers(q))
    np.testing.assert_allclose(W1 @ W1.T, W2.T @ W2, atol=1e-13)
    np.testing.assert_allclose(W2 @ W1, product_of(objective.net, p), atol=1e-13)
    assert np.linalg.cond(quadratic_model(objective, q).eigenvectors) < 2
    with pytest.raises(OptionError, match="fewer than its 3 units"):
        balance(objective.net, np.zeros_like(p))


def test_balance_carries_biases_along():
    net = Network((4, 2, 4), "identity")
    rng = np.random.default_rng(0)
    p, x = rng.standard_normal(net.size), rng.standard_normal((4, 5))
    np.testing.assert_allclose(net.forward(balance(net, p), x), net.forward(p, x), atol=1e-13)


def test_rectified_units_may_be_rescaled():
    net = Network((2, 3, 2), ("relu", "identity"))
    rng = np.random.default_rng(4)
    x, p = rng.standard_normal((2, 30)), rng.standard_normal(net.size)
    objective = Objective(net, x, rng.standard_normal((2, 30)))
    Q = orbit(objective, p)
    assert Q.shape[1] == 3
    assert np.max(np.abs(Q.T @ objective.gradient(p))) < 1e-14


def test_gauge_fixed_solve_is_the_shortest_solution():
    X, _ = prescribed()
    objective, p = linear_autoencoder(X)
    point, H = quadratic_model(objective, p), objective.hessian(p)
    b = H @ np.random.default_rng(1).standard_normal(p.size)
    expected = np.linalg.lstsq(H, b, rcond=1e-11)[0]
    np.testing.assert_allclose(point.solve(b), expected, atol=1e-9)
    assert point.definite


def test_minres_finds_the_gauge_fixed_solution():
    X, _ = prescribed(8, 20)
    objective, p = linear_autoencoder(X, r=2)
    b = objective.hessian(p) @ np.random.default_rng(1).standard_normal(p.size)
    matrix_free = MatrixFreePoint(objective, p)
    expected = quadratic_model(objective, p).solve(b)
    np.testing.assert_allclose(matrix_free.solve(b), expected, atol=1e-9 * np.linalg.norm(expected))
    assert matrix_free.products > 0
    assert not matrix_free.solve(0 * b).any()


def test_cg_solves_with_a_definite_hessian(base):
    objective, point = base
    b = point.eigenvectors[:, ::5].sum(axis=1)
    x = MatrixFreePoint(objective, point.p, method="cg", tolerance=1e-10).solve(b)
    expected = point.solve(b)
    np.testing.assert_allclose(x, expected, atol=1e-6 * np.linalg.norm(expected))


def test_minres_refuses_what_is_not_in_the_range():
    X, _ = prescribed(8, 20)
    objective, p = linear_autoencoder(X, r=2)
    b = orbit(objective, p)[:, 0]
    with pytest.raises(DivergenceError, match="minres stopped at the relative residual"):
        MatrixFreePoint(objective, p, most=200).solve(b)


def test_duplicated_and_dead_units_are_reported(base):
    objective, point = base
    assert idle_units(objective.net, point.p).duplicated == ((3, 0, 2),)
    p = np.array(STORED["hh_decay_1e3"])
    objective.net.layers(p)[1].W[...] = [[1, 0], [2, 0], [3, 0]]
    assert (2, 1) in idle_units(objective.net, p).dead
