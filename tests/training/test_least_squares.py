from pathlib import Path

import numpy as np
import pytest

from mornet.errors import DataError, DivergenceError, OptionError
from mornet.experiments.ten_points.data import network
from mornet.experiments.ten_points.entering_example import published_start
from mornet.nn import Network
from mornet.training import LevenbergMarquardt, Objective, fit_lbfgs, fit_least_squares

HIGHAM = np.load(Path(__file__).parents[1] / "data" / "higham.npz")
SOLVERS = ("levenberg-marquardt", "trf", "dogbox", "lm")


def starts(net):
    """The 201 stored starts, from W2, W3, W4 by columns, then b2, b3, b4, in our order."""
    found = np.empty((201, net.size))
    for p, row in zip(found, HIGHAM["nls_starts"], strict=True):
        numbers, layers = iter(row), net.layers(p)
        for W, *_ in layers:
            W.T[...] = np.reshape([next(numbers) for _ in range(W.size)], W.T.shape)
        for _, b, *_ in layers:
            b[...] = [next(numbers) for _ in b]
    return found


def objective(N=10, net=None):
    return Objective(net or network(), HIGHAM[f"x{N}"], HIGHAM[f"y{N}"])


def small_problem(decay=1e-3):
    """A well-posed problem with more residuals than parameters and a residual at the minimum."""
    rng = np.random.default_rng(1)
    net = Network((2, 3, 1), ("tanh", "identity"))
    x = rng.standard_normal((2, 40))
    return Objective(net, x, np.sin(2 * x[:1] + x[1:]), decay=decay), rng.standard_normal(net.size)


def test_the_first_stored_start_is_the_published_one():
    np.testing.assert_array_equal(starts(network())[0], published_start(network()))


SOME = 20  # of the 201 stored starts


@pytest.mark.sensitive
@pytest.mark.parametrize(("N", "share"), [(10, 0.9), (11, 0.9)])
def test_levenberg_marquardt_solves_the_points_from_nearly_all_starts(N, share):
    J = objective(N)
    ends = [fit_least_squares(J, p, goal=1e-8 / (2 * N)) for p in starts(J.net)[:SOME]]
    squares = 2 * N * np.array([end.history.objective[-1] for end in ends])
    assert squares[0] < 1e-6
    assert np.mean(squares < 1e-6) >= share


@pytest.mark.sensitive
@pytest.mark.parametrize(("N", "share"), [(10, 0.9), (11, 0.9)])
def test_scipys_trust_region_solves_the_points_from_nearly_all_starts(N, share):
    J = objective(N)
    ends = [fit_least_squares(J, p, "trf", tolerance=1e-8) for p in starts(J.net)[:SOME]]
    squares = 2 * N * np.array([end.history.objective[-1] for end in ends])
    if N == 10:  # of an independent run of SciPy
        assert squares[0] == pytest.approx(5.4958e-09, rel=1e-4)
    assert np.mean(squares < 1e-6) >= share


@pytest.mark.parametrize("method", SOLVERS)
def test_every_method_finds_a_point_with_vanishing_gradient(method):
    J, p = small_problem()
    end, history, _ = fit_least_squares(J, p, method, tolerance=1e-14)
    assert np.linalg.norm(J.gradient(end)) <= 1e-8  # the square root of the decrease of J
    assert history.objective[-1] == pytest.approx(J.value(end), rel=1e-14)
    round_off = 4 * np.finfo(float).eps * history.objective[1:]  # SciPy compares another sum than J
    assert (np.diff(history.objective) <= (0 if method == SOLVERS[0] else round_off)).all()


@pytest.mark.parametrize("method", SOLVERS)
def test_linear_least_squares_is_solved_exactly(method):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((3, 12)), rng.standard_normal((2, 12))
    J = Objective(Network((3, 2), "identity", bias=False), x, y)
    end = fit_least_squares(J, np.ones(6), method, tolerance=1e-14).p
    best = np.linalg.lstsq(x.T, y.T, rcond=None)[0].T.ravel()
    np.testing.assert_allclose(end, best, rtol=1e-7)


def test_convergence_to_a_zero_residual_is_superlinear():
    # mu falls fourfold a step and bounds the rate: errors shrink ever faster, like mu_k
    rng = np.random.default_rng(2)
    net = Network((2, 2, 1), ("tanh", "identity"))
    x, p = rng.standard_normal((2, 30)), rng.standard_normal(net.size)
    J = Objective(net, x, net.forward(p, x))
    end, history, _ = fit_least_squares(
        J, p + 0.05 * rng.standard_normal(p.size), goal=1e-28, tolerance=0.0
    )
    assert history.objective[-1] <= 1e-28
    assert np.linalg.norm(end - p) <= 1e-11
    rate = history.objective[1:] / history.objective[:-1]
    assert rate[-1] < 1e-2 * rate[0]


