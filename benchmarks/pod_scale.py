"""POD of snapshots that need not fit into memory: a tree, and programs that others use.

    python -m benchmarks.pod_scale peers 0.4       # GB; all candidates on one file, at equal error
    python -m benchmarks.pod_scale generated 100   # GB; a tree whose leaves generate snapshots
    python -m benchmarks.pod_scale exponents       # cost of a leaf against n and m

Every candidate runs in a process of its own, whose processor time and peak memory are those of the
operating system. Imports count. The error is measured afterwards, by a second pass over all
snapshots.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.pod_stream import watched
from mornet.experiments.benchmark import Benchmark
from mornet.reduction import POD
from mornet.reduction.pod.tree import Budget, TreeNode, compressed, joined, tree_pod, whole
from mornet.storage import save

TOLERANCE, LEAF_BYTES, WAVES = 1e-4, 40_000_000, 60
N = 20_000  # degrees of freedom


def snapshots(n: int, first: int, last: int) -> np.ndarray:
    """Return the snapshots (n, last - first): waves whose amplitudes fall from 1 to 1e-8."""
    k, x = np.arange(1, WAVES + 1), np.linspace(0, 1, n)[:, None]
    t = np.arange(first, last)[None] / 997
    amplitudes = 1e-8 ** ((k - 1) / (WAVES - 1))
    return np.sin(np.pi * k * x) * amplitudes @ np.cos(k[:, None] ** 1.5 * t)


def blocks(n: int, m: int) -> list[tuple[int, int]]:
    """Return the first and last snapshots of blocks of `LEAF_BYTES`."""
    ends = np.linspace(0, m, max(2, round(8 * n * m / LEAF_BYTES)) + 1).astype(int)
    return [(int(a), int(b)) for a, b in pairwise(ends)]


def of_file(path: Path) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the matrix (m, n) of a file, and its blocks (n, k) of snapshots."""
    X = np.load(path, mmap_mode="r")
    return X, [X[a:b].T for a, b in blocks(X.shape[1], len(X))]


def by_tree(path: Path, rank: int) -> np.ndarray:
    from mornet.running.pod_tree import run_tree
    from mornet.running.tree_plan import COPIES, TreeSettings

    settings = TreeSettings(TOLERANCE, axes="sample dof", memory=COPIES * LEAF_BYTES)
    return run_tree([str(path)], path.with_suffix(".nodes"), settings)[0].V


def by_stream(path: Path, rank: int) -> np.ndarray:
    from mornet.reduction import stream_pod

    return stream_pod(np.load(path, mmap_mode="r").T, tolerance=TOLERANCE).V


