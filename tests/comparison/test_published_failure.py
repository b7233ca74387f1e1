"""Why a published autoencoder has the mean relative error 1.98 where POD has 4e-5."""

import numpy as np
import pytest

from mornet.reduction import fit_pod
from tests.comparison import published


@pytest.fixture(scope="module")
def flows():
    return published.flows()


@pytest.fixture(scope="module")
def explained(flows):
    return published.explained(flows)


def mean_relative_error(U, V):
    return np.mean(np.linalg.norm(U - V, axis=0) / np.linalg.norm(U, axis=0))


def test_the_published_error_is_that_of_the_mean_of_the_training_snapshots(flows, explained):
    U, (model, _) = flows.test.U, explained
    mean = flows.train.U.mean(axis=1, keepdims=True)
    error = mean_relative_error(U, model.decode(model.encode(U)))
    assert error == pytest.approx(mean_relative_error(U, mean), rel=0.05)
    pod = fit_pod(flows.train.U, rank=10)
    assert mean_relative_error(U, pod.decode(pod.encode(U))) < 1e-3


def test_the_reason_is_inputs_without_scale_which_saturate_all_units(explained):
    _, found = explained
    assert found.units.input_rms > 10
    assert found.units.saturated > 0.95
    assert "Its output is one state for all snapshots" in found.words
    assert found.causes[0].name == "Inputs"
    assert found.causes[0].factor > 5
