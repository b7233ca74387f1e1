import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.nn import ACTIVATIONS, Network
from mornet.nn.series import activation_series, evaluate, matrix_product, product
from mornet.nn.taylor import DataSeries, forward_series, gradient_series
from mornet.training import Objective

SMOOTH = sorted(set(ACTIVATIONS) - {"relu"})


@pytest.fixture(params=SMOOTH)
def objective(request):
    rng = np.random.default_rng(5)
    net = Network((3, 4, 3, 2), (request.param, "sigmoid", request.param), (True, False, True))
    x, y = rng.standard_normal((3, 7)), rng.standard_normal((2, 7))
    return Objective(net, x, y, weights=rng.uniform(0.5, 2, 7), decay=rng.uniform(0, 1, net.size))


@pytest.fixture
def p(objective):
    return np.random.default_rng(6).standard_normal(objective.net.size)


def lifted(c, K):
    """The series c + 0 t + ... + 0 t^K."""
    series = np.zeros((K + 1, *np.shape(c)), dtype=np.asarray(c).dtype)
    series[0] = c
    return series


def still(objective, K):
    o = objective
    return DataSeries(*(lifted(c, K) for c in (o.x, o.y, o.weights / o.N, o.decay)))


def moving(objective, K, rng):
    """Return the series of data that all move, with every power of t."""
    data = still(objective, K)
    for c in data:
        c[1:] = 0.3 * rng.standard_normal(c[1:].shape)
    return data


def at(objective, data, t):
    x, y, w, decay = (evaluate(c, t) for c in data)
    return Objective(objective.net, x, y, weights=w * objective.N, decay=decay)


def close(a, b, tolerance):
    return np.max(np.abs(a - b)) <= tolerance * np.max(np.abs(b))


def test_order_0_is_the_gradient(objective, p):
    g = gradient_series(objective.net, lifted(p, 0), still(objective, 0))
    assert close(g[0], objective.gradient(p), 1e-13)


def test_order_1_is_the_hessian_product(objective, p):
    v = np.random.default_rng(8).standard_normal(p.size)
    g = gradient_series(objective.net, np.array([p, v]), still(objective, 1))
    assert close(g[1], objective.hessian_vector(p, v), 1e-13)


def test_order_1_is_the_complex_step(objective, p):
    """Im g(i h) / h of series of order 0 is the derivative, without cancellation, for tiny h."""
    if "softplus" in objective.net.activations:
        pytest.skip("NumPy's logaddexp takes no complex numbers")
    rng, h = np.random.default_rng(9), 1e-100
    data, v = moving(objective, 1, rng), rng.standard_normal(p.size)
    g = gradient_series(objective.net, np.array([p, v]), data)
    step = DataSeries(*(c[:1] + 1j * h * c[1:] for c in data))
    derivative = gradient_series(objective.net, (p + 1j * h * v)[None], step)[0].imag / h
    assert close(g[1], derivative, 1e-13)


def test_all_orders_sum_to_the_gradient_on_the_path(objective, p):
    """What the truncated series leaves at t is O(t^{K+1})."""
    rng, K = np.random.default_rng(10), 5
    curve = np.concatenate([p[None], 0.5 * rng.standard_normal((K, p.size))])
    data = moving(objective, K, rng)
    g = gradient_series(objective.net, curve, data)
    left = [
        np.linalg.norm(evaluate(g, t) - at(objective, data, t).gradient(evaluate(curve, t)))
        for t in (0.02, 0.01)
    ]
    assert left[1] < 1e-6 * np.linalg.norm(g[0])
    assert np.log2(left[0] / left[1]) == pytest.approx(K + 1, abs=0.3)


def test_central_difference_agrees(objective, p):
    rng, h = np.random.default_rng(11), 1e-3
    data = moving(objective, 2, rng)
    g = gradient_series(objective.net, lifted(p, 2), data)

    def difference(h):
        forth, back = (at(objective, data, s * h).gradient(p) for s in (1, -1))
        return (forth - back) / (2 * h)

    assert close((4 * difference(h / 2) - difference(h)) / 3, g[1], 1e-9)


def test_hessian_products_are_symmetric(objective, p):
    u, v = np.random.default_rng(12).standard_normal((2, p.size))
    net, data = objective.net, still(objective, 1)
    Hu, Hv = (gradient_series(net, np.array([p, d]), data)[1] for d in (u, v))
    assert abs(u @ Hv - v @ Hu) <= 1e-14 * np.linalg.norm(u) * np.linalg.norm(Hv) * 10


def test_forward_series_is_the_forward_pass_on_the_path(objective, p):
    rng = np.random.default_rng(13)
    curve = np.array([p, rng.standard_normal(p.size)])
    f = forward_series(objective.net, curve, lifted(objective.x, 1))
    assert close(f[0], objective.net.forward(p, objective.x), 1e-14)


def test_products_of_polynomials_are_polynomials():
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 4, 3))
    full = [np.convolve(a[:, i], b[:, i])[:4] for i in range(3)]
    np.testing.assert_allclose(product(a, b), np.array(full).T, atol=1e-15)
    A, B = rng.standard_normal((2, 1, 2, 2))
    np.testing.assert_allclose(matrix_product(A, B), A @ B)


def test_kinks_have_no_series():
    with pytest.raises(OptionError, match="relu has no power series; there are sigmoid"):
        activation_series("relu", np.ones((2, 1)))


def test_shapes_must_fit():
    net = Network((3, 2))
    with pytest.raises(ShapeError, match=r"p has shape \(2, 8\) and x \(1, 3, 5\)"):
        forward_series(net, np.ones((2, 8)), np.ones((1, 3, 5)))
