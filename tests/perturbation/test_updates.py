import numpy as np
import pytest

from mornet.nn import Network
from mornet.perturbation import (
    Corrected,
    NewtonStep,
    NoUpdate,
    Taylor,
    continue_branch,
    measure_slope,
    move_targets,
    tangent,
)
from mornet.training import Objective, find_minimum

UPDATES = (NoUpdate(), Taylor(1), Corrected(corrector=NewtonStep()))
T = 10.0 ** np.arange(-4, -1.9, 0.5)


@pytest.mark.parametrize("update", UPDATES, ids=lambda update: update.name)
def test_parameters_have_the_promised_order(base, F, update):
    objective, point = base
    path = move_targets(objective, F)
    curve = update.along(point, path)
    branch = continue_branch(path, point, T)
    error = np.linalg.norm([curve(t) - p for t, p in zip(T, branch.p, strict=True)], axis=1)
    slope, _ = measure_slope(T, error, floor=1e-13, scale=np.linalg.norm(point.p))
    assert slope == pytest.approx(update.error_order, abs=0.05)


def test_tangent_is_the_derivative_of_the_branch(base, F):
    objective, point = base
    h = 1e-4
    forth, back = (
        continue_branch(move_targets(objective, s * F), point, [h]).p[0] for s in (1, -1)
    )
    velocity = tangent(point, move_targets(objective, F))
    np.testing.assert_allclose(
        (forth - back) / (2 * h), velocity, atol=1e-5 * np.linalg.norm(velocity)
    )


@pytest.mark.parametrize("update", UPDATES[1:], ids=lambda update: update.name)
def test_updates_of_a_linear_network_are_exact(update):
    rng = np.random.default_rng(3)
    x, y, F = (rng.standard_normal((n, 8)) for n in (3, 2, 2))
    path = move_targets(Objective(Network((3, 2), "identity"), x, y, decay=1e-2), F)
    point = find_minimum(path.start, np.zeros(8))
    retrained = find_minimum(path.objective(5.0), np.zeros(8))
    np.testing.assert_allclose(update.along(point, path)(5.0), retrained.p, atol=1e-12)


def test_updates_at_zero_are_the_base(base, F):
    objective, point = base
    for update in UPDATES:
        q = update.along(point, move_targets(objective, F))(0.0)
        np.testing.assert_allclose(q, point.p, atol=1e-11)
