"""The POD subspace of moving snapshots: orders of series, and bounds of its change.

P.-A. Wedin, BIT 12, 1972; Y. Yu, T. Wang and R. Samworth, Biometrika 102, 2015; T. Cai and A.
Zhang, Ann. Statist. 46, 2018.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from mornet.experiments.updates.bridge import DEGREES, Bridge, bridge
from mornet.experiments.validation.published import Published, Reproduction, reproduce
from mornet.perturbation import measure_slope

ROUND_OFF = 1e-14
TIMES = (1e-3, 0.1, 1.0)
BOUNDS = {"Wedin": "wedin", "Davis-Kahan": "davis_kahan", "Cai-Zhang": "cai_zhang"}
KEPT = (3, 4, 5, 8, 12, 20)
PUBLISHED = (
    *(
        Published({"order": of, "degree": k}, k + 1, 0.05 if k < 3 else 0.1, "absolute")
        for of in ("POD", "autoencoder")
        for k in DEGREES
    ),
    *(
        Published({"coefficients": gauge, "degree": k}, 0.0, tolerance, "absolute")
        for gauge in ("balanced", "random")
        for k, tolerance in ((1, 1e-9), (2, 1e-7))
    ),
    *(
        Published({"change": name, "t": t}, 1.0, relation="at most")
        for name in BOUNDS
        for t in TIMES
    ),
    *(Published({"incremental": k}, 1.0, relation="at most") for k in KEPT[:-1]),
    Published({"incremental": KEPT[-1]}, 0.0, 1e-12, "absolute"),
)


def subspace_series() -> Reproduction:
    """Return orders and bounds of theory beside those measured."""
    return reproduce(
        PUBLISHED,
        subspace_number,
        source="Wedin 1972; Yu, Wang and Samworth 2015; Cai and Zhang 2018",
        place="theorems; running bounds of Fareed and Singler 2019",
        configuration="Snapshots X + t E (20 x 60) with the singular values 10 0.75^i, three "
        "modes. Orders: error of the projector by a series of a degree, of POD and of the linear "
        "autoencoder. Coefficients: relative difference of both series, for two gauges of the "
        "weights. Change: of the projector, over its bound. Incremental: error of the incremental "
        "singular value decomposition over its running bound, by the kept rank (at full rank: the "
        "error of the projector).",
        quantity="series and bounds of POD subspaces",
        tolerance=0.05,
        origin="theorem",
    )


def subspace_number(
    *,
    order: Literal["", "POD", "autoencoder"] = "",
    coefficients: str = "",
    degree: int = 0,
    change: str = "",
    t: float = 0.0,
    incremental: int = 0,
) -> float:
    """Return the measured order of a series, a difference, or a change over its bound."""
    found = _bridge()
    if order:
        errors = found.series.pod if order == "POD" else found.series.autoencoder
        error = errors[DEGREES.index(degree)]
        return measure_slope(found.series.t, error, floor=ROUND_OFF, scale=1.0).slope
    if coefficients:
        differences = found.first if degree == 1 else found.second
        return float(differences[found.gauge.index(coefficients)])
    if change:
        i = int(np.argmin(np.abs(found.bounds.t - t)))
        return float(found.bounds.change[i] / getattr(found.bounds, BOUNDS[change])[i])
    i = KEPT.index(incremental)
    if incremental == KEPT[-1]:
        return float(found.incremental.error[i])
    return float(found.incremental.true[i] / found.incremental.bound[i])


@lru_cache(maxsize=1)
def _bridge() -> Bridge:
    return bridge()
