"""Regressions learn over inputs that tell snapshots apart, and say which ones do not."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.reduction import fit_pod
from mornet.rom.methods.interface import Start, Training
from mornet.rom.methods.operator_inference import OperatorInferenceMethod
from mornet.rom.methods.regression import RegressionMethod
from mornet.rom.methods.without_equation import problem_of_snapshots
from mornet.snapshots import DataSet, Snapshots

T = np.arange(0, 3, 0.02)
EVERY = [
    RegressionMethod(),
    RegressionMethod(regressor="gaussian_process"),
    RegressionMethod(regressor="network", steps=300, hidden=(8,)),
]
OPERATORS = OperatorInferenceMethod(quadratic=False)


def states(size, t=T):
    return size * np.exp(-0.3 * t) * np.stack([np.cos(2 * t), np.sin(2 * t), 0.5 + 0 * t])


def error(sizes, mus, size, mu, method, times=None):
    """Return the error of trajectories of this ``size`` at ``mu``, learned from the ``sizes``."""
    times = times or [T] * len(sizes)
    part = Snapshots(
        U=np.hstack([states(s, t) for s, t in zip(sizes, times, strict=True)]),
        x=np.arange(3.0)[None],
        trajectory=np.repeat(np.arange(len(sizes)), [len(t) for t in times]),
        t=np.concatenate(times),
        mu=None if mus is None else np.repeat(np.transpose(mus), len(T), axis=1),
    )
    problem = problem_of_snapshots(DataSet(name="d", train=part, test=part, split=""))
    predict = method.predictor(Training(problem, fit_pod(part.U, rank=3), part))
    found = predict(Start(mu, 0.0, states(size)[:, 0], len(T) - 1, None, T)).states
    return np.linalg.norm(found - states(size)) / np.linalg.norm(states(size))


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize(("mus", "words"), [(None, "no parameters mu"), ([(1,), (1,)], "one mu =")])
def test_trajectories_that_nothing_tells_apart_are_refused(method, mus, words):
    with pytest.raises(OptionError, match=f"trajectories 0 and 1 have {words}.* times overlap"):
        error((1, 2), mus, 1.5, () if mus is None else (1.0,), method)


def test_a_trajectory_in_two_pieces_is_regressed_over_time():
    assert error((1, 1), None, 1, (), RegressionMethod(), [T[:80], T[80:]]) < 1e-6


@pytest.mark.parametrize("method", [*EVERY, OPERATORS])
def test_a_parameter_that_is_constant_in_training_is_the_same_in_the_test(method):
    mus = [(1.0, 5e-9), (2.0, 5e-9), (3.0, 5e-9)]
    assert error((1, 2, 3), mus, 2.0, (2.0, 5e-9), method) < 0.1
    with pytest.raises(OptionError, match="mu_1 is constant in the training .* differs from that"):
        error((1, 2, 3), mus, 2.0, (2.0, 6e-9), method)


@pytest.mark.parametrize("method", [*EVERY, OPERATORS])
def test_parameters_on_a_line_are_one_parameter(method):
    mus = [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]
    assert error((1, 2, 3), mus, 2.5, (2.5, 5.0), method) < 0.15
    with pytest.raises(OptionError, match="mu_1 is a linear function of .*mu_0 in the training"):
        error((1, 2, 3), mus, 2.5, (2.5, 4.0), method)


@pytest.mark.parametrize("mu", [0.9, 0.905])
def test_neighbours_of_one_parameter_are_joined_by_those_of_others(mu):
    assert error((0.9, 1.1), [(0.9,), (1.1,)], mu, (mu,), RegressionMethod()) < 0.03


def test_a_parameter_far_from_those_of_training_is_no_error():
    far = error((0.9, 1.1), [(0.9,), (1.1,)], 30.0, (30.0,), RegressionMethod())
    assert 0.1 < far < 10
