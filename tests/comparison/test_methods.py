"""Methods: their settings are checked once, and the code of each has an id of its own."""

import inspect
import shutil
from dataclasses import replace

import numpy as np
import pytest

from mornet import comparison
from mornet.comparison import (
    AutoencoderMethod,
    GaussianProcessMethod,
    PODMethod,
    methods,
    run_case,
)
from mornet.errors import OptionError
from mornet.experiments.methods import METHODS
from mornet.fingerprint import PACKAGE, code_id, modules_of
from mornet.fom import wave_data_set
from mornet.nn.activations import ACTIVATIONS
from mornet.reduction import AutoencoderSettings, fit_pod
from mornet.settings import accepted, bind
from mornet.training import RECIPES

CASES = "mornet.comparison.cases"
NETWORKS = {"autoencoder", "best", "convolutional_autoencoder", "hybrid"}


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ("comparison/explain/answer", set()),
        ("comparison/collect", set()),
        ("experiments/methods", set()),
        ("kernels/compiled", NETWORKS | {"linear_autoencoder"}),
        ("nn/activations", NETWORKS | {"linear_autoencoder"}),
        ("training/soap", NETWORKS),
        ("reduction/dmd", {"dmd"}),
        ("reduction/quadratic/greedy", {"quadratic_manifold", "best"}),
        ("reduction/gaussian_process/kernel", {"gaussian_process", "best"}),
        ("reduction/hybrid/unrolled", {"hybrid", "best"}),
        ("reduction/best/race", {"best"}),
        ("reduction/autoencoder/linear", {"linear_autoencoder"}),
        ("comparison/methods/pod", {"pod"}),
        ("reduction/pod/fit", set(METHODS)),
        ("comparison/cases", set(METHODS)),
        ("snapshots/snapshots", set(METHODS)),
    ],
)
def test_a_module_counts_for_the_methods_that_use_it_and_no_other(changed, kinds):
    name = f"mornet.{changed.replace('/', '.')}"
    assert kinds == {kind for kind, m in METHODS.items() if name in modules_of(CASES, m.module)}


def test_a_changed_line_changes_the_ids_of_the_methods_for_which_its_module_counts(tmp_path):
    copy = shutil.copytree(PACKAGE, tmp_path / "mornet", ignore=shutil.ignore_patterns("*.pyc"))
    for name in (
        "comparison/explain/answer",
        "experiments/methods",
        "reduction/dmd",
        "training/soap",
    ):
        with (copy / f"{name}.py").open("a") as file:
            file.write("\nNEW_LINE = 1\n")
    before, after = (
        {kind: code_id(CASES, method.module, package=package) for kind, method in METHODS.items()}
        for package in (PACKAGE, copy)
    )
    differ = {kind for kind in METHODS if before[kind] != after[kind]}
    assert differ == {"dmd"} | NETWORKS


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
        "epochs = 0 must be at least 1; hidden[0] = 0 must be at least 1; activation = 'sigmod' "
        f"must be one of {', '.join(map(repr, ACTIVATIONS))}"
    )
    settings = AutoencoderSettings(hidden=[np.int64(3)], learning_rate=np.float64(1), clip=1)
    assert (settings.hidden, settings.learning_rate, settings.clip) == ((3,), 1.0, 1.0)


def test_a_method_adds_no_setting_to_those_of_its_fit():
    assert list(accepted(AutoencoderMethod)) == list(accepted(AutoencoderSettings))
    assert list(inspect.signature(AutoencoderMethod).parameters) == list(
        accepted(AutoencoderSettings)
    )


def test_the_room_offers_every_method():
    every = {name for name in methods.__all__ if name.endswith("Method")}
    assert every <= set(comparison.__all__)


def test_a_gaussian_process_goes_through_its_points_in_any_units():
    data = wave_data_set(cells=40, width=0.1, steps=30, train=(0.9, 1.0, 1.1), test=(0.95,))
    settings = GaussianProcessMethod(further=10)
    pod, process = (run_case(data, "m", m, 4, (0,)) for m in (PODMethod(), settings))
    assert process.test_error[0] < 0.1 * pod.test_error[0]
    left_out = fit_pod(data.train.U, rank=14).relative_truncation_error
    assert process.train_error[0] == pytest.approx(left_out, rel=0.1)
    parts = {n: replace(getattr(data, n), U=1e6 * getattr(data, n).U) for n in ("train", "test")}
    larger = run_case(replace(data, **parts), "m", settings, 4, (0,))
    assert larger.test_error[0] == pytest.approx(process.test_error[0], rel=1e-6)


def test_a_gaussian_process_goes_through_so_many_points_and_no_more():
    data = wave_data_set(cells=20, width=0.15, steps=30)
    model = run_case(data, "m", GaussianProcessMethod(points=50), 3, (0,)).models[0]
    assert model.points.shape == (3, 50)
    with pytest.raises(OptionError, match="rank"):
        run_case(data, "m", GaussianProcessMethod(), 40, (0,))


def test_a_gaussian_process_of_the_numerical_rank_is_pod():
    data = wave_data_set(cells=20, width=0.15, steps=30)
    rank = fit_pod(data.train.U).r
    pod, process = (
        run_case(data, "m", m, rank, (0,)) for m in (PODMethod(), GaussianProcessMethod())
    )
    np.testing.assert_array_equal(process.test_error, pod.test_error)
    part = replace(data.train, U=np.ones_like(data.train.U))
    constant = run_case(replace(data, train=part, test=part), "m", GaussianProcessMethod(), 1, (0,))
    assert constant.test_error[0] < 1e-14


def test_a_gaussian_process_leaves_out_snapshots_of_weight_0():
    data = wave_data_set(cells=20, width=0.15, steps=30)
    train, test = (replace(part, weights=np.ones(part.m)) for part in (data.train, data.test))
    U, weights = train.U.copy(), train.weights.copy()
    U[:, 5], weights[5] = 1e6, 0.0
    given, settings = replace(train, U=U, weights=weights), GaussianProcessMethod(points=50)
    alone, beside = (
        run_case(replace(data, train=part, test=test), "m", settings, 3, (0,))
        for part in (train.take(np.flatnonzero(weights)), given)
    )
    assert beside.test_error[0] == pytest.approx(alone.test_error[0], rel=1e-6)
