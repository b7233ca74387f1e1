"""PCA of handwritten digits: variances and errors of an independent program."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce
from mornet.reduction.measures import column_errors
from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.pod.record import POD
from mornet.snapshots.digits import digits_data_set
from mornet.snapshots.snapshots import DataSet

ERRORS = {  # rank -> mean square errors of a pixel, of training and of test images; 0 is the mean
    0: (0.073144, 0.074133),
    2: (0.052227, 0.053431),
    5: (0.033172, 0.034338),
    10: (0.019059, 0.019992),
    30: (0.002982, 0.003169),
}
HALF_DIGIT = 5.1e-7
PUBLISHED = tuple(
    Published({"rank": rank, "part": part}, error, HALF_DIGIT, "absolute")
    for rank, errors in ERRORS.items()
    for part, error in zip(("train", "test"), errors, strict=True)
)


def digits() -> Reproduction:
    """Return the mean square errors of PCA beside those computed here."""
    return reproduce(
        PUBLISHED,
        digits_error,
        source="Alpaydin and Kaynak, UCI Machine Learning Repository, 1998",
        place="images of scikit-learn; errors of an independent program",
        configuration="1437 images for training and 360 for testing, grey values in [0, 1]; mean "
        "square error of a pixel after PCA; rank 0 is the mean image.",
        quantity="PCA of handwritten digits",
        tolerance=HALF_DIGIT,
        origin=SCRIPT,
    )


def digits_error(*, rank: int, part: Literal["train", "test"]) -> float:
    """Return the mean square error of a pixel of the images of one ``part``."""
    data, pca = _data(), _pca()
    U = {"train": data.train, "test": data.test}[part].U
    assert pca.centre is not None  # the mean
    if rank == 0:
        return float(np.mean((U - pca.centre[:, None]) ** 2))
    return float(np.sum(column_errors(pca.truncate(rank), U) ** 2) / U.size)


@lru_cache(maxsize=1)
def _data() -> DataSet:
    return digits_data_set()


@lru_cache(maxsize=1)
def _pca() -> POD:
    return fit_pod(_data().train.U, rank=max(ERRORS), centre="mean")
