"""The least-squares model on the quadratic manifold of Barnett and Farhat's Burgers equation."""

from __future__ import annotations

from functools import cache

from mornet.experiments.validation.inflow import CONFIGURATION, PLACE, SOURCE
from mornet.experiments.validation.inflow_burgers import inflow_manifold
from mornet.experiments.validation.inflow_cells import few_cells_run, inflow_cells
from mornet.experiments.validation.inflow_runs import Run, least_squares_run
from mornet.experiments.validation.published import Published, Reproduction, reproduce

TOLERANCE = 1e-6
PUBLISHED = (
    Published({"cells": "all", "measure": "error"}, 7.41278089e-3, 5e-4),
    Published({"cells": "few", "measure": "error"}, 8.41366634e-3, relation="at most"),
    Published({"cells": "few", "measure": "number of cells"}, 827, relation="at most"),
    Published(
        {"cells": "few", "measure": "error over that of all cells"},
        1.01,
        relation="at most",
        origin="goal",
    ),
)


def inflow_burgers_quadratic() -> Reproduction:
    """Return published errors of models on the quadratic manifold beside those computed here."""
    return reproduce(
        PUBLISHED,
        inflow_burgers_quadratic_number,
        source=SOURCE,
        place=f"{PLACE}, quadratic manifold of 17 modes; 1.01 is a goal, not published",
        configuration=f"{CONFIGURATION} Least squares in the Euclidean norm of all equations, or "
        "of few cells with weights that reproduce J^T r of one training trajectory. Errors on the "
        "test trajectory.",
        quantity="least-squares models on the quadratic manifold of Burgers' equation with an "
        "inflow",
        tolerance=1e-3,
        origin="repository",
    )


def inflow_burgers_quadratic_number(*, cells: str, measure: str) -> float:
    """Return the error with all ``cells`` or with few, the number of those, or a ratio."""
    if measure == "number of cells":
        return float(inflow_cells(inflow_manifold()).number)
    error = _run(cells).error
    return error / _run("all").error if measure.startswith("error over") else error


@cache
def _run(cells: str) -> Run:
    if cells == "all":
        return least_squares_run(inflow_manifold(), TOLERANCE)
    return few_cells_run(inflow_manifold(), TOLERANCE, inflow_cells(inflow_manifold()))
