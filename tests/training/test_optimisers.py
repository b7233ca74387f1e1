import dataclasses

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.nn import Network
from mornet.training import (
    SOAP,
    Adam,
    AdamW,
    Armijo,
    Constant,
    Cosine,
    FullBatch,
    InverseTime,
    LevenbergMarquardt,
    Momentum,
    Nesterov,
    Objective,
    OnBatch,
    Prescribed,
    Shuffled,
    Stairs,
    SteepestDescent,
    TrainingSettings,
    WithReplacement,
    Wolfe,
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


NET = Network((3, 2), "identity", bias=False)
OPTIMISERS = {
    "fixed": SteepestDescent(0.3),
    "armijo": SteepestDescent(Armijo()),
    "wolfe": SteepestDescent(Wolfe()),
    "momentum": Momentum(0.1, 0.8),
    "nesterov": Nesterov(0.1, 0.8),
    "adam": Adam(Cosine(0.1, 600)),
    "adamw": AdamW(Cosine(0.1, 600), decay=0),
    "soap": SOAP(NET, Cosine(0.05, 600, warm_up=20), beta1=0.9, refresh=7),
}


@pytest.fixture(params=OPTIMISERS)
def optimiser(request):
    """The contract of an optimiser: every test that asks for this fixture."""
    return OPTIMISERS[request.param]


def test_every_optimiser_reaches_the_minimum_of_a_quadratic(optimiser):
    J = linear_regression()
    p, history = train(J, np.zeros(6), optimiser, steps=600)
    best = minimum(J)
    assert np.linalg.norm(p - best) <= 1e-6 * np.linalg.norm(best)
    assert history.objective[-1] - J.value(best) <= 1e-12


def test_no_optimiser_touches_its_start_or_its_gradient(optimiser):
    J, p = linear_regression(), np.zeros(6)
    train(J, p, optimiser, steps=3)
    assert not p.any()
    p, g = np.ones(6), J.gradient(np.ones(6))
    kept, on = g.copy(), OnBatch(J)
    optimiser.step(0, p, g, optimiser.init(p), on)
    np.testing.assert_array_equal(g, kept)
    assert (p != 1).any()


def test_the_state_of_every_optimiser_is_all_it_remembers(optimiser):
    # a copy of the state, given to an equal optimiser, goes on to the same bits
    J = linear_regression()
    p = np.zeros(6)
    state, on = optimiser.init(p), OnBatch(J)
    for k in range(20):
        if k == 9:
            q, copied = p.copy(), {name: a.copy() for name, a in state.items()}
        optimiser.step(k, p, J.gradient(p), state, on)
    other = dataclasses.replace(optimiser)
    for k in range(9, 20):
        other.step(k, q, J.gradient(q), copied, OnBatch(J))
    np.testing.assert_array_equal(p, q)
    assert all(isinstance(a, np.ndarray) for a in state.values())


def test_every_optimiser_stays_in_single_precision(optimiser):
    J = linear_regression()
    J = Objective(J.net, J.x.astype(np.float32), J.y.astype(np.float32))
    p, _ = train(J, np.zeros(6, np.float32), optimiser, steps=5)
    state = optimiser.init(p)
    optimiser.step(0, p, J.gradient(p), state, OnBatch(J))
    assert p.dtype == np.float32
    assert all(a.dtype == np.float32 for a in state.values() if a.ndim)


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


def test_nesterov_takes_the_gradient_at_the_point_ahead():
    # in the form of its paper q is the iterate, and p = q + beta v the point ahead
    J = linear_regression()
    p, _ = train(J, np.zeros(6), Nesterov(0.1, 0.9), steps=4)
    q, v = np.zeros(6), np.zeros(6)
    for _ in range(4):
        v = 0.9 * v - 0.1 * J.gradient(q + 0.9 * v)
        q = q + v
    np.testing.assert_allclose(p, q + 0.9 * v, rtol=1e-12)


def test_adamw_decays_the_weights_and_not_the_moments():
    # Algorithm 2 of its paper, the step and the decay from the same p
    J, decay = linear_regression(), np.linspace(0, 0.5, 6)
    p, _ = train(J, np.ones(6), AdamW(0.01, decay=decay), steps=5)
    q, m, v = np.ones(6), np.zeros(6), np.zeros(6)
    for t in range(1, 6):
        g = J.gradient(q)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        q = q - 0.01 * (m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8) + decay * q)
    np.testing.assert_allclose(p, q, rtol=1e-12)


