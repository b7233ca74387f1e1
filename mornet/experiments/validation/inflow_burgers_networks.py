"""Ten coordinates for Barnett and Farhat's Burgers equation: networks, and models on them.

The published network predicts 143 further POD coordinates from ten, after 123 s of training on a
graphics card. Here a correction of POD also turns the ten coordinates (`mornet.reduction.hybrid`).
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np

from mornet.experiments.validation.inflow import (
    CONFIGURATION,
    PLACE,
    SOURCE,
    inflow_data,
    inflow_pod,
)
from mornet.experiments.validation.inflow_cells import few_cells_run, inflow_cells
from mornet.experiments.validation.inflow_runs import least_squares_run
from mornet.experiments.validation.judged import judged_error
from mornet.experiments.validation.published import (
    Measured,
    Published,
    Reproduction,
    median,
    reproduce,
)
from mornet.records import Array
from mornet.reduction.best.candidates import Corrected, Effort
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.measures import relative_error
from mornet.rom.cloud import cloud_of
from mornet.settings import Seed, Several

Of = Literal["reduction", "LSPG", "LSPG, few cells", "number of cells", "seconds of training"]
JUDGE = "reduction of the judge"
RANK, HIDDEN, EFFORT = 10, 200, Effort(4000, 3e-3, 100)
"""The size of a code, the hidden units of both halves, and the steps of SOAP."""
TOLERANCE, REACH = 1e-6, 1.5
"""The tolerance of the least-squares steps, and how far codes may go, in radii of the cloud."""
REDUCTION = 2.33049e-3
PUBLISHED = (
    Published({"of": "reduction"}, REDUCTION, relation="at most"),
    Published({"of": JUDGE}, REDUCTION, relation="at most"),
    Published({"of": "LSPG"}, 2.38811e-3, relation="at most"),
    Published({"of": "LSPG, few cells"}, 2.74196265e-3, relation="at most"),
    Published({"of": "number of cells"}, 501, relation="at most"),
    Published({"of": "seconds of training"}, 123.0, relation="at most"),
)


def inflow_burgers_networks(*, seeds: Several[Seed] = (0, 1, 2, 3, 4)) -> Reproduction:
    """Return the published errors at ten coordinates beside the medians of those computed here."""

    def number(of: Any) -> Measured:
        if of == JUDGE:
            return median([judged_error(inflow_data(), RANK, seeds[0])])
        return median([_number(of, seed) for seed in seeds])

    return reproduce(
        PUBLISHED,
        number,
        source=SOURCE,
        place=f"{PLACE}, POD-ANN: 10 primary and 143 secondary coordinates",
        configuration=f"{CONFIGURATION} A correction of the encoder and decoder of POD, in 153 POD "
        "coordinates, by 4000 steps of SOAP on one processor core; the published seconds are of a "
        "graphics card, and neither include the POD. Few cells have weights that reproduce J^T r "
        "of one training trajectory. Errors on the test trajectory, medians over the seeds. The "
        "judge races with the first seed.",
        quantity="ten coordinates of Burgers' equation with an inflow",
        tolerance=0.0,
        origin="repository",
    )


class Fit(NamedTuple):
    """A reduction, its training codes, its error on the test trajectory, and its training time."""

    reduction: Hybrid
    codes: Array
    error: float
    seconds: float


@cache
def _fit(seed: int) -> Fit:
    """Return the POD with a correction of both halves, trained in the POD coordinates."""
    data, pod, rng = inflow_data(), inflow_pod(), np.random.default_rng(seed)
    c = pod.encode(data.train.U)
    begin = time.process_time()
    candidate = Corrected("both", RANK, centred=True, hidden=HIDDEN)
    learned, _ = candidate.train(candidate.start(c, rng, None), c, EFFORT, rng, None)
    seconds = time.process_time() - begin
    hybrid = Hybrid(pod, "both", learned)
    error = relative_error(hybrid, data.test.U, data.norm(data.test))
    return Fit(hybrid, learned.encode(c), error, seconds)


@cache
def _number(of: Of, seed: int) -> float:
    """Return one number of the reduction of a ``seed``, or of a least-squares model on it."""
    fit = _fit(seed)
    match of:
        case "reduction":
            return fit.error
        case "seconds of training":
            return fit.seconds
        case "number of cells":
            return float(inflow_cells(fit.reduction).number)
    cloud = cloud_of(fit.codes).widened(REACH)
    if of == "LSPG":
        return least_squares_run(fit.reduction, TOLERANCE, cloud).error
    return few_cells_run(fit.reduction, TOLERANCE, inflow_cells(fit.reduction), cloud).error
