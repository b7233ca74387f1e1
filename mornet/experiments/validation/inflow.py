"""Barnett and Farhat's Burgers equation with an inflow, on which reductions are tested.

J. Barnett, C. Farhat, J. Comput. Phys. 464 (2022) 111348. The numbers are those of S. Ares de
Parga, R. Tezaur and C. Farhat, arXiv:2507.00634, whose programs print them.
"""

from __future__ import annotations

from functools import cache, lru_cache

from mornet.fom.inflow_burgers import inflow_burgers_problem
from mornet.fom.problem import Problem
from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.pod.record import POD
from mornet.snapshots.snapshots import DataSet

SOURCE = "Ares de Parga, Tezaur and Farhat, arXiv:2507.00634, 2025"
PLACE = "SADPR/burgers2d-rom-workbench"
CONFIGURATION = (
    "100 x 100 cells, 500 steps of the trapezoidal rule; inflows 4.25, 4.875, 5.5 and growths "
    "0.015, 0.0225, 0.03 to train on, (4.56, 0.019) to test on; centred."
)
MU = (4.56, 0.019)
"""The parameters of the test trajectory."""
LOST = 1e-6
"""The part of the sum of squared singular values that the modes may lose."""


@cache
def inflow_problem() -> Problem:
    """Return the problem in the published configuration."""
    return inflow_burgers_problem()


@lru_cache(maxsize=1)
def inflow_data() -> DataSet:
    """Return the ten trajectories."""
    return inflow_problem().data_set()


@lru_cache(maxsize=1)
def inflow_pod() -> POD:
    """Return the centred POD of the training snapshots with the least modes that lose LOST."""
    return fit_pod(inflow_data().train.U, energy=1 - LOST, centre="mean")
