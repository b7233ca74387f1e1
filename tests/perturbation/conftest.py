from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pytest

from mornet.experiments.ten_points.data import network, points
from mornet.experiments.updates import trained_networks
from mornet.training import Objective, find_minimum, multi_start

STORED = np.load(Path(__file__).parents[1] / "data" / "perturbation_bases.npz")
NEAR = {1e-3: STORED["hh_decay_1e3"], 1e-4: STORED["hh_decay_1e4"]}


def first_near_the_stored_minimum(objective, starts, **options):
    """Return what `multi_start` returns if the first start of the ten points is near p*."""
    if objective.net.size == 23 and objective.decay in NEAR:
        shift = 0.01 * np.random.default_rng(0).standard_normal(23)
        starts = chain([NEAR[objective.decay] + shift], islice(starts, 1, None))
    return multi_start(objective, starts, **options)


@contextmanager
def starts_near_the_stored_minimum():
    """Experiments on the ten points find the stored minimum, whatever random starts reach."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trained_networks, "multi_start", first_near_the_stored_minimum)
        yield


@pytest.fixture(scope="module")
def near_the_stored_minimum():
    with starts_near_the_stored_minimum():
        yield


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
