from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import DataError, ShapeError
from mornet.nn import Network
from mornet.nn.curvature import output_jacobian
from mornet.perturbation import DataPath
from mornet.training import Objective


@pytest.fixture
def path():
    rng = np.random.default_rng(0)
    x, y, F = (rng.standard_normal((n, 6)) for n in (3, 2, 2))
    net = Network((3, 4, 2), ("tanh", "sigmoid"))
    return DataPath(Objective(net, x, y, weights=rng.uniform(0.5, 2, 6), decay=1e-2), F)


@pytest.fixture
def p(path):
    return np.random.default_rng(1).standard_normal(path.start.net.size)


def test_objective_moves_the_targets_and_nothing_else(path):
    moved = path.objective(0.3)
    np.testing.assert_array_equal(moved.y, path.start.y + 0.3 * path.F)
    assert moved.x is path.start.x
    assert moved.weights is path.start.weights
    assert path.objective(0.0) is path.start


@pytest.mark.parametrize("t", [0.0, 0.7])
def test_gradient_rate_equals_central_difference(path, p, t):
    h = 0.5  # any h will do: the gradient is affine in the targets
    plus, minus = (path.objective(t + s).gradient(p) for s in (h, -h))
    np.testing.assert_allclose(path.gradient_rate(p, t), (plus - minus) / (2 * h), atol=1e-13)


def test_gradient_rate_equals_sum_of_jacobians(path, p):
    J, w = output_jacobian(path.start.net, p, path.start.x), path.start.weights
    naive = -sum(w[i] * J[2 * i : 2 * i + 2].T @ path.F[:, i] for i in range(6)) / 6
    np.testing.assert_allclose(path.gradient_rate(p), naive, atol=1e-15)


def test_path_without_direction_stands_still(path, p):
    still = DataPath(path.start)
    assert still.objective(1.0) is path.start
    assert not still.gradient_rate(p).any()


def test_direction_must_fit_its_data(path):
    with pytest.raises(ShapeError, match=r"F has shape \(2, 5\), but the targets \(2, 6\)"):
        DataPath(path.start, path.F[:, :5])
    with pytest.raises(DataError, match="F has 12 entries that are not finite"):
        replace(path, F=path.F * np.nan)
