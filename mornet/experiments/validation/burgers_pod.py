"""POD of the steepening bump: snapshots, singular values and projection errors.

The set-up is that of Y. Kim, Y. Choi, D. Widemann, T. Zohdi, J. Comput. Phys. 451 (2022) 110841.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from mornet.experiments.validation.bump import SOURCE
from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce
from mornet.fom.burgers import burgers_data_set
from mornet.reduction.measures import relative_error
from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.pod.record import POD
from mornet.settings import Count
from mornet.snapshots.snapshots import DataSet

FRACTION = 83.89881737138745
PROJECTION = {  # rank -> errors in per cent, on the test and on the training trajectories
    2: (7.59560, 7.75133),
    5: (2.85683, 3.01581),
    10: (1.07022, 1.13913),
    20: (0.22019, 0.26862),
    40: (0.01898, 0.03036),
}
HALF_DIGIT = 5.1e-6
STATES = {  # facts of the test trajectory: number, absolute tolerance
    "largest value at the end": (1.9601254, 5e-8),
    "node of the largest value": (727, 0.0),
    "norm of the last state": (40.7838862, 5e-8),
    "norm of all states": (916.39747, 5e-6),
}
PUBLISHED = (
    Published(
        {"number": "singular values of 5 modes in per cent"}, FRACTION, 1e-10, origin="repository"
    ),
    Published({"number": "energy of 5 modes in per cent"}, 99.186, 5e-4, "absolute"),
    *(Published({"number": name}, value, tol, "absolute") for name, (value, tol) in STATES.items()),
    *(
        Published({"number": "projection error in per cent", "part": part, "rank": rank}, error)
        for rank, errors in PROJECTION.items()
        for part, error in zip(("test", "train"), errors, strict=True)
    ),
)


def burgers_pod() -> Reproduction:
    """Return published facts of the snapshots and of their POD beside those computed here."""
    return reproduce(
        tuple(
            n if n.tolerance is not None else Published(n.settings, n.value, HALF_DIGIT, "absolute")
            for n in PUBLISHED
        ),
        burgers_pod_number,
        source=SOURCE,
        place="LLNL/NM-ROM, notebooks/1DBurgersEqn/test_red-dim (the fraction of the singular "
        "values); all others by an independent program",
        configuration="1000 nodes, 500 steps of 0.001, trained on the heights 0.9 and 1.1, tested "
        "on 1; snapshots in single precision less the initial state, POD without a mean.",
        quantity="POD of Burgers' equation",
        tolerance=HALF_DIGIT,
        origin=SCRIPT,
    )


def burgers_pod_number(
    *, number: str, part: Literal["train", "test"] = "test", rank: Count = 5
) -> float:
    """Return one ``number`` of the snapshots or of their POD of ``rank``."""
    data, pod = _data(), _pod()
    s, u = pod.singular_values, data.test.states[:, -1]
    match number:
        case "singular values of 5 modes in per cent":
            return 100 * float(s[:5].sum() / s.sum())
        case "energy of 5 modes in per cent":
            return 100 * float(pod.truncate(5).energy)
        case "largest value at the end":
            return float(u.max())
        case "node of the largest value":
            return float(u.argmax())
        case "norm of the last state":
            return float(np.linalg.norm(u))
        case "norm of all states":
            return float(data.norm(data.test))
    snapshots = {"train": data.train, "test": data.test}[part]
    return 100 * relative_error(pod.truncate(rank), snapshots.U, data.norm(snapshots))


@lru_cache(maxsize=1)
def _data() -> DataSet:
    return burgers_data_set(float32=True)


@lru_cache(maxsize=1)
def _pod() -> POD:
    return fit_pod(_data().train.U, rank=max(PROJECTION), method="svd")
