import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.nn import Network
from mornet.nn.series import evaluate
from mornet.perturbation import (
    ByRadius,
    ChordStep,
    ContinuationSteps,
    Corrected,
    Damped,
    GaussNewton,
    GradientSteps,
    KalmanUpdate,
    MatrixFreePoint,
    NewtonStep,
    NoUpdate,
    Pade,
    Taylor,
    continue_branch,
    measure_slope,
    move_inputs,
    move_snapshots,
    move_targets,
    remove_samples,
    tangent,
    taylor_coefficients,
)
from mornet.perturbation.update import (
    PseudoInverse,
    RestrictedHessian,
    evaluate_pade,
    last_layer,
    leading_eigenvectors,
    low_rank,
)
from mornet.training import Objective
from mornet.training.newton import find_minimum, quadratic_model

from .networks import linear_autoencoder, prescribed, product_of

EPS = np.finfo(float).eps
T = 10.0 ** np.arange(-3, -0.4, 0.5)
UPDATES = [
    NoUpdate(),
    Taylor(1),
    Taylor(2),
    Taylor(3),
    Taylor(5),
    Corrected(corrector=ChordStep()),
    Corrected(corrector=NewtonStep()),
    Corrected(Taylor(1), ChordStep()),
    Corrected(Taylor(2), ChordStep()),
    Corrected(Taylor(1), NewtonStep()),
    Pade(1),
    Pade(2),
    ContinuationSteps(2),
]
# a Newton step from p* leaves the neighbourhood in which theory holds before the others do
WINDOWS = {"Newton step": 10.0 ** np.arange(-4, -1.9, 0.5)}


@pytest.fixture(scope="module")
def linear():
    X, E = prescribed()
    objective, p = linear_autoencoder(X)
    return quadratic_model(objective, p), move_snapshots(objective, E)


def projector(X):
    U = np.linalg.svd(X)[0][:, :3]
    return U @ U.T


def errors(update, base, path, ts):
    curve = update.along(base, path)
    return np.array(
        [
            np.linalg.norm(product_of(path.start.net, curve(t)) - projector(path.objective(t).x))
            for t in ts
        ]
    )


@pytest.mark.parametrize("update", UPDATES, ids=lambda u: u.name)
def test_orders_on_the_linear_autoencoder(linear, update):
    """The reference is the exact projector; H is singular, with nullity 9."""
    ts = WINDOWS.get(update.name, T if update.error_order < 4 else 10 ** np.arange(-1, 0.1, 0.25))
    error = errors(update, *linear, ts)
    slope, used = measure_slope(ts, error, floor=5e-15, scale=1.0)
    assert used.sum() >= 3
    assert slope == pytest.approx(update.error_order, abs=0.05 if update.error_order < 4 else 0.1)


@pytest.mark.parametrize(
    "update",
    [Taylor(1, Damped(1e-3)), Taylor(2, Damped(1e-3)), GradientSteps(10)],
    ids=lambda u: u.name,
)
def test_negative_controls_stay_at_order_1(linear, update):
    error = errors(update, *linear, T[:4])
    slope, _ = measure_slope(T[:4], error, floor=1e-15, scale=1.0)
    assert slope == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("make", [move_targets, move_inputs], ids=["targets", "inputs"])
@pytest.mark.parametrize("degree", [2, 3, 5])
def test_orders_on_the_ten_points(base, F, make, degree):
    objective, point = base
    path, ts = make(objective, F), np.geomspace(1e-3, 6e-2, 8)
    branch = continue_branch(path, point, ts)
    curve = Taylor(degree).along(point, path)
    error = np.linalg.norm([curve(t) - p for t, p in zip(ts, branch.p, strict=True)], axis=1)
    slope, _ = measure_slope(ts, error, floor=1e-14, scale=0.1 * np.linalg.norm(point.p))
    assert slope == pytest.approx(degree + 1, abs=0.05 if degree < 3 else 0.1)


