import tracemalloc

import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.nn import Convolution, Dense, Network
from mornet.training import DroppedOut, Objective
from tests.nn.cases import reference_cases

CASES = reference_cases()
EPS = np.finfo(float).eps


@pytest.fixture(params=range(len(CASES)))
def case(request):
    return CASES[request.param]


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def test_value_and_gradient_agree_with_an_independent_program(case):
    J = Objective(case.net, case.x, case.y)
    assert J.value(case.p) == pytest.approx(case.loss, rel=1e-14)
    assert relative(J.gradient(case.p), case.gradient) <= 1e-12


def test_hessian_vector_product_agrees_with_an_independent_program(case):
    J = Objective(case.net, case.x, case.y)
    assert relative(J.hessian_vector(case.p, case.v), case.Hv) <= 1e-12


def test_gauss_newton_product_agrees_with_an_independent_program(case):
    J = Objective(case.net, case.x, case.y)
    assert relative(J.gauss_newton_vector(case.p, case.v), case.GGNv) <= 1e-12


def test_hessian_is_symmetric_to_round_off_and_contains_its_products(case):
    J = Objective(case.net, case.x, case.y)
    H = J.hessian(case.p)
    assert np.abs(H - H.T).max() <= 1e-14 * np.abs(H).max()
    assert relative(H @ case.v, case.Hv) <= 1e-12


def test_residual_and_jacobian_make_the_objective_and_its_gradient(case):
    weights = np.linspace(0.5, 2, case.x.shape[1])
    J = Objective(case.net, case.x, case.y, weights, decay=0.01)
    R, DR = J.residual(case.p), J.jacobian(case.p)
    assert pytest.approx(J.value(case.p), rel=1e-13) == 0.5 * R @ R
    assert relative(DR.T @ R, J.gradient(case.p)) <= 1e-12


def test_gauss_newton_is_the_hessian_of_a_linear_network():
    case = CASES[1]  # one layer, identity
    J = Objective(case.net, case.x, case.y)
    DR = J.jacobian(case.p)
    assert relative(DR.T @ DR, J.hessian(case.p)) <= 1e-14


def mixed_network():
    """All activations, layers with and without bias, sample weights, decay per parameter."""
    rng = np.random.default_rng(3)
    net = Network(
        (3, 4, 5, 4, 3, 2),
        ("softplus", "swish", "tanh", "sigmoid", "identity"),
        (True, False, True, True, False),
    )
    x, y = rng.standard_normal((3, 9)), rng.standard_normal((2, 9))
    J = Objective(net, x, y, rng.uniform(0.5, 2, 9), rng.uniform(0, 0.1, net.size))
    return J, rng.standard_normal(net.size), rng.standard_normal(net.size)


def test_gradient_agrees_with_central_differences():
    J, p, _ = mixed_network()
    h = EPS ** (1 / 3)
    differences = [(J.value(p + h * e) - J.value(p - h * e)) / (2 * h) for e in np.eye(len(p))]
    # error h^2 J''' / 6 + eps J / h
    np.testing.assert_allclose(J.gradient(p), differences, atol=1e-9)


def test_hessian_agrees_with_differences_of_the_gradient():
    J, p, v = mixed_network()
    h = EPS ** (1 / 3)
    difference = (J.gradient(p + h * v) - J.gradient(p - h * v)) / (2 * h)
    assert relative(J.hessian_vector(p, v), difference) <= 1e-8


def test_stacked_directions_give_the_products_one_by_one():
    J, p, v = mixed_network()
    V = np.array([v, 2 * v[::-1], p])
    each = np.array([J.hessian_vector(p, v) for v in V])
    np.testing.assert_allclose(J.hessian_vector(p, V), each, rtol=1e-12, atol=1e-14)


def test_a_hessian_takes_little_memory_besides_itself():
    maps = (Convolution((1, 4), (40,), (3,), padding=(1,)), Dense(160, 2))
    net = Network.of(maps, ("tanh", "identity"))
    x = np.random.default_rng(0).standard_normal((40, 50))
    J, p = Objective(net, x, x[:2]), np.full(net.size, 0.1)
    J.hessian_vector(p, p)  # imports
    tracemalloc.start()
    try:
        H = J.hessian(p)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    at_once = 160 * 50 * net.size * H.itemsize  # one product of all columns
    assert peak < at_once
    each = np.array([J.hessian_vector(p, e) for e in np.eye(net.size)])
    np.testing.assert_allclose(H, each, rtol=1e-12, atol=1e-14)


def test_a_batch_of_all_samples_is_the_whole_objective():
    J, p, _ = mixed_network()
    everything = np.arange(J.N)
    assert J.value(p, everything) == J.value(p)
    np.testing.assert_array_equal(J.gradient(p, everything), J.gradient(p))


def test_the_gradients_of_single_samples_average_to_the_gradient():
    case = CASES[0]
    J = Objective(case.net, case.x, case.y)
    mean = np.mean([J.gradient(case.p, np.array([i])) for i in range(J.N)], axis=0)
    assert relative(mean, J.gradient(case.p)) <= 1e-14


