"""The state of a run, from the lines of Snakemake and the notes of trainings."""

import io

import pytest

from mornet.running.progress import Display, Progress, trainings
from mornet.training import progress as notes

LINES = """
job                count
fit                    4
cost                   1
all                    1
total                  6
Job 3: The method deep is fitted.
Job 4: The method hybrid is fitted.
Finished jobid: 3 (Rule: fit)
1 of 6 steps (17%) done
""".splitlines()


def at_work(cores=2):
    progress = Progress(cores)
    ended = [progress.read(line, now) for now, line in enumerate(LINES)]
    assert ended == [False] * 9 + [True]
    return progress


def test_jobs_are_counted_and_those_that_run_are_named():
    progress = at_work()
    assert (progress.done, progress.total) == (1, 6)
    assert progress.line([], 9.0).endswith(": The method hybrid is fitted.")


def test_the_time_left_is_that_of_the_jobs_that_wait_at_the_pace_of_those_that_ended():
    # three fits and one other job of 2 s each wait; one of them has run for 2 s
    assert at_work().left(9.0) == pytest.approx((4 * 2 - 2) / 2)
    assert at_work(cores=1).left(9.0) == pytest.approx(6)
    fresh = Progress(2)
    for line in LINES[:7]:
        fresh.read(line, 0.0)
    assert fresh.left(5.0) is None


def test_the_time_left_is_expected_before_a_job_has_ended():
    progress = Progress(2, {"fit": 10.0, "": 1.0})
    assert progress.left(0.0) is None
    for line in LINES[:7]:
        progress.read(line, 0.0)
    assert progress.left(3.0) == pytest.approx((4 * 10 + 1 - 3) / 2)
    progress.read("Finished jobid: 3 (Rule: fit)", 4.0)
    assert progress.left(4.0) == pytest.approx((3 * 4 + 1) / 2)  # fits take 4 s here


def test_a_training_leaves_a_note_while_it_runs(tmp_path, monkeypatch):
    monkeypatch.setenv(notes.FOLDER, str(tmp_path))
    notes.name_trainings("deep of rank 2 on wake")
    with notes.progress_bar(100, 0) as bar:
        bar.update(7)
        assert trainings(tmp_path) == ["deep of rank 2 on wake, step 7 of 100"]
    assert trainings(tmp_path) == []
    (tmp_path / "7").write_text("half a no")
    assert trainings(tmp_path) == []


def test_a_file_gets_a_line_for_each_job_and_a_terminal_one_line(tmp_path):
    plain, terminal = io.StringIO(), io.StringIO()
    terminal.isatty = lambda: True
    for stream in (plain, terminal):
        display, progress = Display(stream, tmp_path), Progress(1)
        for now, line in enumerate(LINES):
            display.show(progress, progress.read(line, now))
        display.clear()
    assert plain.getvalue().count("\n") == 1
    assert "\n" not in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
