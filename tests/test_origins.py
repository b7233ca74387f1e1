"""The code of a result includes all that its settings name."""

from dataclasses import dataclass
from typing import Annotated

import pytest

from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.registry import EXPERIMENTS, Experiment
from mornet.fingerprint import modules_of
from mornet.origins import LOADED, modules
from mornet.settings import Chosen, Count, OneOf, bind

DataSetChoice = Annotated[Chosen, OneOf(DATA_SETS)]
HEAT, NONE = Chosen("heat", {}), {}


@dataclass(frozen=True)
class Inner:
    methods: tuple[Annotated[str, OneOf(METHODS)], ...] = ("pod",)
    size: Count = 2


def experiment(
    *,
    data: DataSetChoice = HEAT,
    others: dict[str, DataSetChoice] = NONE,
    inner: Inner = Inner(),
    baseline: Annotated[str, OneOf(METHODS)] | None = None,
):
    """Take data sets and methods by their names."""


def alone(*, size: Count = 1):
    """Take no names."""


def code(monkeypatch, name, given):
    """The modules of an experiment with the settings ``given``, as a study binds them."""
    chosen = Experiment(name)
    monkeypatch.setitem(EXPERIMENTS, "new", chosen)
    mistakes = []
    settings = bind(chosen.load(), given, "new", mistakes)
    assert not mistakes
    return modules("experiment", "new", settings)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ["mornet.fom.heat"]),
        ({"data": {"kind": "burgers", "n": 50}}, ["mornet.fom.burgers"]),
        ({"others": {"a": {"kind": "file", "path": "u.h5"}}}, ["mornet.storage.contents"]),
        ({"others": {"a": {"kind": "pulse"}, "b": {"kind": "shock"}}}, ["mornet.fom.shock"]),
        ({"inner": {"methods": ["pod", "dmd"]}}, [METHODS["pod"].module, METHODS["dmd"].module]),
        ({"baseline": "hybrid"}, [METHODS["hybrid"].module]),
    ],
)
def test_the_code_of_an_experiment_includes_what_its_settings_name(monkeypatch, given, named):
    found = code(monkeypatch, f"{__name__}.experiment", given)
    assert set(named) <= set(found)
    assert "mornet.fom.fitzhugh_nagumo" not in found
    assert METHODS["quadratic_manifold"].module not in found


def test_a_registry_that_no_setting_declares_counts_as_a_whole(monkeypatch):
    # mornet.study imports these registries, and no argument of `parse` declares one
    monkeypatch.setitem(EXPERIMENTS, "new", Experiment("mornet.study.parse"))
    found = set(modules("experiment", "new"))
    imported = [LOADED[home] for home in LOADED if home in modules_of("mornet.study")]
    assert len(imported) >= 2
    for registry in imported:
        assert {module for entry in registry.values() for module in entry.modules} <= found


def test_an_experiment_without_names_is_its_module_alone(monkeypatch):
    name = f"{__name__}.alone"
    assert code(monkeypatch, name, {}) == (__name__,)
