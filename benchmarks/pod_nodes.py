"""The nodes of a POD tree on many processors: two of them measured, up to a thousand simulated.

python -m benchmarks.pod_nodes processes 1     # GB; one and two processes in turns
python -m benchmarks.pod_nodes thousand        # makespan from the measured parts of a tree
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.pod_scale import LEAF_BYTES, TOLERANCE, N, blocks, snapshots
from mornet.experiments.benchmark import Benchmark
from mornet.reduction.pod.tree import Budget, compressed, joined, tree_pod, whole
from mornet.running.pod_tree import run_tree
from mornet.running.tree_plan import COPIES, TreeSettings
from mornet.storage import save

ROUNDS = 5
FAN_IN = 16
LEAVES = 16_000  # of the tree that is simulated
PROCESSORS = (1, 2, 10, 30, 100, 300, 1000)


def processes(gigabytes: float) -> Benchmark:
    """Return the record of a tree of one file by one and by two processes, in turns."""
    m = round(gigabytes * 1e9 / (8 * N))
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        X = np.lib.format.open_memmap(folder / "snapshots.npy", "w+", float, (m, N))
        for a, b in blocks(N, m):
            X[a:b] = snapshots(N, a, b).T
        del X
        used = np.array(
            [_round(folder, i) for i in range(ROUNDS)]
        )  # round, candidate, cpu and wall
    cpu, wall = np.moveaxis(used, -1, 0).swapaxes(1, 2)[:, None]
    ratios = wall[0, 0] / wall[0, 1]
    print(f"ratios of wall times {np.round(ratios, 2)}, of processor times", end=" ")
    print(np.round(cpu[0, 0] / cpu[0, 1], 2))
    work = f"POD tree of {N} x {m} snapshots in a file, with the error {TOLERANCE}"
    case = (f"{gigabytes:g} GB",)
    return Benchmark("pod_scale_processes", work, case, ("1 process", "2 processes"), cpu, wall)


def _round(folder: Path, i: int) -> list[tuple[float, float]]:
    """Return processor and wall time by one process and by two, in reverse order every time."""
    order = (1, 2) if i % 2 == 0 else (2, 1)
    found = {jobs: _timed(lambda jobs=jobs: _tree(folder, jobs, i)) for jobs in order}
    return [found[1], found[2]]


def _tree(folder: Path, jobs: int, i: int) -> None:
    settings = TreeSettings(
        TOLERANCE, axes="sample dof", memory=COPIES * LEAF_BYTES, jobs=jobs, fan_in=FAN_IN
    )
    run_tree([str(folder / "snapshots.npy")], folder / f"nodes-{i}-{jobs}", settings)


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    """Return processor seconds of this process and its children, and wall seconds."""
    before, begin = _used(), time.perf_counter()
    run()
    return _used() - before, time.perf_counter() - begin


def _used() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def parts() -> dict[str, float]:
    """Return the measured processor seconds of a leaf, a merge, the root and a start of a job."""
    k = LEAF_BYTES // (8 * N)
    budget = Budget(TOLERANCE, 5)
    leaves = [compressed(whole(snapshots(N, i * k, (i + 1) * k)), budget) for i in range(FAN_IN)]
    merged = compressed(joined(leaves), budget)
    U = snapshots(N, 0, k)
    command = [sys.executable, "-m", "mornet", "pod-node", "--help"]
    return {
        "leaf": _least(lambda: compressed(whole(U), budget)),
        "merge": _least(lambda: compressed(joined(leaves), budget)),
        "root": _least(lambda: tree_pod(joined([merged] * FAN_IN), budget)),
        "start": _least(lambda: subprocess.run(command, check=True, capture_output=True)),
    }


def _least(run: Callable[[], object]) -> float:
    return min(_timed(run)[0] for _ in range(3))


def makespan(leaves: int, processors: int, seconds: dict[str, float], batch: int = 1) -> float:
    """Return the simulated seconds of a tree whose levels run one after another.

    ``batch`` leaves are one job; every job costs the start of a process.
    """
    jobs = -(-leaves // batch)
    total = -(-jobs // processors) * (seconds["start"] + batch * seconds["leaf"])
    count = leaves
    while count > FAN_IN:
        count = -(-count // FAN_IN)
        total += -(-count // processors) * (seconds["start"] + seconds["merge"])
    return total + seconds["start"] + seconds["root"]


def thousand() -> Benchmark:
    """Return the record of simulated makespans, with single leaves as jobs and with 16 of them."""
    seconds = parts()
    print(", ".join(f"{name} {value:.3g} s" for name, value in seconds.items()))
    wall = np.array(
        [[[makespan(LEAVES, p, seconds, batch)] for batch in (1, FAN_IN)] for p in PROCESSORS]
    )
    speed = wall[0, :, 0] / wall[-1, :, 0]
    print(f"speed-up by {PROCESSORS[-1]} processors: {np.round(speed)}")
    size = LEAVES * LEAF_BYTES / 1e9
    work = f"simulated from measured parts: POD tree of {LEAVES} leaves, {size:g} GB"
    candidates = ("a leaf a job", f"{FAN_IN} leaves a job")
    cases = tuple(f"{p} processors" for p in PROCESSORS)
    return Benchmark("pod_scale_thousand", work, cases, candidates, wall, wall)


def main(verb: str, *words: str) -> None:
    match verb:
        case "processes":
            save(Path("pod_scale_processes.h5"), processes(float(words[0])))
        case "thousand":
            save(Path("pod_scale_thousand.h5"), thousand())


if __name__ == "__main__":
    main(*sys.argv[1:])
