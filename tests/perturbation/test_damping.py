"""The crossover of damped updates from slope 1 to slope 2."""

import numpy as np
import pytest

from mornet.experiments.ten_points.data import grid
from mornet.experiments.updates.damping import damping, measured_crossover
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings
from mornet.linalg import rms
from mornet.nn.taylor import forward_series
from mornet.perturbation import move_targets, tangent
from mornet.perturbation.update import damping_crossover

from .conftest import STORED


@pytest.fixture(scope="module")
def record(near_the_stored_minimum):
    return damping(
        base=TrainedNetworkSettings(minimum=float(STORED["J_1e3"]), starts=2),
        dampings=(1e-6, 1e-5, 1e-4, 1e-1),
    )


def test_first_coefficient_is_mu_times_the_damped_tangent(base, F):
    """p_1 - d = mu (H + mu I)^{-1} p_1."""
    objective, point = base
    path, x, mu = move_targets(objective, F), grid(5), 1e-4
    H = objective.hessian(point.p) + mu * np.eye(point.p.size)
    v = mu * np.linalg.solve(H, tangent(point, path))
    still = np.stack([x, np.zeros_like(x)])
    expected = rms(forward_series(objective.net, np.stack([point.p, v]), still)[1])
    assert damping_crossover(point, path, mu, x).c1 == pytest.approx(expected, rel=1e-9)


def test_crossover_is_proportional_to_small_dampings(base, F):
    """t_x / mu tends to a constant, to first order in mu / (smallest eigenvalue)."""
    objective, point = base
    path, x = move_targets(objective, F), grid(5)
    low = point.eigenvalues[0]
    ratio = [damping_crossover(point, path, part * low, x).t / part for part in (1e-4, 1e-3, 1e-2)]
    np.testing.assert_allclose(ratio, ratio[0], rtol=2e-2)
    assert abs(ratio[1] / ratio[0] - 1) < abs(ratio[2] / ratio[0] - 1)


@pytest.mark.sensitive
def test_slope_is_three_halves_at_the_predicted_crossover(record):
    """To leading order in t, a tenth of the damping has about a tenth of the deviation."""
    deviation = np.abs(record.crossovers.observed[:3] / record.crossovers.predicted[:3] - 1)
    assert np.all(deviation < record.crossovers.predicted[:3])
    assert deviation[1] < deviation[2] / 5


@pytest.mark.sensitive
def test_slopes_are_1_below_and_2_above_the_crossover(record):
    for slope, tx in zip(record.slope, record.crossovers.predicted, strict=True):
        small = record.middle < 0.03  # the radius of convergence is not far above 0.1
        below, above = small & (record.middle < tx / 100), small & (record.middle > 30 * tx)
        assert below.sum() + above.sum() >= 3
        np.testing.assert_allclose(slope[below], 1, atol=0.05)
        np.testing.assert_allclose(slope[above], 2, atol=0.05)


def test_crossover_out_of_reach_is_not_seen(record):
    assert record.crossovers.predicted[-1] > record.t[-1]
    assert record.crossovers.observed[-1] == 0
    assert np.all(record.error[-1] > 0.1 * record.no_update)


def test_crossing_does_not_depend_on_the_angle_of_the_terms():
    """||c_1 t a + c_2 t^2 b|| has the slope 3/2 at c_1 / c_2, for every angle between a and b."""
    t = np.geomspace(1e-3, 10, 65)
    for cosine in (-0.9, 0.0, 1.0):
        error = np.sqrt(t**2 + 2 * cosine * t * 5 * t**2 + 25 * t**4)
        assert measured_crossover(t, error) == pytest.approx(0.2, rel=1e-3)
    assert measured_crossover(t, t) == 0
