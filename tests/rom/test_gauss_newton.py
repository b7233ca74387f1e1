"""Least squares for codes: minimisers, with a cloud and without, and honest failures."""

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.rom.cloud import Cloud, cloud_of
from mornet.rom.gauss_newton import Problem, minimise

EPS = np.finfo(float).eps
RNG = np.random.default_rng(0)
J, B = RNG.standard_normal((20, 4)), RNG.standard_normal(20)
BALL = Cloud(np.array([0.5, 0.0, 0.0, 0.0]), np.eye(4), np.array([1.0, 1.0, 2.0, 0.5]), 0.3)


def none(z, r):
    return np.zeros((len(z), len(z)))


def linear(matrix, right):
    return Problem(lambda z: matrix @ z - right, lambda z: matrix, none)


def test_a_linear_problem_takes_one_step_to_its_solution():
    z = minimise(linear(J, B), np.zeros(4), tolerance=1e-12, iterations=1)
    np.testing.assert_allclose(z, np.linalg.lstsq(J, B, rcond=None)[0], rtol=1e-12)


def test_of_many_solutions_the_nearest_is_taken():
    flat = J * [1.0, 1.0, 1.0, 0.0]
    start = np.array([1.0, 2.0, 3.0, 4.0])
    z = minimise(linear(flat, B), start, tolerance=1e-12, iterations=1)
    assert z[3] == pytest.approx(4, rel=1e-13)


@pytest.mark.parametrize("rank", [3, 4])
def test_in_a_cloud_the_gradient_is_the_outer_normal_of_the_cloud(rank):
    matrix = J * np.where(np.arange(4) < rank, 1.0, 0.0)
    z = minimise(linear(matrix, 10 * B), BALL.centre, tolerance=1e-11, iterations=20, cloud=BALL)
    y = BALL.coordinates(z)
    assert np.linalg.norm(y) == pytest.approx(BALL.radius, rel=1e-9)
    g = BALL.scaled_axes.T @ matrix.T @ (matrix @ z - 10 * B)
    np.testing.assert_allclose(g, y * (g @ y) / (y @ y), atol=1e-8 * np.linalg.norm(g))
    assert g @ y < 0


def test_a_cloud_that_holds_the_solution_changes_nothing():
    wide = BALL.widened(100)
    z = minimise(linear(J, B), BALL.centre, tolerance=1e-12, iterations=1, cloud=wide)
    np.testing.assert_allclose(z, np.linalg.lstsq(J, B, rcond=None)[0], rtol=1e-11)


def test_a_start_outside_of_the_cloud_goes_no_farther_outside():
    start = BALL.centre + np.array([0.0, 1.0, 0.0, 0.0])
    z = minimise(linear(J, 50 * B), start, tolerance=1e-9, iterations=50, cloud=BALL)
    assert BALL.distance(z) <= BALL.distance(start) * (1 + 1e-9)


def circle(target, curvature=True):
    """Return the points (cos z, sin z) of a circle less a target: the residual of a projection."""

    def second(z, r):
        return np.array([[-np.cos(z[0]) * r[0] - np.sin(z[0]) * r[1]]])

    return Problem(
        lambda z: np.array([np.cos(z[0]), np.sin(z[0])]) - target,
        lambda z: np.array([[-np.sin(z[0])], [np.cos(z[0])]]),
        second if curvature else none,
    )


@pytest.mark.parametrize("distance", [0.1, 0.5, 3.0, 50.0])
def test_where_gauss_newton_stalls_the_second_derivative_finds_the_nearest_point(distance):
    target = distance * np.array([np.cos(1.0), np.sin(1.0)])
    z = minimise(circle(target), np.array([0.2]), tolerance=1e-11, iterations=12)
    assert np.mod(z[0] - 1, 2 * np.pi) == pytest.approx(0, abs=1e-10) or z[0] == pytest.approx(1)


def test_without_it_gauss_newton_needs_more_steps_where_manifold_and_residual_are_large():
    target = 0.2 * np.array([np.cos(1.0), np.sin(1.0)])
    with pytest.raises(DivergenceError, match="could still change by .* after 12 iterations"):
        minimise(circle(target, False), np.array([0.2]), tolerance=1e-11, iterations=12)


