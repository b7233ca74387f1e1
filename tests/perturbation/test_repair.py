"""One step repairs disturbed parameters on the old data."""

import numpy as np
import pytest

from mornet.perturbation import (
    ChordStep,
    Corrected,
    DataPath,
    GaussNewton,
    NewtonStep,
    measure_slope,
)
from mornet.perturbation.weights import Disturbed, round_to, truncate_ranks

T = 10.0 ** np.arange(-4, -1.9, 0.5)


@pytest.fixture
def v(base):
    v = np.random.default_rng(0).standard_normal(base[1].p.size)
    return v / np.linalg.norm(v)


@pytest.mark.parametrize(
    ("corrector", "order"), [(NewtonStep(), 2), (ChordStep(), 2), (NewtonStep(GaussNewton()), 1)]
)
def test_orders_of_repair(base, v, corrector, order):
    objective, point = base
    curve = Corrected(Disturbed(v), corrector).along(point, DataPath(objective))
    error = np.array([np.linalg.norm(curve(t) - point.p) for t in T])
    slope, _ = measure_slope(T, error, floor=1e-13, scale=np.linalg.norm(point.p))
    assert Corrected(Disturbed(v), corrector).error_order == order
    assert slope == pytest.approx(order, abs=0.05)


@pytest.mark.parametrize("number_format", ["float16", "bfloat16", "int8"])
def test_newton_steps_repair_rounding(base, number_format):
    objective, point = base
    v = round_to(objective.net, point.p, number_format) - point.p
    curve = Corrected(Disturbed(v), NewtonStep(), 3).along(point, DataPath(objective))
    assert np.linalg.norm(curve(1.0) - point.p) < 1e-4 * np.linalg.norm(v)


def test_pruned_ranks_are_too_far_for_one_step(base):
    objective, point = base
    v = truncate_ranks(objective.net, point.p, 1) - point.p
    repaired = Corrected(Disturbed(v), ChordStep()).along(point, DataPath(objective))(1.0)
    assert np.linalg.norm(v) > 0.1 * np.linalg.norm(point.p)
    assert np.linalg.norm(objective.gradient(repaired)) > 1e-6
