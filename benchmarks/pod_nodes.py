"""The nodes of a POD tree on many processors: two of them measured, up to a thousand simulated.

    python -m benchmarks.pod_nodes processes DIRECTORY 2  # rounds; one and two processes in turns
    python -m benchmarks.pod_nodes limits DIRECTORY 5     # the same for what a leaf does
    python -m benchmarks.pod_nodes thousand DIRECTORY     # from the measured parts of a tree

Wall times count in the first two, so that the machine must be quiet, with two processors. A folder
in memory as TMPDIR keeps the times of a disk out.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.pod_scale import LEAF_BYTES, TOLERANCE, N, snapshots
from mornet.experiments.benchmark import Benchmark
from mornet.reduction.pod.tree import Budget, compressed, joined, tree_pod, whole
from mornet.running.pod_tree import run_tree
from mornet.running.tree_plan import COPIES, TreeSettings
from mornet.storage import save

FAN_IN = 16
DOFS, COUNT, BLOCKS = 10_000, 2_000, 12  # of a tree whose leaves are seconds of matrix products
ONE_AND_TWO = ("1 process", "2 processes")
LEAVES = 16_000  # of the tree that is simulated
PROCESSORS = (1, 2, 10, 30, 100, 300, 1000)


def processes(rounds: int, ready: Callable[[], object] = lambda: None) -> Benchmark:
    """Return the record of a tree of one file by one process and by two, in turns.

    ``ready`` is called when the file is there, before the times are taken.
    """
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        X = np.lib.format.open_memmap(folder / "u.npy", "w+", float, (BLOCKS * COUNT, DOFS))
        for a in range(0, BLOCKS * COUNT, COUNT):
            X[a : a + COUNT] = snapshots(DOFS, a, a + COUNT).T
        del X
        ready()
        used = np.array([_round(folder, i) for i in range(rounds)])  # round, candidate, cpu or wall
    cpu, wall = np.moveaxis(used, -1, 0).swapaxes(1, 2)[:, None]
    print(f"ratios of wall times {np.round(wall[0, 0] / wall[0, 1], 2)}", end=", ")
    print(f"of processor times {np.round(cpu[0, 0] / cpu[0, 1], 2)}")
    work = f"POD tree of {BLOCKS} leaves of {DOFS} x {COUNT} snapshots, with coordinates"
    case = (f"{8e-9 * BLOCKS * COUNT * DOFS:g} GB",)
    return Benchmark("pod_scale_processes", work, case, ONE_AND_TWO, cpu, wall)


def _round(folder: Path, i: int) -> list[tuple[float, float]]:
    """Return processor and wall time by one process and by two, in reverse order every time."""
    order = (1, 2) if i % 2 == 0 else (2, 1)
    found = {jobs: _timed(lambda jobs=jobs: _tree(folder, jobs, i)) for jobs in order}
    print(f"round {i}: " + ", ".join(f"{k}: {v[1]:.2f} s" for k, v in found.items()), flush=True)
    return [found[1], found[2]]


def _tree(folder: Path, jobs: int, i: int) -> None:
    memory = COPIES * 8 * DOFS * COUNT
    settings = TreeSettings(TOLERANCE, axes="sample dof", memory=memory, jobs=jobs, fan_in=FAN_IN)
    run_tree([str(folder / "u.npy")], folder / f"nodes-{i}-{jobs}", settings)


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    """Return processor seconds of this process and its children, and wall seconds."""
    before, begin = _used(), time.perf_counter()
    run()
    return _used() - before, time.perf_counter() - begin


def _used() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def limits(rounds: int) -> Benchmark:
    """Return the seconds of what a leaf does by one process alone and by two at the same time."""
    wall = np.empty((len(WORKS), 2, rounds))
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for c, work in enumerate(WORKS):
            list(pool.map(repeated, [work] * 2))  # both processes are there, and warm
            for i in range(rounds):
                wall[c, 0, i] = pool.submit(repeated, work).result()
                wall[c, 1, i] = max(pool.map(repeated, [work] * 2)) / 2
    for work, one, two in zip(WORKS, *np.median(wall, axis=-1).T, strict=True):
        print(f"{work}: two processes are {one / two:.2f} times as fast as one")
    work = "what a leaf does: seconds for one of them, by one process and by two"
    return Benchmark("pod_scale_limits", work, tuple(WORKS), ONE_AND_TWO, wall, wall)


def repeated(work: str, seconds: float = 1.0) -> float:
    """Return the wall seconds of one call of a work, over about so many seconds."""
    run = WORKS[work]()
    calls = max(1, round(seconds / _timed(run)[1]))
    return _timed(lambda: [run() for _ in range(calls)])[1] / calls


def _products() -> Callable[[], Any]:
    A = np.random.default_rng(0).standard_normal((DOFS, COUNT // 2))
    return lambda: A.T @ A


def _eigenvalues() -> Callable[[], Any]:
    A = np.random.default_rng(0).standard_normal((COUNT // 2, COUNT // 2))
    return lambda: np.linalg.eigh(A @ A.T)


def _copies() -> Callable[[], Any]:
    A = np.random.default_rng(0).standard_normal((DOFS, COUNT))
    B = A.copy()
    return lambda: np.copyto(B, A)


def _python() -> Callable[[], Any]:
    return lambda: sum(i % 7 for i in range(10**6))


WORKS: dict[str, Callable[[], Callable[[], Any]]] = {
    "products": _products,
    "eigenvalues": _eigenvalues,
    "copies": _copies,
    "Python": _python,
}


def parts() -> dict[str, float]:
    """Return the measured processor seconds of a leaf, a merge, the root and a start of a job.

    A job starts as a process of its own for the node, and on a cluster in a Snakemake within
    another one.
    """
    k = LEAF_BYTES // (8 * N)
    budget = Budget(TOLERANCE, 5)
    leaves = [compressed(whole(snapshots(N, i * k, (i + 1) * k)), budget) for i in range(FAN_IN)]
    merged = compressed(joined(leaves), budget)
    U = snapshots(N, 0, k)
    node = least_job()
    snakemake = _command("snakemake", "--version")
    return {
        "leaf": _least(lambda: compressed(whole(U), budget)),
        "merge": _least(lambda: compressed(joined(leaves), budget)),
        "root": _least(lambda: tree_pod(joined([merged] * FAN_IN), budget)),
        "start": node,
        "start on a cluster": node + 2 * _least(snakemake),
    }


def least_job() -> float:
    """Return the processor seconds of a job of the workflow for a leaf of a few numbers."""
    with TemporaryDirectory(prefix="benchmark-") as folder:
        np.save(f"{folder}/u.npy", np.eye(4))
        words = ("--block", "0", "4", f"{folder}/u.npy", "--height", "2", "-o", f"{folder}/leaf.h5")
        given = ("--set", "tolerance=1e-4", "axes=dof sample")
        return _least(_command("mornet", "pod-node", "leaf", *words, *given))


def _command(module: str, *words: str) -> Callable[[], object]:
    command = [sys.executable, "-m", module, *words]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def _least(run: Callable[[], object]) -> float:
    return min(_timed(run)[0] for _ in range(3))


def makespan(leaves: int, processors: int, seconds: Mapping[str, float], batch: int = 1) -> float:
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
    cluster = seconds | {"start": seconds["start on a cluster"]}
    plans = ((seconds, 1), (seconds, FAN_IN), (cluster, FAN_IN))
    wall = np.array([[[makespan(LEAVES, p, *plan)] for plan in plans] for p in PROCESSORS])
    speed = wall[0, :, 0] / wall[-1, :, 0]
    print(f"speed-up by {PROCESSORS[-1]} processors: {np.round(speed)}")
    size = LEAVES * LEAF_BYTES / 1e9
    work = f"simulated from measured parts: POD tree of {LEAVES} leaves, {size:g} GB"
    together = f"{FAN_IN} leaves a job"
    candidates = ("a leaf a job", together, f"{together}, cluster")
    cases = tuple(f"{p} processors" for p in PROCESSORS)
    return Benchmark("pod_scale_thousand", work, cases, candidates, wall, wall)


def main(verb: str, directory: str, rounds: str = "1") -> None:
    made = {"processes": processes, "limits": limits, "thousand": lambda _: thousand()}
    record = made[verb](int(rounds))
    config = {"rounds": record.cpu.shape[2], "machine": machine()}
    save(Path(directory) / f"{record.name}.h5", record, config=config)


if __name__ == "__main__":
    main(*sys.argv[1:])