def valley(bend):
    """Return residuals that vanish at (1, 1), in a valley that is bent as much as ``bend``."""
    return Problem(
        lambda z: np.array([bend * (z[1] - z[0] ** 2), 1 - z[0]]),
        lambda z: np.array([[-2 * bend * z[0], bend], [-1.0, 0.0]]),
        lambda z, r: np.diag([-2 * bend * r[0], 0.0]),
    )


def counted(problem, sizes, calls):
    def residual(z):
        r = problem.residual(z)
        sizes.append(np.linalg.norm(r))
        return r

    def derivative(z):
        calls.append(len(sizes))
        return problem.derivative(z)

    return problem._replace(residual=residual, derivative=derivative)


@pytest.mark.parametrize("bend", [10.0, 20.0])
def test_two_whole_steps_cross_a_bent_valley_though_the_first_increases_the_residual(bend):
    sizes, calls = [], []
    start = np.array([-1.2, 1.0])
    z = minimise(counted(valley(bend), sizes, calls), start, tolerance=1e-12, iterations=1)
    np.testing.assert_allclose(z, 1, rtol=1e-10)
    assert sizes[1] > 5 * sizes[0]
    assert len(calls) == 3


def test_steps_that_do_not_pay_are_taken_back_and_no_residual_is_larger_after_them():
    sizes, calls, far = [], [], np.array([-30.0, 1.0])
    problem = Problem(
        lambda z: np.array([10 * np.arctan(z[0]), 0.1 * z[1]]),
        lambda z: np.diag([10 / (1 + z[0] ** 2), 0.1]),
        lambda z, r: np.diag([-20 * z[0] * r[0] / (1 + z[0] ** 2) ** 2, 0.0]),
    )
    z = minimise(counted(problem, sizes, calls), far, tolerance=1e-10, iterations=40)
    np.testing.assert_allclose(z, 0, atol=1e-9)
    accepted = [sizes[k - 1] for k in calls[2:]]  # after those at the start and at the step back
    assert sizes[1] > sizes[0]
    assert accepted[0] < sizes[0]
    assert np.all(np.diff(accepted) <= 0)


def test_what_is_not_finite_and_what_does_not_decrease_is_an_error():
    wrong = Problem(lambda z: z, lambda z: -np.eye(1), none)
    with pytest.raises(DivergenceError, match="no step along the direction of iteration 1 decreas"):
        minimise(wrong, np.ones(1), tolerance=1e-9, iterations=5)
    infinite = Problem(lambda z: z / 0.0, lambda z: np.eye(1), none)
    with (
        np.errstate(divide="ignore"),
        pytest.raises(DivergenceError, match="not finite in iteration 1"),
    ):
        minimise(infinite, np.ones(1), tolerance=1e-9, iterations=5)


def test_the_cloud_holds_all_training_codes_and_one_on_its_boundary():
    Z = RNG.standard_normal((3, 50)) * np.array([[1.0], [10.0], [0.1]]) + 5
    cloud = cloud_of(Z)
    assert cloud.distance(Z).max() == pytest.approx(1, rel=1e-13)
    np.testing.assert_allclose(cloud.lengths**2, np.linalg.eigvalsh(np.cov(Z, bias=True))[::-1])
    y = cloud.coordinates(Z)
    np.testing.assert_allclose(y @ y.T / 50, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(cloud.code(y[:, 0]), Z[:, 0], rtol=1e-13)
    np.testing.assert_allclose(cloud.widened(2).distance(Z), cloud.distance(Z) / 2, rtol=1e-14)


def test_codes_on_a_line_have_a_thin_cloud_and_equal_codes_none():
    cloud = cloud_of(np.outer([3.0, 4.0], np.linspace(-1, 1, 9)))
    assert cloud.lengths[1] == pytest.approx(1e-3 * cloud.lengths[0])
    with pytest.raises(OptionError, match="all 4 codes are the same"):
        cloud_of(np.ones((2, 4)) + 1e-16 * RNG.standard_normal((2, 4)))
    with pytest.raises(OptionError, match="there is only one code: .* give training snapshots"):
        cloud_of(np.ones((2, 1)))
    with pytest.raises(OptionError, match="widened by -1"):
        cloud.widened(-1)
