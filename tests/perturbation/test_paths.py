from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import DataError, ShapeError
from mornet.nn import Network
from mornet.nn.curvature import output_jacobian
from mornet.perturbation import DataPath, move_targets
from mornet.training import Objective


@pytest.fixture
def start():
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal((n, 6)) for n in (3, 2))
    net = Network((3, 4, 2), ("tanh", "sigmoid"))
    return Objective(net, x, y, weights=rng.uniform(0.5, 2, 6), decay=1e-2)


@pytest.fixture
def path(start):
    """A path on which all four parts of the data move, with t and t^2."""
    rng = np.random.default_rng(2)
    shapes = [(3, 6), (2, 6), (6,), (start.net.size,)]
    return DataPath(start, *(0.2 * rng.standard_normal((2, *shape)) for shape in shapes))


@pytest.fixture
def p(start):
    return np.random.default_rng(1).standard_normal(start.net.size)


def test_objective_moves_by_the_polynomial(path):
    moved = path.objective(0.3)
    np.testing.assert_allclose(moved.y, path.start.y + 0.3 * path.y[0] + 0.09 * path.y[1])
    np.testing.assert_allclose(moved.decay, 1e-2 + 0.3 * path.decay[0] + 0.09 * path.decay[1])
    assert path.objective(0.0) is path.start


def test_what_is_not_given_stands_still(start):
    moved = move_targets(start, np.ones((2, 6))).objective(0.3)
    np.testing.assert_array_equal(moved.y, start.y + 0.3)
    assert moved.x is start.x
    assert moved.weights is start.weights
    assert moved.decay == start.decay


@pytest.mark.parametrize("t", [0.0, 0.7])
def test_gradient_rate_equals_central_difference(path, p, t):
    def difference(h):
        plus, minus = (path.objective(t + s).gradient(p) for s in (h, -h))
        return (plus - minus) / (2 * h)

    expected = (4 * difference(5e-4) - difference(1e-3)) / 3
    np.testing.assert_allclose(path.gradient_rate(p, t), expected, atol=1e-11)


def test_series_about_t_is_the_same_polynomial(path):
    about = path.series(2, 0.4)
    moved = path.objective(0.5)
    at = [c[0] + 0.1 * c[1] + 0.01 * c[2] for c in about]
    for mine, theirs in zip(at, (moved.x, moved.y, moved.weights / 6, moved.decay), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-15)


def test_gradient_rate_of_targets_equals_sum_of_jacobians(start, p):
    F = np.random.default_rng(3).standard_normal((2, 6))
    J, w = output_jacobian(start.net, p, start.x), start.weights
    naive = -sum(w[i] * J[2 * i : 2 * i + 2].T @ F[:, i] for i in range(6)) / 6
    np.testing.assert_allclose(move_targets(start, F).gradient_rate(p), naive, atol=1e-15)


def test_path_without_direction_stands_still(start, p):
    still = DataPath(start)
    assert not still.gradient_rate(p).any()
    np.testing.assert_array_equal(still.objective(1.0).y, start.y)


def test_direction_must_fit_its_data(start):
    with pytest.raises(ShapeError, match=r"of y have shape \(1, 2, 5\), not \(d, 2, 6\)"):
        move_targets(start, np.ones((2, 5)))
    with pytest.raises(DataError, match="y is not finite in 12 entries"):
        move_targets(start, np.full((2, 6), np.nan))
    with pytest.raises(ShapeError, match="weights"):
        replace(DataPath(start), weights=np.ones(6))
