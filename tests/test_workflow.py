"""The workflow as a user runs it, in a copy of the tree."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mornet.cli import main
from mornet.records import axes_of
from mornet.storage import load
from mornet.storage.conversion import AXES
from tests.processes import needs_proc, signal_to_all, wait_for, working_in
from tests.snakemake_forks import Forks

ROOT = Path(__file__).parent.parent
LINEAR = "mornet/reduction/autoencoder/linear.py"
TINY = """
name: tiny
seeds: [0]
data_sets:
  wave: {kind: gaussian, n: 32}
methods:
  POD: {kind: pod}
  linear: {kind: linear_autoencoder}
ranks: {wave: [3]}
experiments:
  race:
    kind: optimiser_race
    starts: 1
    further: 1
    race: {stochastic_steps: 400, adam_steps: 40, lbfgs_steps: 20}
"""


def environment(tree: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(tree), "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="module")
def forks(tree, tmp_path_factory):
    """Starts of Snakemake in the tree."""
    forks = Forks(tree, environment(tree), tmp_path_factory.mktemp("forks"))
    yield forks
    forks.close()


@pytest.fixture(scope="module")
def snakemake(forks):
    """`snakemake WORDS` in the tree: returns what it says, and asserts that it succeeds."""

    def run(*words: str, check: bool = True) -> str:
        process = forks.start("--cores", "2", *words)
        code = process.wait()
        output = process.output.read_text()
        if check:
            assert code == 0, output
        return output

    return run


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the tree in which a new process has built the study `tiny`."""
    path = tmp_path_factory.mktemp("tree")
    for name in ("mornet", "workflows", "profiles"):
        shutil.copytree(ROOT / name, path / name, ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copy(ROOT / "Snakefile", path)
    (path / "tiny.yaml").write_text(TINY)
    run = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", "--configfile", "tiny.yaml"],
        cwd=path,
        env=environment(path),
        capture_output=True,
        text=True,
        check=False,
    )
    output = run.stdout + run.stderr
    assert run.returncode == 0, output
    assert "(100%) done" in output
    return path


@contextmanager
def replaced(path: Path, old: str, new: str) -> Iterator[None]:
    """The file with ``new`` for ``old``."""
    text = path.read_text()
    assert old in text
    try:
        path.write_text(text.replace(old, new, 1))
        yield
    finally:
        path.write_text(text)


def planned(snakemake) -> set[str]:
    """The rules that a dry run would run, `all` aside."""
    output = snakemake("-n", "--configfile", "tiny.yaml")
    return set(re.findall(r"^(\w+) +\d+$", output, re.MULTILINE)) - {"all", "total"}


def test_a_dry_run_on_a_clean_tree_lists_the_default_study(snakemake):
    output = snakemake("-n")
    assert "results/paper/summary.md" in output
    assert int(re.search(r"^total\s+(\d+)", output, re.MULTILINE).group(1)) > 40


def test_a_damaged_cost_of_another_study_is_one_warning(snakemake, tree):
    other = tree / "results" / "other" / "cost.h5"
    other.parent.mkdir()
    other.write_bytes(b"damaged")
    output = snakemake("-n", "--configfile", "tiny.yaml")
    shutil.rmtree(other.parent)
    assert "Nothing to be done" in output
    assert output.count("results/other/cost.h5") == 1
    assert "Traceback" not in output


def test_the_name_of_a_study_is_a_target(snakemake, tree):
    output = snakemake("-n", "-p", "validation_quick")
    assert "results/validation_quick/summary.md" in output
    assert "--command='snakemake validation_quick'" in output
    both = snakemake("-n", "validation", "digits", check=False)
    assert "one study at a time, not 2" in both
    assert "snakemake --configfile tiny.yaml\n" in (tree / "results/tiny/summary.md").read_text()


def test_a_second_run_has_nothing_to_do_also_after_unlock_and_with_more_comments(snakemake, tree):
    snakemake("--unlock", "--configfile", "tiny.yaml")
    with replaced(tree / LINEAR, "from __future__", "# a comment\nfrom __future__"):
        assert "Nothing to be done" in snakemake("--configfile", "tiny.yaml")


