"""Reduced-order models of a study: errors, floors, failures, and full-order models beside them."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from mornet.cli import main
from mornet.comparison.cases import run_case
from mornet.comparison.methods.pod import PODMethod
from mornet.errors import DataError, DivergenceError, OptionError, ShapeError
from mornet.experiments.coarser import Coarser, on_grid
from mornet.experiments.reduced_models import reduced_models
from mornet.fom import (
    BDF2,
    Grid,
    Substeps,
    burgers_2d_problem,
    burgers_problem,
    fitzhugh_nagumo_problem,
    kuramoto_sivashinsky_problem,
    wave_problem,
)
from mornet.fom.kuramoto_sivashinsky import RandomStarts
from mornet.fom.problem import WholeTrajectories, mus
from mornet.rom.methods.interface import Prediction, implicit_of
from mornet.rom.methods.projection import GalerkinMethod, LeastSquaresMethod
from mornet.rom.methods.regression import RegressionMethod
from mornet.rom.methods.trajectories import trajectories
from mornet.rom.trial import trial_manifold
from mornet.storage import load, save
from mornet.summary.reduced_models import reduced_models as section
from mornet.tables.reduced_models import full_order_seconds
from mornet.tables.reduced_models import reduced_models as table

SETTINGS = {"n": 60, "steps": 24, "final_time": 0.2, "test": (1.0, 1.05)}
PROBLEM = burgers_problem(**SETTINGS)
DATA = PROBLEM.data_set()
CASES = [run_case(DATA, "POD", PODMethod(), r, [0]) for r in (2, 4)]


@pytest.fixture(scope="module")
def record():
    coarser = Coarser(burgers_problem, SETTINGS)
    return reduced_models(DATA, PROBLEM, CASES, "lspg", LeastSquaresMethod(), coarser)


def test_errors_are_relative_to_the_states_and_at_least_near_the_floor(record):
    assert record.method == ("POD", "POD")
    assert record.error.shape == record.floor.shape == (2, 2)
    states = PROBLEM.trajectory((1.05,))[:, 1:]
    trial = trial_manifold(CASES[1].model(0), PROBLEM.initial((1.05,)))
    floor = np.linalg.norm(states - trial.state(trial.code(states))) / np.linalg.norm(states)
    assert record.floor[1, 1] == pytest.approx(floor, rel=1e-12)
    assert np.all(record.error > record.floor)
    assert np.all(record.error < 2 * record.floor)
    scale = np.linalg.norm(states, axis=0).max() / np.linalg.norm(states)
    whole = np.linalg.norm(record.error_in_time[1, 1]) * scale
    assert whole == pytest.approx(record.error[1, 1], rel=1e-12)


def test_the_interpolation_over_mu_stands_beside_the_models(record):
    low, high = (PROBLEM.trajectory((mu,)) - PROBLEM.initial((mu,))[:, None] for mu in (0.9, 1.1))
    wrong = whole = 0.0
    for mu in (1.0, 1.05):
        guess = low + (high - low) * (mu - 0.9) / 0.2 + PROBLEM.initial((mu,))[:, None]
        wrong += np.sum((PROBLEM.trajectory((mu,)) - guess)[:, 1:] ** 2)
        whole += np.sum(PROBLEM.trajectory((mu,))[:, 1:] ** 2)
    assert record.interpolated == pytest.approx(np.sqrt(wrong / whole), rel=1e-10)
    assert f"{100 * record.interpolated:.4g} %" in table([record]).caption


def test_estimates_of_unseen_parameters_are_near_the_errors(record):
    np.testing.assert_allclose(record.effectivity, 1, atol=0.1)
    effectivities = [row[7] for row in table([record]).rows]
    np.testing.assert_allclose(effectivities, np.median(record.effectivity, axis=1))


def test_no_prediction_fails_and_codes_stay_near_the_training_codes(record):
    assert record.failures == 0
    assert record.failure == ()
    assert np.all(record.failed_step == -1)
    assert np.all(record.distance < 1.4)


def test_coarser_models_are_those_whose_sizes_divide(record):
    assert record.coarsening.tolist() == [2, 4]  # 8 does not divide 60
    assert np.all(np.diff(record.coarse_error, axis=0) > 0)
    coarse = burgers_problem(**{**SETTINGS, "n": 30, "steps": 12})
    W = on_grid(coarse.trajectory((1.0,)), coarse.grid, PROBLEM.grid)
    truth = PROBLEM.trajectory((1.0,))[:, 2::2]
    error = np.linalg.norm(W[:, 1:] - truth) / np.linalg.norm(truth)
    assert record.coarse_error[0, 0] == pytest.approx(error, rel=0.1)  # half of the times


def test_interpolation_to_a_finer_grid_is_exact_for_linear_states_of_all_fields():
    coarse, fine = (Grid(np.tile(np.linspace(0, 1, m), 2)[None], (m,), ("v", "w")) for m in (5, 9))
    W = np.concatenate([2 * coarse.x[0, :5], 1 - coarse.x[0, :5]])[:, None]
    expected = np.concatenate([2 * fine.x[0, :9], 1 - fine.x[0, :9]])
    np.testing.assert_allclose(on_grid(W, coarse, fine)[:, 0], expected, atol=1e-15)
    # each field on its own nodes
    coarse, fine = (wave_problem(cells=m, width=0.1).grid for m in (5, 9))
    W, expected = ((2 * grid.x[0] - grid.x[1])[:, None] for grid in (coarse, fine))
    np.testing.assert_allclose(on_grid(W, coarse, fine), expected, atol=1e-15)
    small, large = (burgers_2d_problem(nodes=m).grid for m in (4, 8))
    plane = (small.x[0] + 3 * small.x[1])[:, None]
    np.testing.assert_allclose(on_grid(plane, small, large)[:, 0], large.x[0] + 3 * large.x[1])


@dataclass(frozen=True)
class FailsAtStep:
    """A model that is exact until a step fails."""

    step: int
    demands = ()

    def predictor(self, training):
        def predict(start):
            W = training.problem.trajectory(start.mu)[:, : self.step]
            codes = training.reduction.encode(W - W[:, :1])
            return Prediction(codes, W, "step 7: as planned" if start.mu == (1.05,) else "")

        return predict


@dataclass(frozen=True)
class FailsOnRank:
    """Least squares, which fails at a step on reductions of one rank."""

    rank: int
    demands = ()

    def predictor(self, training):
        fails = training.reduction.r == self.rank
        return (FailsAtStep(7) if fails else LeastSquaresMethod()).predictor(training)


def test_after_a_failure_the_last_state_stands_still_and_the_reason_is_kept():
    record = reduced_models(DATA, PROBLEM, CASES[:1], "x", FailsAtStep(7))
    assert record.failed_step.tolist() == [[-1, 7]]
    assert record.failure == ("POD, r = 2, seed 0, mu = (1.05): step 7: as planned",)
    W = PROBLEM.trajectory((1.05,))
    expected = np.linalg.norm(W[:, 6:7] - W[:, 1:], axis=0)
    expected[:6] = 0
    found = record.error_in_time[0, 1] * np.linalg.norm(W[:, 1:], axis=0).max()
    np.testing.assert_allclose(found, expected, atol=1e-14)
    assert record.coarsening.size == 0
    assert "as planned" in section([record])
    assert table([record]).rows[0][3:9] == (
        "failed",
        "failed",
        100 * record.over_trajectories("floor")[0],
        "failed",
        "none",
        1,
    )


def test_a_model_that_cannot_be_made_fails_at_the_start_and_others_go_on():
    @dataclass(frozen=True)
    class CannotBeMade:
        demands = ()

        def predictor(self, training):
            if training.reduction.r == 2:
                raise DivergenceError("no weights reach the tolerance")
            return LeastSquaresMethod().predictor(training)

    record = reduced_models(DATA, PROBLEM, CASES, "x", CannotBeMade())
    assert record.failed_step.tolist() == [[1, 1], [-1, -1]]
    assert record.failure[0] == "POD, r = 2, seed 0, mu = (1): no weights reach the tolerance"
    assert table([record]).rows[0][3] == "failed"


def test_a_failed_seed_takes_neither_estimates_nor_its_place_from_the_others(tmp_path):
    seeds = [run_case(DATA, "POD", PODMethod(), r, [0]) for r in (2, 3)]
    runs = [
        reduced_models(DATA, PROBLEM, [case], "x", method)
        for case, method in zip(seeds, (LeastSquaresMethod(), FailsAtStep(7)), strict=True)
    ]
    case = replace(seeds[0], seed=np.array([0, 1]), models=[c.models[0] for c in seeds])
    both = reduced_models(DATA, PROBLEM, [case], "x", FailsOnRank(3))
    np.testing.assert_allclose(both.error, [run.error[0] for run in runs])
    assert both.estimate[0] == pytest.approx(runs[0].estimate[0])
    assert both.estimate[1].tolist()[1] == -1
    assert np.isnan(both.effectivity[1, 1])
    assert np.isfinite(both.effectivity[0]).all()
    row = table([both]).rows[0]
    # of two seeds one failed: the good one is not the median
    assert row[3:5] == ("failed", "failed")
    assert row[7] == pytest.approx(1, abs=0.2)
    save(tmp_path / "x.h5", both)
    assert load(tmp_path / "x.h5").estimate[1, 1] == -1


def test_the_table_holds_the_cheapest_full_order_model_of_the_same_error(record):
    record = replace(
        record,
        full_seconds=np.array([8.0, 8.0]),
        coarse_seconds=np.array([[4.0] * 2, [1.0] * 2]),
        coarse_error=np.array([[0.01] * 2, [0.03] * 2]),
    )
    assert [full_order_seconds(record, e) for e in (0.001, 0.02, 0.1)] == [8, 4, 1]
    words = section([record])
    assert "## Reduced-order models of burgers" in words
    assert "0 of 4 predictions failed" in words
    assert "reconstruction error is that of the reduction itself, of decode(encode(u))" in words
    assert "a model may go below it" in words
    assert "floor" not in words
    assert " as fast as a full-order model" in words


def test_a_model_with_a_larger_error_than_the_zero_state_never_pays(record):
    words = section([replace(record, error=np.ones_like(record.error))])
    assert "**Least error**" in words
    assert " as fast as a full-order model" not in words


def test_models_start_at_the_first_state_where_the_data_begin_late():
    chaos = kuramoto_sivashinsky_problem(
        nodes=16, starts=RandomStarts(train=2, test=1), times=5, transient=5.0, steps=5
    )
    (test,) = trajectories(chaos, chaos.data_set().test)
    assert test.start.mu == (2.0,)
    assert test.step.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(test.start.state, test.states[:, 0], atol=1e-9)
    assert test.start.t == pytest.approx(7.5)
    pulse = fitzhugh_nagumo_problem(nodes=8, steps=16, final_time=0.4)
    (test,) = trajectories(pulse, pulse.data_set().test)
    assert test.start.t == 0
    assert test.step.tolist() == [4, 12]


def test_a_part_of_a_state_cannot_be_reduced():
    pulse = fitzhugh_nagumo_problem(nodes=8, steps=16, final_time=0.4, fields="v")
    data = pulse.data_set()
    cases = [run_case(data, "POD", PODMethod(), 1, [0])]
    with pytest.raises(OptionError, match="needs whole states"):
        reduced_models(data, pulse, cases, "x", GalerkinMethod())


def test_a_fit_to_other_snapshots_is_refused():
    other = burgers_problem(**{**SETTINGS, "final_time": 0.3})
    with pytest.raises(OptionError, match="POD was fitted to other snapshots than those of 'burg"):
        reduced_models(other.data_set(), other, CASES, "x", GalerkinMethod())


def test_test_trajectories_share_their_times_and_are_not_zero():
    """Of equations that are not known: errors are stored over one axis of times."""
    part, k = DATA.test, DATA.test.m // 2
    tests = {
        "2 and 3 have different times, .* and .*: hold out": replace(
            part, t=part.t + 5.0 * part.trajectory
        ),
        f"2 and 3 have different lengths, {k} and {k - 1}": part.take(np.arange(part.m - 1)),
        "trajectory 3 are all zero, so that they have no relative error": replace(
            part, U=part.U * (part.trajectory == 2), shift=part.shift * [1.0, 0.0]
        ),
    }
    for words, test in tests.items():
        data = replace(DATA, test=test)
        cases = [run_case(data, "POD", PODMethod(), 2, [0])]
        with pytest.raises((DataError, ShapeError), match=words):
            reduced_models(data, None, cases, "x", RegressionMethod())


def test_snapshots_between_two_steps_of_the_equation_are_refused():
    part = replace(DATA.test, t=DATA.test.t * 1.3)
    with pytest.raises(DataError, match="t = 0.0108333 lies between two steps of 0.00833333"):
        list(trajectories(PROBLEM, part))


def test_explicit_steps_become_bdf2_and_steps_between_snapshots_are_counted():
    explicit = burgers_2d_problem(nodes=6, times=4, steps=3, final_time=0.24).integrator
    assert implicit_of(explicit) == (BDF2(0.02), 3)
    assert implicit_of(PROBLEM.integrator) == (PROBLEM.integrator, 1)
    assert implicit_of(Substeps(Substeps(BDF2(0.1), 2), 3)) == (BDF2(0.1), 6)


def test_a_multistep_method_does_not_start_again_between_snapshots():
    plain = replace(PROBLEM, integrator=BDF2(0.2 / 24))
    every = replace(
        PROBLEM,
        integrator=Substeps(BDF2(0.2 / 24), 4),
        steps=6,
        sampling=WholeTrajectories(mus((0.9, 1.1)), mus((1.0,)), shifted=True),
    )
    ends = []
    for problem in (plain, every):
        data = problem.data_set()
        (test, *_) = trajectories(problem, data.test)
        training = _training(problem, data)
        ends.append(LeastSquaresMethod().predictor(training)(test.start).states[:, -1])
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-12)


def _training(problem, data):
    from mornet.rom.methods.interface import Training

    return Training(problem, CASES[1].model(0), data.train)


def test_exports_name_the_cases_and_lists_show_the_least_error(record, tmp_path, capsys):
    path, out = tmp_path / "rom.h5", tmp_path / "rom.csv"
    save(path, record)
    assert main(["export", str(path), "error", "floor", "-o", str(out)]) == 0
    head, first, *_, last = out.read_text().splitlines()
    assert head == "case,trajectory,method,rank,seed,error,floor"
    assert first.startswith(f"0,0,POD,2,0,{float(record.error[0, 0])!r},")
    assert last.startswith("1,1,POD,4,0,")
    assert main(["export", str(path), "error", "-o", str(tmp_path / "rom.nc")]) == 0
    assert "method, rank, seed, error" in capsys.readouterr().out
    assert main(["list", str(tmp_path)]) == 0
    least = 100 * record.over_trajectories("error").min()
    expected = f"lspg: least error {least:.4g} % on POD of rank 4, 0 of 4 predictions failed"
    assert expected in capsys.readouterr().out


def test_the_verb_finds_the_equation_behind_the_snapshots(tmp_path, capsys):
    files = {name: str(tmp_path / f"{name}.h5") for name in ("u", "fit", "rom", "wave")}
    words = ["n=60", "steps=24", "final_time=0.2"]
    assert main(["snapshots", "burgers", "--set", *words, "-o", files["u"]]) == 0
    assert main(["fit", files["u"], "pod", "--rank", "3", "-o", files["fit"]]) == 0
    rom = ["rom", files["u"], "galerkin", files["fit"], "--set", "discretise=last"]
    assert main([*rom, "-o", files["rom"]]) == 0
    record = load(tmp_path / "rom.h5", "reduced_models")
    assert (record.model, record.rank.tolist(), record.failures) == ("galerkin", [3], 0)
    assert main(["snapshots", "gaussian", "--set", "n=32", "-o", files["wave"]]) == 0
    assert main(["rom", files["wave"], "galerkin", files["fit"], "-o", files["rom"]]) == 1
    assert "no equation is known, and galerkin" in capsys.readouterr().err
