from functools import cache

import numpy as np
import pytest

from mornet.errors import DataError, OptionError
from mornet.fom.burgers import burgers_data_set
from mornet.nn import Network, initialise
from mornet.reduction import fit_pod
from mornet.snapshots.digits import digits_data_set
from mornet.training import (
    LevenbergMarquardt,
    Objective,
    ReducedObjective,
    find_minimum,
    fit_least_squares,
    fit_variable_projection,
)

EPS = np.finfo(float).eps
DECAYS = ["none", "scalar", "per parameter"]


@cache
def coordinates(name):
    """Ten POD coordinates of some snapshots, with mean square 1."""
    U = {"burgers": lambda: burgers_data_set(n=100, steps=100), "digits": digits_data_set}[name]()
    X = fit_pod(U.train.U[:, ::10], rank=10, centre="mean").encode(U.train.U[:, ::10])
    return np.asfortranarray(X / np.sqrt(np.mean(X**2)))


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def problem(decay="none", bias=True):
    rng = np.random.default_rng(5)
    net = Network((2, 4, 3, 2), ("tanh", "sigmoid", "identity"), (True, True, bias))
    x = rng.standard_normal((2, 40))
    y = np.vstack([np.sin(2 * x[0] + x[1]), x[0] * x[1]])
    size = {"none": 0.0, "scalar": 0.01, "per parameter": rng.uniform(0, 0.1, net.size)}[decay]
    J = Objective(net, x, y, rng.uniform(0.5, 2, 40), size)
    p = rng.standard_normal(net.size)
    return J, p, ReducedObjective(J)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("decay", DECAYS)
def test_the_lifted_last_layer_is_the_best_one(decay, bias):
    J, p, reduced = problem(decay, bias)
    h = reduced.hidden.size
    best = reduced.lift(p[:h])
    np.testing.assert_array_equal(best[:h], p[:h])
    # J is quadratic in the last layer: its gradient vanishes at the minimum alone
    scale = np.linalg.norm(J.gradient(p))
    assert np.linalg.norm(J.gradient(best)[h:]) <= 1e-13 * scale
    assert reduced.value(p[:h]) < J.value(p)


@pytest.mark.parametrize("decay", DECAYS)
def test_the_reduced_gradient_is_the_partial_one(decay):
    _, p, reduced = problem(decay)
    q, h = p[: reduced.hidden.size], EPS ** (1 / 3)
    steps = np.eye(q.size)
    expected = [(reduced.value(q + h * e) - reduced.value(q - h * e)) / (2 * h) for e in steps]
    np.testing.assert_allclose(reduced.value_and_gradient(q)[1], expected, atol=1e-8)


@pytest.mark.parametrize("decay", DECAYS)
def test_kaufmans_matrix_is_that_of_the_projected_jacobian(decay):
    J, p, reduced = problem(decay)
    h = reduced.hidden.size
    DR = J.jacobian(reduced.lift(p[:h]))
    Q = np.linalg.qr(DR[:, h:])[0]
    projected = DR[:, :h] - Q @ (Q.T @ DR[:, :h])
    S, g = reduced.gauss_newton(p[:h])
    assert relative(S, projected.T @ projected) <= 1e-11
    assert relative(g, J.gradient(reduced.lift(p[:h]))[:h]) <= 1e-13


def test_dependent_features_give_the_smallest_of_the_best_last_layers():
    # two hidden units with the same parameters: the last layer shares its weight between them
    rng = np.random.default_rng(0)
    net = Network((1, 2, 1), ("tanh", "identity"))
    x = rng.standard_normal((1, 20))
    p = ReducedObjective(Objective(net, x, np.tanh(x))).lift(np.array([1.0, 1.0, 0.0, 0.0]))
    np.testing.assert_allclose(p[4:], [0.5, 0.5, 0.0], atol=1e-14)


