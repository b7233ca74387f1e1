"""An explanation compares test with test first, and says what a decoder is beside POD."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.comparison import AutoencoderMethod, run_case
from mornet.comparison.explain import explain, explain_case
from mornet.comparison.explain.units import units
from mornet.comparison.methods import (
    ConvolutionalAutoencoderMethod,
    GaussianProcessMethod,
    HybridMethod,
    QuadraticManifoldMethod,
)
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
from mornet.reduction.autoencoder.fit import train_autoencoder
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.snapshots import DataSet, Snapshots
from tests.comparison.broken import BROKEN, pulses, shuffled, two_pulses


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


def turned(data):
    """Modes turned by 0.3 radians."""
    V = fit_pod(data.train.U, rank=8, centre="mean").V
    return np.cos(0.3) * V[:, :3] + np.sin(0.3) * V[:, 5:8]


def test_a_linear_autoencoder_at_the_optimum_has_the_subspace_of_pod_in_another_basis(data):
    rng = np.random.default_rng(0)
    settings = LinearAutoencoderSettings(bias=True)
    model = fit_linear_autoencoder(data.train.U, 4, settings, rng=rng).autoencoder
    found = explain(model, data)
    assert abs(found.geometry.excess) < 1e-9
    assert found.geometry.curved < 1e-20
    assert found.geometry.turned > 0.2
    assert not found.causes
    assert found.verdict.startswith("On test snapshots the fit is as good as PCA of rank 4")
    assert "the same subspace as POD, with another basis" in found.words


def test_between_equal_singular_values_another_space_is_as_good_as_that_of_pod(data):
    V = fit_pod(data.train.U, rank=4, centre="mean").V  # singular values 3 and 4 are equal
    W = np.column_stack([V[:, :2], (V[:, 2] + V[:, 3]) / np.sqrt(2)])
    assert "is as good as that of POD" in explain(linear(data, W.T, W), data).words


def test_a_decoder_of_modes_has_the_basis_of_pod_as_well(data):
    V = fit_pod(data.train.U, rank=3, centre="mean").V
    found = explain(linear(data, V.T, V), data)
    assert found.geometry.turned < 1e-6
    assert "the subspace of POD and its modes" in found.words


def test_a_turned_range_is_found_with_its_angle(data):
    W = turned(data)
    found = explain(linear(data, W.T, W), data)
    assert found.geometry.angle == pytest.approx(0.3, rel=0.05)
    assert found.geometry.within < 1e-20  # a projection
    assert "17 degrees" in found.words


def test_a_decoder_that_does_not_match_its_encoder_is_found(data):
    V = fit_pod(data.train.U, rank=3, centre="mean").V
    found = explain(linear(data, V.T, V * np.array([1.0, 0.6, 1.0])), data)
    assert found.geometry.angle < 1e-6
    assert found.geometry.within > 0.1
    assert found.causes[0].name == "Encoder"  # better codes repair a scaled decoder


def test_inputs_far_from_one_are_found(data):
    factor = 1e-3
    settings = AutoencoderSettings(hidden=(16,), epochs=300, activation="tanh")
    model = fit_autoencoder(data.train.U, 3, settings, rng=np.random.default_rng(0)).autoencoder
    assert units(model, data.train.U).input_rms == pytest.approx(1.0)
    wrong = replace(model, scale=model.scale * factor)
    rng = np.random.default_rng(0)
    wrong = train_autoencoder(wrong, data.train.U, settings, rng=rng).autoencoder
    found = explain(wrong, data, settings=settings)
    assert found.units.input_rms == pytest.approx(1 / factor)
    assert found.causes[0].name == "Inputs"


def test_one_hidden_layer_is_told_the_theorem(data):
    shallow = AutoencoderMethod(hidden=(), code_activation="sigmoid", epochs=50)
    case = run_case(data, "shallow", shallow, 3, (0, 1, 2))
    found = explain_case(case, data)
    assert found.errors.test == pytest.approx(np.median(case.test_error), rel=1e-14)
    assert "Bourlard and Kamp" in found.words
    assert found.geometry.curved < 1e-12


def test_a_curved_decoder_that_wins_is_said_to(data):
    settings = HybridSettings(hidden=20, steps=400)
    hybrid = fit_hybrid(data.train.U, 2, settings, rng=np.random.default_rng(0)).hybrid
    found = explain(hybrid, data, affine=False)
    norm = np.linalg.norm(data.train.U)
    assert found.errors.train == pytest.approx(relative_error(hybrid, data.train.U, norm))
    assert found.geometry.excess < 0
    assert found.geometry.curved > 0.01
    assert "On training snapshots the fit beats POD of rank 2" in found.words
    assert hybrid.words in found.words


def test_test_is_compared_with_test_first():
    """A fit that wins on training snapshots and loses on test snapshots loses."""
    found = BROKEN["Over-fitted"]()
    assert found.lost
    assert found.verdict.startswith("On test snapshots the fit loses to POD of rank 2 by ")
    assert "On training snapshots the fit beats" in found.verdict
    assert "Stopped early" not in [cause.name for cause in found.causes]


@pytest.mark.sensitive
def test_the_floor_of_pod_coordinates_is_a_cause_with_its_setting(data):
    """The training is long enough that the error is at the floor."""
    coarse = AutoencoderSettings(hidden=(16,), epochs=1500, pod_tolerance=0.2)
    model = fit_autoencoder(data.train.U, 2, coarse, rng=np.random.default_rng(1)).autoencoder
    names = {cause.name: cause for cause in explain(model, data, settings=coarse).causes}
    assert "Lower pod_tolerance" in names["POD coordinates"].words


def test_snapshots_of_another_split_are_refused(data):
    case = run_case(data, "net", AutoencoderMethod(hidden=(8,), epochs=2), 2, (0,))
    other = replace(data, train=data.test, test=data.train)
    with pytest.raises(OptionError, match="net .*was fitted to other snapshots"):
        explain_case(case, other)


def test_a_convolutional_autoencoder_is_explained_too():
    """Convolutions need the degrees of freedom in order."""
    data = shuffled()
    settings = {"channels": (2,), "hidden": (), "epochs": 60, "batch": 40, "learning_rate": 0.03}
    method = ConvolutionalAutoencoderMethod(**settings)
    found = explain_case(run_case(data, "conv", method, 2, (0,)), data)
    assert "Order of degrees of freedom" in [cause.name for cause in found.causes]
    assert "take a dense autoencoder" in found.words


def test_a_pod_is_not_compared_with_itself(data):
    method = {None: False, "mean": True}
    for centre, affine in method.items():
        found = explain(fit_pod(data.train.U, rank=3, centre=centre), data, affine=affine)
        name = "PCA" if affine else "POD"
        centred = "centred " if affine else ""
        assert found.verdict.startswith(f"The fit is {centred}POD of rank 3, with")
        assert f"{name} of rank 3 (" not in found.words
        assert "the subspace of POD" not in found.words
        assert "for POD it is" not in found.words


@pytest.fixture(scope="module")
def hybrids():
    """Hybrids of pulses whose only fault is one setting, by the name of the fault."""
    changes = {
        "Stopped early": {"steps": 20, "trial_steps": 300},
        "Correction refused": {"learning_rate": 3e-6},
    }
    settings = {"centre": True, "hidden": 24, "steps": 300, "trial_steps": 60}
    return {
        name: run_case(pulses(), "hybrid", HybridMethod(**(settings | change)), 2, (0,))
        for name, change in changes.items()
    }


@pytest.mark.parametrize("name", ["Stopped early", "Correction refused"])
def test_the_training_of_a_hybrid_is_looked_at_by_its_settings(hybrids, name):
    found = explain_case(hybrids[name], pulses())
    assert found.causes[0].name == name
    setting = "Raise steps (it took 20)" if name == "Stopped early" else "learning_rate: 0.003"
    assert setting in found.causes[0].words


def test_no_hybrid_is_advised_to_a_hybrid():
    data = pulses((0.0, 1.0), (0.5,), two_pulses)
    method = HybridMethod(hidden=24, steps=200, trial_steps=60)
    found = explain_case(run_case(data, "hybrid", method, 2, (0,)), data)
    assert found.note
    assert "hybrid" not in found.words.lower().replace(found.note.lower(), "")


def noisy_pulses():
    """Pulses that move, with noise; every fifth one is a test snapshot."""
    x, at = np.linspace(0, 1, 30)[:, None], np.linspace(0.3, 0.7, 40)
    noise = 0.05 * np.random.default_rng(0).standard_normal((30, 40))
    all_of_them = Snapshots(np.exp(-((x - at) ** 2) / 0.02) + noise, x.T, np.zeros(40, int))
    test = np.arange(40) % 5 == 4
    train, held_out = (all_of_them.take(np.flatnonzero(part)) for part in (~test, test))
    return DataSet("pulses", train, held_out, "same trajectory")


@pytest.mark.parametrize(
    ("method", "rank", "advice"),
    [
        (GaussianProcessMethod(noise=1e-8), 1, "a larger noise (noise)"),
        (QuadraticManifoldMethod(), 6, "a larger penalty (regularisation)"),
    ],
)
def test_a_method_that_over_fits_is_advised_to_its_own_settings(method, rank, advice):
    data = noisy_pulses()
    found = explain_case(run_case(data, "m", method, rank, (0,)), data)
    words = next(cause.words for cause in found.causes if cause.name == "Over-fitted")
    assert advice in words
    assert "hidden" not in words
