"""An explanation names the causes that were built into the data."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.comparison import AutoencoderMethod, PODMethod, run_case
from mornet.comparison.explain import explain, explain_case
from mornet.errors import OptionError
from mornet.fom.travelling_waves import gaussian_data_set
from mornet.nn import Network
from mornet.reduction import (
    AutoencoderSettings,
    HybridSettings,
    LinearAutoencoderSettings,
    fit_autoencoder,
    fit_hybrid,
    fit_linear_autoencoder,
    fit_pod,
    relative_error,
)
from mornet.reduction.autoencoder.record import Autoencoder


@pytest.fixture(scope="module")
def data():
    return gaussian_data_set(n=64, width=0.1)


def fitted(data, **options):
    settings = AutoencoderSettings(**({"hidden": (16,), "epochs": 20} | options))
    return fit_autoencoder(data.train.U, 3, settings, rng=np.random.default_rng(0))


def linear(data, W1, W2, scale=1.0):
    """The autoencoder u -> W2 W1 u of centred snapshots."""
    network = Network((64, 3, 64), "identity", bias=False)
    p = np.concatenate([W1.ravel(), W2.ravel()])
    return Autoencoder(network, 1, p, scale, data.train.U.mean(axis=1))


def only_cause(explanation):
    (cause,) = explanation.causes
    return cause.split(":")[0]


def test_a_linear_autoencoder_at_the_optimum_is_as_good_as_pod(data):
    rng = np.random.default_rng(0)
    settings = LinearAutoencoderSettings(bias=True)
    model = fit_linear_autoencoder(data.train.U, 3, settings, rng=rng).autoencoder
    found = explain(model, data)
    assert abs(found.excess) < 1e-9
    assert found.curved < 1e-20
    assert not found.causes
    assert "it is as good as the POD of rank 3" in found.words


def test_a_turned_range_is_found_with_its_angle(data):
    V = fit_pod(data.train.U, rank=8, centre="mean").V
    W = np.cos(0.3) * V[:, :3] + np.sin(0.3) * V[:, 5:8]
    found = explain(linear(data, W.T, W), data)
    assert found.angle == pytest.approx(0.3, rel=0.05)
    assert only_cause(found) == "Range"
    assert found.within < 1e-20  # a projection


def test_a_decoder_that_does_not_match_its_encoder_is_found(data):
    V = fit_pod(data.train.U, rank=3, centre="mean").V
    found = explain(linear(data, V.T, V * np.array([1.0, 0.6, 1.0])), data)
    assert found.angle < 1e-6
    assert found.within > 0.1
    assert only_cause(found) == "Codes"


def test_saturated_sigmoids_are_found(data):
    model = fitted(data, activation="sigmoid").autoencoder
    p = model.p.copy()
    model.network.layers(p)[0].b[...] = 12.0
    found = explain(replace(model, p=p), data)
    assert found.saturated == pytest.approx(0.5, abs=0.15)  # one of two hidden layers
    assert any("flat end" in cause for cause in found.causes)
    assert explain(model, data).saturated < 0.1


def test_units_that_never_change_are_found(data):
    model = fitted(data, activation="relu").autoencoder
    p = model.p.copy()
    model.network.layers(p)[0].b[...] = -100.0
    assert any(cause.startswith("Idle") for cause in explain(replace(model, p=p), data).causes)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_inputs_far_from_one_are_found(data, factor):
    model = fitted(data).autoencoder
    assert explain(model, data).input_rms == pytest.approx(1.0)
    found = explain(replace(model, scale=model.scale * factor), data)
    assert found.input_rms == pytest.approx(1 / factor)
    assert found.causes[0].startswith("Scaling")


def test_undertraining_is_the_slope_of_the_learning_curve(data):
    model = fitted(data).autoencoder
    epoch = np.arange(1, 101)
    found = explain(model, data, epoch=epoch, curve=3 * epoch**-0.5)
    assert found.slope == pytest.approx(-0.5)
    assert any("would reduce the error by about 29 %" in c for c in found.causes)
    ended = explain(model, data, epoch=epoch, curve=np.full(100, 0.2))
    assert ended.slope == pytest.approx(0.0, abs=1e-12)
    assert not any("Undertraining" in cause for cause in ended.causes)


def test_snapshots_learned_by_heart_are_found(data):
    rng = np.random.default_rng(0)
    noise = replace(
        data,
        train=replace(data.train, U=rng.standard_normal((64, 32))),
        test=replace(data.test, U=rng.standard_normal((64, 32))),
    )
    model = fitted(noise, hidden=(64,), activation="tanh", epochs=400).autoencoder
    found = explain(model, noise)
    assert found.generalisation > 1.5 * found.pod_generalisation
    assert any(cause.startswith("Overfitting") for cause in found.causes)


def test_one_hidden_layer_is_told_the_theorem(data):
    shallow = AutoencoderMethod(hidden=(), code_activation="sigmoid", epochs=50)
    case = run_case(data, "shallow", shallow, 3, (0, 1, 2))
    found = explain_case(case, data)
    error = found.error / np.linalg.norm(data.train.U)
    assert error == pytest.approx(np.median(case.train_error), rel=1e-14)
    assert "Bourlard and Kamp" in found.words
    assert found.curved < 1e-12


def test_other_snapshots_than_those_of_the_fit_are_refused(data):
    case = run_case(data, "POD", PODMethod(), 2, (0,))
    other = replace(data, train=data.train.take(np.arange(20)))
    with pytest.raises(OptionError, match="POD of rank 2 was fitted to other snapshots"):
        explain_case(case, other)


def test_a_curved_decoder_that_wins_is_said_to(data):
    settings = HybridSettings(hidden=20, steps=400)
    hybrid = fit_hybrid(data.train.U, 2, settings, rng=np.random.default_rng(0)).hybrid
    found = explain(hybrid, data, affine=False)
    assert found.error == pytest.approx(relative_error(hybrid, data.train.U, 1.0))
    assert found.excess < 0
    assert found.curved > 0.01
    assert "it is better than the POD of rank 2" in found.words
    assert hybrid.words in found.words
