"""Reductions of the advecting shock to two codes, beside a published convolutional autoencoder.

R. Maulik, B. Lusch, P. Balaprakash, Phys. Fluids 33, 037106 (2021), train a convolutional
autoencoder with two codes and a recurrent network that predicts them. Their predictions are stored
in their repository; the errors of these predictions are goals for a reduction of the same size.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mornet.comparison.cases import Case, run_case
from mornet.comparison.methods.hybrid import HybridMethod
from mornet.experiments.validation.published import (
    Measured,
    Published,
    Reproduction,
    median,
    reproduce,
)
from mornet.fom.shock import TEST, shock_data_set
from mornet.reduction.interface import reconstruct
from mornet.settings import Count, Seed
from mornet.snapshots.snapshots import DataSet

TIMES, FIRST = 100, 10  # of a trajectory; the predictions begin at the tenth time
ALL = 0.07253
EACH = (
    0.1598, 0.0350, 0.0409, 0.0501, 0.0600, 0.0659, 0.0687, 0.0700, 0.0701, 0.0694, 0.0697, 0.0746,
    0.0878,
)  # fmt: skip
OUTSIDE = "this Reynolds number lies outside the training range, 100 to 1900"
PUBLISHED = (
    Published({"reynolds": "all"}, ALL, relation="at most"),
    *(
        Published(
            {"reynolds": reynolds},
            error,
            relation="at most",
            reason="" if 100 <= reynolds <= 1900 else OUTSIDE,
        )
        for reynolds, error in zip(TEST, EACH, strict=True)
    ),
)


def shock_networks(*, seeds: tuple[Seed, ...] = (0, 1, 2), steps: Count = 5000) -> Reproduction:
    """Return the errors of the published predictions beside the medians of a hybrid."""

    def error(reynolds: float | str) -> Measured:
        return median(_errors(seeds, steps)[reynolds])

    return reproduce(
        PUBLISHED,
        error,
        source="Maulik, Lusch and Balaprakash, Phys. Fluids 33, 037106, 2021",
        place="predictions stored in Romit-Maulik/CAE_LSTM_ROMS; they hold the errors of the "
        "recurrent network too",
        configuration="Two codes; 19 Reynolds numbers from 100 to 1900 for training, 13 from 50 to "
        "2450 for testing, times 10 to 99 of 100; relative errors of the hybrid of POD and "
        "networks, medians over the seeds.",
        quantity="networks for the shock",
        tolerance=0.0,
    )


@lru_cache(maxsize=1)
def _errors(seeds: tuple[int, ...], steps: int) -> dict[float | str, list[float]]:
    """Return the relative errors of every seed, over all test snapshots and for each Re."""
    data, case = _data(), _case(seeds, steps)
    assert data.test.mu is not None  # the Reynolds numbers
    U, late = data.test.U, np.arange(data.test.m) % TIMES >= FIRST
    residuals = [U - reconstruct(model, U) for model in case.models]
    found: dict[float | str, list[float]] = {}
    every: tuple[float | str, ...] = ("all", *TEST)
    for reynolds in every:
        part = late if reynolds == "all" else late & (data.test.mu[0] == reynolds)
        norm = np.linalg.norm(U[:, part])
        found[reynolds] = [float(np.linalg.norm(R[:, part]) / norm) for R in residuals]
    return found


@lru_cache(maxsize=1)
def _case(seeds: tuple[int, ...], steps: int) -> Case:
    return run_case(_data(), "hybrid", HybridMethod(centre=True, steps=steps), 2, seeds)


@lru_cache(maxsize=1)
def _data() -> DataSet:
    return shock_data_set()
