"""Studies in folders of their own, built by Snakemake on a Slurm or on this machine."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tests.cluster.slurm import missing

ROOT = Path(__file__).parents[2]
OWN = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}  # jobs find this mornet
SLURM = ("--workflow-profile", str(ROOT / "profiles" / "slurm"))
SOON = ("--slurm-init-seconds-before-status-checks", "1")
SLURM += SOON
needs_slurm = pytest.mark.skipif(
    bool(missing()),
    reason=f"Slurm's programs are missing ({', '.join(missing())}): "
    "apt-get install slurmctld slurmd slurm-client munge",
)


def snakemake(folder: Path, environment, study: str, *words: str) -> subprocess.CompletedProcess:
    """Snakemake's end and words after it built a study file in the folder."""
    own = ["--snakefile", str(ROOT / "Snakefile"), "--configfile", study]
    return subprocess.run(
        [sys.executable, "-m", "tests.cluster.impatient", *own, *(words or ("--cores", "2"))],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )


def submitted(run: subprocess.CompletedProcess) -> int:
    """How many jobs Snakemake gave to Slurm, which forgets them after some minutes."""
    return (run.stdout + run.stderr).count("has been submitted with SLURM jobid")


def two_runs(folder: Path, n: int, m: int) -> None:
    """Write two files of m snapshots each, of rank 4 but for noise."""
    rng = np.random.default_rng(0)
    low = rng.standard_normal((n, 4)) @ rng.standard_normal((4, 2 * m))
    for name, part in zip(("run0", "run1"), np.hsplit(low, 2), strict=True):
        np.save(folder / name, part + 1e-6 * rng.standard_normal(part.shape))


def asked(environment) -> dict[int, list[str]]:
    """Each job that Slurm knows, the first one first: comment, memory, state."""
    command = ["squeue", "-h", "-t", "all", "-o", "%i %k %m %T"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    rows = [line.split() for line in said.stdout.splitlines()]
    return {int(row[0]): row[1:] for row in sorted(rows, key=lambda row: int(row[0]))}


class Killer(threading.Thread):
    """Kills the first ``count`` jobs with this word in their comments, as soon as they run."""

    def __init__(self, environment, word: str, count: int = 1) -> None:
        super().__init__(daemon=True)
        self.environment, self.word, self.count = environment, word, count
        self.killed: list[int] = []

    def run(self) -> None:
        while len(self.killed) < self.count:
            time.sleep(0.2)
            for job, (comment, _, state) in asked(self.environment).items():
                if self.word in comment and state == "RUNNING" and job not in self.killed:
                    self._kill(job)
                    break

    def _kill(self, job: int) -> None:
        command = ["scancel", "--signal=KILL", "--full", str(job)]
        subprocess.run(command, env=self.environment, check=True)
        self.killed.append(job)
