"""POD of a file of snapshots that need not fit into memory: a tree, and what others use.

    python -m benchmarks.pod_scale peers DIRECTORY 0.4  # GB; all candidates, at equal error
    python -m benchmarks.pod_scale file DIRECTORY 4  # GB; mornet within 1 GiB, two shapes

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
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.pod_stream import watched
from mornet.experiments.benchmark import Benchmark
from mornet.storage import save

TOLERANCE, LEAF_BYTES, WAVES = 1e-4, 40_000_000, 60
N = 20_000  # degrees of freedom
Rows = dict[str, dict[str, float]]  # candidate -> what it used and reached
LIMIT = 1024**3  # bytes of a process


def snapshots(n: int, first: int, last: int) -> np.ndarray:
    """Return the snapshots (n, last - first): waves whose amplitudes fall from 1 to 1e-8."""
    k, t = np.arange(1, WAVES + 1)[:, None], np.arange(first, last)[None] / 997
    return waves(n) @ np.cos(k**1.5 * t)


@lru_cache(maxsize=1)
def waves(n: int) -> np.ndarray:
    """Return the waves (n, `WAVES`), times their amplitudes."""
    k, x = np.arange(1, WAVES + 1), np.linspace(0, 1, n)[:, None]
    return np.sin(np.pi * k * x) * 1e-8 ** ((k - 1) / (WAVES - 1))


def blocks(n: int, m: int, leaf: int = LEAF_BYTES) -> list[tuple[int, int]]:
    """Return the first and last snapshots of blocks of ``leaf`` bytes."""
    ends = np.linspace(0, m, max(2, round(8 * n * m / leaf)) + 1).astype(int)
    return [(int(a), int(b)) for a, b in pairwise(ends)]


def of_file(path: Path) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the matrix (m, n) of a file, and its blocks (n, k) of snapshots."""
    X = np.load(path, mmap_mode="r")
    return X, [X[a:b].T for a, b in blocks(X.shape[1], len(X))]


def by_tree(path: Path, rank: int) -> np.ndarray:
    from mornet.running.pod_tree import pod_of, run_tree
    from mornet.running.tree_plan import COPIES, TreeSettings

    m, n = np.load(path, mmap_mode="r").shape
    how = {"memory": COPIES * LEAF_BYTES}
    if n > 100 * m:  # few snapshots of many dofs
        how = {"memory": int(0.8 * LIMIT), "blocks": "rows"}
    settings = TreeSettings(TOLERANCE, axes="sample dof", **how)
    rows = settings.blocks == "rows"  # where the second pass finds the modes, not coordinates
    tree = run_tree([str(path)], path.with_suffix(".nodes"), settings, whole=rows)
    return pod_of(tree, settings).V


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
    """Return the relative error of the projection on the orthonormal modes V.

    It is the root of 1 - ||V^T U||^2 / ||U||^2, whose round-off is far below the error of 1e-4.
    """
    squares = np.array([[squared(V.T @ U), squared(U)] for U in parts])
    return float(np.sqrt(1 - np.divide(*squares.sum(axis=0))))


def squared(A: np.ndarray) -> float:
    """Return the sum of the squares of all entries."""
    a = A.ravel(order="K")
    return float(a @ a)


def used() -> float:
    """Return the processor seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def alone(name: str, path: Path, rank: int, limit: int) -> None:
    """Run one candidate in this process, within a limit, and print what it used and reached."""
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    begin = time.perf_counter()
    V, memory = watched(lambda: CANDIDATES[name](path, rank))
    found = {"cpu": used(), "wall": time.perf_counter() - begin, "memory": memory}
    reached = error(V, iter(of_file(path)[1]))
    print(json.dumps(found | {"modes": V.shape[1], "error": reached}))


def in_process(name: str, *words: str, module: str = "benchmarks.pod_scale") -> dict[str, Any]:
    """Return what a ``module`` prints in a process of its own, or nothing if it fails."""
    command = [sys.executable, "-m", module, *words]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        print(f"{name} failed: {run.stderr.strip().splitlines()[-1]}")
        return {}
    print(f"{name}: {run.stdout.splitlines()[-1]}", flush=True)
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def peers(gigabytes: float) -> Benchmark:
    """Return the record of all candidates on one file."""
    found = {f"{gigabytes:g} GB": on_file(N, gigabytes, tuple(CANDIDATES))}
    return recorded("pod_scale", "POD of snapshots in a file", found)


def on_file(n: int, gigabytes: float, names: Sequence[str], limit: int = 0) -> Rows:
    """Return what candidates used on one file; those with a fixed rank get that of the first."""
    m = round(gigabytes * 1e9 / (8 * n))
    with TemporaryDirectory(prefix="benchmark-") as folder:
        path = Path(folder) / "snapshots.npy"
        X = np.lib.format.open_memmap(path, "w+", float, (m, n))
        for a, b in blocks(n, m):
            X[a:b] = snapshots(n, a, b).T
        del X
        rank, found = "0", {}
        for name in names:
            found[name] = in_process(name, "alone", name, str(path), rank, str(limit))
            rank = str(int(found[names[0]]["modes"]))
    return {name: row for name, row in found.items() if row}


def recorded(name: str, work: str, cases: dict[str, Rows]) -> Benchmark:
    """Return the record of cases with the same candidates."""
    candidates = tuple(next(iter(cases.values())))
    rows = [[case[candidate] for candidate in candidates] for case in cases.values()]
    kinds = ("cpu", "wall", "error")
    one = {key: np.array([[[row[key]] for row in case] for case in rows]) for key in kinds}
    memory = np.array([[row["memory"] for row in case] for case in rows])
    bound = np.array([[row.get("bound", np.nan) for row in case] for case in rows])
    further = {} if np.isnan(bound).any() else {"bound": bound}
    words = f"{work}, with the error {TOLERANCE}"
    return Benchmark(name, words, tuple(cases), candidates, **one, memory=memory, **further)


def within(gigabytes: float) -> Benchmark:
    """Return the record of a tree within `LIMIT`: many snapshots, and few of many dofs.

    Two passes need a square matrix of snapshots or dofs in memory, and refuse the first shape.
    """
    found = {
        f"{gigabytes:g} GB, {n} dofs": on_file(n, gigabytes, ("mornet, tree",), LIMIT)
        for n in (N, 50 * N)
    }
    return recorded("pod_scale_file", "POD of a file within 1 GiB", found)


def main(verb: str, *words: str) -> None:
    if verb == "alone":
        alone(words[0], Path(words[1]), int(words[2]), int(words[3]))
        return
    record = {"peers": peers, "file": within}[verb](float(words[1]))
    config = {"rounds": 1, "machine": machine()}
    save(Path(words[0]) / f"{record.name}.h5", record, config=config)


if __name__ == "__main__":
    main(*sys.argv[1:])