@pytest.mark.sensitive
def test_a_sweep_of_alternating_least_squares_is_a_gauss_newton_step():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((6, 6)) @ np.diag(0.7 ** np.arange(6)) @ rng.standard_normal((6, 30))
    J = Objective(Network((6, 2, 6), "identity", bias=False), X, X)
    reduced = ReducedObjective(J)
    q = rng.standard_normal(12)
    S, g = reduced.gauss_newton(q)
    W2 = reduced.lift(q)[12:].reshape(6, 2)
    sweep = np.linalg.pinv(W2).ravel()  # the best encoder for this decoder
    # J(q) sees the row space of W_1 only, so that S is singular and has many steps
    rounding = 100 * EPS * np.linalg.norm(J.jacobian(reduced.lift(q))) ** 2
    assert np.linalg.matrix_rank(S, tol=rounding) == 2 * (6 - 2)
    assert relative(S @ (sweep - q), -g) <= 1e-11


@pytest.mark.parametrize("r", [1, 2, 3])
def test_a_linear_autoencoder_reaches_eckart_young(r):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((6, 6)) @ np.diag(0.7 ** np.arange(6)) @ rng.standard_normal((6, 30))
    J = Objective(Network((6, r, 6), "identity", bias=False), X, X)
    optimum = np.sum(np.linalg.svd(X, compute_uv=False)[r:] ** 2)
    for seed in range(3):
        start = np.random.default_rng(seed).standard_normal(J.net.size)
        value = fit_variable_projection(J, start, tolerance=1e-15, steps=2000).history.objective[-1]
        assert abs(2 * J.N * value / optimum - 1) <= 1e-10


def test_it_needs_fewer_steps_than_levenberg_marquardt_on_all_parameters():
    rng = np.random.default_rng(0)
    net = Network((2, 6, 3), ("tanh", "identity"))
    x = rng.standard_normal((2, 60))
    y = np.vstack([np.sin(2 * x[0] + x[1]), np.cos(x[0]), x[0] * x[1]])
    J, steps = Objective(net, x, y, decay=1e-4), []
    for fit in (fit_variable_projection, fit_least_squares):
        starts = (np.random.default_rng(seed).standard_normal(net.size) for seed in range(5))
        steps.append(np.median([fit(J, p).history.step[-1] for p in starts]))
    assert steps[0] <= 0.7 * steps[1]


@pytest.mark.parametrize("decay", [1e-2, 1e-3])
@pytest.mark.parametrize("r", [1, 2, 3])
@pytest.mark.parametrize("name", ["burgers", "digits"])
def test_small_sigmoid_autoencoders_converge_to_true_minima(name, r, decay):
    X = coordinates(name)
    J = Objective(Network((10, r, 10), ("sigmoid", "identity")), X, X, decay=decay)
    for seed in range(2):
        start = initialise(J.net, "glorot", np.random.default_rng(seed))
        minimum = find_minimum(J, fit_variable_projection(J, start, tolerance=1e-9).p)
        assert minimum.eigenvalues[0] > 0
        assert minimum.distance <= 1e-10 * np.linalg.norm(minimum.p)


def test_an_interrupted_run_goes_on_to_the_same_bits():
    J, p, reduced = problem("scalar")
    whole = fit_variable_projection(J, p, steps=12, tolerance=0.0)
    solver, q = LevenbergMarquardt(), p[: reduced.hidden.size].copy()
    state = solver.init(reduced, q)
    for _ in range(5):
        solver.step(reduced, q, state)
    resumed = fit_variable_projection(J, q, steps=7, tolerance=0.0, state=state)
    np.testing.assert_array_equal(resumed.p, whole.p)


def test_networks_without_a_linear_last_layer_are_refused():
    x, y = np.ones((2, 5)), np.ones((1, 5))
    for net in (Network((2, 3, 1), "tanh"), Network((2, 1), "identity")):
        with pytest.raises(OptionError, match="needs a hidden layer and a linear last one"):
            fit_variable_projection(Objective(net, x, y), np.ones(net.size))
    net = Network((2, 3, 1), ("tanh", "identity"))
    with pytest.raises(DataError, match="negative sample weights"):
        ReducedObjective(Objective(net, x, y, -np.ones(5)))
