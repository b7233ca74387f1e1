"""The time of a study, from trainings of a few steps."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.comparison.cases import run_case
from mornet.cost import Cost, Jobs
from mornet.experiments.methods import METHODS
from mornet.fom.problem import Outline
from mornet.reduction.best.settings import BestSettings
from mornet.running import estimate as room
from mornet.running import timing
from mornet.running.beforehand import check, stand_in
from mornet.running.estimate import Estimate, estimate
from mornet.running.timing import Start
from mornet.running.workflow import studies
from mornet.storage import save
from mornet.study import parse, read

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
    """A clock on which each gradient of a single sample takes 2 s, and each case 5 s more.

    All else takes no time, but the start of a job, which is 1 s.
    """
    taken = []

    def timed(data, method, rank):
        g = run_case(data, "", method, rank, [0]).sample_gradients[0]
        taken.append((data.train.m, g))
        return 5 + 2 * g, g

    monkeypatch.setattr(timing, "_timed", timed)
    monkeypatch.setattr(timing, "_taken", lambda work: (work() and 0.0) or 0.0)
    monkeypatch.setattr(timing, "start", lambda cores: Start(1.0, 1.0))
    return taken


def of(methods, tmp_path, **more):
    study = parse({**CONTENT, **more, "methods": {m: CONTENT["methods"][m] for m in methods}}, "a")
    return estimate(study, check(study), 2, tmp_path)


def test_the_time_of_a_training_is_that_of_all_its_gradients(clock, tmp_path):
    found, m = of(["deep"], tmp_path), 16
    assert found.fits == pytest.approx([1 + 3 * (5 + 2 * 7 * m)] * 2)  # three seeds, two ranks
    # snapshots; comparison 2; its figures and singular values 4 each; tables, costs 1; summary 3
    assert found.others == 1 + 2 + 2 * 4 + 1 + 1 + 3 + 4  # and Snakemake itself 4
    assert found.alone == 1 + 2 + 4 + 1 + 1 + 3 + 4  # singular values stand beside others
    assert found.seconds == pytest.approx(found.alone + (sum(found.fits) + 4) / 2)


def test_trials_count_too(clock, tmp_path):
    found, m = of(["hybrid"], tmp_path), 16
    trials = clock[1][1] / timing.SHORT[0]  # gradients of all trials for one step
    assert trials >= 2 * 5 * 12  # two candidates on five folds
    assert found.fits[0] == pytest.approx(1 + 3 * (5 + 2 * (20 * trials + 40 * m)))


def test_the_race_of_best_trains_several_times(clock):
    few = 1000.0
    settings = BestSettings(steps=300, trial_steps=20, batch=8)
    assert timing.most_gradients(settings, 16, few) == 20 * few / 10 + 2 * 300 * 8


def test_jobs_that_share_cores_are_slower(clock, monkeypatch, tmp_path):
    monkeypatch.setattr(timing, "start", lambda cores: Start(2.0, 1.5))
    found, m = of(["deep"], tmp_path), 16
    assert found.fits == pytest.approx([2 + 1.5 * 3 * (5 + 2 * 7 * m)] * 2)


def test_the_slowness_is_the_wall_time_on_all_cores_over_the_processor_time_of_one(monkeypatch):
    jobs = {1: (0.9, 0.5), 4: (1.5, 0.6)}
    monkeypatch.setattr(timing, "_jobs", jobs.__getitem__)
    assert timing.start(4) == Start(1.5, 3.0)
    jobs[4] = (0.4, 0.4)
    assert timing.start(4) == Start(0.4, 1.0)  # never faster than a processor


def test_a_job_takes_time():
    wall, processor = timing._jobs(2)
    assert wall > 0
    assert processor > 0


def test_a_large_data_set_is_timed_on_a_part_of_all_its_times(monkeypatch):
    monkeypatch.setattr(timing, "WORK", 32 * 40 * 32)
    study = parse(CONTENT | {"data_sets": {"wave": {"kind": "gaussian", "n": 320}}}, "a")
    data = check(study)["wave"]
    n, m = data.train.U.shape
    part = timing.part_of(data, 2)
    assert part.data.train.m == timing.WARM
    assert part.length == m / timing.WARM
    assert part.work == m * m / timing.WARM**2
    assert part.data.train.t[[0, -1]].tolist() == data.train.t[[0, -1]].tolist()
    monkeypatch.setattr(timing, "WORK", n * m * m)
    assert timing.part_of(data, 2).data.train is data.train


def test_the_time_without_a_training_grows_as_that_of_a_decomposition(monkeypatch):
    study = parse(CONTENT | {"data_sets": {"wave": {"kind": "gaussian", "n": 320}}}, "a")
    data, pod = check(study)["wave"], METHODS["pod"].load()()
    monkeypatch.setattr(timing, "WORK", 1.0)
    monkeypatch.setattr(timing, "_taken", lambda work: (work() and 0.0) or 2.0)
    growth = (data.train.m / timing.WARM) ** 2
    assert timing.untrained(data, pod, [1, 2]) == pytest.approx(2 * growth)
    assert timing.comparing(data, [1, 2]) == pytest.approx(2 * growth)
    assert timing.passing(data) == pytest.approx([2 * data.train.m / timing.WARM] * 2)


def test_what_is_made_takes_no_time_and_nothing_to_train_has_no_estimate(clock, tmp_path):
    made = tmp_path / "fits" / "wave" / "deep-r2.h5"
    made.parent.mkdir(parents=True)
    made.touch()
    assert len(of(["deep"], tmp_path).fits) == 1
    assert of(["POD"], tmp_path) is None


def test_a_real_timing_is_that_of_a_case_and_counts_its_gradients(monkeypatch):
    content = CONTENT | {"methods": {"deep": {"kind": "autoencoder", "hidden": [8]}}, "seeds": [0]}
    data = check(parse(content, "a"))["wave"]
    method = METHODS["autoencoder"].load()(hidden=(8,), epochs=3)
    case = run_case(data, "", method, 2, [0])
    seconds, gradients = timing._timed(data, method, 2)
    assert seconds > 0
    assert gradients == case.sample_gradients[0]
    ticks = iter([10.0, 12.5])
    monkeypatch.setattr(timing.time, "process_time", lambda: next(ticks))
    assert timing._taken(lambda: None) == 2.5


def test_a_study_that_comes_along_has_a_record_of_its_whole_time():
    """It stands for kinds that never ran here."""
    study = read(studies()["perturbation"])
    assert room._recorded_whole(study) > 60
    assert room._recorded_whole(read(studies()["smoke"])) is None  # nobody recorded it
    assert room._recorded_whole(replace(study, seeds=(5,))) is None
    assert room._recorded_whole(replace(study, name="mine")) is None
    found = Estimate((30.0,), 0.0, 1.0, 2, {}, ("ten_points",), whole=400.0)
    assert found.line == (
        "about 3 min on 2 cores, from trainings of a few steps and the record of this study on "
        "another machine"
    )


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
    none = Estimate((), 20.0, 1.0, 1, {}, ("ten_points",)).line
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
    monkeypatch.setattr(timing, "start", lambda cores: Start(1.0, 1.0))
    study = parse(LONG, "a")
    found = estimate(study, check(study), 1, tmp_path / "long")
    assert found.recorded == {"experiment": (40.0,), "rom": (100.0,)}
    assert found.unknown == ("optimiser_race", "least_squares")
    assert found.of_rules == {"experiment": 40.0, "rom": 100.0, "": found.mean}
    assert found.seconds >= 140
    (tmp_path / "long/experiments").mkdir(parents=True)
    (tmp_path / "long/experiments/ten.h5").touch()
    assert estimate(study, check(study), 1, tmp_path / "long").recorded == {"rom": (100.0,)}


def test_a_stand_in_has_the_sizes_of_its_outline():
    data = stand_in(Outline(7, (3, 4)))
    assert data.train.U.shape == (7, 7)
    assert data.train.trajectory.tolist() == [0] * 3 + [1] * 4
    assert data.hold_out(0.5).train.m == 3 or data.hold_out(0.5).train.m == 4
