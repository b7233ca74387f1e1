import numpy as np
import pytest

from mornet.nn import Network
from mornet.perturbation import (
    UPDATES,
    DataPath,
    FirstOrder,
    NewtonStep,
    NoUpdate,
    follow,
    measure_slope,
    tangent,
)
from mornet.training import Objective, find_minimum

T = 10.0 ** np.arange(-4, -1.9, 0.5)


@pytest.mark.parametrize("update", UPDATES, ids=lambda update: update.name)
def test_parameters_have_the_promised_order(base, F, update):
    objective, point = base
    path = DataPath(objective, F)
    curve = update.along(point, path)
    branch = follow(path, point, T)
    error = np.linalg.norm([curve(t) - p for t, p in zip(T, branch.p, strict=True)], axis=1)
    slope, _ = measure_slope(T, error, floor=1e-13, scale=np.linalg.norm(point.p))
    assert slope == pytest.approx(update.order, abs=0.05)


def test_tangent_is_the_derivative_of_the_branch(base, F):
    objective, point = base
    h = 1e-4
    forth, back = (follow(DataPath(objective, s * F), point, [h]).p[0] for s in (1, -1))
    velocity = tangent(point, DataPath(objective, F))
    np.testing.assert_allclose(
        (forth - back) / (2 * h), velocity, atol=1e-5 * np.linalg.norm(velocity)
    )


def test_chord_step_equals_first_order_for_targets(base, F):
    """p* - H^{-1} g(p*, t) = p* - t H^{-1} g_t, since g(p*, .) is affine and g(p*, 0) = 0."""
    objective, point = base
    path = DataPath(objective, F)
    for t in (1e-3, 1.0):
        chord = point.p - point.solve(path.objective(t).gradient(point.p))
        np.testing.assert_allclose(FirstOrder().along(point, path)(t), chord, atol=1e-9 * t + 1e-11)


@pytest.mark.parametrize("update", [FirstOrder(), NewtonStep()], ids=lambda update: update.name)
def test_updates_of_a_linear_network_are_exact(update):
    rng = np.random.default_rng(3)
    x, y, F = (rng.standard_normal((n, 8)) for n in (3, 2, 2))
    path = DataPath(Objective(Network((3, 2), "identity"), x, y, decay=1e-2), F)
    point = find_minimum(path.start, np.zeros(8))
    retrained = find_minimum(path.objective(5.0), np.zeros(8))
    np.testing.assert_allclose(update.along(point, path)(5.0), retrained.p, atol=1e-12)


def test_updates_at_zero_are_the_base(base, F):
    objective, point = base
    for update in UPDATES:
        q = update.along(point, DataPath(objective, F))(0.0)
        np.testing.assert_allclose(q, point.p, atol=1e-11)


def test_costs_are_counted():
    assert [tuple(update.counts) for update in (NoUpdate(), FirstOrder(), NewtonStep())] == [
        (0, 0, 0),
        (1, 0, 1),
        (1, 1, 1),
    ]
