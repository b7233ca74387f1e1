"""Models without equations learn from any order of times, and predict at any times."""

import numpy as np
import pytest
from scipy.linalg import expm

from mornet.errors import DataError, OptionError
from mornet.experiments import model_runs
from mornet.reduction import fit_pod
from mornet.rom.methods.at_times import steps_to
from mornet.rom.methods.interface import Training
from mornet.rom.methods.operator_inference import OperatorInferenceMethod
from mornet.rom.methods.regression import RegressionMethod
from mornet.rom.methods.without_equation import problem_of_snapshots
from mornet.snapshots import DataSet, Snapshots

A = np.array([[-0.3, 2.0, 0.0], [-2.0, -0.3, 0.0], [0.0, 0.5, -1.0]])
T = np.arange(0, 3, 0.02)
LINEAR = OperatorInferenceMethod(quadratic=False)


def part(*times, start=(1.0, 0.0, 0.5)):
    """Return trajectories of du/dt = A u, one for each array of times."""
    return Snapshots(
        U=np.column_stack([expm(A * t) @ start for own in times for t in own]),
        x=np.arange(3.0)[None],
        trajectory=np.repeat(np.arange(len(times)), [len(own) for own in times]),
        t=np.concatenate(times),
    )


def error(train, test, method=LINEAR):
    """Return the relative error of the predicted test trajectory."""
    data = DataSet(name="spiral", train=train, test=test, split="", denominator="states")
    problem = problem_of_snapshots(data)
    training = Training(problem, fit_pod(train.U, rank=3), train)
    (known,) = model_runs.tests_of(data, problem, None)
    predicted = method.predictor(training)(known.trajectory.start)
    assert not predicted.failure
    return np.linalg.norm(predicted.states - known.trajectory.states) / known.whole


def test_a_training_trajectory_without_differences_is_refused():
    with pytest.raises(OptionError, match="3 snapshots of each .* trajectory 1 has 2: leave it"):
        error(part(T, T[:2]), part(T))


def test_operators_are_those_of_sorted_times():
    train, mixed = part(T), np.random.default_rng(0).permutation(len(T))
    assert error(train.take(mixed), part(T)) == pytest.approx(error(train, part(T)), rel=1e-6)


@pytest.mark.parametrize("method", [LINEAR, RegressionMethod()])
def test_a_time_that_stands_twice_is_refused(method):
    with pytest.raises(DataError, match="trajectory 0 has the time 0.18 twice: leave one"):
        error(part(T).take(np.r_[0:10, 9:150]), part(T), method)


@pytest.mark.parametrize(
    "times", [T[::5], np.arange(0, 3, 0.01), np.arange(0, 3, 0.03), T[[0, 3, 4, 9, 100]], T[:1]]
)
def test_operators_are_stepped_to_the_times_of_the_test(times):
    assert error(part(T), part(times)) < 0.005


def test_times_that_no_equal_steps_reach_are_refused():
    with pytest.raises(OptionError, match="are 0.04 to 0.051 apart, and no equal steps of at most"):
        steps_to(np.array([0.0, 0.04, 0.091]), 0.02)