@pytest.mark.parametrize(
    "update",
    [
        Taylor(1, GaussNewton()),
        Taylor(1, Damped(1e-3)),
        Taylor(3, Damped(1e-3)),
        GradientSteps(10),
        Taylor(1, last_layer(Network((2, 2, 3, 2)))),
        Taylor(1, low_rank(Network((2, 2, 3, 2)), 1, np.random.default_rng(0))),
    ],
    ids=lambda u: u.name,
)
def test_controls_stay_at_order_1_on_the_ten_points(base, F, update):
    objective, point = base
    path, ts = move_targets(objective, F), np.geomspace(1e-4, 3e-3, 4)
    branch = continue_branch(path, point, ts)
    curve = update.along(point, path)
    error = np.linalg.norm([curve(t) - p for t, p in zip(ts, branch.p, strict=True)], axis=1)
    slope, _ = measure_slope(ts, error, floor=1e-15, scale=np.linalg.norm(point.p))
    assert update.error_order == 1
    assert slope == pytest.approx(1, abs=0.05)


def test_a_subspace_with_the_tangent_has_order_2(base, F):
    objective, point = base
    path = move_targets(objective, F)
    B = tangent(point, path)[:, None]
    q = Taylor(1, RestrictedHessian("tangent", B)).along(point, path)
    np.testing.assert_allclose(q(0.1), Taylor(1).along(point, path)(0.1), atol=1e-8)
    stiff = Taylor(1, leading_eigenvectors(objective, point.p, 5)).along(point, path)
    distance = np.linalg.norm(stiff(1.0) - q(1.0)) / np.linalg.norm(B)
    assert distance > 0.9


def test_chord_step_equals_first_order_where_g_is_affine(base, F):
    objective, point = base
    for path in (move_targets(objective, F), remove_samples(objective, [3])):
        chord = Corrected(corrector=ChordStep()).along(point, path)(1e-2)
        first = Taylor(1).along(point, path)(1e-2)
        floor = np.linalg.norm(point.solve(point.gradient))
        assert np.linalg.norm(chord - first) <= 1e-12 * np.linalg.norm(first) + 2 * floor


def test_newton_step_removes_from_least_squares_exactly():
    rng = np.random.default_rng(3)
    start = Objective(
        Network((3, 2), "identity"),
        rng.standard_normal((3, 8)),
        rng.standard_normal((2, 8)),
        decay=1e-2,
    )
    point, path = find_minimum(start, np.zeros(8)), remove_samples(start, [0, 5])
    q = Corrected(corrector=NewtonStep()).along(point, path)(1.0)
    assert np.linalg.norm(path.objective(1.0).gradient(q)) < 1e-13


def test_matrix_free_base_gives_the_same_coefficients():
    X, E = prescribed(8, 20)
    objective, p = linear_autoencoder(X, r=2)
    path = move_snapshots(objective, E)
    dense = taylor_coefficients(p, quadratic_model(objective, p).solve, path, 2)
    krylov = taylor_coefficients(p, MatrixFreePoint(objective, p).solve, path, 2)
    np.testing.assert_allclose(krylov, dense, atol=1e-8 * np.abs(dense).max())


def test_pade_is_exact_for_rational_functions():
    """All entries have the poles +-i; 1 / (1 - t) has the pole 1. Beyond them Taylor fails."""
    entries = [lambda t: 1 / (1 + t * t), lambda t: t / (1 + t * t), lambda t: 2 + t]
    c = np.array([[1, 0, -1, 0, 1], [0, 1, 0, -1, 0], [2, 1, 0, 0, 0]], dtype=float).T
    t = 1.7
    np.testing.assert_allclose(evaluate_pade(c, t), [f(t) for f in entries], atol=1e-12)
    np.testing.assert_allclose(evaluate_pade(c[:, :1] + c[:, 1:2], 3.0), [4 / 10], atol=1e-12)
    np.testing.assert_allclose(evaluate_pade(np.ones((3, 1)), 0.7), [1 / 0.3], atol=1e-12)
    assert abs(evaluate(c[:, 0], t) - entries[0](t)) > 0.5


def powers(rates, degree=4):
    """Return the series of sum_i 1 / (1 - rates_i t)."""
    return np.vander(rates, degree + 1, increasing=True).sum(axis=0)[:, None]


@pytest.mark.parametrize("half", [1, 2, 3])
@pytest.mark.parametrize("t", [0.5, 1.9, 3.0, 9.0, -0.8])
def test_pade_needs_no_more_poles_than_the_function_has(half, t):
    """1 / (1 + t) has one pole, -1. A second pole would come from the equations alone."""
    c, a = powers([-1.0], 2 * half), np.array([2.0, -3.0, 5.0])
    rounding = 50 * EPS * (1 + abs(t)) ** (2 * half + 1)
    np.testing.assert_allclose(evaluate_pade(c, t), [1 / (1 + t)], rtol=rounding)
    np.testing.assert_allclose(evaluate_pade(c * a, t), a / (1 + t), rtol=rounding)


