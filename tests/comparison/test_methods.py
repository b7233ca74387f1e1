"""Methods: their settings are checked once, and the code of each has an id of its own."""

import inspect
import shutil
from pathlib import Path

import numpy as np
import pytest

import mornet
from mornet.comparison import AutoencoderMethod
from mornet.errors import OptionError
from mornet.experiments.methods import METHODS
from mornet.fingerprint import code_id
from mornet.nn.activations import ACTIVATIONS
from mornet.reduction import AutoencoderSettings
from mornet.settings import accepted, bind
from mornet.training import RECIPES

CASES = "mornet.comparison.cases"


@pytest.fixture
def ids(tmp_path):
    """A function that returns the code ids of all methods after a line is added to some files."""
    number = iter(range(99))

    def ids(*changed):
        package = tmp_path / str(next(number)) / "mornet"
        shutil.copytree(Path(mornet.__file__).parent, package)
        for name in changed:
            with (package / f"{name}.py").open("a") as file:
                file.write("\nNEW_LINE = 1\n")
        return {
            kind: code_id(CASES, method.module, package=package) for kind, method in METHODS.items()
        }

    return ids


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ("comparison/explain", set()),
        ("comparison/collect", set()),
        ("experiments/methods", set()),
        ("kernels/compiled", {"linear_autoencoder", "autoencoder", "hybrid", "best"}),
        ("nn/activations", {"linear_autoencoder", "autoencoder", "hybrid", "best"}),
        ("training/soap", {"autoencoder", "hybrid", "best"}),
        ("reduction/dmd", {"dmd"}),
        ("reduction/quadratic/greedy", {"quadratic_manifold", "best"}),
        ("reduction/hybrid/unrolled", {"hybrid", "best"}),
        ("reduction/best/race", {"best"}),
        ("reduction/autoencoder/linear", {"linear_autoencoder"}),
        ("comparison/methods/pod", {"pod"}),
        ("reduction/pod/fit", set(METHODS)),
        ("comparison/cases", set(METHODS)),
        ("snapshots/snapshots", set(METHODS)),
    ],
)
def test_a_changed_line_changes_the_methods_that_use_it_and_no_other(ids, changed, kinds):
    before, after = ids(), ids(changed)
    assert {kind for kind in METHODS if before[kind] != after[kind]} == kinds


@pytest.mark.parametrize("kind", METHODS)
def test_every_method_is_a_record_of_settings_with_defaults(kind):
    method = METHODS[kind].load()
    mistakes = []
    assert method(**bind(method, {}, kind, mistakes)) == method()
    assert not mistakes
    assert method.__module__ == METHODS[kind].module


def test_every_activation_and_optimiser_is_offered_to_studies():
    mistakes = []
    for name in ACTIVATIONS:
        bind(AutoencoderMethod, {"activation": name, "code_activation": name}, "deep", mistakes)
    for name in RECIPES:
        bind(AutoencoderMethod, {"optimiser": name}, "deep", mistakes)
    assert not mistakes


def test_settings_from_python_are_checked_as_those_of_a_study():
    with pytest.raises(OptionError) as caught:
        AutoencoderMethod(hidden=(0,), activation="sigmod", epochs=0)
    assert str(caught.value) == (
        "hidden[0] = 0 must be at least 1; activation = 'sigmod' must be one of "
        f"{', '.join(map(repr, ACTIVATIONS))}; epochs = 0 must be at least 1"
    )
    settings = AutoencoderSettings(hidden=[np.int64(3)], learning_rate=np.float64(1), clip=1)
    assert (settings.hidden, settings.learning_rate, settings.clip) == ((3,), 1.0, 1.0)


def test_a_method_adds_no_setting_to_those_of_its_fit():
    assert list(accepted(AutoencoderMethod)) == list(accepted(AutoencoderSettings))
    assert list(inspect.signature(AutoencoderMethod).parameters) == list(
        accepted(AutoencoderSettings)
    )
