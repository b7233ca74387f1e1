"""POD of travelling waves, known in closed form: the step wave and the shifts of a Gaussian.

M. Ohlberger and S. Rave, ALGORITMY 2016, and C. Greif and K. Urban, Appl. Math. Lett. 96, 2019:
no linear space of dimension r approximates a travelling step better than O(r^{-1/2}).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce
from mornet.fom.travelling_waves import (
    cyclic_shifts,
    gaussian,
    step_wave,
    step_wave_error,
)
from mornet.linalg import thin_svd
from mornet.records import Array
from mornet.settings import Count

RANKS = (1, 2, 5, 10, 20, 50, 100)
STEPS = {  # centring -> errors at the RANKS on 2000 cells
    "none": (0.43524, 0.31523, 0.20098, 0.14229, 0.10064, 0.06364, 0.04497),
    "mean": (0.62616, 0.48999, 0.33201, 0.24053, 0.17218, 0.10969, 0.07769),
}
GAUSSIANS = {
    1: 0.9638993,
    5: 0.8101916,
    11: 0.5724653,
    21: 0.2483877,
    31: 0.07623513,
    41: 0.01625842,
}
CELLS = 2000


def _step_waves(theory: bool) -> tuple[Published, ...]:
    return tuple(
        Published(
            {
                "wave": "step",
                "centre": centre,
                "rank": rank,
                "against": "theory" if theory else "a table",
            },
            step_wave_error(rank, centre == "mean") if theory else error,
            # the grid changes the error by O(r / n), relative
            2.0 * rank / CELLS if theory else 5.1e-6,
            "relative" if theory else "absolute",
            origin="theorem" if theory else None,
        )
        for centre, errors in STEPS.items()
        for rank, error in zip(RANKS, errors, strict=True)
    )


PUBLISHED = (
    *_step_waves(theory=False),
    *_step_waves(theory=True),
    *(Published({"wave": "Gaussian", "rank": r}, e, 5e-7) for r, e in GAUSSIANS.items()),
)


def travelling_waves() -> Reproduction:
    """Return the errors of POD by SVD beside tabulated ones and those of theory."""
    return reproduce(
        PUBLISHED,
        travelling_wave_error,
        source="Ohlberger and Rave, ALGORITMY 2016; Greif and Urban, Appl. Math. Lett. 96, 2019",
        place="eigenvalues of 1 - max(x, y) and of the Brownian bridge (theory, n to infinity); an "
        "independent program (2000 cells, and the Gaussian)",
        configuration="The step 1[x < s] on 2000 cells, and all 256 cyclic shifts of a Gaussian of "
        "width 0.02; singular value decomposition of the snapshots.",
        quantity="POD errors of travelling waves",
        tolerance=5e-7,
        origin=SCRIPT,
    )


def travelling_wave_error(
    *,
    wave: Literal["step", "Gaussian"],
    rank: Count,
    centre: Literal["none", "mean"] = "none",
    against: str = "",
) -> float:
    """Return the relative error of ``rank`` modes, from computed singular values."""
    s = _singular_values(wave, centre)
    return float(np.linalg.norm(s[rank:]) / np.linalg.norm(s))


@lru_cache(maxsize=3)
def _singular_values(wave: str, centre: str) -> Array:
    U = step_wave(CELLS) if wave == "step" else cyclic_shifts(gaussian(256))
    return thin_svd(U - U.mean(axis=1, keepdims=True) if centre == "mean" else U).s