def test_deleted_results_come_back_with_identical_datasets(snakemake, tree, tmp_path, capsys):
    results = tree / "results" / "tiny"
    names = ("fits/wave/linear-r3.h5", "fits/wave/POD-r3.h5", "experiments/race.h5")
    kept = {results / name: tmp_path / Path(name).name for name in names}
    for result, before in kept.items():
        shutil.move(result, before)
    snakemake("--configfile", "tiny.yaml", "--", *(str(r.relative_to(tree)) for r in kept))
    for result, before in kept.items():
        assert main(["diff", str(before), str(result)]) == 0, capsys.readouterr().out
        shutil.move(before, result)  # as old as it was: what was made of it stays in date


def test_every_result_opens_in_xarray_with_named_axes(tree):
    import xarray

    results = sorted((tree / "results" / "tiny").rglob("*.h5"))
    assert len(results) == 6
    for path in results:
        record = load(path)
        with xarray.open_dataset(path, engine="h5netcdf") as data:
            assert not [dim for dim in data.sizes if str(dim).startswith("phony")]
            for name, field in type(record).__dataclass_fields__.items():
                if axes_of(field) and name in data:
                    assert data[name].dims == tuple(AXES.get(a, a) for a in axes_of(field))


def test_code_that_changes_runs_again_with_all_that_depends_on_it(snakemake, tree):
    with replaced(tree / LINEAR, "tolerance: Positive = 1e-12", "tolerance: Positive = 1e-11"):
        again = planned(snakemake)
    assert {"fit", "comparison", "summary"} <= again
    assert not {"experiment", "snapshots", "fit_POD_to_wave"} & again


def test_a_changed_setting_runs_what_depends_on_it_alone(snakemake, tree):
    kind = "kind: linear_autoencoder"
    with replaced(tree / "tiny.yaml", kind, f"{kind}, bias: true"):
        again = planned(snakemake)
    assert not {"experiment", "snapshots", "fit_POD_to_wave"} & again
    assert {"fit", "comparison", "tables"} <= again
    assert "figure_error_versus_rank_of_wave" in again


def test_a_study_with_mistakes_is_one_message_without_a_traceback(snakemake, tree):
    (tree / "bad.yaml").write_text("name: bad\nmethod: {}\nseeds: [x]\n")
    output = snakemake("-n", "--configfile", "bad.yaml", check=False)
    assert "study.method is unknown; did you mean 'methods'?" in output
    assert "study.seeds[0] = 'x' must be an integer" in output
    assert "Traceback" not in output


LONG = """
name: long
experiments:
  ten: {kind: ten_points, steps: 10000000, record_every: 1000000}
"""


def jobs(tree: Path) -> list[int]:
    """The processes of mornet that work in the tree."""
    return working_in(tree, lambda words: any(word.endswith(b"mornet") for word in words))


@pytest.fixture
def running(tree, forks):
    """A workflow whose only job takes minutes; the job rests, so that it costs no time."""
    (tree / "long.yaml").write_text(LONG)
    process = forks.start("--cores", "1", "--configfile", "long.yaml")
    assert wait_for(lambda: jobs(tree))
    signal_to_all(jobs(tree), signal.SIGSTOP)
    yield process
    signal_to_all([process.pid], signal.SIGKILL)
    signal_to_all(jobs(tree), signal.SIGCONT)
    process.wait()


@needs_proc
def test_after_kill_9_no_job_goes_on_and_the_next_start_needs_no_hand(snakemake, tree, running):
    output = snakemake("--configfile", "long.yaml", check=False)
    assert f"results/long is being written by the process {running.pid}" in output
    assert "Traceback" not in output
    assert "total" in snakemake("-n", "--configfile", "long.yaml")  # a dry run may look
    os.kill(running.pid, signal.SIGKILL)  # no process waits for it, so that its number stays in use
    signal_to_all(jobs(tree), signal.SIGCONT)
    assert wait_for(lambda: not jobs(tree))
    (tree / "long.yaml").write_text(LONG.replace("10000000", "200").replace("1000000", "100"))
    target = "results/long/experiments/ten.h5"
    snakemake("--configfile", "long.yaml", "--", target)
    assert load(tree / target).step[-1] == 200
