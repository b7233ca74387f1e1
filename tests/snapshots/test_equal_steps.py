"""One rule says which steps of time are equal: it knows the precision of the stored times."""

import numpy as np
import pytest

from mornet.errors import OptionError, StudyError
from mornet.experiments.model_times import refusals_of_times
from mornet.rom.methods.at_times import steps_to
from mornet.rom.methods.operator_inference import OperatorInferenceMethod
from mornet.running.beforehand import check
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.equal_steps import paths_of, shortest_step, step_tolerance
from mornet.snapshots.times import span, steps_of_time
from mornet.study import parse

m = 400
K = np.arange(m)
STORED = {
    "double": 0.01 * K,
    "single": (0.01 * K).astype("f4"),
    "single_far": (100 + 0.01 * K).astype("f4"),
    "single_summed": np.cumsum(np.full(m, 0.01, "f4"), dtype="f4"),
    "half": (0.01 * K).astype("f2"),
    "epoch": 1.7e9 + 0.1 * K,
    "epoch_milli": 1.7e9 + 0.001 * K,
    "three_decimals": np.round(K / 30, 3),
    "six_digits": np.array([float(f"{100 + k / 30:.6g}") for k in K]),
    "six_digits_across_a_power": np.array([float(f"{95 + k / 30:.6g}") for k in K]),
    "single_days_in_seconds": (0.25 * K / 24).astype("f4").astype(float) * 86400,
    "three_decimals_single": np.round(K / 30, 3).astype("f4"),
    "days": 730000 + 0.25 * K / 24,
}
EXACT = Snapshots(
    np.array([np.cos(0.05 * K), np.sin(0.05 * K)]), np.zeros((1, 2)), np.zeros(m, int), t=0.01 * K
)


def of(t):
    return Snapshots(EXACT.U[:, : len(t)], EXACT.x, np.zeros(len(t), int), t=t)


@pytest.mark.parametrize("name", STORED)
def test_all_snapshots_of_rounded_times_follow_each_other(name):
    t = STORED[name]
    part = of(t)
    np.testing.assert_array_equal(part.followed, K[:-1])
    assert ", step" not in steps_of_time(part.t, part.trajectory)
    assert steps_of_time(part.t, part.trajectory).startswith("step ")


@pytest.mark.parametrize("name", STORED)
def test_gaps_in_rounded_times_are_steps_of_another_length(name):
    kept = np.sort(np.random.default_rng(0).permutation(m)[:300])
    part = of(STORED[name]).take(kept)
    np.testing.assert_array_equal(part.followed, np.flatnonzero(np.diff(kept) == 1))
    steps = np.diff(STORED[name].astype(float))
    step, _ = steps_to(part.t, float(steps.mean()))
    np.testing.assert_array_equal(step, kept - kept[0])


@pytest.mark.parametrize("name", STORED)
def test_operator_inference_takes_rounded_times(name):
    OperatorInferenceMethod().require_times(of(STORED[name]))


@pytest.mark.parametrize(
    "t",
    [
        [0, 31, 59, 90, 120, 151, 181],  # months in days
        [0, 4, 9, 13, 18, 22],  # whole numbers with too few units in a step
        [0, 1, 3, 4, 6, 7],
        [0, 0.01, 0.02, 0.033, 0.043],
        [0, 0.25, 0.5, 0.875, 1.125],
        np.array([0, 0.01, 0.02, 0.0303, 0.04], "f4"),
        [1.7e9, 1.7e9 + 0.1, 1.7e9 + 0.2, 1.7e9 + 0.31],
    ],
)
def test_steps_that_differ_by_more_than_rounding_are_not_equal(t):
    part = of(np.asarray(t))
    with pytest.raises(OptionError, match="takes equal steps of time, not steps from"):
        OperatorInferenceMethod().require_times(part)
    assert len(part.followed) < len(t) - 1


def test_exact_steps_keep_their_last_digit():
    steps = np.diff(0.1 * K)
    assert shortest_step(steps, step_tolerance([0.1 * K])) == steps.min()


def test_the_steps_of_a_rounded_time_have_their_mean():
    t = STORED["half"].astype(float)
    assert shortest_step(np.diff(t), step_tolerance([t])) == pytest.approx(0.01, rel=1e-3)


def test_times_that_stand_twice_and_lie_in_any_order_are_sorted():
    paths = paths_of(np.array([2.0, 1, 1, 5, 4]), np.array([0, 0, 0, 3, 3]))
    assert [path.tolist() for path in paths] == [[1, 2], [4, 5]]
    assert step_tolerance([np.array([1.0])]) == 0


def test_ends_of_times_are_told_apart():
    assert span(1.7e9, 1.7e9 + 0.2) == "from 1700000000 to 1700000000.2"
    assert span(0, 1 / 3) == "from 0 to 0.333333"
    assert span(7.0, 7.0) == "from 7 to 7"


def parts(t):
    part = of(t)
    return DataSet("d", part.take(K[:300]), part.take(K[300:]), "")


def test_what_a_model_refuses_about_times_is_known_beforehand():
    models = {"inferred": OperatorInferenceMethod()}
    assert list(refusals_of_times(parts(STORED["single"]), models)) == []
    (said,) = refusals_of_times(parts(np.sqrt(1.0 + K)), models)
    assert said.startswith("inferred: operator inference takes equal steps of time")


def test_a_study_of_unequal_steps_is_refused_before_it_runs(tmp_path):
    np.savez(tmp_path / "u.npz", U=EXACT.U, t=np.sqrt(1.0 + K))
    study = {
        "name": "s",
        "data_sets": {
            "d": {"kind": "file", "path": str(tmp_path / "u.npz"), "key": "U", "axes": "dof sample"}
        },
        "methods": {"POD": {"kind": "pod"}},
        "ranks": {"d": [1]},
        "roms": {"inferred": {"kind": "operator_inference"}},
    }
    with pytest.raises(StudyError, match="study.roms on d: inferred: .* takes equal steps"):
        check(parse(study, "s"))
    np.savez(tmp_path / "u.npz", U=EXACT.U, t=STORED["single"])
    assert check(parse(study, "s"))["d"].train.m < m
