"""The design of layers: autoencoder errors over depth, width, kind of layer and code size."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.errors import DataError, OptionError
from mornet.fom.burgers import burgers_data_set
from mornet.records import Array, Indices, array, in_short
from mornet.reduction import (
    AutoencoderSettings,
    ConvolutionalAutoencoderSettings,
    FitContext,
    Reduction,
    fit_autoencoder,
    fit_convolutional_autoencoder,
    fit_pod,
    reconstruct,
    relative_error,
)
from mornet.settings import Count, Seed, Several
from mornet.snapshots.digits import digits_data_set
from mornet.training.sampling import Shuffled, even_batch

DATA = ("Burgers", "digits")
FORMS = ("dense", "convolutional")
WIDE = 8  # units of a dense layer for each channel of a convolution in its place
MODELS = ("PCA", *FORMS)
BATCH = 100


@dataclass(frozen=True, eq=False)
class Layers:
    """Relative test errors of autoencoders, and their generalisation gaps.

    A dense autoencoder has ``depth`` hidden layers of ``width`` units in its encoder, a
    convolutional one as many convolutions of width / 8 channels with stride 2. All trainings take
    ``steps`` steps. ``gap`` is the mean square per pixel of the test images of digits minus that of
    ``size`` training images, drawn without replacement. ``rate`` is the slope of log gap over
    log size by least squares.
    """

    kind: ClassVar[str] = "layers"
    __repr__ = in_short
    steps: int
    gap_code: int
    data: tuple[str, ...] = array("data")
    form: tuple[str, ...] = array("form", about="kind of the hidden layers")
    code: Indices = array("code", about="entries of a code")
    depth: Indices = array("depth", about="hidden layers of the encoder")
    width: Indices = array("width", about="units of a hidden layer")
    error: Array = array("data", "form", "code", "depth", "width", about="median of the seeds")
    parameters: Indices = array("data", "form", "code", "depth", "width")
    pod_error: Array = array("data", "code", about="relative test error of centred POD")
    model: tuple[str, ...] = array("model")
    size: Indices = array("size", about="training images")
    gap: Array = array("model", "size", "seed", about="mean square of test minus training images")
    rate: Array = array("model", about="slope of log gap over log size")
    seconds: Array = array(units="s", about="processor time", measured=True)


class Part(NamedTuple):
    """Training and test snapshots, and where their degrees of freedom live."""

    U: Array
    test: Array
    x: Array


@dataclass(frozen=True)
class GapSettings:
    """The autoencoders whose generalisation gap is measured, and the training images of each."""

    code: Count = 5
    depth: Count = 1
    width: Count = 64
    sizes: Several[Count] = (50, 100, 200, 400, 800, 1437)


def layers(
    *,
    codes: Several[Count] = (2, 5),
    depths: Several[Count] = (1, 2, 3),
    widths: Several[Count] = (16, 32, 64, 128),
    steps: Count = 800,
    gaps: GapSettings = GapSettings(),
    seeds: Several[Seed] = (0, 1),
) -> Layers:
    """Return the errors of all autoencoders, and the gaps of the one of ``gaps``.

    Raises OptionError if scikit-learn, which has the digits, is not installed, and for sizes of
    training sets that cannot be drawn, or have no slope.
    """
    begin = time.process_time()
    parts = _parts()
    _require_sizes(gaps.sizes, parts[DATA.index("digits")].U.shape[1])
    shape = (len(parts), len(FORMS), len(codes), len(depths), len(widths))
    error, parameters = np.empty(shape), np.empty(shape, np.int64)
    for at in np.ndindex(shape):
        d, f, c, h, w = at
        design = Design(FORMS[f], codes[c], depths[h], widths[w], steps)
        models = [fitted(design, parts[d], seed) for seed in seeds]
        error[at] = np.median([relative_error(model, parts[d].test) for model in models])
        parameters[at] = models[0].parameters
    gap = _gaps(parts[DATA.index("digits")], gaps, steps, seeds)
    return Layers(
        steps=steps,
        data=DATA,
        form=FORMS,
        code=np.array(codes),
        depth=np.array(depths),
        width=np.array(widths),
        error=error,
        parameters=parameters,
        pod_error=np.array([[_pod_error(part, code) for code in codes] for part in parts]),
        model=MODELS,
        gap_code=gaps.code,
        size=np.array(gaps.sizes),
        gap=gap,
        rate=np.array([_slope(gaps.sizes, of) for of in gap]),
        seconds=np.array(time.process_time() - begin),
    )


class Design(NamedTuple):
    """An autoencoder: the form of its hidden layers, their number and width, and its training."""

    form: str
    code: int
    depth: int
    width: int
    steps: int


def fitted(design: Design, part: Part, seed: int) -> Reduction:
    """Return the autoencoder of the ``design`` trained on ``part``."""
    m = part.U.shape[1]
    rng = np.random.default_rng([seed, m, design.code, design.depth, design.width])
    epoch = Shuffled(even_batch(m, min(m, BATCH))).steps_per_epoch(m)
    training = {"epochs": max(1, design.steps // epoch), "batch": min(m, BATCH)}
    if design.form == "dense":
        dense = AutoencoderSettings(hidden=(design.width,) * design.depth, **training)
        return fit_autoencoder(part.U, design.code, dense, rng=rng).autoencoder
    channels = (max(1, design.width // WIDE),) * design.depth
    convolutional = ConvolutionalAutoencoderSettings(channels=channels, hidden=(), **training)
    return fit_convolutional_autoencoder(
        part.U, design.code, convolutional, rng=rng, context=FitContext(x=part.x)
    ).autoencoder


def _parts() -> list[Part]:
    """Return Burgers' equation with few points and times, and the digits."""
    sets = burgers_data_set(n=128, steps=100), digits_data_set()
    return [Part(data.train.U, data.test.U, data.train.x) for data in sets]


