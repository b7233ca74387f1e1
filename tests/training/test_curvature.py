"""Jacobians, Hessians and Gauss-Newton matrices of every shape of network, against definitions."""

import tracemalloc

import numpy as np
import pytest

from mornet.errors import DataError, OptionError
from mornet.nn import Network, back_propagate, forward_pass
from mornet.nn.curvature import output_jacobian
from mornet.training import Objective
from tests.nn.cases import reference_cases

CASES = reference_cases()
EPS = np.finfo(float).eps

NETWORKS = {
    "ten points": Network((2, 2, 3, 2), "sigmoid"),
    "one linear layer": Network((3, 2), "identity"),
    "one sigmoid layer without bias": Network((3, 2), "sigmoid", bias=False),
    "one output": Network((4, 3, 1), ("tanh", "identity")),
    "mixed": Network(
        (3, 4, 5, 4, 3, 2),
        ("sigmoid", "swish", "tanh", "sigmoid", "identity"),
        (True, False, True, True, False),
    ),
    "bottleneck": Network((6, 4, 1, 4, 6), ("swish", "identity", "tanh", "sigmoid"), True),
    "not for complex numbers": Network((4, 3, 2), ("softplus", "relu"), (False, True)),
}


def made(name):
    """An objective with sample weights and a decay per parameter, and two parameter vectors."""
    net = NETWORKS[name]
    rng = np.random.default_rng(3)
    x = rng.standard_normal((net.widths[0], 11))
    y = rng.standard_normal((net.widths[-1], 11))
    J = Objective(net, x, y, rng.uniform(0.5, 2, 11), rng.uniform(0, 0.1, net.size))
    return J, rng.standard_normal(net.size), rng.standard_normal(net.size)


@pytest.fixture(params=NETWORKS)
def setting(request):
    return made(request.param)


@pytest.fixture(params=[name for name in NETWORKS if "complex" not in name])
def analytic(request):
    return made(request.param)


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def complex_residual(J, p):
    """The residual for complex parameters, without the shapes and views of the code."""
    fit = np.sqrt(J.weights / J.N) * (J.net.forward(p, J.x) - J.y)
    return np.concatenate([fit.T.ravel(), np.sqrt(J.decay) * p])


def test_jacobian_agrees_with_complex_steps_to_round_off(analytic):
    # Im R(p + i h e) / h has no cancellation: its error is h^2, below round-off
    J, p, _ = analytic
    h = 1e-30
    steps = [complex_residual(J, p + 1j * h * e).imag / h for e in np.eye(len(p))]
    assert relative(J.jacobian(p).T, np.array(steps)) <= 1e-14


def test_a_row_of_the_jacobian_is_one_backward_pass(setting):
    # the reference, started from the unit vector of an output, for one sample at a time
    J, p, _ = setting
    g, rows = np.empty(p.size), []
    for i in range(J.N):
        passed = forward_pass(J.net.layers(p), J.x[:, [i]])
        for unit in np.eye(J.net.widths[-1]):
            start = np.sqrt(J.weights[i] / J.N) * unit[:, None]
            back_propagate(J.net.layers(p), passed, start, J.net.layers(g))
            rows.append(g.copy())
    DR, fit = J.jacobian(p), len(rows)
    assert relative(DR[:fit], np.array(rows)) <= 1e-14
    np.testing.assert_array_equal(DR[fit:], np.diag(np.sqrt(J.decay)))


def test_columns_of_the_jacobian_are_contiguous(setting):
    J, p, _ = setting
    assert J.jacobian(p).flags.f_contiguous
    assert output_jacobian(J.net, p, J.x).flags.f_contiguous


def test_jacobian_agrees_with_central_differences(setting):
    J, p, _ = setting
    h = EPS ** (1 / 3)
    steps = [(J.residual(p + h * e) - J.residual(p - h * e)) / (2 * h) for e in np.eye(len(p))]
    assert relative(J.jacobian(p).T, np.array(steps)) <= 1e-9  # h^2, and eps / h


def test_gradient_agrees_with_complex_steps_to_round_off(analytic):
    J, p, _ = analytic
    h = 1e-30
    values = [0.5 * np.sum(complex_residual(J, p + 1j * h * e) ** 2) for e in np.eye(p.size)]
    steps = np.imag(values) / h
    assert relative(J.gradient(p), steps) <= 1e-13


def test_hessian_agrees_with_complex_steps_of_the_gradient(analytic):
    J, p, v = analytic
    h = 1e-30
    assert relative(J.hessian_vector(p, v), J.gradient(p + 1j * h * v).imag / h) <= 1e-13


