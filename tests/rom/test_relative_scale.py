"""Radial basis functions find how long parameters are beside times."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.fom import burgers_problem
from mornet.reduction import fit_pod
from mornet.rom.methods.interface import Start, Training
from mornet.rom.methods.regression import NEIGHBOURS, RegressionMethod, radial_basis
from mornet.rom.methods.relative_scale import MOST_LEFT_OUT, SCALES, relative_scale, scaled

FINE = tuple(np.geomspace(0.003, 1, 20))


def of(problem, r=4, t_unit=1.0, mu_unit=1.0):
    """Return the training in other units, and the start and states of the first test trajectory."""
    data = problem.data_set()
    train = replace(data.train, t=t_unit * data.train.t, mu=mu_unit * data.train.mu)
    mu, test = float(data.test.mu[0, 0]), data.test.trajectory == data.test.trajectory.min()
    times = t_unit * np.concatenate([[0.0], data.test.t[test]])
    shift = data.test.shift[:, 0]
    start = Start((mu_unit * mu,), 0.0, shift, test.sum(), shift, times)
    return Training(problem, fit_pod(train.U, rank=r), train), start, data.test.U[:, test]


def points(training):
    part = training.snapshots
    x = np.vstack([part.t, part.mu])
    return ((x.T - x.min(axis=1)) / np.ptp(x, axis=1)).T


def fronts(train, test):
    return burgers_problem(n=40, steps=80, train=train, test=test)


@pytest.mark.parametrize(
    "problem",
    [
        fronts((0.9, 1.1), (1.0,)),
        fronts((0.9, 1.1), (0.91,)),  # near one trajectory
        fronts((0.9, 1.0, 1.1), (0.95,)),
        fronts((0.5, 0.75, 1.0, 1.25, 1.5), (0.9,)),
    ],
    ids=["two", "near one", "three", "five"],
)
def test_the_error_is_within_a_fifth_of_that_of_the_best_scale(problem):
    training, start, U = of(problem)
    reduction, x = training.reduction, points(training)
    at = np.vstack([start.times[1:], np.full(U.shape[1], start.mu[0])])
    low = np.array([training.snapshots.t.min(), training.snapshots.mu.min()])
    width = np.array([np.ptp(training.snapshots.t), np.ptp(training.snapshots.mu)])
    at = ((at.T - low) / width).T

    def error(Z):
        return np.linalg.norm(reduction.decode(Z) - U)

    errors = []
    for s in FINE:
        try:
            errors.append(error(radial_basis(scaled(x, s), training.codes)(scaled(at, s))))
        except np.linalg.LinAlgError:
            continue
    found = error(RegressionMethod().predictor(training)(start).codes[:, 1:])
    assert found <= 1.2 * min(errors)


@pytest.mark.parametrize("units", [(1024.0, 1.0), (1.0, 2.0**-10), (60.0, 1e-3)])
def test_codes_do_not_depend_on_the_units_of_times_and_parameters(units):
    problem = fronts((0.9, 1.0, 1.1), (0.95,))
    codes = [
        RegressionMethod().predictor(training)(start).codes
        for training, start, _ in (of(problem), of(problem, 4, *units))
    ]
    # rounding decides which of two points at the same distance is a neighbour
    np.testing.assert_allclose(codes[1], codes[0], rtol=0, atol=1e-4 * np.abs(codes[0]).max())


def test_the_fits_are_few_whatever_the_number_of_trajectories():
    rng, count = np.random.default_rng(0), 0
    trajectory = np.repeat(np.arange(20), 6)
    x = np.vstack([np.tile(np.linspace(0, 1, 6), 20), np.repeat(rng.random(20), 6)])

    def fit(x, y):
        nonlocal count
        count += 1
        return radial_basis(x, y)

    assert relative_scale(fit, x, np.sin(x), trajectory, NEIGHBOURS) in SCALES
    assert count == len(SCALES) * MOST_LEFT_OUT == 48


def test_two_long_trajectories_are_both_near_every_point():
    m = 2000
    x = np.vstack([np.tile(np.linspace(0, 1, m), 2), np.repeat([0.0, 1.0], m)])
    scale = relative_scale(radial_basis, x, x, np.repeat([0, 1], m), NEIGHBOURS)
    at = np.array([[0.5], [0.05]])
    found = radial_basis(scaled(x, scale), x)(scaled(at, scale))
    np.testing.assert_allclose(found, at, atol=1e-6)
