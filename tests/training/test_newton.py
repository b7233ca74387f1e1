from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.experiments.ten_points.data import network, points
from mornet.nn import Convolution, Dense, MaxPool, Network
from mornet.nn.initialise import initialise, normal
from mornet.training import Objective, find_minimum, multi_start, quadratic_model
from tests.perturbation.conftest import ten_point_objective


def linear_objective(decay=1e-2):
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((3, 8)), rng.standard_normal((2, 8))
    return Objective(Network((3, 2), "identity"), x, y, decay=decay)


def saddle_at_zero():
    """f = W3 W2 x: at W2 = W3 = 0 the gradient vanishes, and H couples W2 with W3."""
    x = np.random.default_rng(0).standard_normal((2, 5))
    return Objective(Network((2, 1, 2), "identity", bias=False), x, x, decay=1e-3)


def test_stored_minima_are_minima_of_our_objective(stored):
    objective, p, J = stored
    point = quadratic_model(objective, p)
    assert point.value == pytest.approx(J, rel=1e-14)
    assert point.gradient_norm < 1e-15
    assert point.distance < 1e-11
    assert point.definite


def test_base_agrees_with_stored_minimum_from_a_start_nearby(stored):
    objective, p, J = stored
    point = find_minimum(objective, p + 1e-2 * np.random.default_rng(0).standard_normal(23))
    assert point.value == pytest.approx(J, rel=1e-13)
    np.testing.assert_allclose(point.p, p, atol=1e-9)


def test_base_has_the_eigenvalues_of_the_independent_computation(base):
    objective, point = base
    low, high = {1e-3: (4.23e-5, 0.803), 1e-4: (6.33e-6, 0.407)}[objective.decay]
    assert point.eigenvalues[[0, -1]] == pytest.approx([low, high], rel=2e-3)


def test_solve_inverts_the_hessian(base):
    objective, point = base
    b = np.random.default_rng(0).standard_normal(23)
    np.testing.assert_allclose(objective.hessian(point.p) @ point.solve(b), b, atol=1e-10)


@pytest.mark.parametrize("decay", [1e-3, 1e-4])
def test_every_minimum_of_a_multi_start_is_stationary_and_definite(decay):
    rng = np.random.default_rng(0)
    minima = multi_start(
        ten_point_objective(decay), (normal(network(), rng, 2.0) for _ in range(20))
    )
    assert sum(minima.hits) + minima.failed == 20
    assert np.all(np.diff(minima.values) > 0)
    for point in minima.points:
        assert point.definite
        assert point.distance < 1e-10


@pytest.mark.sensitive
def test_multi_start_counts_permuted_copies_as_one(stored):
    objective, p, J = stored
    swapped = p.copy()
    W2, b2 = objective.net.layers(swapped)[0][:2]
    W2[:], b2[:] = W2[::-1].copy(), b2[::-1].copy()
    objective.net.layers(swapped)[1].W[:] = objective.net.layers(p)[1].W[:, ::-1]
    minima = multi_start(objective, [p, swapped, np.zeros(23) + 1e-3])
    assert minima.values[0] == pytest.approx(J, rel=1e-12)
    assert minima.hits[0] == 2
    # the first found, not its copy; p is stationary up to the round-off of ||H^-1 g||
    np.testing.assert_allclose(minima.points[0].p, p, rtol=0, atol=1e-11)


def test_quadratic_objective_is_solved_exactly():
    objective = linear_objective()
    point = find_minimum(objective, np.ones(objective.net.size))
    R = np.linalg.lstsq(
        objective.jacobian(point.p),
        -objective.residual(np.zeros(objective.net.size)),
        rcond=None,
    )[0]
    np.testing.assert_allclose(point.p, R, atol=1e-13)


def test_a_step_that_leaves_a_curved_valley_is_no_end():
    """There ||H^-1 g|| rises in one Newton step and falls far below in the next."""
    net = Network((6, 4, 1, 4, 6), ("tanh", "identity") * 2)
    x = np.tanh(4 * (np.linspace(-1, 1, 6)[:, None] - np.linspace(-1, 1, 30)))
    objective = Objective(net, x, x, decay=1e-4)
    for seed in (7, 11, 13, 25):
        point = find_minimum(objective, initialise(net, "glorot", np.random.default_rng(seed)))
        assert point.distance < 1e-11
        assert point.definite


def test_start_stays_as_it_is():
    start = np.ones(linear_objective().net.size)
    find_minimum(linear_objective(), start)
    assert np.all(start == 1)


def test_saddle_is_refused_with_its_eigenvalue():
    with pytest.raises(DivergenceError, match=r"a saddle.*negative eigenvalue -\d"):
        find_minimum(saddle_at_zero(), np.zeros(4))


def test_singular_hessian_is_refused():
    x, y = points()
    few = Objective(Network((2, 3, 2), ("tanh", "identity")), x[:, :3], y[:, :3])
    with pytest.raises(DivergenceError, match=r"H is singular to round-off.*add weight decay"):
        find_minimum(few, np.linspace(-1, 1, few.net.size))


def test_singular_hessian_of_a_known_symmetry_is_no_obstacle():
    x, y = points()
    point = find_minimum(Objective(Network((2, 2), "identity"), x[:, :2], y[:, :2]), np.ones(6))
    assert point.gauge.shape == (6, 2)
    assert point.value < 1e-30


def test_too_few_steps_are_reported():
    start = normal(network(), np.random.default_rng(0))
    with pytest.raises(DivergenceError, match=r"not stationary after 2 .*\|\|H\^-1 g\|\| = "):
        find_minimum(ten_point_objective(1e-4), start, steps=2)


def test_kinks_are_named_where_no_zero_gradient_is_found():
    J = ten_point_objective(1e-4)
    net = Network.of(
        (Convolution((1, 2), (2,), (1,)), MaxPool((2, 2), (2,), (1,)), Dense(2, 2)),
        ("relu", "identity", "identity"),
    )
    assert net.kinks == ("relu", "MaxPool")
    assert J.net.kinks == ()
    start = np.random.default_rng(0).standard_normal(net.size)
    with pytest.raises(DivergenceError, match="in pieces only, because of relu and MaxPool: where"):
        find_minimum(replace(J, net=net), start, steps=2)


def test_a_network_without_parameters_has_no_minimum():
    net = Network.of((MaxPool((1, 4), (2,), (2,)),), "identity", bias=False)
    J = Objective(net, np.ones((4, 3)), np.ones((2, 3)))
    assert J.value(np.zeros(0)) == 0
    with pytest.raises(OptionError, match="without parameters"):
        find_minimum(J, np.zeros(0))


def test_multi_start_without_a_minimum_says_why():
    with pytest.raises(DivergenceError, match="none of 1 starts found a minimum: a saddle"):
        multi_start(saddle_at_zero(), [np.zeros(4)])
    with pytest.raises(OptionError, match="at least one start"):
        multi_start(ten_point_objective(1e-4), [])


def test_not_finite_start_is_refused():
    with pytest.raises(DivergenceError, match="not finite"):
        find_minimum(ten_point_objective(1e-4), np.full(23, np.nan))
