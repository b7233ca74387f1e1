"""What jobs ask for, from what like jobs used."""

import numpy as np
import pytest

from mornet.cli import main
from mornet.cost import MEMORY, TIMES, Cost, Job, Jobs, cost
from mornet.resources import (
    FIRST_MB,
    FIRST_MINUTES,
    MARGIN,
    STARTED_MB,
    STARTED_MINUTES,
    TIME_MARGIN,
    costs_in,
    is_quick,
    measured,
    need,
)
from mornet.storage import load, save

ROWS = [  # work, MB of input, seconds of processor and wall time, MB of memory
    ("fit pod", 2.0, 10.0, 10.0, 200.0),
    ("fit pod", 8.0, 100.0, 100.0, 500.0),
    ("table", 0.1, 1.0, 1.0, 100.0),
    ("experiment race", 0.0, 190.0, 100.0, 150.0),
]


@pytest.fixture
def record():
    work, size, cpu, wall, peak = zip(*ROWS, strict=True)
    sizes, peaks = 1e6 * np.array(size), 1e6 * np.array(peak)
    jobs = Jobs(work, sizes, np.array(cpu), np.array(wall), peaks)
    sums = np.array([1]), np.array([1.0]), np.array([1.0])
    return Cost("small", ("fits",), *sums, "a processor", jobs)


@pytest.fixture
def table(record):
    return measured([record])


def test_a_job_of_the_measured_size_asks_for_what_was_measured_times_the_margin(table):
    asked = need(table, "fit pod", 8.0)
    assert asked.mem_mb == MARGIN * 500 + STARTED_MB
    assert asked.runtime == np.ceil(TIME_MARGIN * 100 / 60 + STARTED_MINUTES)
    assert asked.threads == 1
    assert need(table, "experiment race", 0.0).threads == 2


def test_memory_grows_with_the_size_and_time_with_its_square(table):
    once, twice = need(table, "fit pod", 8.0), need(table, "fit pod", 16.0)
    libraries = 100.0  # the least memory of all jobs
    assert twice.mem_mb - once.mem_mb == MARGIN * (500 - libraries)
    seconds = [60 * (asked.runtime - STARTED_MINUTES) for asked in (once, twice)]
    assert seconds[1] == pytest.approx(4 * seconds[0], abs=4 * 60)  # both are whole minutes


def test_between_two_measured_sizes_the_smaller_one_decides(table):
    asked = need(table, "fit pod", 4.0)
    assert asked.mem_mb == MARGIN * (100 + (200 - 100) * 2) + STARTED_MB
    assert need(table, "fit pod", 0.5) == need(table, "fit pod", 2.0)


def test_each_attempt_asks_for_twice_as_much(table):
    first, second = need(table, "fit pod", 8.0), need(table, "fit pod", 8.0, attempt=2)
    assert (second.mem_mb, second.runtime) == (2 * first.mem_mb, 2 * first.runtime)


def test_work_that_was_never_measured_follows_the_stated_model(table):
    asked = need(table, "fit hybrid", 10.0)
    assert asked.mem_mb > FIRST_MB + STARTED_MB
    assert asked.runtime == FIRST_MINUTES["fit"] + STARTED_MINUTES
    assert need({}, "fit pod", 0.0).mem_mb == FIRST_MB + STARTED_MB


def test_only_work_that_was_measured_can_be_quick(table):
    assert is_quick(table, "table")
    assert not is_quick(table, "fit pod")  # one of its jobs took 100 s
    assert not is_quick(table, "fit hybrid")


def test_the_record_of_jobs_is_stored_and_read(record, tmp_path, capsys):
    save(tmp_path / "cost.h5", record)
    assert measured([load(tmp_path / "cost.h5")]) == measured([record])
    assert main(["resources", str(tmp_path / "cost.h5")]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["fit", "pod", "8.000", "1", "1150", "7"] in rows


def test_costs_that_cannot_be_read_are_said_and_left_out(record, tmp_path):
    places = [tmp_path / f"{name}.h5" for name in ("damaged", "none", "other", "cost")]
    save(places[0], record)
    content = bytearray(places[0].read_bytes())
    content[len(content) // 2] ^= 4
    places[0].write_bytes(content)
    save(places[2], record.each)
    save(places[3], record)
    said = []
    assert measured(costs_in(places, said.append)) == measured([record])
    assert [str(place) in words for place, words in zip(places, said, strict=False)] == [True] * 3
    assert len(said) == 3


def test_logs_hold_what_a_job_used(tmp_path):
    job = Job(1.5, 2.5, 2e8, 3e6, "fit pod")
    for name, words in (("new", job.lines()), ("old", f"{TIMES} 1.00 s, 2.00 s")):
        (tmp_path / "logs" / "fits").mkdir(parents=True, exist_ok=True)
        (tmp_path / "logs" / "fits" / f"{name}.log").write_text(words + "\n")
    found = cost(tmp_path)
    assert list(found.cpu) == [2.5]  # both jobs count in the sums
    assert found.each.work == ("fit pod",)
    assert (found.each.peak[0], found.each.size[0]) == (2e8, 3e6)


def test_a_job_says_its_memory_and_the_size_of_its_input(tmp_path, monkeypatch, capsys):
    np.save(tmp_path / "u.npy", np.random.default_rng(0).standard_normal((50, 40)))
    monkeypatch.setenv("MORNET_WORKFLOW_PID", "none")
    words = ["pod", str(tmp_path / "u.npy"), "--axes", "dof sample", "--rank", "2"]
    assert main([*words, "-o", str(tmp_path / "pod.h5")]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(MEMORY)
    assert said.endswith(f"{(tmp_path / 'u.npy').stat().st_size} B; pod")
    assert float(said.split()[5]) > 2e7  # Python itself


def test_costs_without_memory_are_refused(record, tmp_path, capsys):
    from dataclasses import replace

    save(tmp_path / "cost.h5", replace(record, each=None))
    assert main(["resources", str(tmp_path / "cost.h5")]) == 1
    assert "run the study again" in capsys.readouterr().err
