"""Runs that are killed at random moments, and runs that are started together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from mornet.storage import difference
from tests.processes import signal_to_all, wait_for, working_in
from tests.reliability.counting import Count

ROOT = Path(__file__).parent.parent.parent
STUDY = """
name: killed
data_sets:
  wave: {kind: gaussian, n: 32}
methods:
  POD: {kind: pod}
  deep: {kind: autoencoder, hidden: [8], epochs: 400}
ranks: {wave: [1]}
"""


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start `mornet run` in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "mornet", "run", "killed.yaml", "--cores", "1", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


def at_work(folder: Path) -> list[int]:
    """The processes of mornet and Snakemake that work in the folder."""
    return working_in(folder, lambda words: any(b"mornet" in w or b"snakemake" in w for w in words))


def results_of(folder: Path) -> list[Path]:
    """The results of the study, apart from the times of its jobs."""
    files = sorted((folder / "results").rglob("*.h5"))
    return [file for file in files if "checkpoints" not in file.parts and file.name != "cost.h5"]


def kills(path: Path, n: int):
    """A run killed (-9) at a random moment: no process stays, and the next run ends as ever.

    Every second time all its processes are killed, otherwise the first one alone; every fourth
    time Snakemake's records are lost too. The results must be those of an undisturbed run.
    """
    count = Count()
    whole, seconds = _undisturbed(path / "whole")
    for seed in range(n):
        folder = path / f"killed-{seed}"
        _fill(folder)
        process = start(folder)
        time.sleep(np.random.default_rng(seed).uniform(0, seconds))
        if seed % 2:
            os.kill(process.pid, signal.SIGKILL)
        else:
            signal_to_all(at_work(folder), signal.SIGKILL)
        process.communicate()
        gone = wait_for(lambda folder=folder: not at_work(folder), 30.0)
        if seed % 4 == 3:
            (folder / ".snakemake").exists() and (folder / ".snakemake").rename(folder / "lost")
        again = start(folder)
        said, _ = again.communicate()
        pairs = list(zip(results_of(whole), results_of(folder), strict=False))
        same = len(pairs) == len(results_of(whole)) and not any(difference(*p) for p in pairs)
        count.hold(gone and again.returncode == 0 and same, f"{seed}: {gone} {same} {said}")
    return count


def two_at_once(path: Path, n: int):
    """Two runs started together: one does the work, the other one names it and stops."""
    count = Count()
    for seed in range(n):
        folder = path / f"two-{seed}"
        _fill(folder)
        pair = [start(folder) for _ in range(2)]
        said = [process.communicate()[0] for process in pair]
        codes = sorted(process.returncode for process in pair)
        pids = [str(process.pid) for process in pair]
        named = any(f"by the process {pid}:" in words for words in said for pid in pids)
        count.hold(codes == [0, 1] and named, f"{seed}: {said}")
    return count


def _undisturbed(folder: Path) -> tuple[Path, float]:
    _fill(folder)
    begin = time.monotonic()
    process = start(folder)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return folder, time.monotonic() - begin


def _fill(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "killed.yaml").write_text(STUDY)
