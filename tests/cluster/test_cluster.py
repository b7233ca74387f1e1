"""Studies on a Slurm of one node: the same results, also if jobs are killed or need more memory.

`pytest -m cluster` runs these tests. They need Debian's slurmctld, slurmd, slurm-client and munge.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from mornet.cli import main
from mornet.storage import load
from tests.cluster.slurm import missing, slurm

ROOT = Path(__file__).parents[2]
STUDY = """
name: tiny
seeds: [0]
data_sets:
  wave: {kind: gaussian, n: 32}
  runs:  # 20 leaves of 10 snapshots
    kind: tree
    files: [run0.npy, run1.npy]
    axes: dof sample
    test_files: [1]
    tree: {memory_mb: 1, fan_in: 2}
methods:
  POD: {kind: pod}
  linear: {kind: linear_autoencoder}
ranks: {wave: [3], runs: [2]}
experiments:
  ten: {kind: ten_points, steps: 200, record_every: 50, grid: 11}
"""
RESULTS = (
    "fits/wave/linear-r3.h5",
    "fits/wave/POD-r3.h5",
    "fits/runs/linear-r2.h5",
    "experiments/ten.h5",
)

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(
        bool(missing()),
        reason=f"Slurm's programs are missing ({', '.join(missing())}): "
        "apt-get install slurmctld slurmd slurm-client munge",
    ),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The environment of a Slurm whose jobs find this mornet."""
    with slurm(tmp_path_factory.mktemp("slurm") / "node") as environment:
        yield environment | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """The folder of the study, built without a cluster."""
    return built(tmp_path_factory.mktemp("home"), os.environ | {"PYTHONPATH": str(ROOT)})


def built(folder: Path, environment, *words: str) -> Path:
    """The folder after Snakemake has built the study in it."""
    (folder / "tiny.yaml").write_text(STUDY)
    rng = np.random.default_rng(0)
    low = rng.standard_normal((2180, 4)) @ rng.standard_normal((4, 200))
    for name, part in zip(("run0", "run1"), np.hsplit(low, 2), strict=True):
        np.save(folder / name, part + 1e-6 * rng.standard_normal(part.shape))
    own = ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "tiny.yaml"]
    run = subprocess.run(
        [sys.executable, "-m", "snakemake", *own, *(words or ("--cores", "2"))],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def same(there: Path, here: Path) -> bool:
    """Whether the study has the same results in both folders."""
    pairs = [(f / "results" / "tiny" / name for f in (there, here)) for name in RESULTS]
    return all(main(["diff", *map(str, pair)]) == 0 for pair in pairs)


def asked(environment) -> dict[int, list[str]]:
    """Each job that Slurm knows, the first one first: comment, memory, state."""
    command = ["squeue", "-h", "-t", "all", "-o", "%i %k %m %T"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    rows = [line.split() for line in said.stdout.splitlines()]
    return {int(row[0]): row[1:] for row in sorted(rows, key=lambda row: int(row[0]))}


class Killer(threading.Thread):
    """Kills the first job with this word in its comment, as soon as the job runs."""

    def __init__(self, environment, word: str) -> None:
        super().__init__(daemon=True)
        self.environment, self.word, self.killed = environment, word, 0

    def run(self) -> None:
        while not self.killed:
            time.sleep(0.2)
            for job, (comment, _, state) in asked(self.environment).items():
                if self.word in comment and state == "RUNNING" and not self.killed:
                    command = ["scancel", "--signal=KILL", "--full", str(job)]
                    subprocess.run(command, env=self.environment, check=True)
                    self.killed = job


def test_killed_jobs_and_jobs_over_their_memory_run_again_with_more(
    cluster, at_home, tmp_path, capsys
):
    before, killer = set(asked(cluster)), Killer(cluster, "rule_fit")
    killer.start()
    little = "experiment:mem_mb=100*8**(attempt-1)"  # Snakemake alone needs more than 100 MB
    words = ["--workflow-profile", str(ROOT / "profiles" / "slurm"), "--set-resources", little]
    built(tmp_path, cluster, *words, "--slurm-init-seconds-before-status-checks", "1")
    jobs = {job: words for job, words in asked(cluster).items() if job not in before}
    fits, experiments = (
        [words[1:] for words in jobs.values() if word in words[0]]
        for word in ("rule_fit", "rule_experiment")
    )
    assert killer.killed in jobs
    assert sorted(state for _, state in fits) == ["CANCELLED", "COMPLETED", "COMPLETED"]
    assert jobs[killer.killed][-1] == "CANCELLED"
    first, *others = (int(memory.rstrip("M")) for memory, _ in fits)
    assert 2 * first in others
    assert experiments == [["100M", "FAILED"], ["800M", "COMPLETED"]]
    assert len(jobs) == 8  # the groups of quick jobs, two first and one last, and these: no figures
    nodes = list((tmp_path / "results" / "pod_trees").glob("leaf-*.h5"))
    assert len(nodes) == 20
    assert same(tmp_path, at_home), capsys.readouterr().out


@pytest.mark.skipif(shutil.which("qsub") is None, reason="apt-get install slurm-wlm-torque")
def test_the_profile_for_other_batch_systems_runs_a_study_with_a_killed_job(
    cluster, at_home, tmp_path, capsys
):
    before, killer = set(asked(cluster)), Killer(cluster, "(null)")
    killer.start()
    words = ["--workflow-profile", str(ROOT / "profiles" / "cluster-generic")]
    built(tmp_path, cluster, *words, "--latency-wait", "2")
    assert killer.killed not in before
    assert len(set(asked(cluster)) - before) == 7
    assert same(tmp_path, at_home), capsys.readouterr().out


def test_the_jobs_say_what_they_used(at_home, capsys):
    cost = at_home / "results" / "tiny" / "cost.h5"
    assert "fit linear_autoencoder" in load(cost).each.work
    assert main(["resources", str(cost)]) == 0
    assert "fit linear_autoencoder" in capsys.readouterr().out
