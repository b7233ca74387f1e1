import os
import time

import numpy as np
import pytest

from mornet.cli import main
from mornet.cost import TIMES, cost
from mornet.errors import OptionError
from mornet.summary import summary
from mornet.tables.costs import costs, minutes


def log(folder, name, words):
    path = folder / "logs" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)


@pytest.fixture
def record(tmp_path):
    for name, words in (
        ("fits/wave/POD", "processor and wall time: 1.50 s, 2.50 s\n"),
        ("fits/wave/deep-r3", "a warning\nprocessor and wall time: 60.50 s, 70.00 s\n"),
        ("tables/errors", "mornet: it failed\n"),
        ("summary", "processor and wall time: 0.25 s, 0.50 s\n"),
    ):
        log(tmp_path / "small", name, words)
    return cost(tmp_path / "small")


def test_the_cost_of_a_study_is_the_sum_over_its_jobs(record):
    assert record.study == "small"
    assert record.step == ("fits", "summary")
    np.testing.assert_array_equal(record.jobs, [2, 1])
    np.testing.assert_array_equal(record.cpu, [62.0, 0.25])
    np.testing.assert_array_equal(record.wall, [72.5, 0.5])
    assert minutes(record) == 62.25 / 60
    assert record.processor


def test_the_summary_and_the_table_say_it(record):
    assert f"took {62.25 / 60:.1f} minutes of processor time" in summary("Small", [record])
    assert costs([record]).rows == (("small", 1.0, 3, record.processor),)


def test_a_job_of_a_workflow_says_what_it_cost(tmp_path, monkeypatch, capsys):
    study = tmp_path / "small.yaml"
    study.write_text("data_sets: {wave: {kind: gaussian, n: 32}}\n")
    assert main(["validate", str(study)]) == 0
    assert TIMES not in capsys.readouterr().out
    monkeypatch.setenv("MORNET_WORKFLOW_PID", str(os.getpid()))
    assert main(["validate", str(study)]) == 0
    log(tmp_path, "validate", capsys.readouterr().out)
    (cpu,) = cost(tmp_path).cpu
    assert 0 < cpu <= time.process_time() + 0.005  # the log rounds to hundredths of a second


def test_a_folder_without_logs_is_refused(tmp_path):
    with pytest.raises(OptionError, match="holds the time of its job: run snakemake first"):
        cost(tmp_path)
