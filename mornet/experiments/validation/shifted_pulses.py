"""A pulse at a few positions: POD, and what the shifted POD of networks reaches.

The set-up is tutorial 3 of the package EZyRB (N. Demo, M. Tezzele, G. Rozza, J. Open Source Softw.
3, 661, 2018).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce
from mornet.linalg import column_norms
from mornet.records import Array
from mornet.reduction.hybrid.fit import fit_hybrid
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.reduction.interface import Reduction
from mornet.reduction.measures import column_errors
from mornet.reduction.pod.fit import fit_pod
from mornet.settings import Count

WIDTH = 0.2
POSITIONS = {
    "train": (0.75, 1.25, 2.25, 2.75, 4.75, 5.25, 7.25, 7.75, 8.25, 9.25, 9.75, 10.25),
    "test": (1.75, 3.25, 3.75, 4.25, 5.75, 6.25, 6.75, 8.75),
}
NO_SHIFT = "no reduction here shifts snapshots, and neighbours of twelve pulses hardly overlap"
PUBLISHED = (
    Published({"method": "POD", "rank": 1, "part": "train"}, 0.9421, origin=SCRIPT),
    Published({"method": "POD", "rank": 1, "part": "test"}, 0.9986, origin=SCRIPT),
    Published({"method": "POD", "rank": 12, "part": "test"}, 0.9767, origin=SCRIPT),
    *(
        Published(
            {"method": "hybrid", "rank": 1, "part": part}, e, relation="at most", reason=NO_SHIFT
        )
        for part, e in (("train", 0.18585), ("test", 0.11119))
    ),
)


def shifted_pulses() -> Reproduction:
    """Return published and tabulated mean errors beside those computed here."""
    return reproduce(
        PUBLISHED,
        shifted_pulse_error,
        source="EZyRB, tutorial 3: Demo, Tezzele and Rozza, J. Open Source Softw. 3, 661, 2018",
        place="shifted POD of rank 1 after 200 000 epochs, the goal of the hybrid; POD by an "
        "independent program",
        configuration="A Gaussian of width 0.2 on 256 nodes of (0, 11) at 12 positions for "
        "training and 8 for testing; means of the relative errors.",
        quantity="pulses at a few positions",
        tolerance=6e-5,
        origin="repository",
    )


def shifted_pulse_error(
    *, method: Literal["POD", "hybrid"], rank: Count, part: Literal["train", "test"]
) -> float:
    """Return the mean over the pulses of ||u - u~|| / ||u||."""
    U = pulses(POSITIONS[part])
    return float(np.mean(column_errors(_fitted(method, rank), U) / column_norms(U)))


def pulses(positions: tuple[float, ...]) -> Array:
    """Return one pulse (256,) for each position, as columns."""
    x = np.linspace(0, 11, 256)[:, None]
    return np.asfortranarray(np.exp(-((x - np.array(positions)) ** 2) / (2 * WIDTH**2)))


@lru_cache(maxsize=3)
def _fitted(method: str, rank: int) -> Reduction:
    U = pulses(POSITIONS["train"])
    if method == "POD":
        return fit_pod(U, rank=rank)
    settings = HybridSettings(centre=True)
    return fit_hybrid(U, rank, settings, rng=np.random.default_rng(0)).hybrid
