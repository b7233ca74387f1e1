"""Hyper-reduced least squares: chosen equations, weights, and a cost that does not know n."""

import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from mornet.errors import DataError, DivergenceError, OptionError, ShapeError
from mornet.fom import (
    BackwardEuler,
    Burgers,
    Burgers2D,
    FitzHughNagumo,
    Heat,
    InflowBurgers,
    KuramotoSivashinsky,
    PeriodicBurgers,
    Trapezoidal,
    Wave,
    burgers_problem,
    march,
)
from mornet.fom.stages import Stage
from mornet.reduction import (
    AutoencoderSettings,
    Hybrid,
    fit_autoencoder,
    fit_gaussian_process,
    fit_pod,
    fit_quadratic_manifold,
)
from mornet.reduction.at_rows import at_rows, summed
from mornet.reduction.hybrid.correction import CorrectionObjective, Design, untrained_correction
from mornet.rom import (
    AffineTrial,
    LeastSquares,
    LeastSquaresSteps,
    cloud_of,
    interpolated,
    projected_interpolation,
    sampled,
    trial_manifold,
)
from mornet.rom.faded import FadedHybrid
from mornet.rom.methods.interface import Start, Training
from mornet.rom.methods.interpolation import InterpolatedGalerkinMethod
from mornet.rom.methods.projection import LeastSquaresMethod, training_cells, training_stages
from mornet.rom.sampled import contributions, energy_conserving
from mornet.training import Adam, train

EPS = np.finfo(float).eps
PROBLEM = burgers_problem(n=60, steps=20, final_time=0.2)
DATA = PROBLEM.data_set()
U, MU = DATA.train.U, (1.0,)
MODEL, U_0 = PROBLEM.model(MU), PROBLEM.initial(MU)


def autoencoder(**settings):
    given = AutoencoderSettings(hidden=(20,), epochs=60, batch=10, **settings)
    return fit_autoencoder(U, 3, given, rng=np.random.default_rng(0)).autoencoder


def hybrid():
    """Return a hybrid with the correction of a short training without cross-validation."""
    pod = fit_pod(U, rank=8)
    correction = untrained_correction(
        pod.encode(U), 3, Design(True, 8, "swish"), encoder=False, rng=np.random.default_rng(0)
    )
    objective = CorrectionObjective(correction, pod.encode(U), dtype=np.float64)
    p = train(objective, correction.p, Adam(1e-2), steps=200).p
    return Hybrid(pod, "decoder", replace(correction, p=p))


def gaussian_process():
    pod = fit_pod(U, rank=8)
    return fit_gaussian_process(pod, pod.encode(U[:, 1::2]), 3)


REDUCTIONS = {
    "POD": fit_pod(U, rank=3, centre="mean"),
    "Gaussian process": gaussian_process(),
    "quadratic manifold": fit_quadratic_manifold(U, 3),
    "autoencoder": autoencoder(pod_tolerance=None),
    "autoencoder of POD coordinates": autoencoder(),
    "hybrid": hybrid(),
}


@pytest.fixture(params=REDUCTIONS.values(), ids=list(REDUCTIONS))
def reduction(request):
    return request.param


def test_a_decoder_at_rows_has_the_rows_of_the_decoder_and_of_its_derivatives(reduction):
    rows, part = np.array([2, 3, 17, 40]), at_rows(reduction, np.array([2, 3, 17, 40]))
    Z, v = reduction.encode(U), np.array([0.3, -0.1, 0.2])
    assert (part.n, part.r) == (4, 3)
    np.testing.assert_allclose(part.decode(Z), reduction.decode(Z)[rows], atol=1e-14)
    z = Z[:, 7]
    np.testing.assert_allclose(part.decode_jacobian(z), reduction.decode_jacobian(z)[rows])
    second = reduction.decode_second_derivative(z, v)[rows]
    np.testing.assert_allclose(part.decode_second_derivative(z, v), second, atol=1e-13)


