"""An explanation names first the one thing that is wrong with an autoencoder, and the setting."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.comparison.explain.data import dimension, distance, natural_order, small_variables
from mornet.comparison.explain.training import Curve
from mornet.comparison.explain.trials import LENGTH, MOST, Trials
from mornet.comparison.explain.units import revived, units
from mornet.reduction import AutoencoderSettings
from tests.comparison.broken import (
    BROKEN,
    SOUND,
    N,
    explained,
    fitted,
    noise,
    pulses,
    series,
    shuffled,
    two_pulses,
)

SETTINGS = {
    "Learning rate too high": "learning_rate: 0.1 instead of 1",
    "Learning rate too low": "learning_rate: 0.003 instead of 1e-05",
    "Dead units": "activation: swish",
    "Saturated units": "initialisation: glorot",
    "Unscaled variables": "scale",
    "Over-fitted": "hidden",
    "Few parameters": "2 parameters: add some between them",
    "Code too small": "Raise ranks to 2",
    "Leaked split": "test_fraction",
    "Order of degrees of freedom": "decoder_density",
    "Stopped early": "Raise epochs (it ended after 8)",
    "Plateau": "activation: swish",
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_one_broken_thing_is_named_first_with_its_setting(name):
    found = BROKEN[name]()
    first = found.causes[0]
    assert first.name == name
    assert first.factor > 1.1
    assert SETTINGS[name] in first.words
    factors = [cause.factor for cause in found.causes]
    assert factors == sorted(factors, reverse=True)


def test_codes_that_are_wrong_on_unseen_snapshots_alone_follow_from_over_fitting():
    """The encoder over-fits as the decoder does; its codes of training snapshots are right."""
    found = explained(noise(), hidden=(24,), epochs=400, activation="sigmoid")
    assert [cause.name for cause in found.causes] == ["Over-fitted"]


def test_a_learning_rate_far_too_high_is_named_and_longer_training_is_not():
    found = explained(pulses(), optimiser="adam", learning_rate=10.0)
    assert found.causes[0].name == "Learning rate too high"
    assert found.causes[0].factor > 10
    assert "% of its records" in found.causes[0].words
    assert "times its least value" in found.causes[0].words
    assert "Stopped early" not in found.words
    assert "SOAP" not in found.words


@pytest.mark.parametrize(("taken", "steps"), [(24, 24), (450, 450), (5000, MOST), (None, MOST)])
def test_a_trial_from_a_random_start_is_as_long_as_the_training_if_that_was_short(taken, steps):
    data = pulses()
    trials = Trials(fitted(data, epochs=1).model(0), data, AutoencoderSettings(**SOUND), taken)
    assert (trials.steps, trials.length) == (steps, LENGTH)


def test_new_inputs_of_dead_units_leave_the_function_as_it_is():
    data = pulses()
    model = fitted(data, activation="relu", epochs=2).model(0)
    model.network.layers(model.p)[0].b[:20] = -40.0
    assert units(model, data.train.U).idle > 0.8
    new = revived(model, data.train.U, np.random.default_rng(0))
    Z = model.encode(data.train.U)
    np.testing.assert_allclose(new.encode(data.train.U), Z, atol=1e-12)
    assert units(new, data.train.U).idle < 0.2


def test_the_fiedler_vector_orders_shuffled_degrees_of_freedom():
    place = np.random.default_rng(3).permutation(N)  # of each row, see `shuffled`
    order = natural_order(shuffled().train)
    assert np.abs(np.diff(place[order])).max() <= 2


def test_sizes_of_one_variable_have_no_gap_and_sizes_of_two_units_have():
    smooth = np.exp(-np.linspace(0, 30, 50))
    assert small_variables(smooth) is None
    np.testing.assert_array_equal(
        np.flatnonzero(small_variables(np.append(smooth[:10], 1e-6 * smooth[:10]))),
        np.arange(10, 20),
    )


def test_distances_of_independent_draws_are_equal_and_of_other_parameters_larger():
    assert distance(noise()) == pytest.approx(1.0, abs=0.2)
    assert distance(pulses((0.0, 1.0), (0.5,), two_pulses)) > 1.5
    assert distance(series()) < 0.6


def test_copies_among_training_snapshots_bring_them_no_nearer():
    data, twice = noise(), np.repeat(np.arange(40), 2)
    assert distance(replace(data, train=data.train.take(twice))) == pytest.approx(distance(data))


def test_time_and_one_parameter_are_two_numbers():
    assert dimension(pulses().train) == 2
    assert dimension(series().train) == 1
    assert dimension(noise().train) is None


def test_a_power_law_has_its_exponent_as_slope():
    epoch = np.arange(1, 101)
    assert Curve(epoch, 3 * epoch**-0.5).slope == pytest.approx(-0.5)
    assert Curve(epoch, np.full(100, 0.2)).slope == pytest.approx(0.0, abs=1e-12)
    assert Curve(np.arange(2), np.ones(2)).slope is None
