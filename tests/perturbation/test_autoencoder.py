"""A trained autoencoder follows its minimum when snapshots are added or change."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.nn import Network
from mornet.perturbation.autoencoder import update_autoencoder
from mornet.reduction.autoencoder.fit import fit_autoencoder
from mornet.reduction.autoencoder.settings import AutoencoderSettings
from mornet.training import Objective
from mornet.training.newton import find_minimum

x, t = np.linspace(0, 1, 40)[:, None], np.linspace(0, 2, 60)
SETTINGS = AutoencoderSettings(hidden=(6,), activation="tanh", pod_tolerance=1e-3, epochs=800)
DECAY = 1e-4


def states(t):
    first = np.sin(np.pi * x) * np.cos(t) + 0.4 * np.sin(2 * np.pi * x) * np.cos(t) ** 2
    return first + 0.1 * np.sin(3 * np.pi * x) * np.sin(t)


@pytest.fixture(scope="module")
def model():
    rng = np.random.default_rng(0)
    return fit_autoencoder(states(t), 1, SETTINGS, rng=rng).autoencoder


def outputs(model, U):
    return model.decode(model.encode(U))


@pytest.mark.parametrize("changed", [True, False])
def test_the_update_is_the_minimum_on_the_new_data_up_to_the_estimated_error(model, changed):
    new = 1.002 * states(t) if changed else states(t[10:12] + 0.01)
    found = update_autoencoder(model, states(t), new, changed=changed, decay=DECAY)
    y = model.inputs(new if changed else np.column_stack([states(t), new]))
    weights = None if changed else np.full(62, 62 / 60)
    J = Objective(model.network, y, y, weights, decay=DECAY)
    minimum = find_minimum(J, found.model.p)
    U = new if changed else np.column_stack([states(t), new])
    true = outputs(replace(model, p=minimum.p), U) - outputs(found.model, U)
    error = np.sqrt(np.mean(true**2))
    assert found.estimated_error < 0.1 * found.change
    assert error < 2 * found.estimated_error + 1e-9


def test_a_change_out_of_reach_is_refused_with_how_far_it_reaches(model):
    with pytest.raises(DivergenceError, match="out of reach of perturbation.* Train again"):
        update_autoencoder(model, states(t), 30 * states(t + 2), changed=True, decay=DECAY)


def test_a_branch_needs_power_series_and_a_hessian_of_a_fair_size(model):
    U = states(t)
    relu = Network(model.network.widths, ("relu", *model.network.activations[1:]))
    with pytest.raises(OptionError, match="'relu' has no power series"):
        update_autoencoder(replace(model, network=relu), U, U[:, :2], means="branch")
    wide = Network((40, 60, 1, 60, 40), ("tanh", "identity", "tanh", "identity"))
    large = replace(model, network=wide, p=np.zeros(wide.size), basis=None)
    with pytest.raises(OptionError, match=f"has {wide.size} parameters; following the branch"):
        update_autoencoder(large, U, U[:, :2], means="branch")


@pytest.mark.parametrize("decay", [1e300, 2e8])
def test_a_decay_that_lets_nothing_move_is_refused(model, decay):
    U = np.random.default_rng(0).standard_normal((model.n, 4))
    with pytest.raises(OptionError, match=r"decay = .* must be greater than 0 and at most 1e\+08"):
        update_autoencoder(model, U, U[:, :1], decay=decay)
