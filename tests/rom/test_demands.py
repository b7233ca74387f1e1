"""What reduced-order models demand of reductions and equations is refused before anything runs."""

import numpy as np
import pytest

from mornet.comparison import PODMethod, run_case
from mornet.errors import OptionError, StudyError
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.reduced_models import reduced_models
from mornet.experiments.rom_speed import entry, rom_speed
from mornet.experiments.roms import ROMS
from mornet.fom import burgers_problem, kuramoto_sivashinsky_problem
from mornet.fom.kuramoto_sivashinsky import RandomStarts
from mornet.fom.problem import problem_of
from mornet.reduction.at_rows import at_rows
from mornet.reduction.pod.record import POD
from mornet.rom.methods.demands import refusal
from mornet.rom.methods.interpolation import InterpolatedGalerkinMethod
from mornet.rom.methods.projection import LeastSquaresMethod
from mornet.rom.sampled import require_rows
from mornet.study import parse

PROBLEM = burgers_problem(n=32, steps=20, final_time=0.2)
DATA = PROBLEM.data_set()
SHORT = {
    "autoencoder": {"hidden": (4,), "epochs": 1},
    "convolutional_autoencoder": {"channels": (2,), "epochs": 1},
}
STUDY = {
    "data_sets": {"b": {"kind": "burgers"}, "chaos": {"kind": "kuramoto_sivashinsky"}},
    "methods": {
        "POD": {"kind": "pod"},
        "deep": {"kind": "autoencoder"},
        "grid": {"kind": "convolutional_autoencoder"},
    },
    "ranks": {"b": [2], "chaos": [2]},
}


def fitted(kind):
    return run_case(DATA, kind, METHODS[kind].load()(**SHORT.get(kind, {})), 2, [0])


@pytest.mark.parametrize("kind", METHODS)
def test_kinds_of_methods_declare_what_their_reductions_offer(kind):
    reduction = fitted(kind).model(0)
    assert METHODS[kind].linear == isinstance(reduction, POD)
    if METHODS[kind].entries:
        assert at_rows(reduction, np.array([0])).n == 1
    else:
        with pytest.raises(OptionError):
            at_rows(reduction, np.array([0]))


@pytest.mark.parametrize("kind", DATA_SETS)
def test_kinds_of_data_sets_declare_whether_their_equations_have_rows(kind):
    build = problem_of(DATA_SETS[kind].load())
    if build is None:
        return
    problem = build()
    model = problem.model((1.0,) * len(problem.parameters))
    if DATA_SETS[kind].rows:
        require_rows(model)
    else:
        with pytest.raises(OptionError):
            require_rows(model)


@pytest.mark.parametrize(
    ("rom", "said"),
    [
        (
            {"kind": "deim", "only": ["b"]},
            "m needs the linear space of a POD, which deep, grid do not offer: "
            r"write methods: \[POD\]",
        ),
        (
            {"kind": "deim", "methods": ["deep"], "only": ["b"]},
            "which deep does not offer: add a method of the kind pod and name it under methods",
        ),
        (
            {"kind": "least_squares", "cells": 0.01},
            r"chosen entries of a state, which grid does not offer: write methods: \[POD, deep\]",
        ),
        (
            {"kind": "least_squares", "cells": 0.01, "methods": ["POD"]},
            r"chosen rows can be evaluated, which chaos does not offer: write only: \[b\]",
        ),
        (
            {"kind": "least_squares", "cells": 0.01, "methods": ["POD"], "norm": "states"},
            "study.roms.m: cells have weights of their own, and norm = 'states' has none",
        ),
    ],
)
def test_a_study_whose_model_demands_more_is_refused_beforehand(rom, said):
    with pytest.raises(StudyError, match=said):
        parse(STUDY | {"roms": {"m": rom}}, "here")


@pytest.mark.parametrize("kind", ROMS)
def test_every_model_on_pod_alone_passes(kind):
    assert parse(STUDY | {"roms": {"m": {"kind": kind, "methods": ["POD"], "only": ["b"]}}}, "x")


def test_a_run_is_refused_in_the_same_words():
    cases = [run_case(DATA, "POD", PODMethod(), 2, [0]), fitted("autoencoder")]
    words = refusal("deim", "linear", {"POD": True, "autoencoder": False})
    with pytest.raises(OptionError, match="^deim needs the linear space of a POD") as error:
        reduced_models(DATA, PROBLEM, cases, "deim", InterpolatedGalerkinMethod())
    assert str(error.value) == words
    chaos = kuramoto_sivashinsky_problem(
        nodes=16, starts=RandomStarts(train=2, test=1), times=5, transient=5.0, steps=5
    )
    data = chaos.data_set()
    cases = [run_case(data, "POD", PODMethod(), 2, [0])]
    with pytest.raises(OptionError, match="few needs an equation .* leave the model out"):
        reduced_models(data, chaos, cases, "few", LeastSquaresMethod(cells=0.01))


def test_experiments_are_refused_before_they_fit():
    models = {"DEIM": entry(ROMS, "deim")}
    with pytest.raises(OptionError, match="DEIM needs the linear space of a POD, which autoenc"):
        rom_speed(method=entry(METHODS, "autoencoder"), models=models)
