"""The time of a study, from trainings of a few steps."""

import numpy as np
import pytest

from mornet.comparison.methods.interface import FitInput
from mornet.cost import Cost, Jobs
from mornet.experiments.methods import METHODS
from mornet.fom.problem import Outline
from mornet.running import estimate as room
from mornet.running.beforehand import check, stand_in
from mornet.running.estimate import Estimate, estimate
from mornet.storage import save
from mornet.study import parse

CONTENT = {
    "name": "waves",
    "data_sets": {"wave": {"kind": "gaussian", "n": 32}},
    "methods": {
        "POD": {"kind": "pod"},
        "deep": {"kind": "autoencoder", "hidden": [4], "epochs": 7},
        "hybrid": {"kind": "hybrid", "steps": 40, "trial_steps": 20},
    },
    "ranks": {"wave": [1, 2]},
    "seeds": [0, 1, 2],
}


@pytest.fixture
def clock(monkeypatch):
    """A clock on which each gradient of a single sample takes 2 s, and each fit 5 s more."""
    taken = []

    def timed(data, method, rank):
        rng, norm = np.random.default_rng(0), data.measure(data.train)
        g = method.fit(FitInput(data.train.U, rank, rng, norm)).sample_gradients
        taken.append(g)
        return 5 + 2 * g, g

    monkeypatch.setattr(room, "_timed", timed)
    monkeypatch.setattr(room, "_start", lambda: 1.0)
    monkeypatch.setattr(room, "ENOUGH", 1e9)
    return taken


def of(methods, tmp_path, **more):
    study = parse({**CONTENT, **more, "methods": {m: CONTENT["methods"][m] for m in methods}}, "a")
    return estimate(study, check(study), 2, tmp_path)


def test_the_time_of_a_training_is_that_of_all_its_gradients(clock, tmp_path):
    found, m = of(["deep"], tmp_path), 16
    assert found.fits == pytest.approx([1 + 3 * (5 + 2 * 7 * m)] * 2)  # three seeds, two ranks
    assert found.seconds == pytest.approx((sum(found.fits) + room.JOBS) / 2)


def test_trials_count_too(clock, tmp_path):
    found, m = of(["hybrid"], tmp_path), 16
    trials = clock[0] / room.SHORT[0]  # gradients of all trials for one step
    assert trials >= 2 * 5 * 12  # two candidates on five folds
    assert found.fits[0] == pytest.approx(1 + 3 * (5 + 2 * (20 * trials + 40 * m)))


def test_what_is_made_takes_no_time_and_nothing_to_train_has_no_estimate(clock, tmp_path):
    made = tmp_path / "fits" / "wave" / "deep-r2.h5"
    made.parent.mkdir(parents=True)
    made.touch()
    assert len(of(["deep"], tmp_path).fits) == 1
    assert of(["POD"], tmp_path) is None


def test_a_real_timing_is_that_of_the_fit_and_counts_its_gradients(monkeypatch):
    content = CONTENT | {"methods": {"deep": {"kind": "autoencoder", "hidden": [8]}}, "seeds": [0]}
    data = check(parse(content, "a"))["wave"]
    method = METHODS["autoencoder"].load()(hidden=(8,), epochs=3)
    ticks = iter([10.0, 12.5])
    monkeypatch.setattr(room.time, "perf_counter", lambda: next(ticks))
    rng, norm = np.random.default_rng(0), data.measure(data.train)
    fit = method.fit(FitInput(data.train.U, 2, rng, norm))
    assert room._timed(data, method, 2) == (2.5, fit.sample_gradients)


def test_the_words_name_cores_sources_and_what_is_unknown():
    assert Estimate((30.0, 80.0), 60.0, 1.0, 2).line.startswith("about 85 s on 2 cores,")
    few = Estimate((), 0.0, 1.0, 1, {"rom": (300.0,)}, ("ten_points", "galerkin")).line
    assert few == (
        "at least about 5 min on 1 core, from earlier jobs of the same kinds; 2 kinds of jobs "
        "(ten_points, galerkin) never ran here and are not counted"
    )
    many = Estimate((30.0,), 0.0, 1.0, 1, {}, tuple("abcdefghi")).line
    assert many.startswith("at least about 30 s on 1 core, from trainings of a few steps;")
    assert many.endswith("; 9 kinds of jobs never ran here and are not counted")
    none = Estimate((), 0.0, 1.0, 1, {}, ("ten_points",)).line
    assert none.startswith("a time that is not known; 1 kind of jobs (ten_points) never ran here")


LONG = {
    "name": "long",
    "data_sets": {"shock": {"kind": "burgers", "n": 20, "steps": 10}},
    "methods": {"POD": {"kind": "pod"}},
    "ranks": {"shock": [2]},
    "roms": {"one": {"kind": "galerkin"}, "two": {"kind": "least_squares"}},
    "experiments": {"ten": {"kind": "ten_points"}, "race": {"kind": "optimiser_race"}},
}


def test_experiments_and_reduced_models_take_the_time_of_earlier_jobs(monkeypatch, tmp_path):
    works, wall = ("experiment ten_points", "rom galerkin", "rom galerkin"), [40.0, 100.0, 70.0]
    sizes = np.array([0.0, 1e6, 9e6])
    jobs = Jobs(works, sizes, np.array(wall), np.array(wall), np.full(3, 1e8))
    column = np.array([1.0])
    other = Cost("other", ("x",), np.array([3]), column, column, "a processor", jobs)
    (tmp_path / "other").mkdir()
    save(tmp_path / "other/cost.h5", other)
    monkeypatch.setattr(room, "_start", lambda: 1.0)
    study = parse(LONG, "a")
    found = estimate(study, check(study), 1, tmp_path / "long")
    assert found.recorded == {"experiment": (40.0,), "rom": (100.0,)}
    assert found.unknown == ("optimiser_race", "least_squares")
    assert found.of_rules == {"experiment": 40.0, "rom": 100.0, "": 1.0}
    assert found.seconds >= 140
    (tmp_path / "long/experiments").mkdir(parents=True)
    (tmp_path / "long/experiments/ten.h5").touch()
    assert estimate(study, check(study), 1, tmp_path / "long").recorded == {"rom": (100.0,)}


def test_a_stand_in_has_the_sizes_of_its_outline():
    data = stand_in(Outline(7, (3, 4)))
    assert data.train.U.shape == (7, 7)
    assert data.train.trajectory.tolist() == [0] * 3 + [1] * 4
    assert data.hold_out(0.5).train.m == 3 or data.hold_out(0.5).train.m == 4