def test_a_summed_decoder_is_the_weighted_sum_of_the_decoder_and_of_its_derivatives(reduction):
    g = np.random.default_rng(0).standard_normal(len(U))
    Z, v = reduction.encode(U), np.array([0.3, -0.1, 0.2])
    part, z, atol = summed(reduction, g), Z[:, 7], 1e-12 * np.linalg.norm(g)
    assert (part.n, part.r) == (1, 3)
    np.testing.assert_allclose(part.decode(Z)[0], g @ reduction.decode(Z), atol=atol)
    J = g @ reduction.decode_jacobian(z)
    np.testing.assert_allclose(part.decode_jacobian(z)[0], J, atol=atol)
    second = g @ reduction.decode_second_derivative(z, v)
    np.testing.assert_allclose(part.decode_second_derivative(z, v), [second], atol=atol)


def test_a_reduction_without_rows_is_refused():
    with pytest.raises(OptionError, match="decoder of str cannot be evaluated at rows"):
        at_rows("a reduction", np.arange(2))


@pytest.fixture
def trial(reduction):
    if isinstance(reduction, Hybrid):
        reduction = FadedHybrid(reduction, cloud_of(reduction.encode(U)))
    return trial_manifold(reduction, U_0)


@pytest.mark.parametrize("method", [BackwardEuler, Trapezoidal])
def test_with_all_equations_and_weights_one_the_model_is_the_whole_one(trial, method):
    z, steps = trial.code(U_0), LeastSquaresSteps(method(0.01, tolerance=1e-11))
    whole = march(LeastSquares(MODEL, trial), z, steps, 5)
    part = march(sampled(MODEL, trial, np.arange(60), np.ones(60)), z, steps, 5)
    np.testing.assert_allclose(part, whole, atol=1e-8 * np.max(np.abs(whole)))


def test_residual_and_derivatives_are_those_of_the_chosen_equations(trial):
    rows, weights = np.array([5, 31, 12]), np.array([2.0, 0.5, 3.0])
    entries = np.union1d(rows, rows - 1)
    model = sampled(MODEL, trial, rows, weights)
    z = trial.code(DATA.train.states[:, 5])
    v = trial.state(trial.code(DATA.train.states[:, 4]))
    whole = LeastSquares(MODEL, trial).problem(Stage(0.1, 0.01, v))
    part = model.problem(Stage(0.1, 0.01, v[entries]))
    root = np.sqrt(weights)
    np.testing.assert_allclose(part.residual(z), root * whole.residual(z)[rows], atol=1e-13)
    J = root[:, None] * whole.derivative(z)[rows]
    np.testing.assert_allclose(part.derivative(z), J, atol=1e-12 * np.abs(J).max())
    h = EPS ** (1 / 3)
    gradients = [
        [part.derivative(x).T @ part.residual(x) for x in (z + h * e, z - h * e)] for e in np.eye(3)
    ]
    H = J.T @ J + part.curvature(z, part.residual(z))
    steps = [(a - b) / (2 * h) for a, b in gradients]
    np.testing.assert_allclose(H, np.array(steps), atol=1e4 * h**2 * np.abs(H).max())


class Counting:
    """A model that is evaluated at rows alone, and counts the entries that they read."""

    def __init__(self, model):
        self.model, self.n, self.read = model, model.n, []

    def at_rows(self, rows):
        chosen, read = self.model.at_rows(rows), self.read

        class Rows:
            rows, needed = chosen.rows, chosen.needed

            def f(self, t, u):
                read.append(len(u))
                return chosen.f(t, u)

            def jacobian(self, t, u):
                read.append(len(u))
                return chosen.jacobian(t, u)

        return Rows()

    def f(self, t, u):
        raise AssertionError("the whole model is evaluated")

    jacobian = solve = f