def test_back_propagation_is_the_lemma_written_with_loops():
    case = CASES[0]
    layers = case.net.layers(case.p)
    total = np.zeros(case.net.size)
    for x, y in zip(case.x.T, case.y.T, strict=True):
        a, z = [x], []
        for W, b, sigma, _ in layers:
            z.append(W @ a[-1] + b)
            a.append(sigma.value(z[-1]))
        delta = [np.empty(0)] * 3
        delta[2] = a[3] * (1 - a[3]) * (a[3] - y)
        for l in (1, 0):
            back = np.zeros(len(a[l + 1]))
            for j in range(len(back)):
                for k in range(len(delta[l + 1])):
                    back[j] += delta[l + 1][k] * layers[l + 1].W[k, j]
            delta[l] = a[l + 1] * (1 - a[l + 1]) * back
        g = np.zeros(case.net.size)
        for l, (W, b, *_) in enumerate(case.net.layers(g)):
            for j in range(W.shape[0]):
                b[j] = delta[l][j]
                for k in range(W.shape[1]):
                    W[j, k] = delta[l][j] * a[l][k]
        total += g
    J = Objective(case.net, case.x, case.y)
    assert relative(J.gradient(case.p), total / J.N) <= 1e-14


def test_the_cost_of_the_article_is_2N_times_J():
    case = CASES[0]
    J = Objective(case.net, case.x, case.y)
    printed = sum(
        np.linalg.norm(y - a) ** 2
        for y, a in zip(case.y.T, case.net.forward(case.p, case.x).T, strict=True)
    )
    assert 2 * J.N * J.value(case.p) == pytest.approx(printed, rel=1e-14)


def test_float32_stays_float32():
    net = Network((3, 4, 2))
    x, y = np.ones((3, 5), np.float32), np.zeros((2, 5), np.float32)
    p = np.full(net.size, 0.1, np.float32)
    assert Objective(net, x, y).gradient(p).dtype == np.float32


@pytest.mark.parametrize("loss", ["squares", "softmax_log"])  # with buffers and without
@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([0, 4], "samples outside 0 to 3"),
        ([0, -1], "samples outside 0 to 3"),
        ([], "indices of one or more samples"),
        ([True, False, True, True], "indices of one or more samples"),
        ([0.0, 1.0], "indices of one or more samples"),
        ([[0, 1]], "indices of one or more samples"),
    ],
)
def test_a_batch_holds_indices_of_samples(batch, message, loss):
    net = Network((3, 2))
    whole = Objective(net, np.zeros((3, 4)), np.zeros((2, 4)), loss=loss)
    for J in (whole, DroppedOut(whole, 0)):
        with pytest.raises(OptionError, match=message):
            J.gradient(np.zeros(8), np.array(batch))
        with pytest.raises(OptionError, match=message):
            J.value(np.zeros(8), np.array(batch))


def test_misfits_are_refused_with_their_numbers():
    net = Network((3, 2))
    x, y = np.zeros((3, 4)), np.zeros((2, 4))
    with pytest.raises(ShapeError, match="x has 2 rows, but 3 are needed"):
        Objective(net, x[:2], y)
    with pytest.raises(ShapeError, match="x has 4 columns .samples., y 3"):
        Objective(net, x, y[:, :3])
    with pytest.raises(ShapeError, match=r"weights have shape \(3,\), not \(4,\)"):
        Objective(net, x, y, np.ones(3))
    with pytest.raises(ShapeError, match=r"decay has shape \(7,\), not \(8,\)"):
        Objective(net, x, y, decay=np.ones(7))
    with pytest.raises(DataError, match="p holds int64; parameters are real numbers"):
        Objective(net, x, y).gradient(np.ones(8, np.int64))
    bad = x.copy()
    bad[1, 2] = np.nan
    with pytest.raises(DataError, match=r"not finite in 1 entry; .* row 1 of column \(sample\) 2"):
        Objective(net, bad, y)
    with pytest.raises(DataError, match="weights must be finite"):
        Objective(net, x, y, np.array([1, 1, np.nan, 1]))
    with pytest.raises(DataError, match="negative weights or decay have no residual"):
        Objective(net, x, y, decay=-0.1).residual(np.zeros(8))
    with pytest.raises(DataError, match="negative weights or decay have no residual"):
        Objective(net, x, y, -np.ones(4)).residual(np.zeros(8))


@pytest.mark.parametrize("loss", ["squares", "softmax_log"])  # with buffers and without
def test_a_list_of_parameters_is_refused_by_name(loss):
    J = Objective(Network((3, 2)), np.zeros((3, 4)), np.zeros((2, 4)), loss=loss)
    p, v = [0.1] * 8, np.ones(8)
    calls = {
        "value": (p,), "gradient": (p,), "value_and_gradient": (p,), "hessian": (p,),
        "hessian_vector": (p, v), "gauss_newton_vector": (p, v), "descend": (p, 0.1),
    }  # fmt: skip
    if loss == "squares":
        calls |= dict.fromkeys(("residual", "jacobian", "gauss_newton"), (p,))
    for name, arguments in calls.items():
        with pytest.raises(DataError, match="p is of type list: an array is needed"):
            getattr(J, name)(*arguments)


def test_a_direction_that_does_not_fit_is_called_v():
    J, p = Objective(Network((3, 2)), np.zeros((3, 4)), np.zeros((2, 4))), np.zeros(8)
    for product in (J.hessian_vector, J.gauss_newton_vector):
        with pytest.raises(ShapeError, match="v has 3 entries but the network 8 parameters"):
            product(p, np.ones(3))
        with pytest.raises(DataError, match="v is of type list"):
            product(p, [1.0] * 8)