def _require_sizes(sizes: tuple[int, ...], images: int) -> None:
    if len(set(sizes)) < 2 or min(sizes) < 2 or max(sizes) > images:
        raise OptionError(
            f"gaps.sizes = {list(sizes)} must be two or more numbers of training images, each from "
            f"2 to {images}"
        )


def _pod_error(part: Part, code: int) -> float:
    return float(relative_error(fit_pod(part.U, rank=code, centre="mean"), part.test))


def _gaps(part: Part, gaps: GapSettings, steps: int, seeds: tuple[int, ...]) -> Array:
    """Return the gaps (model, size, seed)."""
    found = np.empty((len(MODELS), len(gaps.sizes), len(seeds)))
    for s, seed in enumerate(seeds):
        order = np.random.default_rng(seed).permutation(part.U.shape[1])
        for k, size in enumerate(gaps.sizes):
            few = part._replace(U=np.asfortranarray(part.U[:, order[:size]]))
            found[0, k, s] = _gap(fit_pod(few.U, rank=gaps.code, centre="mean"), few)
            for f, form in enumerate(FORMS, start=1):
                design = Design(form, gaps.code, gaps.depth, gaps.width, steps)
                found[f, k, s] = _gap(fitted(design, few, seed), few)
    return found


def _gap(model: Reduction, part: Part) -> float:
    train, test = (np.mean((reconstruct(model, U) - U) ** 2) for U in (part.U, part.test))
    return float(test - train)


def _slope(sizes: tuple[int, ...], gap: Array) -> float:
    """Return the slope of the logarithms, of the sizes whose median gap is positive.

    Raises DataError if there are fewer than two of them.
    """
    middle = np.median(gap, axis=1)
    some = middle > 0
    if np.unique(np.array(sizes)[some]).size < 2:
        raise DataError(f"fewer than two of the sizes {sizes} have a positive gap: take more steps")
    return float(np.polyfit(np.log(np.array(sizes)[some]), np.log(middle[some]), 1)[0])
