"""Code for dense layers refuses other layers or falls back; it never computes something else."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.nn import Dense, Network
from mornet.nn.workspace import Workspace
from mornet.perturbation.update.subspaces import biases, last_layer, low_rank
from mornet.perturbation.weights.disturbances import round_to, truncate_ranks
from mornet.training import (
    SOAP,
    Adam,
    Objective,
    ReducedObjective,
    SteepestDescent,
    find_minimum,
    quadratic_model,
    single_sample_descent,
    train,
)
from mornet.training.newton import TOLERANCE
from mornet.training.symmetries import balance, idle_units, orbit
from tests.nn.maps import Average, Convolution1D

CONVOLUTION = Convolution1D((1, 2), 6, 3, stride=1)
NAMES = ("sigmoid", "identity", "identity")
NET = Network.of((CONVOLUTION, Average(2, 4), Dense(4, 1)), NAMES, True)
SIGMOID = Network.of((CONVOLUTION, Dense(8, 2)), "sigmoid")


def objective(net, decay=0.0):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((6, 9)), rng.standard_normal((net.widths[-1], 9))
    return Objective(net, x, y, decay=decay), rng.standard_normal(net.size)


@pytest.mark.parametrize(
    "use",
    [
        lambda J, p: Workspace(J.net, 4, np.dtype(float)),
        lambda J, p: single_sample_descent(J, p, 0.1, np.arange(3)),
        lambda J, p: balance(J.net, p),
        lambda J, p: idle_units(J.net, p),
        lambda J, p: low_rank(J.net, 1, np.random.default_rng(0)),
        lambda J, p: truncate_ranks(J.net, p, 1),
    ],
)
def test_what_needs_dense_layers_says_so(use):
    with pytest.raises(OptionError, match="needs a network of dense layers, not of Conv.*, Dense"):
        use(*objective(SIGMOID))


def test_variable_projection_needs_a_dense_last_layer():
    last = Network.of((Dense(6, 6), CONVOLUTION), ("tanh", "identity"))
    J, _ = objective(last)
    with pytest.raises(OptionError, match="needs a dense last layer, not Convolution1D"):
        ReducedObjective(J)


def test_variable_projection_needs_nothing_else_of_the_layers_below():
    J, p = objective(NET)
    reduced = ReducedObjective(J)
    q = p[: reduced.hidden.size]
    best = reduced.lift(q)
    g = J.gradient(best)
    assert np.abs(g[q.size :]).max() <= 1e-12 * np.abs(J.gradient(p)).max()
    G, _ = reduced.gauss_newton(q)
    assert G.shape == (q.size, q.size)


def test_unknown_symmetries_are_refused_not_overlooked():
    linear = Network.of((CONVOLUTION, Dense(8, 2)), "identity")
    J, p = objective(linear)
    with pytest.raises(OptionError, match="identity units between Convolution1D and Dense"):
        orbit(J, p)
    J, p = objective(SIGMOID)
    assert orbit(J, p).shape == (p.size, 0)


def test_a_minimum_of_any_network_is_found_by_newton():
    J, p = objective(NET, decay=0.1)
    point = find_minimum(J, p)
    assert point.distance <= TOLERANCE * (1 + np.linalg.norm(point.p))
    assert point.definite
    np.testing.assert_allclose(
        quadratic_model(J, point.p).eigenvalues, point.eigenvalues, atol=1e-12
    )


@pytest.mark.parametrize("optimiser", [SteepestDescent(0.05), Adam(0.01), SOAP(NET, 0.01)])
def test_every_network_is_trained_without_buffers(optimiser):
    J, p = objective(NET)
    trained, history = train(J, p, optimiser, steps=20)
    assert history.objective[-1] < history.objective[0]
    assert J.value(trained) == history.objective[-1]
    assert not J.descend(p, 0.1)  # the fast step steps aside


def test_soap_turns_kernels_as_matrices_of_one_row_for_each_output():
    # one sample of one place: the convolution is a dense layer with the kernels as rows
    kernel = Convolution1D((2, 4), 2, 2, stride=1)
    both = Network.of((kernel,), "tanh"), Network((4, 4), "tanh")
    rng = np.random.default_rng(0)
    x, y, p = rng.standard_normal((4, 9)), rng.standard_normal((4, 9)), rng.standard_normal(20)
    eta, epsilon = 0.01, 1e-4
    of_kernels, of_matrix = (
        train(Objective(net, x, y), p, SOAP(net, eta, epsilon=epsilon, refresh=2), steps=9).p
        for net in both
    )
    # the first gradient is diagonal in its bases; elsewhere a step is round-off over epsilon
    atol = 100 * 9 * eta * np.finfo(float).eps / epsilon
    np.testing.assert_allclose(of_kernels, of_matrix, rtol=1e-12, atol=atol)
    plain = train(Objective(both[0], x, y), p, Adam(0.01, 0.95, 0.95), steps=9).p
    assert np.linalg.norm(of_kernels - plain) > 0.01 * np.linalg.norm(plain - p)


def test_soap_has_a_basis_for_every_layer_with_a_weight_matrix():
    _, p = objective(NET)
    factors = {f"{name}_{l}" for name in ("L", "R", "QL", "QR") for l in (0, 2)}  # 1: no weights
    assert set(SOAP(NET, 0.01).init(p)) == {"m", "v"} | factors


def test_what_needs_only_parameters_serves_every_network():
    _, p = objective(NET)
    assert last_layer(NET).basis.shape == (p.size, 5)
    assert biases(NET).basis.shape == (p.size, 2 + 2 + 1)
    np.testing.assert_allclose(round_to(NET, p, "float16"), p, rtol=1e-3, atol=1e-7)
