"""Burgers: the scheme against theory, the data set against the published numbers."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mornet.errors import DivergenceError, OptionError
from mornet.fom.burgers import Burgers, burgers_data_set
from mornet.fom.stages import Stage
from mornet.fom.time_stepping import BackwardEuler, march
from mornet.rom.galerkin import Galerkin
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps
from mornet.rom.trial import AffineTrial

EPS = np.finfo(float).eps


@pytest.fixture(scope="module")
def data():
    return burgers_data_set()


@pytest.fixture(scope="module")
def pod(data):
    V, s, _ = np.linalg.svd(data.train.U, full_matrices=False)
    return V, s


def random_state(n):
    return 1 + np.random.default_rng(n).random(n)


def smooth(x):
    return 1 + 0.2 * np.sin(np.pi * x)  # breaks at t = 1 / (0.2 pi) = 1.6


def semi_discrete(model, t):
    """Return the solution of the ordinary differential equations, by another integrator."""
    solution = solve_ivp(model.f, (0, t), smooth(model.x), method="DOP853", rtol=1e-11, atol=1e-12)
    return solution.y[:, -1]


def on_characteristics(x, t):
    """Return the exact solution u = smooth(x - u t) before the wave breaks."""
    u = smooth(x)
    for _ in range(200):  # contracts by t |smooth'| <= 0.32
        u = smooth(x - u * t)
    return u


def test_time_stepping_is_first_order():
    model, T = Burgers(50), 0.5
    exact = semi_discrete(model, T)
    error = [
        np.linalg.norm(
            march(model, smooth(model.x), BackwardEuler(T / m, tolerance=1e-13), m)[:, -1] - exact
        )
        for m in (40, 80, 160, 320)
    ]
    np.testing.assert_allclose(-np.diff(np.log2(error)), 1, atol=0.05)


def test_backward_differences_are_first_order():
    models = [Burgers(n) for n in (100, 200, 400, 800)]
    error = [np.max(abs(semi_discrete(m, 0.5) - on_characteristics(m.x, 0.5))) for m in models]
    np.testing.assert_allclose(-np.diff(np.log2(error)), 1, atol=0.05)


@pytest.mark.parametrize("n", [2, 3, 50])
def test_jacobian_is_the_derivative_by_complex_steps(n):
    model, u, h = Burgers(n), random_state(n), 1e-30
    steps = np.column_stack([model.f(0.0, u + 1j * h * e).imag / h for e in np.eye(n)])
    atol = 8 * EPS * np.max(abs(steps))
    np.testing.assert_allclose(model.jacobian(0.0, u).toarray(), steps, rtol=0, atol=atol)


def test_residual_and_jacobian_are_the_published_ones():
    model, n = Burgers(30), 30
    w, u_old, c = random_state(n), smooth(model.x), 0.01 / model.dx
    r = np.array([w[j] - u_old[j] + c * (w[j] ** 2 - w[j] * w[j - 1]) for j in range(n)])
    J = np.diag([1 + c * (2 * w[j] - w[j - 1]) for j in range(n)])
    for j in range(n):
        J[j, j - 1] = -c * w[j]
    stage = Stage(0.01, 0.01, u_old)
    np.testing.assert_allclose(stage.residual(model, w), r, atol=20 * EPS)
    np.testing.assert_allclose(stage.jacobian(model, w).toarray(), J, atol=20 * EPS)


@pytest.mark.parametrize("n", [2, 3, 1000])
@pytest.mark.parametrize("tau", [1e-3, 1.0, 1e3])
def test_cyclic_solve_is_backward_stable_even_for_wild_states(n, tau):
    model, u = Burgers(n), random_state(n) - 1.3  # of both signs
    b = np.random.default_rng(1).standard_normal(n)
    x = model.solve(0.0, u, tau, b)
    A = np.eye(n) - tau * model.jacobian(0.0, u).toarray()
    residual = np.linalg.norm(A @ x - b, np.inf)
    assert residual <= 20 * EPS * np.linalg.norm(A, np.inf) * np.linalg.norm(x, np.inf)


def test_a_singular_system_is_refused():
    model, u = Burgers(4), np.full(4, -1.0)  # tau = dx / 2: the matrix averages neighbours
    with pytest.raises(np.linalg.LinAlgError):
        model.solve(0.0, u, model.dx / 2, np.ones(4))


def test_constant_states_are_steady():
    model = Burgers(40)
    U = march(model, np.full(40, 3.7), BackwardEuler(0.1), 5)
    assert np.all(U == 3.7)


def test_positive_states_obey_the_maximum_principle():
    model = Burgers(200)
    U = march(model, model.initial(1.0), BackwardEuler(0.005, tolerance=1e-13), 200)
    assert np.all(np.diff(U.max(axis=0)) <= 1e-11)
    assert np.all(np.diff(U.min(axis=0)) >= -1e-11)


def test_initial_state_is_the_published_formula():
    model, k = Burgers(), 501
    x = np.append(model.x, 2.0)
    u = np.ones(1000)
    for j in range(1, k):
        u[j] = 1 + 0.9 / 2 * (np.sin(2 * np.pi * x[j] / (x[k] - x[1]) - np.pi / 2) + 1)
    np.testing.assert_allclose(model.initial(0.9), u, rtol=0, atol=10 * EPS)


def test_the_published_trajectory_takes_two_newton_solves_a_step():
    solves = []

    class Counting(Burgers):
        def solve(self, t, u, tau, b):
            solves.append(t)
            return super().solve(t, u, tau, b)

    model = Counting()
    march(model, model.initial(1.0), BackwardEuler(1e-3), 500)
    assert len(solves) == 1000


def test_data_set_declares_its_split(data):
    assert data.name == "burgers"
    assert data.denominator == "states"
    assert data.split == "whole trajectories: mu = 0.9, 1.1 to train on, 1 to test on"
    assert (data.train.n, data.train.m, data.test.m) == (1000, 1000, 500)
    np.testing.assert_array_equal(np.unique(data.train.mu), [0.9, 1.1])
    np.testing.assert_allclose(data.test.t, 1e-3 * np.arange(1, 501), rtol=4 * EPS)
    np.testing.assert_array_equal(data.train.shift[:, 1], Burgers().initial(1.1))


def test_states_are_the_trajectory_without_its_start(data):
    model = Burgers()
    U = march(model, model.initial(1.1), BackwardEuler(1e-3), 500)
    np.testing.assert_allclose(data.train.states[:, 500:], U[:, 1:], rtol=2 * EPS)


def test_final_state_is_the_published_one(data):
    u = data.test.states[:, -1]
    assert u.max() == pytest.approx(1.9601254, abs=5e-8)
    assert u.argmax() == 727
    assert np.linalg.norm(u) == pytest.approx(40.7838862, abs=5e-8)


def test_norms_are_the_published_ones(data):
    assert data.norm(data.test) == pytest.approx(916.39747, abs=5e-6)
    with_start = np.hypot(data.norm(data.test), np.linalg.norm(data.test.shift))
    assert with_start == pytest.approx(917.31773, abs=5e-6)


def test_energy_of_five_modes_is_the_published_one(pod):
    s = pod[1]
    assert np.sum(s[:5]) / np.sum(s) == pytest.approx(0.83898817, rel=1e-5)
    assert np.sum(s[:5] ** 2) / np.sum(s**2) == pytest.approx(0.99186, abs=5e-6)


def test_single_precision_reproduces_the_published_fraction_to_ten_digits(data, pod):
    rounded = burgers_data_set(float32=True)
    s = np.linalg.svd(rounded.train.U, compute_uv=False)
    assert np.sum(s[:5]) / np.sum(s) == pytest.approx(0.8389881737138745, rel=1e-10)
    np.testing.assert_allclose(s, pod[1], rtol=0, atol=2e-8 * s[0])
    assert rounded.train.U.dtype == np.float64
    np.testing.assert_allclose(rounded.test.states, data.test.states, rtol=2.0**-23)


@pytest.mark.parametrize(
    ("r", "test", "train"),
    [
        (2, 7.59560, 7.75133),
        (5, 2.85683, 3.01581),
        (10, 1.07022, 1.13913),
        (20, 0.22019, 0.26862),
        (40, 0.01898, 0.03036),
    ],
)
def test_projection_errors_in_percent_are_the_published_ones(data, pod, r, test, train):
    V = pod[0][:, :r]
    for part, expected in ((data.test, test), (data.train, train)):
        error = np.linalg.norm(part.U - V @ (V.T @ part.U)) / data.norm(part)
        assert 100 * error == pytest.approx(expected, abs=5e-6)


def test_galerkin_and_lspg_models_built_on_the_core_have_the_published_errors(data, pod):
    model, trial = Burgers(), AffineTrial(pod[0][:, :5], data.test.shift[:, 0])
    implicit = BackwardEuler(1e-3, relative=False)
    truth = np.column_stack([data.test.shift[:, 0], data.test.states])
    truth = np.vstack([truth, truth[:1]])  # the published errors count the first node twice
    for reduced, scheme, average, worst in (
        (Galerkin(model, trial), implicit, 3.600236637, 6.196377108),
        (LeastSquares(model, trial), LeastSquaresSteps(implicit), 3.573345310, 6.134322615),
    ):
        U = trial.state(march(reduced, np.zeros(5), scheme, 500))
        e = np.linalg.norm(truth - np.vstack([U, U[:1]]), axis=0)
        norms = np.linalg.norm(truth, axis=0)
        assert 100 * np.linalg.norm(e) / np.linalg.norm(norms) == pytest.approx(average, rel=1e-6)
        assert 100 * np.max(e / norms) == pytest.approx(worst, rel=1e-6)


def test_a_small_study_is_the_same_problem_on_a_coarser_grid():
    small = burgers_data_set(n=200, steps=100, train=(0.8, 1.0, 1.2), test=(0.9, 1.1))
    assert small.train.U.shape == (200, 300)
    assert small.test.t[-1] == pytest.approx(0.5)
    assert small.train.states[:, 199].max() == pytest.approx(1.84974, abs=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 2}, "n = 2 must be at least 3"),
        ({"steps": 0}, "steps = 0 must be at least 1"),
        ({"final_time": -1.0}, "final_time = -1.0 must be greater than 0"),
        ({"test": ()}, "must both hold a parameter"),
        ({"test": (0.9,)}, "none of the test parameters may be a training parameter"),
        ({"test": (-1.0,)}, r"test\[0\] = -1.0 must be greater than -1 and at most 100"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        burgers_data_set(**options)


def test_a_hopeless_time_step_says_so():
    model = Burgers(50)
    with pytest.raises(DivergenceError, match=r"step 1, t = .*smaller dt"):
        march(model, model.initial(-1e4), BackwardEuler(0.5), 1)


def test_a_length_that_is_not_positive_is_refused():
    with pytest.raises(OptionError, match="length positive"):
        Burgers(10, length=0.0)
