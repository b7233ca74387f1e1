import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.nn import Network
from mornet.training import (
    Adam,
    Armijo,
    Cosine,
    FullBatch,
    Momentum,
    Objective,
    Prescribed,
    Shuffled,
    SteepestDescent,
    WithReplacement,
    train,
)


def linear_regression(m=12):
    """J is quadratic: one linear layer; minimum by the normal equations."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, m))
    y = rng.standard_normal((2, 3)) @ x + 0.1 * rng.standard_normal((2, m))
    return Objective(Network((3, 2), "identity", bias=False), x, y)


def minimum(J):
    return np.linalg.lstsq(J.x.T, J.y.T, rcond=None)[0].T.ravel()


OPTIMISERS = {
    "fixed": SteepestDescent(0.3),
    "armijo": SteepestDescent(Armijo()),
    "momentum": Momentum(0.1, 0.8),
    "adam": Adam(Cosine(0.1, 600)),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_reaches_the_minimum_of_a_quadratic(name):
    J = linear_regression()
    p, history = train(J, np.zeros(6), OPTIMISERS[name], steps=600)
    best = minimum(J)
    assert np.linalg.norm(p - best) <= 1e-6 * np.linalg.norm(best)
    assert history.cost[-1] - J.value(best) <= 1e-12


def test_steepest_descent_contracts_like_theory():
    # p_k - p* = (I - eta H)^k (p_0 - p*)
    J = linear_regression()
    best, H = minimum(J), J.hessian(np.zeros(6))
    p, _ = train(J, np.zeros(6), SteepestDescent(0.2), steps=7)
    expected = best - np.linalg.matrix_power(np.eye(6) - 0.2 * H, 7) @ best
    np.testing.assert_allclose(p, expected, rtol=1e-12)


def test_a_step_without_a_gradient_in_memory_is_the_same_step():
    J = linear_regression()
    penalised = Objective(J.net, J.x, J.y, decay=1e-300)  # has no direct step
    for sampling in (FullBatch(), Shuffled(5)):
        runs = [
            train(o, np.ones(6), SteepestDescent(0.2), steps=9, sampling=sampling,
                  rng=np.random.default_rng(0)).p
            for o in (J, penalised)
        ]  # fmt: skip
        np.testing.assert_allclose(*runs, rtol=1e-13)


def test_momentum_is_the_heavy_ball_recursion():
    J = linear_regression()
    p, _ = train(J, np.zeros(6), Momentum(0.1, 0.9), steps=3)
    q, v = np.zeros(6), np.zeros(6)
    for _ in range(3):
        v = 0.9 * v - 0.1 * J.gradient(q)
        q = q + v
    np.testing.assert_allclose(p, q, rtol=1e-13)


def test_adam_is_algorithm_1_of_its_paper():
    J = linear_regression()
    p, _ = train(J, np.zeros(6), Adam(0.01), steps=5)
    q, m, v = np.zeros(6), np.zeros(6), np.zeros(6)
    for t in range(1, 6):
        g = J.gradient(q)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        q = q - 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    np.testing.assert_allclose(p, q, rtol=1e-12)


def test_armijo_steps_never_increase_the_cost():
    rng = np.random.default_rng(1)
    net = Network((2, 5, 1), ("tanh", "identity"))
    J = Objective(net, rng.standard_normal((2, 20)), rng.standard_normal((1, 20)))
    _, history = train(J, rng.standard_normal(net.size), SteepestDescent(Armijo()), steps=50)
    assert (np.diff(history.cost) < 0).all()


def test_armijo_says_when_the_gradient_is_not_that_of_the_value():
    def uphill(p):
        return -float(p @ p)

    with pytest.raises(DivergenceError, match="is the gradient that of the value"):
        Armijo().step_size(uphill, np.ones(2), 2 * np.ones(2))


def test_training_does_not_touch_its_start():
    J, p = linear_regression(), np.zeros(6)
    train(J, p, Adam(), steps=3)
    assert not p.any()


def test_history_counts_steps_and_sample_gradients():
    J = linear_regression(m=10)
    rng = np.random.default_rng(0)
    _, history = train(
        J, np.zeros(6), Adam(), steps=7, sampling=Shuffled(4), rng=rng, record_every=3
    )
    assert history.step.tolist() == [0, 3, 6, 7]
    assert history.sample_gradients.tolist() == [0, 10, 20, 24]  # batches of 4, 4, 2
    assert len(history.cost) == 4


def test_validation_cost_is_recorded_on_its_own_samples():
    J = linear_regression()
    other = Objective(J.net, J.x[:, :5], J.y[:, :5])
    p, history = train(J, np.zeros(6), Adam(), steps=2, validation=other)
    assert history.validation_cost[-1] == other.value(p)


@pytest.mark.parametrize("sampling", [FullBatch(), WithReplacement(3), Shuffled(5)])
def test_the_same_seed_gives_the_same_bits(sampling):
    J = linear_regression()
    runs = [
        train(J, np.zeros(6), Adam(), steps=9, sampling=sampling, rng=np.random.default_rng(4)).p
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*runs)


def test_shuffled_batches_see_every_sample_once_an_epoch():
    sampling, rng = Shuffled(4), np.random.default_rng(0)
    state = sampling.init(10)
    for epoch in range(3):
        batches = [sampling.draw(3 * epoch + k, state, rng).copy() for k in range(3)]
        assert [len(b) for b in batches] == [4, 4, 2]
        assert sorted(np.concatenate(batches)) == list(range(10))


def test_with_replacement_is_uniform():
    sampling, rng = WithReplacement(1), np.random.default_rng(0)
    state = sampling.init(10)
    counts = np.bincount([sampling.draw(k, state, rng)[0] for k in range(20_000)], minlength=10)
    # chi-squared with 9 degrees of freedom: below 33.7 with probability 0.9999
    assert np.sum((counts - 2000) ** 2 / 2000) < 33.7


def test_divergence_stops_with_step_norm_and_advice():
    J = linear_regression()
    with pytest.raises(DivergenceError, match=r"after step \d+, with .* a smaller learning rate"):
        train(J, np.ones(6), SteepestDescent(1e200), steps=10)


def test_bad_options_are_refused():
    J = linear_regression()
    with pytest.raises(OptionError, match="steps = -1"):
        train(J, np.zeros(6), Adam(), steps=-1)
    with pytest.raises(OptionError, match="is random: give rng"):
        train(J, np.zeros(6), Adam(), steps=1, sampling=Shuffled(2))
    with pytest.raises(OptionError, match="only 2 are given"):
        train(J, np.zeros(6), Adam(), steps=3, sampling=Prescribed(np.array([0, 1])))
    with pytest.raises(OptionError, match="indices run from 0 to 99, but there are 12"):
        train(J, np.zeros(6), Adam(), steps=1, sampling=Prescribed(np.array([0, 99])))
    with pytest.raises(OptionError, match="batch size 0"):
        train(J, np.zeros(6), Adam(), steps=1, sampling=Shuffled(0), rng=np.random.default_rng())
