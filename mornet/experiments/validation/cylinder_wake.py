"""The wake of a cylinder at Re = 100 in nine coordinates: POD, quadratic and polynomial manifolds.

The amplitudes are those of `mornet.experiments.cylinder_wake`. The transient lies near a
paraboloid: B. Noack, K. Afanasiev, M. Morzynski, G. Tadmor and F. Thiele, J. Fluid Mech. 497, 2003.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from mornet.experiments.cylinder_wake import amplitudes
from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce
from mornet.records import Array, Indices
from mornet.reduction.measures import relative_error
from mornet.reduction.quadratic.fit import Coordinates, manifold_with, singular_coordinates
from mornet.settings import Count

POD_ERRORS = {1: 0.72965, 2: 0.52322, 3: 0.14773, 4: 0.12091, 6: 0.06297, 8: 0.01505}
QUADRATIC = {"1 2": 0.5165, "1 2 3": 0.0881, "2 3": 0.0917, "2 3 6": 0.0667}  # of these modes
GRAPHS = {3: 0.0351, 4: 0.0170, 6: 0.0096, 8: 0.0056, 12: 0.0017}  # over the modes 2 and 3
HALF_DIGIT = 5.1e-5
PUBLISHED = (
    *(Published({"model": "POD", "rank": r}, e, 5.1e-6, "absolute") for r, e in POD_ERRORS.items()),
    *(
        Published({"model": "quadratic", "modes": modes}, e, HALF_DIGIT, "absolute")
        for modes, e in QUADRATIC.items()
    ),
    *(
        Published(
            {"model": "polynomial", "modes": "2 3", "degree": degree, "part": part},
            e,
            HALF_DIGIT,
            "absolute",
        )
        for part in ("all", "odd columns")
        for degree, e in GRAPHS.items()
    ),
)


def cylinder_wake() -> Reproduction:
    """Return errors of an independent program beside those computed here."""
    return reproduce(
        PUBLISHED,
        cylinder_wake_error,
        source="PySINDy, examples/data/vonKarman_pod; Noack et al., J. Fluid Mech. 497, 2003",
        place="data of the package; errors of an independent program",
        configuration="Nine amplitudes about the mean flow at 3000 times, as snapshots without a "
        "mean; relative errors in the mass norm of the velocity. Polynomials of a degree map two "
        "modes to the other seven; they are fitted to all columns, or to the even ones and tested "
        "on the odd ones.",
        quantity="manifolds of the cylinder wake",
        tolerance=HALF_DIGIT,
        origin=SCRIPT,
    )


def cylinder_wake_error(
    *,
    model: Literal["POD", "quadratic", "polynomial"],
    rank: Count = 1,
    modes: str = "",
    degree: int = 0,
    part: Literal["all", "odd columns"] = "all",
) -> float:
    """Return the relative error of a ``model`` with ``rank`` modes, or with these ``modes``."""
    all_modes, X = _coordinates(), amplitudes()
    chosen = np.array([int(mode) - 1 for mode in modes.split()], dtype=int)
    if model == "POD":
        return float(np.linalg.norm(all_modes.X[:, rank:]) / np.linalg.norm(X))
    if model == "quadratic":
        return relative_error(manifold_with(all_modes, chosen, 1e-6), X)
    return _polynomial(all_modes.X, chosen, degree, part)


def _polynomial(Z: Array, chosen: Indices, degree: int, part: str) -> float:
    """Return the error of the least-squares polynomial of two modes; ``Z`` (m, 9) are all modes."""
    z, others = Z[:, chosen] / np.abs(Z[:, chosen]).max(axis=0), np.delete(Z, chosen, axis=1)
    powers = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    F = np.stack([z[:, 0] ** i * z[:, 1] ** j for i, j in powers], axis=1)
    every = slice(None) if part == "all" else slice(None, None, 2)
    test = slice(None) if part == "all" else slice(1, None, 2)
    coefficients = np.linalg.lstsq(F[every], others[every], rcond=None)[0]
    error = np.linalg.norm(others[test] - F[test] @ coefficients)
    return float(error / np.linalg.norm(Z[test]))


@lru_cache(maxsize=1)
def _coordinates() -> Coordinates:
    return singular_coordinates(amplitudes(), False)
