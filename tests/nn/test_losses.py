"""A loss has exact derivatives, and every derivative of J follows from them."""

import numpy as np
import pytest
from scipy.special import log_softmax

from mornet.errors import OptionError
from mornet.nn import AveragePool, Convolution, Dense, Network
from mornet.nn.losses import LOSSES, loss, softmax
from mornet.nn.series import evaluate
from mornet.perturbation.data.paths import DataPath
from mornet.training import Objective

EPS = np.finfo(float).eps
NETWORKS = {
    "dense": Network((3, 4, 3), ("tanh", "identity")),
    "convolution": Network.of(
        (
            Convolution((1, 2), (6,), (3,), padding=(1,), circular=True),
            AveragePool((2, 6), (2,), (2,)),
            Dense(6, 3),
        ),
        ("swish", "identity", "identity"),
        (True, False, True),
    ),
}


def classes(N, rng):
    """Probabilities of three classes; the first sample is certain."""
    y = rng.dirichlet(np.ones(3), N).T
    y[:, 0] = (0, 1, 0)
    return y


@pytest.fixture(params=NETWORKS)
def setting(request):
    net, rng = NETWORKS[request.param], np.random.default_rng(2)
    x = rng.standard_normal((net.widths[0], 8))
    weights, decay = rng.uniform(0.5, 2, 8), rng.uniform(0.01, 0.1, net.size)
    J = Objective(net, x, classes(8, rng), weights, decay, loss="softmax_log")
    return J, rng.standard_normal(net.size), rng.standard_normal((3, net.size))


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


@pytest.mark.parametrize("name", LOSSES)
def test_derivatives_of_a_loss_agree_with_complex_steps(name):
    rng, C, h = np.random.default_rng(0), loss(name), 1e-30
    a, v, y = rng.standard_normal((3, 5)), rng.standard_normal((2, 3, 5)), classes(5, rng)
    slope = C.value(a + 1j * h * v[0], y).imag / h
    np.testing.assert_allclose(np.sum(C.derivative(a, y) * v[0], axis=0), slope, rtol=1e-13)
    for curved, direction in zip(C.curvature(a, y, v), v, strict=True):
        step = C.derivative(a + 1j * h * direction, y).imag / h
        np.testing.assert_allclose(curved, step, rtol=1e-12, atol=1e-15)


def test_the_log_loss_is_that_of_an_independent_program_and_never_overflows():
    a, y = np.array([[1000.0, -3.0], [0.0, 2.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    expected = -np.sum(y * log_softmax(a, axis=0), axis=0)
    np.testing.assert_allclose(loss("softmax_log").value(a, y), expected, rtol=1e-15)
    np.testing.assert_allclose(softmax(a)[:, 0], [1, 0], atol=EPS)


def test_the_gradient_and_hessian_products_are_derivatives(setting):
    J, p, V = setting
    h = 1e-30
    rates = [J.value_and_gradient(p)[1] @ v for v in V]
    eps = EPS ** (1 / 3)
    slopes = [(J.value(p + eps * v) - J.value(p - eps * v)) / (2 * eps) for v in V]
    np.testing.assert_allclose(rates, slopes, rtol=1e-7, atol=1e-9)
    for v, Hv in zip(V, J.hessian_vector(p, V), strict=True):
        assert relative(Hv, J.gradient(p + 1j * h * v).imag / h) <= 1e-12


def test_the_gauss_newton_product_is_that_of_the_jacobian_and_the_curvature(setting):
    J, p, V = setting
    steps = EPS ** (1 / 3)
    jacobian = np.array(
        [
            (J.net.forward(p + steps * e, J.x) - J.net.forward(p - steps * e, J.x)) / (2 * steps)
            for e in np.eye(p.size)
        ]
    )  # (P, 3, N)
    a, (_, y, w) = J.net.forward(p, J.x), J.samples()
    curved = J.C.curvature(a, y, jacobian) * w
    G = np.einsum("pjn,qjn->pq", jacobian, curved) + np.diag(J.decay)
    assert relative(J.gauss_newton_vector(p, V), V @ G) <= 1e-8
    assert np.linalg.eigvalsh(G).min() > 0  # also where the Hessian is indefinite


def test_power_series_hold_for_moving_parameters_inputs_and_targets(setting):
    J, p, V = setting
    rng, K = np.random.default_rng(5), 3
    y = classes(J.N, rng) - J.y
    path = DataPath(J, x=0.1 * rng.standard_normal((1, *J.x.shape)), y=y[None])
    curve = np.vstack([p[None], 0.1 * V])
    g = path.gradient_series(curve)
    assert relative(path.gradient_series(curve[:1])[0], J.gradient(p)) <= 1e-13
    left = [
        np.linalg.norm(evaluate(g, t) - path.objective(t).gradient(evaluate(curve, t)))
        for t in (0.04, 0.02)
    ]
    assert np.log2(left[0] / left[1]) == pytest.approx(K + 1, abs=0.3)


@pytest.mark.parametrize(
    "use",
    [
        lambda J, p: J.residual(p),
        lambda J, p: J.jacobian(p),
        lambda J, p: J.gauss_newton(p),
    ],
)
def test_what_needs_squares_says_so(setting, use):
    with pytest.raises(OptionError, match="needs the loss 'squares', not 'softmax_log'"):
        use(*setting[:2])


def test_an_unknown_loss_is_refused():
    with pytest.raises(OptionError, match="no loss 'hinge'; there are squares, softmax_log"):
        Objective(NETWORKS["dense"], np.zeros((3, 2)), np.zeros((3, 2)), loss="hinge")