def test_hessian_agrees_with_central_differences_of_the_gradient(setting):
    J, p, v = setting
    h = EPS ** (1 / 3)
    difference = (J.gradient(p + h * v) - J.gradient(p - h * v)) / (2 * h)
    assert relative(J.hessian_vector(p, v), difference) <= 1e-8


def test_hessian_is_symmetric_before_any_symmetrising(setting):
    J, p, _ = setting
    H = J.hessian(p)
    assert np.abs(H - H.T).max() < 1e-14 * np.abs(H).max()


def test_value_and_gradient_are_the_value_and_the_gradient(setting):
    J, p, _ = setting
    value, g = J.value_and_gradient(p)
    assert value == pytest.approx(J.value(p), rel=1e-14)  # one in buffers, one by the reference
    np.testing.assert_allclose(g, J.gradient(p), rtol=0, atol=1e-14 * np.abs(g).max())


def test_gauss_newton_vector_is_JTJ_v_without_J(setting):
    J, p, v = setting
    DR = J.jacobian(p)
    assert relative(J.gauss_newton_vector(p, v), DR.T @ (DR @ v)) <= 1e-13
    V = np.array([v, p, v - p])
    assert relative(J.gauss_newton_vector(p, V), V @ DR.T @ DR) <= 1e-13


@pytest.mark.parametrize("k", range(len(CASES)))
def test_gauss_newton_matrix_agrees_with_an_independent_program(k):
    case = CASES[k]
    G, g = Objective(case.net, case.x, case.y).gauss_newton(case.p)
    assert relative(G @ case.v, case.GGNv) <= 1e-12
    assert relative(g, case.gradient) <= 1e-12


def test_blocks_of_one_sample_give_what_one_block_gives(setting):
    J, p, _ = setting
    G, g = J.gauss_newton(p)
    small = smallest_budget(J, p)
    G1, g1 = J.gauss_newton(p, max_bytes=small)
    assert relative(G1, G) <= 1e-13
    assert relative(g1, g) <= 1e-13


def test_blocks_give_JTJ_and_the_gradient(setting):
    J, p, _ = setting
    DR, R = J.jacobian(p), J.residual(p)
    G, g = J.gauss_newton(p)
    assert relative(G, DR.T @ DR) <= 1e-13
    assert relative(g, DR.T @ R) <= 1e-13
    np.testing.assert_array_equal(G, G.T)


def test_gauss_newton_is_the_hessian_of_a_one_layer_linear_network():
    case = CASES[1]
    J = Objective(case.net, case.x, case.y, decay=0.1)
    assert relative(J.gauss_newton(case.p)[0], J.hessian(case.p)) <= 1e-14


def smallest_budget(J, p):
    with pytest.raises(OptionError, match="one sample needs") as refused:
        J.gauss_newton(p, max_bytes=1)
    return int(str(refused.value).split()[-1])


@pytest.mark.parametrize("max_bytes", [2**20, 2**22])
@pytest.mark.parametrize("name", ["linear", "sigmoid"])
def test_the_measured_peak_memory_is_within_the_budget(name, max_bytes):
    last = {"linear": "identity", "sigmoid": "sigmoid"}[name]
    net = Network((12, 16, 3, 16, 12), ("tanh", "identity", "tanh", last))
    x = np.random.default_rng(0).standard_normal((12, 1500))
    J, p = Objective(net, x, x), np.full(net.size, 0.1)
    J.gauss_newton(p, max_bytes)  # imports
    samples = 8 * J.N  # the weights, which belong to the objective
    tracemalloc.start()
    try:
        G, g = J.gauss_newton(p, max_bytes)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert J.N * 12 * net.size * 8 > 10 * max_bytes  # the whole Jacobian is far beyond
    assert peak - G.nbytes - g.nbytes <= max_bytes + 4 * samples


def test_float32_stays_float32():
    net = Network((3, 4, 2), ("tanh", "identity"))
    x, y = np.ones((3, 5), np.float32), np.zeros((2, 5), np.float32)
    p = np.full(net.size, 0.1, np.float32)
    G, g = Objective(net, x, y).gauss_newton(p)
    assert G.dtype == g.dtype == np.float32


def test_negative_weights_have_no_gauss_newton_matrix():
    net = Network((3, 2))
    J = Objective(net, np.ones((3, 4)), np.zeros((2, 4)), -np.ones(4))
    with pytest.raises(DataError, match="negative weights or decay"):
        J.gauss_newton(np.zeros(8))