@pytest.mark.parametrize("t", [0.5, 1.9, 20.0])
def test_pade_of_two_poles_has_two_of_three(t):
    c = powers([-1.0, -0.3], 6)
    np.testing.assert_allclose(evaluate_pade(c, t), [1 / (1 + t) + 1 / (1 + 0.3 * t)], rtol=1e-8)


def test_pade_of_a_polynomial_is_the_polynomial():
    c = np.array([[2.0, -1, 3, 0, 0], [0, 0, 1, 0, 0]]).T
    np.testing.assert_array_equal(evaluate_pade(c, 5.0), evaluate(c, 5.0))


@pytest.mark.parametrize("seed", range(20))
def test_rounding_adds_no_pole_that_is_met(seed):
    """Errors of 1e-8 give b a second zero anywhere; Taylor's polynomial would have the error 15."""
    c = powers([-1.0]) + 1e-8 * np.random.default_rng(seed).standard_normal((5, 3))
    np.testing.assert_allclose(evaluate_pade(c, 1.9), 1 / 2.9, rtol=1e-5)


EVEN = np.array([[1.0, 0, -1, 0, 1]]).T


@pytest.mark.parametrize(
    "c", [np.random.default_rng(0).standard_normal((5, 7)), EVEN], ids=["dense", "even"]
)
@pytest.mark.parametrize("factor", [1e-9, 1e3, 1e9])
def test_pade_does_not_depend_on_the_unit_of_t(c, factor):
    unit = factor ** np.arange(5)[:, None]
    there = evaluate_pade(c * unit, 0.2 / factor)
    np.testing.assert_allclose(there, evaluate_pade(c, 0.2), rtol=1e-10)


def test_pade_agrees_with_its_series_whatever_the_denominator():
    """a - b p* vanishes up to t^{2m}: the error is O(t^{2m+1}) also for random coefficients."""
    c = np.random.default_rng(1).standard_normal((9, 6))
    t = np.array([1e-2, 5e-3])
    error = [np.linalg.norm(evaluate_pade(c[:5], s) - evaluate(c, s)) for s in t]
    assert np.log2(error[0] / error[1]) == pytest.approx(5, abs=0.1)


def test_pade_falls_back_to_taylor_at_a_pole():
    c = np.array([[1.0, 1, 1, 1, 1], [2, 2, 2, 2, 2]]).T  # 1 / (1 - t): a pole at t = 1
    np.testing.assert_array_equal(evaluate_pade(c, 0.9), evaluate(c, 0.9))
    np.testing.assert_array_equal(evaluate_pade(np.zeros((5, 2)), 0.9), np.zeros(2))


def test_names_and_counts_say_what_is_done():
    update = Corrected(Taylor(2), ChordStep(), 2)
    assert update.name == "second order + 2 chord"
    assert update.error_order == 5
    assert tuple(update.counts) == (3 + 6 + 2, 0, 0, 4)
    assert Corrected(corrector=NewtonStep()).name == "Newton step"
    assert Taylor(1, Damped(1e-3)).name == "damped 1e-03 first order"


@pytest.mark.parametrize("bad", [-1, 1.5, True, "2"])
@pytest.mark.parametrize(
    "make",
    [
        Taylor,
        Pade,
        ByRadius,
        GradientSteps,
        ContinuationSteps,
        lambda steps: Corrected(steps=steps),
        lambda nullity: PseudoInverse(nullity=nullity),
    ],
)
def test_numbers_of_updates_are_integers_in_range(make, bad):
    with pytest.raises(OptionError, match="must be (an integer|at least)"):
        make(bad)


def test_error_orders_are_those_of_the_guide():
    K, m = 2, 2
    assert NoUpdate().error_order == 1
    assert Taylor(K).error_order == K + 1
    assert Pade(m).error_order == 2 * m + 1
    assert Corrected(Taylor(K), ChordStep(), m).error_order == K + 1 + m
    assert Corrected(Taylor(K), NewtonStep(), m).error_order == (K + 1) * 2**m
    assert ContinuationSteps(3).error_order == 4
    assert KalmanUpdate().error_order == 2
