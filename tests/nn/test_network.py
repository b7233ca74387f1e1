import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.nn import Network, initialise


def test_the_entering_example_has_23_parameters():
    assert Network((2, 2, 3, 2), "sigmoid").size == 23


def test_layers_are_views_so_that_writing_to_them_writes_to_p():
    net = Network((3, 4, 2), ("tanh", "identity"), bias=(True, False))
    p = np.zeros(net.size)
    first, second = net.layers(p)
    first.W[...], first.b[...], second.W[...] = 1, 2, 3
    assert second.b is None
    np.testing.assert_array_equal(p, [1] * 12 + [2] * 4 + [3] * 8)


def test_forward_is_the_formula_of_the_talk():
    rng = np.random.default_rng(0)
    net = Network((2, 2, 3, 2))
    p, x = rng.standard_normal(net.size), rng.standard_normal((2, 7))
    W2, b2 = p[:4].reshape(2, 2), p[4:6]
    W3, b3 = p[6:12].reshape(3, 2), p[12:15]
    W4, b4 = p[15:21].reshape(2, 3), p[21:]

    def sigma(z):
        return 1 / (1 + np.exp(-z))

    columns = [sigma(W4 @ sigma(W3 @ sigma(W2 @ c + b2) + b3) + b4) for c in x.T]
    np.testing.assert_allclose(net.forward(p, x), np.array(columns).T, rtol=1e-14)


def test_split_halves_compose_to_the_network():
    rng = np.random.default_rng(1)
    net = Network((5, 4, 2, 4, 5), ("tanh", "identity", "tanh", "identity"))
    p, x = initialise(net, "glorot", rng), rng.standard_normal((5, 3))
    head, tail = net.split(2)
    code = head.forward(p[: head.size], x)
    np.testing.assert_array_equal(tail.forward(p[head.size :], code), net.forward(p, x))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((3,),), "at least two positive"),
        (((3, 0),), "at least two positive"),
        (((3, 2), "step"), "no activation 'step'"),
        (((3, 2), ("tanh", "tanh")), "activations has 2 entries for 1 layers"),
        (((3, 2), "tanh", (True, True)), "bias has 2 entries for 1 layers"),
    ],
)
def test_impossible_networks_are_refused(arguments, message):
    with pytest.raises(OptionError, match=message):
        Network(*arguments)


def test_wrong_shapes_are_refused_with_both_numbers():
    net = Network((3, 2))
    with pytest.raises(ShapeError, match="p has 5 entries but the network 8 parameters"):
        net.forward(np.zeros(5), np.zeros((3, 1)))
    with pytest.raises(ShapeError, match=r"x has shape \(2, 1\), but the network takes \(3, N\)"):
        net.forward(np.zeros(8), np.zeros((2, 1)))


@pytest.mark.parametrize(("rule", "variance"), [("glorot", 2 / 150), ("he", 2 / 50)])
def test_initial_weights_have_the_variance_of_their_rule(rule, variance):
    net = Network((50, 100), "tanh")
    p = initialise(net, rule, np.random.default_rng(0))
    W, b = net.layers(p)[0][:2]
    # the sample variance of 5000 uniform numbers has relative standard deviation 0.9 / sqrt(5000)
    assert np.var(W) == pytest.approx(variance, rel=0.06)
    assert not b.any()


def test_the_article_starts_from_half_a_normal():
    p = initialise(Network((2, 2, 3, 2)), "normal", np.random.default_rng(5))
    np.testing.assert_array_equal(p, 0.5 * np.random.default_rng(5).standard_normal(23))


def test_an_unknown_initialisation_is_refused():
    with pytest.raises(OptionError, match="no initialisation 'xavier'"):
        initialise(Network((1, 1)), "xavier", np.random.default_rng(0))
