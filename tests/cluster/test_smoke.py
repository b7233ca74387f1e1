"""A part of the smallest study on a Slurm of one node: the same results as on the desk.

Each job starts two processes of Snakemake, which take longer than what they run.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mornet.cli import main
from tests.cluster.runs import ROOT, SLURM, needs_slurm, snakemake, submitted

SMOKE = str(ROOT / "workflows" / "studies" / "smoke.yaml")
PART = {
    "data_sets": ["burgers"],
    "methods": ["POD", "shallow", "hybrid"],
    "ranks": ["burgers"],
    "reconstructions": ["burgers"],
    "learning_curves": ["burgers"],
    "roms": ["least_squares"],
    "experiments": ["ten_points", "shock_galerkin", "bridge"],
}
OF_ALL = ("close_ups", "comparisons", "cost.h5")
BUILT = "MORNET_SMOKE"  # folder of its results, if it has been built on this machine before

pytestmark = [pytest.mark.cluster, needs_slurm]


@pytest.fixture
def at_home(tmp_path):
    """The results of the study on this machine alone."""
    if BUILT in os.environ:
        return Path(os.environ[BUILT])
    folder = tmp_path / "home"
    folder.mkdir()
    run = snakemake(folder, os.environ | {"PYTHONPATH": str(ROOT)}, SMOKE)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder / "results" / "smoke"


@pytest.fixture
def part(tmp_path):
    """A study file, whose results are those of the smallest study with the same names."""
    study = yaml.safe_load(Path(SMOKE).read_text())
    kept = {key: {name: study[key][name] for name in names} for key, names in PART.items()}
    path = tmp_path / "smoke.yaml"
    path.write_text(yaml.safe_dump(study | kept, sort_keys=False))
    return str(path)


def records(results: Path) -> list[str]:
    """The results of a study but for those that show all of its methods side by side."""
    found = (str(path.relative_to(results)) for path in results.rglob("*.h5"))
    return sorted(name for name in found if name.split("/")[0] not in OF_ALL)


def test_a_part_of_the_smoke_study_gives_the_same_results(cluster, at_home, part, tmp_path, capsys):
    folder = tmp_path / "slurm"
    folder.mkdir()
    run = snakemake(folder, cluster, part, *SLURM)
    assert run.returncode == 0, run.stdout + run.stderr
    here = folder / "results" / "smoke"
    assert len(records(here)) > len(PART)
    for name in records(here):
        assert main(["diff", str(here / name), str(at_home / name)]) == 0, capsys.readouterr().out
    assert (here / "summary.html").stat().st_size > 0
    assert submitted(run) < len(records(here))  # quick jobs are grouped, figures and tables too


def test_the_verb_passes_a_study_to_slurm(cluster, tmp_path):
    (tmp_path / "small.yaml").write_text(
        "data_sets: {wave: {kind: gaussian, n: 16}}\n"
        "methods: {POD: {kind: pod}}\n"
        "ranks: {wave: [1]}\n"
    )
    words = [sys.executable, "-m", "mornet", "run", "small.yaml", "--profile", "slurm"]
    run = subprocess.run(
        words, cwd=tmp_path, env=cluster, capture_output=True, text=True, timeout=900, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert (tmp_path / "results" / "small" / "summary.md").stat().st_size > 0
    log = (tmp_path / "results" / "small" / "snakemake.log").read_text()
    assert "SLURM jobid" in log
