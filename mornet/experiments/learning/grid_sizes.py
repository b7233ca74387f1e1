"""Autoencoders on finer and finer grids: dense, convolutional, and dense in POD coordinates."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np

from mornet.experiments.choices import DataSetChoice, entry, grid_setting
from mornet.experiments.data_sets import DATA_SETS
from mornet.records import Array, Indices, array, in_short
from mornet.reduction import (
    AutoencoderSettings,
    ConvolutionalAutoencoderSettings,
    FitContext,
    Reduction,
    fit_autoencoder,
    fit_convolutional_autoencoder,
    fit_pod,
    relative_error,
)
from mornet.settings import Count, Range, Seed, Several
from mornet.snapshots.snapshots import DataSet

COMPARED = ("PCA", "dense", "convolutional", "dense in POD coordinates")
TRAINING: dict[str, Any] = {"batch": 25, "optimiser": "adam"}
DENSE = AutoencoderSettings(pod_tolerance=None, **TRAINING)
CONVOLUTIONAL = ConvolutionalAutoencoderSettings(**TRAINING)
CHANNELS, DEPTH, COARSEST = 8, 4, 4
"""At most `DEPTH` convolutions halve the grid, and leave `COARSEST` places in each direction."""
POD_TOLERANCE = 1e-4  # of the coordinates
BUMP = entry(DATA_SETS, "burgers", steps=100)


@dataclass(frozen=True, eq=False)
class GridSizes:
    """Parameters, processor times and errors of autoencoders of one equation on each grid.

    All trainings take the same steps of the same optimiser. PCA has the size of the code. The times
    of the dense autoencoder in POD coordinates include the POD.
    """

    kind: ClassVar[str] = "grid_sizes"
    __repr__ = in_short
    data_set: str
    code: int
    epochs: int
    snapshots: int
    method: tuple[str, ...] = array("method")
    n: Indices = array("size", about="degrees of freedom")
    parameters: Indices = array("method", "size", about="entries of the fitted reduction")
    train_error: Array = array("method", "size", "seed", about="relative, of the snapshots")
    test_error: Array = array("method", "size", "seed", about="relative, of the snapshots")
    seconds: Array = array("method", "size", units="s", about="processor time", measured=True)


class Fits(NamedTuple):
    """The reductions of all seeds, and the processor time of one."""

    models: list[Reduction]
    seconds: float


class Training(NamedTuple):
    """What a fit needs beside its snapshots: code size, epochs, number of convolutions."""

    code: int
    epochs: int
    depth: int


def grid_sizes(
    *,
    problem: DataSetChoice = BUMP,
    sizes: Several[Annotated[int, Range(16)]] = (1000, 4000, 16000),
    code: Count = 5,
    epochs: Count = 60,
    seeds: Several[Seed] = (0,),
) -> GridSizes:
    """Return what autoencoders cost and gain on grids of all ``sizes`` of a ``problem``.

    Raises OptionError for a data set that is not on grids of different sizes.
    """
    name, build = grid_setting(problem), DATA_SETS[problem.kind].load()
    sets: list[DataSet] = [build(**{**problem.settings, name: size}) for size in sizes]
    trained = [Training(code, epochs, depth(size)) for size in sizes]
    pairs = list(zip(sets, trained, strict=True))
    found = [[_fits(m, data, training, seeds) for data, training in pairs] for m in COMPARED]
    return GridSizes(
        data_set=problem.kind,
        code=code,
        epochs=epochs,
        snapshots=sets[0].train.m,
        method=COMPARED,
        n=np.array([data.train.n for data in sets]),
        parameters=np.array([[fits.models[0].parameters for fits in row] for row in found]),
        train_error=np.array([_errors(row, [data.train.U for data in sets]) for row in found]),
        test_error=np.array([_errors(row, [data.test.U for data in sets]) for row in found]),
        seconds=np.array([[fits.seconds for fits in row] for row in found]),
    )


def _errors(row: list[Fits], parts: list[Array]) -> list[list[float]]:
    return [
        [float(relative_error(model, U)) for model in fits.models]
        for fits, U in zip(row, parts, strict=True)
    ]


def depth(size: int) -> int:
    """Return how many convolutions halve a grid of ``size`` places in each direction.

    >>> depth(16000), depth(100), depth(20), depth(16)
    (4, 4, 2, 2)
    """
    return min(DEPTH, (size // COARSEST).bit_length() - 1)


def _fits(method: str, data: DataSet, training: Training, seeds: tuple[int, ...]) -> Fits:
    begin = time.process_time()
    models = [_fitted(method, data, training, seed) for seed in seeds]
    return Fits(models, (time.process_time() - begin) / len(seeds))


def _fitted(method: str, data: DataSet, training: Training, seed: int) -> Reduction:
    rng, U = np.random.default_rng(seed), data.train.U
    code, epochs = training.code, training.epochs
    if method == "PCA":
        return fit_pod(U, rank=code, centre="mean")
    if method == "convolutional":
        channels = (CHANNELS,) * training.depth
        settings = replace(CONVOLUTIONAL, channels=channels, epochs=epochs)
        context = FitContext(x=data.train.x)
        return fit_convolutional_autoencoder(
            U, code, settings, rng=rng, context=context
        ).autoencoder
    tolerance = None if method == "dense" else POD_TOLERANCE
    dense = replace(DENSE, epochs=epochs, pod_tolerance=tolerance)
    return fit_autoencoder(U, code, dense, rng=rng).autoencoder
