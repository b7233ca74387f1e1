"""Solves and updates that use products of H with vectors only."""

import numpy as np
import pytest

from mornet.errors import DivergenceError
from mornet.experiments.updates.matrix_free import matrix_free
from mornet.nn import Convolution, Dense, MaxPool, Network
from mornet.perturbation import ChordStep, Corrected, MatrixFreePoint, Taylor, move_targets
from mornet.perturbation.base_point.matrix_free import minres
from mornet.training import Objective, find_minimum, fit_lbfgs


def spread(eigenvalues, seed=0):
    Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(eigenvalues),) * 2))[0]
    return (Q * eigenvalues) @ Q.T


def test_minres_takes_as_many_products_as_there_are_eigenvalues():
    """The matrix may be indefinite, and the iteration stops at the requested residual."""
    A = spread(np.repeat([-3.0, -1.0, 0.5, 2.0], 5))
    b = np.random.default_rng(1).standard_normal(20)
    taken = []

    def product(v):
        taken.append(v)
        return A @ v

    x = minres(product, b, 1e-10, 100)
    assert len(taken) == 4
    assert np.linalg.norm(b - A @ x) < 1e-10


@pytest.mark.parametrize("residual", [1e-1, 1e-4, 1e-7])
def test_minres_stops_by_the_true_residual(residual):
    """Relative to ||A|| ||x|| the residual is small before x has its soft directions."""
    A = spread(np.geomspace(1e-4, 10, 30))
    b = np.random.default_rng(1).standard_normal(30)
    x = minres(lambda v: A @ v, b, residual, 1000)
    assert np.linalg.norm(b - A @ x) <= residual * (1 + 1e-6)
    assert np.linalg.norm(b - A @ x) < np.linalg.norm(A, 2) * np.linalg.norm(x) * residual / 10


def test_minres_finds_the_shortest_solution():
    A = spread(np.append(np.geomspace(1e-2, 1, 8), np.zeros(4)))
    b = A @ np.random.default_rng(2).standard_normal(12)
    expected = np.linalg.pinv(A, rcond=1e-12) @ b
    np.testing.assert_allclose(minres(lambda v: A @ v, b, 1e-12, 100), expected, atol=1e-9)


def test_minres_gives_up_where_it_is_told():
    A = spread(np.geomspace(1e-6, 1, 30))
    x = minres(lambda v: A @ v, np.ones(30), 1e-12, 3)
    assert np.linalg.norm(np.ones(30) - A @ x) > 1e-3


def test_updates_take_a_matrix_free_base(base, F):
    objective, point = base
    path = move_targets(objective, F)
    free = MatrixFreePoint(objective, point.p)
    for update in (Taylor(1), Taylor(3), Corrected(Taylor(1), ChordStep())):
        expected, q = (update.along(b, path)(1e-2) for b in (point, free))
        np.testing.assert_allclose(q, expected, atol=1e-7 * np.linalg.norm(point.p))


def test_a_point_at_a_kink_is_refused(base):
    """Training with max pooling ends where pieces meet, and there the gradient is not zero."""
    objective, _ = base
    conv = Convolution((1, 3), (2,), (1,))
    net = Network.of(
        (conv, MaxPool(conv.shape_out, (2,), (1,)), Dense(3, 2)),
        ("tanh", "identity", "identity"),
        (True, False, True),
    )
    J = Objective(net, objective.x, objective.y, decay=1e-2)
    p = np.random.default_rng(0).standard_normal(net.size)
    with pytest.raises(DivergenceError, match=r"p is not stationary: .* because of MaxPool: where"):
        MatrixFreePoint(J, p)
    # inside one piece J is smooth, and a minimum is accepted
    smooth = find_minimum(J, fit_lbfgs(J, p, steps=1000).p)
    assert MatrixFreePoint(J, smooth.p).products == 0


def test_solve_that_takes_too_many_products_is_refused(base):
    objective, point = base
    with pytest.raises(DivergenceError, match="minres stopped at the relative residual"):
        MatrixFreePoint(objective, point.p, most=3).solve(np.ones(23))


@pytest.fixture(scope="module")
def record():
    return matrix_free(widths=(6, 12), tolerances=(1e-1, 1e-3, 1e-6, 1e-9), samples=40, code=2)


def test_base_without_a_hessian_is_stationary_and_solves_agree(record):
    assert np.all(record.distance < 1e-7)
    assert record.factorised.shape == (2,)
    assert np.all(record.factorised < 1e-8)


def test_accuracy_is_bought_with_products(record):
    assert np.all(np.diff(record.products, axis=-1) > 0)
    assert np.all(np.diff(record.error, axis=-1) < 0)
    assert np.all(record.error[..., -1] < 1e-6)


def test_work_of_a_factorised_hessian_grows_with_the_square(record):
    P, N = record.parameters, record.samples
    np.testing.assert_array_equal(P, [32, 62])
    np.testing.assert_allclose(record.direct_work, 4 + 2 * P + P**2 / (9 * N) + P / (3 * N))
    np.testing.assert_allclose(record.work, 3 + 2.0 * record.products)
