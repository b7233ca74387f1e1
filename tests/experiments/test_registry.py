"""One entry of the registry is all that an experiment needs."""

import dataclasses

import pytest

from mornet.errors import MornetError, OptionError
from mornet.experiments import EXPERIMENTS
from mornet.experiments.methods import METHODS
from mornet.experiments.registry import Experiment
from mornet.figures import FIGURES, figure_module
from mornet.figures.registry import COMPARISON, REDUCED_MODELS, STATES
from mornet.fingerprint import modules_of
from mornet.lazy import Lazy
from mornet.origins import code_of, modules
from mornet.settings import accepted, bind, plain
from mornet.storage.homes import homes
from mornet.tables import TABLES


@pytest.fixture(params=EXPERIMENTS)
def experiment(request):
    return EXPERIMENTS[request.param]


def test_an_experiment_is_a_function_of_settings_that_returns_a_record(experiment):
    mistakes = []
    settings = bind(experiment.load(), {}, "experiment", mistakes)
    assert not mistakes  # every setting has a default
    assert bind(experiment.load(), plain(settings), "experiment", mistakes) == settings
    assert experiment.record in homes()


def test_an_experiment_runs_over_lists_with_an_entry(experiment):
    function = experiment.load()
    lists = [name for name, (_, value) in accepted(function).items() if isinstance(value, tuple)]
    mistakes = []
    bind(function, dict.fromkeys(lists, ()), "experiment", mistakes)
    assert mistakes == [
        f"experiment.{name} = () must be a list with at least one entry" for name in lists
    ]


def test_what_shows_its_record_exists(experiment):
    for module in (*experiment.figures, *experiment.overviews):
        name = module.rpartition(".")[2]
        assert figure_module(name).RECORD.kind == experiment.record
    for table in experiment.tables:
        assert callable(TABLES[table.rpartition(".")[2]].load())
    if experiment.section:
        assert callable(Lazy(f"mornet.summary.{experiment.section}").load())
    assert experiment.figures or experiment.tables


def test_no_two_figures_and_no_two_tables_have_one_name():
    modules = [module for e in EXPERIMENTS.values() for module in (*e.figures, *e.overviews)]
    assert len(FIGURES) == len((*COMPARISON, *REDUCED_MODELS, *STATES)) + len(set(modules))
    assert all(name == module.rpartition(".")[2] for name, module in FIGURES.items())
    assert all(table.name.endswith(f".{name}") for name, table in TABLES.items())


def test_the_code_of_everything_that_a_study_runs_is_known():
    for kind in EXPERIMENTS:
        assert len(code_of("experiment", kind)) == 16
    for verb, names in (("figure", FIGURES), ("table", TABLES)):
        assert len({code_of(verb, name) for name in names}) >= (
            len(names) if verb == "figure" else 4
        )
    assert code_of("fit", "pod") != code_of("fit", "autoencoder")
    assert len(code_of("summary")) == len(code_of("cost")) == 16


@pytest.mark.parametrize("kind", METHODS)
def test_a_fit_depends_on_its_own_method_alone(kind):
    own = modules_of(*modules("fit", kind))
    homes_of_methods = {method.module for method in METHODS.values()}
    assert own & homes_of_methods == {METHODS[kind].module}
    assert "mornet.comparison.cases" in own
    assert "mornet.comparison.explain" not in own


def test_the_readers_of_files_belong_to_the_snapshots_of_files():
    own = modules_of(*modules("snapshots", "file"))
    assert {"mornet.snapshots.files", "mornet.storage.hdf5"} <= own
    assert "mornet.storage.hdf5" not in modules_of(*modules("snapshots", "heat"))


def test_an_experiment_without_a_type_of_its_record_is_named():
    with pytest.raises(OptionError, match="textwrap.dedent has no type that says which record"):
        assert Experiment("textwrap.dedent").record


def test_listing_experiments_imports_none_of_them():
    assert all(dataclasses.fields(e)[0].name == "name" for e in EXPERIMENTS.values())
    with pytest.raises((MornetError, AttributeError)):
        Lazy("mornet.experiments.registry.nothing").load()
