"""Least-squares models of Barnett and Farhat's Burgers equation, and what they cost.

A step of the full-order model needs no linear solver: a sweep over the cells solves it exactly. The
published models are timed against Newton's method with a sparse solver.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from mornet.experiments.validation.inflow import CONFIGURATION, PLACE, SOURCE, inflow_pod
from mornet.experiments.validation.inflow_burgers import inflow_manifold
from mornet.experiments.validation.inflow_cells import few_cells_run, inflow_cells
from mornet.experiments.validation.inflow_runs import Run, least_squares_run
from mornet.experiments.validation.published import Published, Reproduction, reproduce

Of = Literal["POD 153", "POD 153, few cells", "quadratic manifold 17"]
SWEEP = "the full-order model is solved by an exact sweep here, by Newton's method there"
PUBLISHED = (
    Published({"model": "POD 153", "measure": "error"}, 4.04614e-4, 1e-5),
    Published(
        {"model": "POD 153", "measure": "time over that of the full-order model"},
        56.8 / 94,
        relation="at most",
        reason=SWEEP,
    ),
    Published({"model": "POD 153, few cells", "measure": "error"}, 4.04531730e-4, 1e-2),
    Published({"model": "POD 153, few cells", "measure": "number of cells"}, 2081, None, "at most"),
    Published(
        {"model": "POD 153, few cells", "measure": "error over that of all cells"},
        1.01,
        relation="at most",
        origin="goal",
    ),
)


def inflow_burgers_models() -> Reproduction:
    """Return the published errors of least-squares models beside the errors computed here."""
    return reproduce(
        PUBLISHED,
        inflow_burgers_model,
        source=SOURCE,
        place=f"{PLACE}; 1.01 is a goal, not published",
        configuration=f"{CONFIGURATION} The Euclidean norm of the residual is least in each step, "
        "of all equations, or of few cells with weights that reproduce J^T r at the 50 published "
        "states of one training trajectory: to 1e-3 here, to 3e-9 there. Errors "
        "||U - W||_F / ||U||_F on the test trajectory; processor times.",
        quantity="least-squares models of Burgers' equation with an inflow",
        tolerance=1e-5,
        origin="repository",
    )


def inflow_burgers_model(*, model: Of, measure: str) -> float:
    """Return the error of a ``model``, its number of cells, or a ratio of errors or times."""
    if measure == "number of cells":
        return float(inflow_cells(inflow_pod()).number)
    run = _run(model)
    match measure:
        case "error":
            return run.error
        case "error over that of all cells":
            return run.error / _run("POD 153").error
    return run.seconds / run.full


@cache
def _run(model: Of) -> Run:
    """Return the run of the ``model`` for the parameters of the test."""
    match model:
        case "POD 153":
            return least_squares_run(inflow_pod(), 1e-8)
        case "POD 153, few cells":
            return few_cells_run(inflow_pod(), 1e-8, inflow_cells(inflow_pod()))
    return least_squares_run(inflow_manifold(), 1e-6)
