"""One sample enters or leaves: Kalman filter, leverage, proximal objective."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.nn import Network
from mornet.perturbation import (
    GaussNewton,
    KalmanUpdate,
    Taylor,
    add_sample,
    continue_branch,
    measure_slope,
    move_targets,
    remove_samples,
    tangent,
)
from mornet.perturbation.update import (
    left_out_residuals,
    leverages,
    proximal_minimum,
    proximal_step,
    self_loss_change,
    start_kalman_filter,
)
from mornet.training import Objective
from mornet.training.newton import find_minimum, quadratic_model

LINEAR = Network((3, 2), "identity")
NEW_X, NEW_Y = np.array([0.45, 0.55]), np.array([1.0, 0.0])


@pytest.fixture
def regression():
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((3, 8)), rng.standard_normal((2, 8))
    return Objective(LINEAR, x, y, decay=1e-2)


def test_filter_of_a_linear_network_is_recursive_least_squares(regression):
    start = find_minimum(regression, np.zeros(8))
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal((3, 5)), rng.standard_normal((2, 5))
    state = start_kalman_filter(regression, start.p)
    for i in range(5):
        state = state.add(x[:, i], y[:, i])
    together = Objective(
        LINEAR, np.hstack([regression.x, x]), np.hstack([regression.y, y]), decay=1e-2 * 8 / 13
    )
    np.testing.assert_allclose(state.p, find_minimum(together, np.zeros(8)).p, atol=1e-12)
    expected = np.linalg.inv(together.hessian(state.p)) / 13
    np.testing.assert_allclose(state.covariance, expected, atol=1e-12)


def test_filter_checks_its_numbers(regression):
    state = start_kalman_filter(regression, np.zeros(8))
    for bad in ({"weight": 0.0}, {"noise": -1.0}, {"forget": 1.5}):
        with pytest.raises(OptionError, match="out of range"):
            state.add(np.ones(3), np.ones(2), **bad)
    with pytest.raises(OptionError, match="adds or removes one sample"):
        KalmanUpdate().along(
            quadratic_model(regression, np.zeros(8)), move_targets(regression, np.ones((2, 8)))
        )


@pytest.mark.parametrize(
    ("update", "order"),
    [(Taylor(1), 2), (Taylor(2), 3), (KalmanUpdate(), 2), (KalmanUpdate(GaussNewton()), 1)],
)
def test_orders_as_a_sample_enters(base, update, order):
    objective, point = base
    path, ts = add_sample(objective, NEW_X, NEW_Y), 10.0 ** np.arange(-3.5, -1.4, 0.5)
    branch = continue_branch(path, quadratic_model(path.start, point.p), ts)
    curve = update.along(quadratic_model(path.start, point.p), path)
    error = np.linalg.norm([curve(t) - p for t, p in zip(ts, branch.p, strict=True)], axis=1)
    slope, _ = measure_slope(ts, error, floor=1e-13, scale=np.linalg.norm(point.p))
    assert update.error_order == order
    assert slope == pytest.approx(order, abs=0.05)


def test_kalman_takes_a_sample_out_of_a_linear_network_exactly(regression):
    point = find_minimum(regression, np.zeros(8))
    path = remove_samples(regression, [3])
    gone = find_minimum(path.objective(1.0), np.zeros(8)).p
    q = KalmanUpdate().along(point, path)(1.0)
    assert np.linalg.norm(q - gone) < 1e-13
    assert np.linalg.norm(Taylor(1).along(point, path)(1.0) - gone) > 1e-2  # leverage, uncorrected


@pytest.mark.parametrize(
    ("update", "order"), [(KalmanUpdate(), 2), (KalmanUpdate(GaussNewton()), 1)]
)
def test_orders_as_a_sample_goes(base, update, order):
    objective, point = base
    path, ts = remove_samples(objective, [9]), 10.0 ** np.arange(-3.5, -1.4, 0.5)
    branch = continue_branch(path, point, ts)
    curve = update.along(point, path)
    error = np.linalg.norm([curve(t) - p for t, p in zip(ts, branch.p, strict=True)], axis=1)
    slope, _ = measure_slope(ts, error, floor=1e-13, scale=np.linalg.norm(point.p))
    assert slope == pytest.approx(order, abs=0.05)


def test_kalman_step_is_the_filter(base):
    objective, point = base
    path = add_sample(objective, NEW_X, NEW_Y)
    q = KalmanUpdate().along(quadratic_model(path.start, point.p), path)(0.1)
    state = start_kalman_filter(objective, point.p).add(NEW_X, NEW_Y, 0.1)
    np.testing.assert_allclose(q, state.p, atol=1e-9)


def test_leverage_predicts_linear_networks_exactly(regression):
    p = find_minimum(regression, np.zeros(8)).p
    predicted = left_out_residuals(regression, p)
    for i in range(8):
        q = find_minimum(remove_samples(regression, [i]).objective(1.0), np.zeros(8)).p
        residual = LINEAR.forward(q, regression.x[:, [i]])[:, 0] - regression.y[:, i]
        np.testing.assert_allclose(predicted[:, i], residual, atol=1e-12)


def test_leverages_sum_to_the_effective_parameters(regression):
    p = np.zeros(8)
    G = regression.jacobian(p).T @ regression.jacobian(p)
    effective = np.trace(np.linalg.solve(G, G - 1e-2 * np.eye(8)))
    assert np.trace(leverages(regression, p), axis1=1, axis2=2).sum() == pytest.approx(effective)


def test_damped_gauss_newton_linearises_the_proximal_minimum(base):
    """The outputs differ by O(t^2)."""
    objective, point = base
    ts, mu, net = 10.0 ** np.arange(-4, -0.9), 1e-3, objective.net
    gap = np.array(
        [
            np.linalg.norm(
                net.forward(proximal_minimum(objective, point.p, 9, t, mu), objective.x)
                - net.forward(proximal_step(objective, point.p, 9, t, mu), objective.x)
            )
            for t in ts
        ]
    )
    slope, _ = measure_slope(ts, gap, floor=1e-15, scale=1.0)
    assert slope == pytest.approx(2, abs=0.05)


def test_self_loss_change_is_the_derivative(base):
    objective, point = base
    path, i, h = remove_samples(objective, [2]), 2, 1e-6

    def loss(p):
        return 0.5 * np.sum((objective.net.forward(p, objective.x) - objective.y)[:, i] ** 2)

    velocity = tangent(point, path)
    difference = (loss(point.p + h * velocity) - loss(point.p - h * velocity)) / (2 * h)
    change = self_loss_change(objective, point.p, point.solve, i)
    assert change == pytest.approx(difference, rel=1e-6)
