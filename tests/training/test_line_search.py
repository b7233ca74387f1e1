import numpy as np
import pytest

from mornet.errors import DivergenceError
from mornet.nn import Network
from mornet.training import Armijo, Objective, OnBatch, SteepestDescent, Wolfe, train

SEARCHES = [Armijo(), Wolfe(), Wolfe(c2=0.1), Wolfe(initial=1e-6), Wolfe(initial=1e6)]


def network_objective():
    rng = np.random.default_rng(1)
    net = Network((2, 5, 1), ("tanh", "identity"))
    J = Objective(net, rng.standard_normal((2, 20)), rng.standard_normal((1, 20)))
    return J, rng.standard_normal(net.size), rng


class Uphill:
    def value(self, p):
        return -float(p @ p)

    def gradient(self, p):
        return 2 * p


@pytest.mark.parametrize("search", SEARCHES)
def test_line_search_steps_never_increase_the_objective(search):
    J, p, _ = network_objective()
    _, history = train(J, p, SteepestDescent(search), steps=50)
    assert (np.diff(history.objective) < 0).all()


@pytest.mark.parametrize("search", [s for s in SEARCHES if isinstance(s, Wolfe)])
def test_wolfe_steps_satisfy_both_strong_conditions(search):
    J, p, rng = network_objective()
    for _ in range(40):
        p = rng.standard_normal(p.shape)
        g = J.gradient(p)
        d = -g + 0.3 * np.linalg.norm(g) * rng.standard_normal(p.shape) / len(p)
        eta = search.step_size(J, p, g, d)
        assert J.value(p + eta * d) <= J.value(p) + search.c1 * eta * (g @ d)
        assert abs(J.gradient(p + eta * d) @ d) <= search.c2 * abs(g @ d)


@pytest.mark.parametrize("search", [Armijo(), Wolfe()])
def test_a_line_search_says_when_the_gradient_is_not_that_of_the_value(search):
    p = np.ones(2)
    with pytest.raises(DivergenceError, match="check that the gradient is that of the value"):
        search.step_size(Uphill(), p, 2 * p, -2 * p)


def test_what_a_line_search_evaluates_is_counted():
    J, p, _ = network_objective()
    on = OnBatch(J)
    g = on.gradient(p)
    on.batch = np.arange(5)
    Wolfe().step_size(on, p, g, -g)
    values, gradients = on.sample_values // 5, (on.sample_gradients - 20) // 5
    assert 2 <= values <= 10
    assert 1 <= gradients <= values - 1
    history = train(J, p, SteepestDescent(Armijo()), steps=4).history
    assert (np.diff(history.sample_values) >= 2 * 20).all()  # J(p) and at least one trial
    assert train(J, p, SteepestDescent(0.1), steps=4).history.sample_values is None