STENCILS = {  # size -> model, and the entries that four rows apart from one another read
    "burgers": (Burgers, 8),
    "heat": (lambda n: Heat((1.0, 0.3), n), 12),
    "shock": (PeriodicBurgers, 12),
    "fitzhugh_nagumo": (lambda n: FitzHughNagumo(n // 2), 2 * 4 + 2 * 2),
    "wave": (lambda n: Wave(n // 2), 8),
    "burgers_2d": (lambda n: Burgers2D(int(n**0.5)), 20),
    "inflow_burgers": (lambda n: InflowBurgers(4.0, 0.02, int((n / 2) ** 0.5) + 2), 20),
}


@pytest.fixture(params=STENCILS)
def stencil(request):
    """Models of 400 to 10 000 dofs that count, states on two smooth modes, and four rows."""
    build, entries = STENCILS[request.param]

    def made(n):
        model = Counting(build(n))
        x = np.linspace(0, 1, model.n)[:, None]
        V = np.linalg.qr(np.hstack([np.sin(np.pi * x), np.cos(np.pi * x)]))[0]
        rows = (np.array([0.15, 0.35, 0.6, 0.8]) * model.n).astype(int)
        return model, AffineTrial(V, np.ones(model.n)), rows

    return [made(n) for n in (400, 2500, 10000)], entries


def test_the_entries_that_least_squares_read_do_not_depend_on_n(stencil):
    models, entries = stencil
    for model, trial, rows in models:
        reduced = sampled(model, trial, rows, np.ones(4))
        own = np.setdiff1d(rows, model.at_rows(rows).needed)  # in w - v of a stage, not in f
        assert reduced.trial.n == entries + len(own)
        problem = reduced.problem(Stage(0.1, 1e-3, np.ones(reduced.trial.n)))
        problem.derivative(np.ones(2))
        problem.curvature(np.ones(2), problem.residual(np.ones(2)))
        assert set(model.read) == {entries}


def test_the_entries_that_an_interpolated_step_reads_do_not_depend_on_n(stencil):
    models, entries = stencil
    for model, trial, rows in models:
        U = np.column_stack([trial.V, trial.V**2])
        reduced = interpolated(model, trial, rows, projected_interpolation(trial, U, rows))
        BackwardEuler(1e-6, tolerance=1e-3).step(reduced, 0.0, np.zeros((2, 1)))
        assert reduced.trial.n == entries
        assert set(model.read) == {entries}


def test_the_evaluations_of_a_step_do_not_depend_on_n():
    counts = []
    for n in (100, 1000, 10000):
        model = Counting(Burgers(n))
        x = np.arange(n)[:, None] / n
        V = np.linalg.qr(np.hstack([np.sin(np.pi * x), np.cos(np.pi * x)]))[0]
        rows = (np.array([0.1, 0.35, 0.6, 0.85]) * n).astype(int)
        reduced = sampled(model, AffineTrial(V, Burgers(n).initial(0.5)), rows, np.ones(4))
        march(reduced, np.zeros(2), LeastSquaresSteps(BackwardEuler(1e-3, tolerance=1e-3)), 3)
        counts.append(len(model.read))
    assert len(set(counts)) == 1


def test_few_weights_reproduce_the_sums_and_none_is_negative():
    rng = np.random.default_rng(0)
    G = rng.random((40, 5)) @ rng.standard_normal((5, 200)) + 1e-6 * rng.standard_normal((40, 200))
    rows, weights = energy_conserving(G, 1e-4)
    assert len(rows) <= 5
    assert np.all(weights > 0)
    total = G.sum(axis=1)
    assert np.linalg.norm(G[:, rows] @ weights - total) < 1e-3 * np.linalg.norm(total)
    with pytest.raises(DataError, match="zero or not finite"):
        energy_conserving(np.zeros((3, 4)), 0.1)


@pytest.mark.parametrize("candidates", [2, 4, 30, 60])
def test_cells_reach_their_tolerance_whatever_the_first_candidates(candidates):
    training = Training(PROBLEM, REDUCTIONS["POD"], DATA.train)
    dt = PROBLEM.integrator.dt
    rows, weights = training_cells(training, dt, 1e-6, candidates)
    parts = [contributions(problem, z) for problem, z in training_stages(training, dt)]
    sizes = [np.linalg.norm(G.sum(axis=1)) for G in parts]
    G = np.vstack([part / size for part, size in zip(parts, sizes, strict=True)])
    total = G.sum(axis=1)
    assert np.linalg.norm(G[:, rows] @ weights - total) <= 2e-6 * np.linalg.norm(total)


def test_sums_that_no_weights_reproduce_are_refused():
    G = np.abs(np.random.default_rng(0).standard_normal((6, 40)))
    with pytest.raises(DivergenceError, match="40 equations reproduce the sums to .* error of 1, "):
        energy_conserving(G, 1e-2, -np.ones(6))
    with pytest.raises(ShapeError, match=r"G has 6 sums, but total has the shape \(3,\)"):
        energy_conserving(G, 1e-2, np.ones(3))
    for tolerance in (0.0, 1.0, -1.0, np.nan):
        with pytest.raises(OptionError, match="tolerance = .* must be greater than 0 and less"):
            energy_conserving(G, tolerance)


def test_settings_of_cells_have_bounds():
    with pytest.raises(OptionError, match="cells = 1.0 must be .* less than 1"):
        LeastSquaresMethod(cells=1.0)
    with pytest.raises(OptionError, match="candidates = 1 must be at least 2"):
        LeastSquaresMethod(cells=0.1, candidates=1)
    with pytest.raises(OptionError, match="tolerance = 1.0 must be .* less than 1"):
        InterpolatedGalerkinMethod(tolerance=1.0)


def test_a_random_basis_of_many_sums_loses_as_little_as_their_svd(monkeypatch):
    rng = np.random.default_rng(0)
    G = rng.random((60, 30)) @ np.diag(0.5 ** np.arange(30)) @ rng.random((30, 90))
    module = sys.modules[energy_conserving.__module__]
    monkeypatch.setattr(module, "MOST_FOR_SVD", 10)
    rows, weights = energy_conserving(G, 1e-3)
    total = G.sum(axis=1)
    assert np.linalg.norm(G[:, rows] @ weights - total) < 2e-3 * np.linalg.norm(total)
    assert len(rows) < 60
    W, A = next(module._compressions(G, 1e-3))
    assert np.linalg.norm(G - W @ A) <= 1e-3 * np.linalg.norm(G)
    np.testing.assert_allclose(W.T @ W, np.eye(len(A)), atol=1e-13)


def test_contributions_sum_up_to_the_gradient():
    trial = trial_manifold(REDUCTIONS["POD"], U_0)
    problem = LeastSquares(MODEL, trial).problem(Stage(0.1, 0.01, U_0))
    z = np.array([0.1, 0.2, -0.1])
    gradient = problem.derivative(z).T @ problem.residual(z)
    np.testing.assert_allclose(contributions(problem, z).sum(axis=1), gradient, atol=1e-13)


EUCLIDEAN = partial(LeastSquaresMethod, norm="euclidean")


def test_a_model_on_few_equations_has_nearly_the_error_of_the_whole_one(reduction):
    training = Training(PROBLEM, reduction, DATA.train)
    start, truth = Start(MU, 0.0, U_0, 20, U_0), PROBLEM.trajectory(MU)
    errors = [
        np.linalg.norm(EUCLIDEAN(cells=c).predictor(training)(start).states - truth)
        for c in (None, 1e-3)
    ]
    assert errors[1] == pytest.approx(errors[0], rel=0.02)


def test_what_cannot_be_sampled_is_refused():
    trial = trial_manifold(REDUCTIONS["POD"], U_0)
    with pytest.raises(ShapeError, match="2 rows need as many weights"):
        sampled(MODEL, trial, np.arange(2), np.ones(3))
    with pytest.raises(OptionError, match="rows has -1; integers from 0 to 59 are needed"):
        sampled(MODEL, trial, np.array([3, -1, 5, 20]), np.ones(4))
    with pytest.raises(OptionError, match="rows has 3 twice"):
        sampled(MODEL, trial, np.array([3, 3, 5, 20]), np.ones(4))
    with pytest.raises(DataError, match="weights of the rows must be positive"):
        sampled(MODEL, trial, np.arange(4), -np.ones(4))
    with pytest.raises(OptionError, match="2 equations cannot determine 3 code entries: choose mo"):
        sampled(MODEL, trial, np.arange(2), np.ones(2))
    other = AffineTrial(np.eye(60, 2), np.zeros(60))
    with pytest.raises(OptionError, match="KuramotoSivashinsky does not evaluate chosen rows"):
        sampled(KuramotoSivashinsky(60), other, np.arange(2), np.ones(2))
    with pytest.raises(OptionError, match="cells have weights of their own"):
        LeastSquaresMethod(cells=0.1, norm="low_modes")
    assert LeastSquaresMethod(cells=0.1, norm="euclidean").cells == 0.1
