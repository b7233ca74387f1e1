"""POD and the quadratic manifold of Barnett and Farhat's Burgers equation with an inflow."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mornet.experiments.validation.inflow import (
    CONFIGURATION,
    PLACE,
    SOURCE,
    inflow_data,
    inflow_pod,
)
from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce
from mornet.linalg import tikhonov
from mornet.records import Array
from mornet.reduction.measures import relative_error
from mornet.reduction.quadratic.record import QuadraticManifold, products

MODES = 153
NUMBERS = {
    "norm of the mean": (327.342686, 2e-9),
    "modes": (MODES, 0.0),
    "lost energy": (9.91166165e-7, 1e-7),
    "residual of 17 modes": (8.76809137e2, 1e-8),
    "mean training error, %": (4.33810169e-2, 1e-8),
    "largest training error, %": (5.18095396e-2, 1e-8),
    "least training error, %": (3.79720959e-2, 1e-8),
}
PROJECTION = {
    5: 0.124058001,
    10: 0.0641036405,
    17: 0.0325661504,
    20: 0.0257316994,
    50: 6.6177012e-3,
    100: 1.16735902e-3,
    MODES: 3.71444653e-4,
}
CURVED, RIDGE = 17, 1e-4
"""Modes of the quadratic manifold, and the number added to the diagonal of its normal equations."""
PUBLISHED = (
    *(Published({"number": name}, value, tol) for name, (value, tol) in NUMBERS.items()),
    *(
        Published({"number": "POD", "rank": rank}, error, origin=SCRIPT if rank < MODES else None)
        for rank, error in PROJECTION.items()
    ),
    Published({"number": "quadratic manifold", "rank": CURVED}, 7.94437967e-3, 5e-4),
)


def inflow_burgers() -> Reproduction:
    """Return numbers of the POD and of the quadratic manifold beside those computed here."""
    return reproduce(
        PUBLISHED,
        inflow_burgers_number,
        source=SOURCE,
        place=f"{PLACE}; POD errors at the ranks below {MODES} by an independent program",
        configuration=f"{CONFIGURATION} The modes lose 1e-6 of the energy; the quadratic manifold "
        "has 17 modes and a ridge of 1e-4. Errors on the test trajectory unless another is named.",
        quantity="reductions of Burgers' equation with an inflow",
        tolerance=1e-8,
        origin="repository",
    )


def inflow_burgers_number(*, number: str, rank: int = 0) -> float:
    """Return one ``number`` of the POD, or a test error at ``rank``."""
    pod, test = inflow_pod(), inflow_data().test
    match number:
        case "norm of the mean":
            return float(np.linalg.norm(np.asarray(pod.centre)))
        case "modes":
            return float(pod.r)
        case "lost energy":
            return float(pod.relative_truncation_error**2)
        case "residual of 17 modes":
            return float(pod.truncate(CURVED).truncation_error)
        case "POD":
            return relative_error(pod.truncate(rank), test.U, inflow_data().norm(test))
        case "quadratic manifold":
            return relative_error(inflow_manifold(), test.U, inflow_data().norm(test))
    errors = _training_errors()
    statistics = {"mean": errors.mean(), "largest": errors.max(), "least": errors.min()}
    return float(statistics[number.split()[0]])


@lru_cache(maxsize=1)
def inflow_manifold() -> QuadraticManifold:
    """Return the quadratic manifold on the first modes, fitted to all snapshots."""
    pod, U = inflow_pod().truncate(CURVED), inflow_data().train.U
    z = pod.encode(U)
    W = tikhonov(products(z).T, (U - pod.decode(z)).T, RIDGE**0.5).T
    return QuadraticManifold(pod.V, W, np.arange(CURVED), pod.centre)


@lru_cache(maxsize=1)
def _training_errors() -> Array:
    """Return the errors in per cent of each training trajectory, with all modes."""
    pod, train = inflow_pod(), inflow_data().train
    parts = [train.U[:, train.trajectory == k] for k in np.unique(train.trajectory)]
    return 100 * np.array([relative_error(pod, U) for U in parts])
