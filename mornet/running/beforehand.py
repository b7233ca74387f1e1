"""What can be known of a study before anything is computed: its files, shapes, splits and ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from mornet.checks import require_rank
from mornet.errors import MornetError, StudyError, counted
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.model_times import refusals_of_times
from mornet.experiments.roms import ROMS
from mornet.fom.problem import Outline, problem_of
from mornet.records import Array
from mornet.reduction.autoencoder.convolutional import (
    ConvolutionalAutoencoderSettings,
    network_on,
    require_no_product,
)
from mornet.reduction.best.settings import BestSettings
from mornet.running.memory import too_large
from mornet.running.tree_data_set import largest
from mornet.snapshots import DataSet, Snapshots
from mornet.study import Choice, Study


def check(study: Study) -> dict[str, DataSet]:
    """Return the data sets of ``study`` as its jobs will make, split and hold out a part of them.

    Those of equations are stand-ins of the same sizes: no equation is solved. Trees are planned and
    not computed, so that they are not among the data sets.

    Raises StudyError, which lists all mistakes: files that are missing or refused, impossible
    splits and parts held out, training snapshots that are all zero or equal, ranks above min(n, m),
    convolutions off their grid, times that a reduced-order model refuses, networks larger than all
    memory.
    """
    mistakes: list[str] = []
    found = {
        name: data
        for name, choice in study.data_sets.items()
        if (data := _data_set(study, name, choice, mistakes))
    }
    if mistakes:
        lines = "\n  ".join(mistakes)
        raise StudyError(
            f"{study.name} cannot run, for {counted(len(mistakes), 'reason')}:\n  {lines}"
        )
    return found


def _data_set(study: Study, name: str, choice: Choice, mistakes: list[str]) -> DataSet | None:
    if choice.kind == "tree":  # its nodes are jobs, and only they read snapshots
        mistakes += _of_a_tree(study, name, choice)
        return None
    make: Callable[..., DataSet] = DATA_SETS[choice.kind].load()
    problem = problem_of(make)
    try:
        data = (
            make(**choice.settings)
            if problem is None
            else stand_in(problem(**choice.settings).outline())
        )
        data = replace(data, name=name if problem else data.name)
    except MornetError as error:
        mistakes.append(f"study.data_sets.{name}: {error}")
        return None
    if choice.kind == "file":
        mistakes += _of_paths(name, choice)
    try:
        data = _held_out(study, name, data)
    except MornetError as error:
        mistakes.append(f"study.hold_out.{name}: {error}")
    mistakes += _of_models(study, name, data)
    mistakes += too_large(study, name, data)
    mistakes += _of_ranks(study, name, data.train.U.shape, "the shape")
    if problem is None:  # a stand-in has another grid
        mistakes += _of_grids(study, name, data)
        mistakes += _of_equal_snapshots(study, name, data.train.U)
    return data


def _of_a_tree(study: Study, name: str, choice: Choice) -> Iterator[str]:
    try:
        most = largest(choice.settings)
    except MornetError as error:
        yield f"study.data_sets.{name}: {error}"
        return
    yield from _of_ranks(study, name, most, "at most the shape")


def _of_paths(name: str, choice: Choice) -> Iterator[str]:
    """Yield files whose names Snakemake takes for patterns."""
    for path in DATA_SETS[choice.kind].inputs(choice.settings):
        if marks := sorted({*"{}<>\n"} & {*str(path)}):
            marks = [repr(mark) for mark in marks]
            yield (
                f"study.data_sets.{name}: the name of {path} holds {', '.join(marks)}, which a "
                "workflow takes for the marks of a pattern: give the file another name"
            )


def _of_models(study: Study, name: str, data: DataSet) -> Iterator[str]:
    """Yield what reduced-order models refuse about the times of snapshots without an equation."""
    kinds = {rom: study.roms[rom] for rom in study.roms_for(name)}
    if not kinds or study.has_equation(name):
        return
    models = {rom: ROMS[choice.kind].load()(**choice.settings) for rom, choice in kinds.items()}
    for said in refusals_of_times(data, models):
        yield f"study.roms on {name}: {said}"


def _held_out(study: Study, name: str, data: DataSet) -> DataSet:
    if name not in study.hold_out:
        return data
    by: Any = study.hold_out_by.get(name)
    return data.hold_out(study.hold_out[name], by=by)


def _of_ranks(study: Study, name: str, shape: tuple[int, ...], words: str) -> Iterator[str]:
    for rank in study.ranks.get(name, ()):
        try:
            require_rank(rank, shape, f"study.ranks.{name}:")
        except MornetError as error:
            yield f"{error}; the training part has {words} {shape}"


def _of_grids(study: Study, name: str, data: DataSet) -> Iterator[str]:
    """Yield which convolutional networks do not fit the grid and the norm of the snapshots."""
    for method in study.methods_for(name):
        choice = study.methods[method]
        settings: Any = METHODS[choice.kind].load()(**choice.settings)
        convolution = _convolution(settings)
        if convolution is not None:
            try:
                require_no_product(data.inner_product)
                network_on(data.train.n, data.train.x, 1, convolution)
            except MornetError as error:
                yield f"study.methods.{method} on {name}: {error}"


def _of_equal_snapshots(study: Study, name: str, U: Array) -> Iterator[str]:
    """Yield that there is nothing to reduce: snapshots that are zero, or equal to their mean."""
    only = f"study.data_sets.{name}: {counted(U.shape[1], 'training snapshot')}"
    advice = "so that there is nothing to reduce: choose other snapshots for training"
    if not U.any():
        yield f"{only}, zero in every entry, {advice}"
    elif (U[:, :1] == U).all() and (methods := [*_that_subtract_a_mean(study, name)]):
        equal = ", all equal" if U.shape[1] > 1 else ""
        yield f"{only}{equal}, and {', '.join(methods)} would subtract the mean, {advice}"


def _that_subtract_a_mean(study: Study, name: str) -> Iterator[str]:
    for method in study.methods_for(name):
        choice = study.methods[method]
        if METHODS[choice.kind].load()(**choice.settings).affine:
            yield method


def _convolution(settings: Any) -> ConvolutionalAutoencoderSettings | None:
    """Return the settings of the convolutional autoencoder that a method trains, or None."""
    if isinstance(settings, BestSettings):
        return settings.convolution
    return settings if isinstance(settings, ConvolutionalAutoencoderSettings) else None


def stand_in(outline: Outline) -> DataSet:
    """Return a data set of the sizes in ``outline``: a front that travels, one parameter a run.

    Few snapshots of equations need more modes than a front as steep as the grid allows, so that
    networks in POD coordinates are at least as large as for the snapshots themselves.
    """
    lengths = np.array(outline.snapshots)
    run = np.repeat(np.arange(len(lengths)), lengths)
    t = np.concatenate([np.linspace(0, 1, k, endpoint=False) for k in lengths])
    x, place = np.linspace(0, 1, outline.n), (t + run / len(run)) % 1
    U = 1 + np.tanh(outline.n / 2 * (place[None] - x[:, None]))
    train = Snapshots(U, x[None], run, t=t, mu=run[None].astype(float))
    return DataSet("stand-in", train, train.take(np.arange(1)), "none")