def by_dask(path: Path, rank: int) -> np.ndarray:
    import dask.array as da

    X = np.load(path, mmap_mode="r")
    rows = max(1, LEAF_BYTES // (8 * X.shape[1]))
    _, _, vt = da.linalg.svd_compressed(da.from_array(X, chunks=(rows, -1)), rank, n_power_iter=1)
    return vt.compute(scheduler="synchronous").T


def by_incremental_pca(path: Path, rank: int) -> np.ndarray:
    from sklearn.decomposition import IncrementalPCA

    pca = IncrementalPCA(n_components=rank - 1)
    for block in of_file(path)[1]:
        pca.partial_fit(block.T)
    return np.linalg.qr(np.column_stack([pca.mean_, pca.components_.T]))[0]  # affine, as a space


def by_pymor(path: Path, rank: int) -> np.ndarray:
    from pymor.algorithms.hapod import dist_hapod
    from pymor.vectorarrays.numpy import NumpyVectorSpace

    X, parts = of_file(path)
    space = NumpyVectorSpace(X.shape[1])
    mean = TOLERANCE * np.sqrt(sum(float(np.vdot(part, part)) for part in parts) / len(X))

    def leaf(node: Any) -> Any:  # it gets a node of the tree, whose tag is the number of the slice
        return space.make_array(np.array(parts[node.tag]))

    modes, _, _ = dist_hapod(len(parts), leaf, mean, 0.75, arity=8)
    return modes.to_numpy()


CANDIDATES: dict[str, Callable[[Path, int], np.ndarray]] = {
    "mornet, tree": by_tree,
    "mornet, two passes": by_stream,
    "Dask svd_compressed": by_dask,
    "scikit-learn IncrementalPCA": by_incremental_pca,
    "pyMOR dist_hapod": by_pymor,
}


def error(V: np.ndarray, parts: Iterator[np.ndarray]) -> float:
    """Return the relative error of the projection on the orthonormal modes V."""
    squares = np.array([[np.sum((U - V @ (V.T @ U)) ** 2), np.sum(U**2)] for U in parts])
    return float(np.sqrt(np.divide(*squares.sum(axis=0))))


def used() -> float:
    """Return the processor seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def alone(name: str, path: Path, rank: int) -> None:
    """Run one candidate in this process and print what it used and reached."""
    begin = time.perf_counter()
    V, memory = watched(lambda: CANDIDATES[name](path, rank))
    found = {"cpu": used(), "wall": time.perf_counter() - begin, "memory": memory}
    reached = error(V, iter(of_file(path)[1]))
    print(json.dumps(found | {"modes": V.shape[1], "error": reached}))


def in_process(name: str, path: Path, rank: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.pod_scale", "alone", name, str(path), str(rank)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        print(f"{name} failed: {run.stderr.strip().splitlines()[-1]}")
        return {}
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    words = ", ".join(f"{key} {value:.4g}" for key, value in found.items())
    print(f"{name}: {words}", flush=True)
    return found


def peers(gigabytes: float) -> Benchmark:
    """Return the record of all candidates on one file; those with a fixed rank get the tree's."""
    m = round(gigabytes * 1e9 / (8 * N))
    with TemporaryDirectory(prefix="benchmark-") as folder:
        path = Path(folder) / "snapshots.npy"
        X = np.lib.format.open_memmap(path, "w+", float, (m, N))
        for a, b in blocks(N, m):
            X[a:b] = snapshots(N, a, b).T
        del X
        found = {"mornet, tree": in_process("mornet, tree", path, 0)}
        rank = int(found["mornet, tree"]["modes"])
        found |= {name: in_process(name, path, rank) for name in list(CANDIDATES)[1:]}
    found = {name: row for name, row in found.items() if row}
    rows = list(found.values())
    one = {key: np.array([[[row[key]] for row in rows]]) for key in ("cpu", "wall", "error")}
    memory = np.array([[row["memory"] for row in rows]])
    work = f"POD of {N} x {m} snapshots in a file, with the error {TOLERANCE}"
    case = (f"{gigabytes:g} GB",)
    return Benchmark("pod_scale", work, case, tuple(found), **one, memory=memory)


def generated(gigabytes: float) -> None:
    """Print time, memory, bound and error of a tree whose leaves generate their snapshots."""
    parts, begin = blocks(N, round(gigabytes * 1e9 / (8 * N))), time.perf_counter()
    pod, memory = watched(lambda: tree_of(parts))
    print(
        f"{gigabytes:g} GB, {len(parts)} leaves: {used():.0f} s of processor, "
        f"{time.perf_counter() - begin:.0f} s, {memory / 2**20:.0f} MiB, {pod.r} modes"
    )
    reached = error(pod.V, (snapshots(N, a, b) for a, b in parts))
    bound = pod.relative_truncation_error
    print(f"error {reached:.4g} <= bound {bound:.4g} <= tolerance {TOLERANCE}")


def tree_of(parts: list[tuple[int, int]], fan_in: int = 16) -> POD:
    """Return the POD of a tree; nodes are joined as soon as there are enough for one above."""
    levels = 2 + int(np.ceil(np.log(len(parts)) / np.log(fan_in)))
    budget = Budget(TOLERANCE, levels)
    waiting: list[list[TreeNode]] = [[] for _ in range(levels)]
    for a, b in parts:
        waiting[0].append(compressed(whole(snapshots(N, a, b)), budget))
        for level in range(levels - 1):
            if len(waiting[level]) == fan_in:
                waiting[level + 1].append(compressed(joined(waiting[level]), budget))
                waiting[level].clear()
    return tree_pod(joined([node for nodes in waiting for node in nodes]), budget)


def exponents() -> None:
    """Print the exponents p, q of the time c n^p m^q of a leaf, by least squares of logarithms."""
    rows = []
    for n in (5_000, 10_000, 20_000, 40_000):
        for m in (100, 200, 400):
            U = snapshots(n, 0, m)
            begin = time.process_time()
            compressed(whole(U), Budget(TOLERANCE, 3))
            rows.append((n, m, time.process_time() - begin))
    n, m, seconds = np.log(np.array(rows).T)
    (_, p, q), *_ = np.linalg.lstsq(np.column_stack([np.ones_like(n), n, m]), seconds, rcond=None)
    print(f"a leaf of n dofs and m snapshots: seconds ~ n^{p:.2f} m^{q:.2f}")


def main(verb: str, *words: str) -> None:
    match verb:
        case "alone":
            alone(words[0], Path(words[1]), int(words[2]))
        case "peers":
            save(Path("pod_scale.h5"), peers(float(words[0])))
        case "generated":
            generated(float(words[0]))
        case "exponents":
            exponents()


if __name__ == "__main__":
    main(*sys.argv[1:])
