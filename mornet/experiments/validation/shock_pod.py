"""POD of the advecting shock for many Reynolds numbers, raw and centred.

The set-up is the comparison set of R. Maulik, B. Lusch, P. Balaprakash, Phys. Fluids 33, 037106.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce
from mornet.fom.shock import shock_data_set
from mornet.reduction.measures import relative_error
from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.pod.record import POD
from mornet.settings import Count
from mornet.snapshots.snapshots import DataSet

ERRORS = {  # centring -> rank -> errors on the training and on the test snapshots
    "none": {
        2: (0.27423, 0.28209),
        3: (0.20044, 0.21038),
        5: (0.12965, 0.14158),
        10: (0.06409, 0.07790),
        20: (0.02539, 0.03599),
    },
    "mean": {
        2: (0.20188, 0.21533),
        3: (0.15946, 0.17485),
        5: (0.11084, 0.12859),
        10: (0.05936, 0.07954),
        20: (0.02378, 0.03342),
    },
}
PUBLISHED = tuple(
    Published({"centre": centre, "rank": rank, "part": part}, error, 5.1e-6, "absolute")
    for centre, table in ERRORS.items()
    for rank, errors in table.items()
    for part, error in zip(("train", "test"), errors, strict=True)
)


def shock_pod() -> Reproduction:
    """Return twenty errors of POD beside those computed here."""
    return reproduce(
        PUBLISHED,
        shock_pod_error,
        source="Maulik, Lusch and Balaprakash, Phys. Fluids 33, 037106, 2021",
        place="data of Romit-Maulik/CAE_LSTM_ROMS; errors of an independent program",
        configuration="The exact solution on 128 nodes at 100 times up to t = 2; 19 Reynolds "
        "numbers from 100 to 1900 for training, 13 from 50 to 2450 for testing.",
        quantity="POD errors of the shock",
        tolerance=5.1e-6,
        origin=SCRIPT,
    )


def shock_pod_error(
    *, centre: Literal["none", "mean"], rank: Count, part: Literal["train", "test"]
) -> float:
    """Return ||X - X_r||_F / ||X||_F on one ``part`` of the data set."""
    data = _data()
    snapshots = {"train": data.train, "test": data.test}[part]
    return relative_error(_pod(centre).truncate(rank), snapshots.U, data.norm(snapshots))


@lru_cache(maxsize=1)
def _data() -> DataSet:
    return shock_data_set()


@lru_cache(maxsize=2)
def _pod(centre: str) -> POD:
    return fit_pod(_data().train.U, rank=20, centre=None if centre == "none" else centre)
