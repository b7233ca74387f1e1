import numpy as np
import pytest

from mornet.experiments.updates.retraining import (
    RATES,
    TRAINERS,
    continue_training,
    equal_gradients,
    paid_after,
    random_point_near,
    retrain,
    retrain_adam,
    train_adam,
)
from mornet.experiments.updates.trained_networks import linear_autoencoder_network
from mornet.perturbation import move_snapshots
from mornet.training import Adam, train
from mornet.training.newton import quadratic_model


@pytest.fixture(scope="module")
def trained():
    return linear_autoencoder_network(1e-2, n=6, r=2, N=20)


@pytest.fixture(scope="module")
def start(trained):
    return random_point_near(trained.base.p, np.random.default_rng(0))


def test_retraining_ends_at_the_minimum_and_counts(trained):
    objective = trained.objective
    found = retrain(objective, trained.base.p + 0.01, tolerance=1e-10)
    assert objective.value(found.p) == pytest.approx(trained.base.value, rel=1e-12)
    assert found.gradients == len(found.trace) > 1
    assert quadratic_model(objective, found.p).gradient_norm < 1e-6


def test_adam_with_its_state_kept_is_the_uninterrupted_training(trained, start):
    objective = trained.objective
    before = train_adam(objective, start, steps=70, eta=1e-2)
    state = {name: a.copy() for name, a in before.state.items()}
    after = retrain_adam(objective, before.p, after=before, eta=1e-2, most=30)
    np.testing.assert_array_equal(after.p, train(objective, start, Adam(1e-2), steps=100).p)
    assert before.k == 70  # the state from which it went on stays as it was
    for name, a in before.state.items():
        np.testing.assert_array_equal(a, state[name])


def test_adam_with_its_state_reset_is_a_training_of_its_own(trained, start):
    objective = trained.objective
    found = retrain_adam(objective, start, eta=1e-2, most=30)
    np.testing.assert_array_equal(found.p, train(objective, start, Adam(1e-2), steps=30).p)


def test_the_trace_never_rises_and_begins_at_the_start(trained, start):
    for found in (
        retrain_adam(trained.objective, start, eta=1e-1, most=40),
        retrain(trained.objective, start, most=40),
    ):
        values = [trained.objective.value(p) for p in found.trace]
        np.testing.assert_array_equal(found.trace[0], start)
        assert np.all(np.diff(values) <= 0)
        assert values[-1] < values[0]


def test_every_adam_has_the_best_of_the_rates(trained, start):
    rng = np.random.default_rng(1)
    E = rng.standard_normal(trained.objective.x.shape)
    new = move_snapshots(trained.objective, E / np.linalg.norm(E)).objective(0.1)
    before = train_adam(trained.objective, start, steps=300)
    runs = continue_training(new, trained.base.p, after=before, most=25)
    assert len(runs) == len(TRAINERS)
    for run, state in zip(runs[1:], (before, None), strict=True):
        others = [retrain_adam(new, trained.base.p, after=state, eta=eta, most=25) for eta in RATES]
        assert new.value(run.trace[-1]) == min(new.value(other.trace[-1]) for other in others)
        assert run.rate in RATES
        assert run.gradients == 25


def test_gradients_to_a_goal_are_counted_from_one():
    error = np.array([[4.0, 2.0, 1.0], [3.0, 3.0, 3.0]])
    np.testing.assert_array_equal(equal_gradients(error, np.array([2.0, 1.0])), [2, 3])
    np.testing.assert_array_equal(equal_gradients(error, np.array([5.0, 3.0])), [1, 1])


def test_a_factorisation_pays_after_its_work_over_the_work_that_an_update_saves():
    np.testing.assert_array_equal(
        paid_after(60.0, np.array([10.0, 10.0, 50.0, 0.0]), np.array([40, 10, 40, 1])),
        [2, 0, 0, 0],
    )
