"""The workflow as a user runs it, in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mornet.cli import main
from mornet.records import axes_of
from mornet.storage import load

ROOT = Path(__file__).parent.parent
TINY = """
name: tiny
seeds: [0]
data_sets:
  wave: {kind: gaussian, n: 32}
methods:
  POD: {kind: pod}
  linear: {kind: linear_autoencoder}
ranks: {wave: [3]}
learning_curves: {wave: 3}
entering_example: {steps: 200, record_every: 50, grid: 11}
"""


def snakemake(tree: Path, *words: str, check: bool = True) -> str:
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONWARNINGS": "ignore"}
    run = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *words],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    output = run.stdout + run.stderr
    if check:
        assert run.returncode == 0, output
    return output


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the tree in which the study `tiny` has been built."""
    path = tmp_path_factory.mktemp("tree")
    for name in ("mornet", "workflows", "profiles"):
        shutil.copytree(ROOT / name, path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Snakefile", path)
    (path / "tiny.yaml").write_text(TINY)
    output = snakemake(path, "--configfile", "tiny.yaml")
    assert "(100%) done" in output
    return path


def planned(tree: Path) -> set[str]:
    """The rules that a dry run would run, `all` aside."""
    output = snakemake(tree, "-n", "--configfile", "tiny.yaml")
    return set(re.findall(r"^(?:local)?rule (\w+):", output, re.MULTILINE)) - {"all"}


def test_a_dry_run_on_a_clean_tree_lists_the_default_study(tree):
    output = snakemake(tree, "-n")
    assert "results/paper/summary.md" in output
    assert int(re.search(r"^total\s+(\d+)", output, re.MULTILINE).group(1)) > 50


def test_a_second_run_has_nothing_to_do(tree):
    assert "Nothing to be done" in snakemake(tree, "--configfile", "tiny.yaml")


@pytest.mark.parametrize("name", ["fits/wave/linear-r3.h5", "entering_example.h5"])
def test_a_deleted_result_comes_back_with_identical_datasets(tree, name, tmp_path, capsys):
    result = tree / "results" / "tiny" / name
    before = shutil.move(result, tmp_path / "before.h5")
    snakemake(tree, "--configfile", "tiny.yaml")
    assert main(["diff", str(before), str(result)]) == 0, capsys.readouterr().out


def test_every_result_opens_in_xarray_with_named_axes(tree):
    import xarray

    results = sorted((tree / "results" / "tiny").rglob("*.h5"))
    assert len(results) == 5
    for path in results:
        record = load(path)
        with xarray.open_dataset(path, engine="h5netcdf") as data:
            assert not [dim for dim in data.sizes if str(dim).startswith("phony")]
            for name, field in type(record).__dataclass_fields__.items():
                if axes_of(field) and name in data:
                    assert data[name].dims == axes_of(field)


def test_code_that_changes_runs_again_and_comments_do_not(tree):
    source = tree / "mornet" / "reduction" / "linear_autoencoder.py"
    text = source.read_text()
    try:
        source.write_text("# a comment\n" + text)
        assert planned(tree) == set()
        source.write_text(text.replace("tolerance: float = 1e-12", "tolerance: float = 1e-11", 1))
        assert {"fit", "comparison", "summary"} <= planned(tree)
        assert "entering_example" not in planned(tree)
    finally:
        source.write_text(text)


def test_a_changed_setting_runs_what_depends_on_it_alone(tree):
    study = tree / "tiny.yaml"
    try:
        study.write_text(
            TINY.replace("kind: linear_autoencoder", "kind: linear_autoencoder, bias: true")
        )
        assert "snapshots" not in planned(tree)
        assert {"fit", "comparison", "table", "figure"} <= planned(tree)
    finally:
        study.write_text(TINY)


def test_a_study_with_mistakes_is_one_message_without_a_traceback(tree):
    (tree / "bad.yaml").write_text("name: bad\nmethod: {}\nseeds: [x]\n")
    output = snakemake(tree, "-n", "--configfile", "bad.yaml", check=False)
    assert "study.method is unknown; did you mean 'methods'?" in output
    assert "study.seeds[0] = 'x' must be an integer" in output
    assert "Traceback" not in output
