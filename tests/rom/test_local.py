"""Local models: one chart is the whole model, and a state goes to the chart of its centre."""

import numpy as np
import pytest

from mornet.errors import ShapeError
from mornet.fom import BackwardEuler, Burgers, march
from mornet.reduction import fit_pod
from mornet.rom import AffineTrial, Atlas, LeastSquares, LeastSquaresSteps, LocalSteps
from mornet.rom.trial import trial_manifold

MODEL = Burgers(24)
U_0 = MODEL.initial(0.5)
METHOD = BackwardEuler(0.02, tolerance=1e-12)
U = march(MODEL, U_0, METHOD, 40)


def charts(parts, rank):
    means = np.stack([part.mean(axis=1) for part in parts], axis=1)
    found = (
        trial_manifold(fit_pod(part - mean[:, None], rank=rank), mean)
        for part, mean in zip(parts, means.T, strict=True)
    )
    return Atlas(means, tuple(found))


def test_with_one_chart_the_states_are_those_of_the_model_in_codes():
    atlas = charts([U], 3)
    trial, start = atlas.charts[0], atlas.projected(U_0)
    codes = march(LeastSquares(MODEL, trial), trial.code(start), LeastSquaresSteps(METHOD), 40)
    states = march(MODEL, start, LocalSteps(METHOD, atlas), 40)
    np.testing.assert_allclose(states, trial.state(codes), atol=1e-10)


def test_charts_of_parts_of_a_trajectory_are_better_than_one_chart_of_the_same_rank():
    errors = []
    for parts in ([U], [U[:, :22], U[:, 18:]]):
        atlas = charts(parts, 3)
        states = march(MODEL, atlas.projected(U_0), LocalSteps(METHOD, atlas), 40)
        errors.append(np.linalg.norm(states - U))
    assert errors[1] < 0.5 * errors[0]


def test_a_state_follows_the_trajectory_from_chart_to_chart():
    atlas = charts([U[:, :22], U[:, 18:]], 3)
    W, numbers = atlas.followed(U), [atlas.nearest(u) for u in U.T]
    assert numbers == sorted(numbers)
    assert set(numbers) == {0, 1}
    for column, k in ((0, 0), (40, 1)):
        np.testing.assert_allclose(W[:, column], atlas.projected(U[:, column], k), atol=1e-13)
    switch = numbers.index(1)
    w = atlas.projected(U[:, switch], 0)
    np.testing.assert_allclose(W[:, switch], atlas.projected(w, 1), atol=1e-13)


def test_an_atlas_has_one_centre_for_each_chart():
    chart = AffineTrial(np.eye(4, 2), np.zeros(4))
    with pytest.raises(ShapeError, match=r"centres have shape \(4, 1\), charts \[\(4, 2\)\]"):
        Atlas(np.zeros((4, 1)), (chart, chart))
