"""Ten coordinates for Barnett and Farhat's Burgers equation: networks, and models on them.

The published network predicts 143 further POD coordinates from ten, after 123 s of training on a
graphics card. Here the race between reductions chooses (`mornet.reduction.best`).
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any, Literal, NamedTuple, cast

import numpy as np

from mornet.comparison.context import context_of
from mornet.experiments.validation.inflow import CONFIGURATION, PLACE, SOURCE, inflow_data
from mornet.experiments.validation.inflow_burgers_models import least_squares_run
from mornet.experiments.validation.published import (
    Measured,
    Published,
    Reproduction,
    median,
    reproduce,
)
from mornet.reduction.best.fit import fit_best
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.interface import SmoothReduction
from mornet.reduction.measures import relative_error
from mornet.settings import Seed

RANK, TOLERANCE = 10, 1e-6
"""The size of a code, and the tolerance of the least-squares steps: errors are above 1e-3."""
SETTINGS = BestSettings()
PUBLISHED = (
    Published({"of": "reduction"}, 2.33049e-3, relation="at most"),
    Published({"of": "LSPG"}, 2.38811e-3, relation="at most"),
    Published({"of": "seconds of training"}, 123.0, relation="at most"),
)


def inflow_burgers_networks(*, seeds: tuple[Seed, ...] = (0,)) -> Reproduction:
    """Return the published errors at ten coordinates beside the medians of those computed here."""

    def number(of: Literal["reduction", "LSPG", "seconds of training"]) -> Measured:
        fits = [_fit(seed) for seed in seeds]
        if of == "LSPG":
            return median([_model_error(seed) for seed in seeds])
        return median([fit.error if of == "reduction" else fit.seconds for fit in fits])

    return reproduce(
        PUBLISHED,
        number,
        source=SOURCE,
        place=f"{PLACE}, POD-ANN: 10 primary and 143 secondary coordinates",
        configuration=f"{CONFIGURATION} The race between reductions at rank 10, its POD included "
        "in the processor seconds; those published are of a graphics card. Errors on the test "
        "trajectory.",
        quantity="ten coordinates of Burgers' equation with an inflow",
        tolerance=0.0,
    )


class Fit(NamedTuple):
    """A reduction, its error on the test trajectory and the processor time of its fit."""

    reduction: Any
    error: float
    seconds: float


@cache
def _fit(seed: int) -> Fit:
    data, rng = inflow_data(), np.random.default_rng(seed)
    begin = time.process_time()
    best = fit_best(data.train.U, RANK, SETTINGS, rng=rng, context=context_of(data)).best
    seconds = time.process_time() - begin
    return Fit(best.model, relative_error(best, data.test.U, data.norm(data.test)), seconds)


@cache
def _model_error(seed: int) -> float:
    """Return the error of the least-squares model on the reduction of a ``seed``."""
    return least_squares_run(cast(SmoothReduction, _fit(seed).reduction), TOLERANCE).error
