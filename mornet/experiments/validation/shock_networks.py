"""Reductions of the advecting shock to two codes, beside a published convolutional autoencoder.

Here these are the hybrid of POD and networks, a convolutional autoencoder, and the best reduction
that the judge finds.

R. Maulik, B. Lusch, P. Balaprakash, Phys. Fluids 33, 037106 (2021), train a convolutional
autoencoder with two codes and a recurrent network that predicts them. Their predictions are stored
in their repository; the errors of these predictions are goals for a reduction of the same size.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from mornet.comparison.cases import run_case
from mornet.comparison.methods.best import BestMethod
from mornet.comparison.methods.convolutional_autoencoder import ConvolutionalAutoencoderMethod
from mornet.comparison.methods.hybrid import HybridMethod
from mornet.comparison.methods.interface import Method
from mornet.experiments.validation.published import (
    Measured,
    Published,
    Reproduction,
    median,
    reproduce,
)
from mornet.fom.shock import TEST, shock_data_set
from mornet.reduction.interface import reconstruct
from mornet.settings import Seed, Several
from mornet.snapshots.snapshots import DataSet

TIMES, FIRST = 100, 10  # of a trajectory; the predictions begin at the tenth time
ALL = 0.07253
EACH = (
    0.1598, 0.0350, 0.0409, 0.0501, 0.0600, 0.0659, 0.0687, 0.0700, 0.0701, 0.0694, 0.0697, 0.0746,
    0.0878,
)  # fmt: skip
GOALS: dict[float | str, float] = {"all": ALL, **dict(zip(TEST, EACH, strict=True))}
OUTSIDE = "this Reynolds number lies outside the training range, 100 to 1900"
METHODS: Mapping[str, Method] = {
    "hybrid": HybridMethod(centre=True),
    "convolutional": ConvolutionalAutoencoderMethod(channels=(8, 8, 16), epochs=120),
    "judge": BestMethod(),
}
PUBLISHED = tuple(
    Published(
        {"method": method, "reynolds": reynolds},
        error,
        relation="at most",
        reason="" if isinstance(reynolds, str) or 100 <= reynolds <= 1900 else OUTSIDE,
    )
    for method in METHODS
    for reynolds, error in GOALS.items()
)


def shock_networks(*, seeds: Several[Seed] = (0, 1, 2)) -> Reproduction:
    """Return the errors of the published predictions beside the medians of three reductions."""

    def error(method: str, reynolds: float | str) -> Measured:
        return median(_errors(method, seeds)[reynolds])

    return reproduce(
        PUBLISHED,
        error,
        source="Maulik, Lusch and Balaprakash, Phys. Fluids 33, 037106, 2021",
        place="predictions stored in Romit-Maulik/CAE_LSTM_ROMS; they hold the errors of the "
        "recurrent network too",
        configuration="Two codes; 19 Reynolds numbers from 100 to 1900 for training, 13 from 50 to "
        "2450 for testing, times 10 to 99 of 100; relative errors of the hybrid of POD and "
        "networks, of a convolutional autoencoder, and of the best reduction that the judge finds; "
        "medians over the seeds.",
        quantity="networks for the shock",
        tolerance=0.0,
        origin="repository",
    )


@lru_cache
def _errors(method: str, seeds: tuple[int, ...]) -> dict[float | str, list[float]]:
    """Return the relative errors of every seed, over all test snapshots and for each Re."""
    data = _data()
    case = run_case(data, method, METHODS[method], 2, seeds)
    assert data.test.mu is not None  # the Reynolds numbers
    U, late = data.test.U, np.arange(data.test.m) % TIMES >= FIRST
    residuals = [U - reconstruct(model, U) for model in case.models]
    found: dict[float | str, list[float]] = {}
    for reynolds in GOALS:
        part = late if reynolds == "all" else late & (data.test.mu[0] == reynolds)
        norm = np.linalg.norm(U[:, part])
        found[reynolds] = [float(np.linalg.norm(R[:, part]) / norm) for R in residuals]
    return found


@lru_cache(maxsize=1)
def _data() -> DataSet:
    return shock_data_set()