def test_each_evaluation_is_counted(monkeypatch):
    calls = {"value": 0, "gauss_newton": 0}
    for name in calls:
        method = getattr(Objective, name)

        def counting(self, *arguments, name=name, method=method):
            calls[name] += 1
            return method(self, *arguments)

        monkeypatch.setattr(Objective, name, counting)
    J, p = small_problem()
    history = fit_least_squares(J, p, steps=30).history
    assert history.values[-1] == calls["value"]
    assert history.jacobians[-1] == calls["gauss_newton"]
    expected = calls["value"] / 3 + calls["gauss_newton"] * (1 + 2 * 1) / 3
    assert history.gradient_equivalents[-1] == pytest.approx(expected, rel=1e-15)


def test_scipys_evaluations_are_those_it_reports():
    from scipy.optimize import least_squares

    J, p = small_problem()
    history = fit_least_squares(J, p, "trf").history
    options = {"ftol": 1e-10, "xtol": 1e-10, "gtol": 1e-10}
    theirs = least_squares(J.residual, p, jac=J.jacobian, method="trf", **options)
    assert (history.values[-1], history.jacobians[-1]) == (theirs.nfev, theirs.njev)


def test_an_interrupted_run_goes_on_to_the_same_bits(tmp_path):
    J, p = objective(), published_start(network())
    whole = fit_least_squares(J, p, steps=25)
    solver, q = LevenbergMarquardt(), p.copy()
    state = solver.init(J, q)
    for _ in range(11):
        solver.step(J, q, state)
    np.savez(tmp_path / "checkpoint.npz", p=q, **state)  # the run is killed here
    with np.load(tmp_path / "checkpoint.npz") as stored:
        state = {name: stored[name] for name in stored if name != "p"}
        resumed = fit_least_squares(J, stored["p"], steps=14, state=state)
    np.testing.assert_array_equal(resumed.p, whole.p)
    np.testing.assert_array_equal(resumed.history.objective, whole.history.objective[11:])
    np.testing.assert_array_equal(resumed.history.jacobians, whole.history.jacobians[11:])


def test_a_step_never_raises_the_objective_and_a_refused_one_changes_no_parameter():
    J, p = objective(), published_start(network())
    solver = LevenbergMarquardt(damping=1e-6)  # too bold: steps will be refused
    state = solver.init(J, p)
    outcomes = set()
    for _ in range(40):
        before, mu, value = p.copy(), float(state["mu"]), float(state["objective"])
        taken = solver.step(J, p, state)
        outcomes.add(taken)
        if taken:
            assert state["objective"] < value
        else:
            np.testing.assert_array_equal(p, before)
            assert state["mu"] == 4 * mu
        assert state["objective"] == J.value(p)
    assert outcomes == {True, False}


def test_lbfgs_finds_a_point_with_vanishing_gradient_and_counts_gradients():
    J, p = small_problem()
    end, history, _ = fit_lbfgs(J, p, steps=3000, tolerance=1e-9)
    assert np.abs(J.gradient(end)).max() <= 1e-8
    assert history.objective[-1] == J.value(end)
    assert history.gradients[-1] >= history.step[-1]
    np.testing.assert_array_equal(history.gradient_equivalents, history.gradients)


def test_lbfgs_shows_every_gradient_and_keeps_to_their_number():
    J, p = small_problem()
    seen = []
    history = fit_lbfgs(J, p, gradients=15, watch=lambda q, value: seen.append((q, value))).history
    np.testing.assert_array_equal(seen[0][0], p)
    assert [value for _, value in seen] == [J.value_and_gradient(q)[0] for q, _ in seen]
    assert history.gradients[-1] <= len(seen) <= 15 + 1  # the line search that has begun is ended


def test_starts_stay_as_they_are():
    J, p = small_problem()
    start = p.copy()
    for method in SOLVERS:
        fit_least_squares(J, p, method, steps=3)
    fit_lbfgs(J, p, steps=3)
    np.testing.assert_array_equal(p, start)


def test_a_solution_says_in_one_line_what_it_is():
    J, p = small_problem()
    found = fit_lbfgs(J, p, steps=3)
    said = f"Solution(p ({p.size},), J = {J.value(found.p):.6g} after 3 steps: "
    assert repr(found) == f"{said}{found.reason})"


def test_impossible_requests_are_refused():
    J, p = small_problem()
    with pytest.raises(OptionError, match="no least-squares method 'newton'; there are leven"):
        fit_least_squares(J, p, "newton")
    with pytest.raises(OptionError, match="takes neither a goal nor a state"):
        fit_least_squares(J, p, "trf", goal=1e-3)
    with pytest.raises(OptionError, match="as many residuals as parameters, not 20 for 23"):
        fit_least_squares(objective(), published_start(network()), "lm")
    for fit in (fit_least_squares, fit_lbfgs):
        with pytest.raises(DivergenceError, match="at the start"):
            fit(J, np.full_like(p, np.nan))
    with pytest.raises(DivergenceError, match="at the start"):
        fit_least_squares(J, np.full_like(p, np.nan), "trf")
    negative = Objective(J.net, J.x, J.y, -np.ones(J.N))
    with pytest.raises(DataError, match="negative weights or decay"):
        fit_least_squares(negative, p)
