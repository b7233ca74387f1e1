from pathlib import Path

import numpy as np
import pytest

from mornet.experiments.ten_points.data import network, points
from mornet.training import Objective, find_minimum

STORED = np.load(Path(__file__).parents[1] / "data" / "perturbation_bases.npz")


def ten_point_objective(decay):
    return Objective(network(), *points(), decay=decay)


@pytest.fixture(scope="session", params=[(1e-3, "1e3"), (1e-4, "1e4")], ids=["1e-3", "1e-4"])
def stored(request):
    """An objective with decay, a stored minimum p of it, and J(p)."""
    decay, tag = request.param
    return ten_point_objective(decay), STORED[f"hh_decay_{tag}"], float(STORED[f"J_{tag}"])


@pytest.fixture(scope="session")
def base(stored):
    objective, p, _ = stored
    return objective, find_minimum(objective, p)


@pytest.fixture
def F():
    F = np.random.default_rng(7).standard_normal((2, 10))
    return F / np.linalg.norm(F)
