"""The best reduction that the judge finds, beside published errors of networks."""

from __future__ import annotations

from mornet.comparison.cases import run_case
from mornet.comparison.methods.best import BestMethod
from mornet.settings import Seed
from mornet.snapshots.snapshots import DataSet


def judged_error(data: DataSet, rank: int, seed: Seed = 0) -> float:
    """Return the relative test error of the winner of a race with one ``seed``."""
    return float(run_case(data, "judge", BestMethod(), rank, (seed,)).test_error[0])