def test_adamw_without_decay_is_adam():
    J = linear_regression()
    p, q = (train(J, np.ones(6), o, steps=5).p for o in (Adam(0.01), AdamW(0.01, decay=0)))
    np.testing.assert_array_equal(p, q)


def test_history_counts_steps_and_sample_gradients():
    J = linear_regression(m=10)
    rng = np.random.default_rng(0)
    _, history = train(
        J, np.zeros(6), Adam(), steps=7, sampling=Shuffled(4), rng=rng, record_every=3
    )
    assert history.step.tolist() == [0, 3, 6, 7]
    assert history.sample_gradients.tolist() == [0, 10, 20, 24]  # batches of 4, 4, 2
    assert len(history.objective) == 4


def test_the_validation_objective_is_recorded_on_its_own_samples():
    J = linear_regression()
    other = Objective(J.net, J.x[:, :5], J.y[:, :5])
    p, history = train(J, np.zeros(6), Adam(), steps=2, settings=TrainingSettings(other))
    assert history.validation_objective[-1] == other.value(p)


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
    for sampling in (Shuffled, WithReplacement):
        with pytest.raises(OptionError, match="size = 0 must be at least 1"):
            sampling(0)


@pytest.mark.parametrize("beta", [1.0, -0.1, np.nan, True, "0.9"])
@pytest.mark.parametrize(
    "make",
    [
        lambda beta: Momentum(beta=beta),
        lambda beta: Nesterov(beta=beta),
        lambda beta: Adam(beta1=beta),
        lambda beta: AdamW(beta2=beta),
        lambda beta: SOAP(NET, beta2=beta),
    ],
    ids=["momentum", "nesterov", "adam", "adamw", "soap"],
)
def test_rates_of_memory_are_parts(make, beta):
    """With beta = 1 a moment never fades, and its correction divides by zero."""
    with pytest.raises(OptionError, match=r"beta\d? = .* must be (at least 0|a finite number)"):
        make(beta)


@pytest.mark.parametrize("value", [0.0, -0.1, np.nan, True, "0.1"])
@pytest.mark.parametrize(
    "make",
    [
        SteepestDescent,
        Momentum,
        Nesterov,
        Adam,
        AdamW,
        lambda value: SOAP(NET, value),
        Constant,
        lambda value: InverseTime(value, 10),
        lambda value: Stairs(value, 10),
        lambda value: Cosine(value, 10),
        lambda value: Adam(epsilon=value),
        lambda value: SOAP(NET, epsilon=value),
        Armijo,
        Wolfe,
        lambda value: Armijo(c=value),
        lambda value: Wolfe(c1=value),
        LevenbergMarquardt,
    ],
)
def test_step_sizes_and_scales_are_positive(make, value):
    with pytest.raises(OptionError, match="must be (positive|a finite number)"):
        make(value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Armijo(shrink=1.0), "shrink = 1.0 must be less than 1"),
        (lambda: Wolfe(c1=0.5, c2=0.1), "c1 = 0.5 must be less than c2 = 0.1"),
        (lambda: Wolfe(c2=1.0), "c2 = 1.0, and c2 than 1"),
        (lambda: Armijo(most=0), "most = 0 must be at least 1"),
        (lambda: Wolfe(most=2.5), "most = 2.5 must be an integer"),
    ],
)
def test_line_searches_out_of_range_are_refused(make, message):
    with pytest.raises(OptionError, match=message):
        make()
