"""POD of 20 modes of a matrix in a file, in two passes, against reading the file once."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the processes whose memory is measured

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import h5py
import numpy as np

from benchmarks.pairs import benchmark
from mornet.experiments.benchmark import Benchmark
from mornet.reduction import stream_pod
from mornet.storage import open_matrix

RANK, SHAPE, QUICK = 20, (1_000_000, 200), (50_000, 200)
LAYOUTS = {"contiguous": None, "chunks of 5000 rows": 5000}
BLOCK = 2500  # rows; mornet reads blocks of 4 MB


def pod_stream(rounds: int, quick: bool = False) -> Benchmark:
    """Return times, with a warm page cache, and peaks of anonymous memory (on Linux only)."""
    shape = QUICK if quick else SHAPE
    with TemporaryDirectory(prefix="benchmark-") as directory:
        paths = {layout: Path(directory) / f"{i}.h5" for i, layout in enumerate(LAYOUTS)}
        for layout, together in LAYOUTS.items():
            write(paths[layout], shape, together)
        cases = {
            layout: {name: lambda run=run, path=path: run(path) for name, run in CANDIDATES.items()}
            for layout, path in paths.items()
        }
        record = benchmark(
            "pod_stream",
            f"two-pass POD of {RANK} modes of {shape[0]} x {shape[1]} snapshots in an HDF5 file",
            cases,
            min(rounds, 3) if quick else rounds,
        )
        memory = np.array([[peak(name, path) for name in CANDIDATES] for path in paths.values()])
    for layout, (once, twice), used in zip(
        cases, np.median(record.cpu, axis=-1), memory, strict=True
    ):
        print(f"pod_stream, {layout}: {twice / once:.2f} readings, {used[1] / 1e6:.0f} MB")
    return replace(record, memory=memory)


def write(path: Path, shape: tuple[int, int], together: int | None) -> None:
    """Write snapshots with 40 singular values that fall to 1e-3 at the twentieth, without noise."""
    rng = np.random.default_rng(0)
    V = np.linalg.qr(rng.standard_normal((shape[1], 40)))[0] * 1e-3 ** (np.arange(40) / 19)
    chunks = (together, shape[1]) if together else None
    with h5py.File(path, "w") as file:
        U = file.create_dataset("U", shape, "f8", chunks=chunks)
        for i in range(0, shape[0], 10 * BLOCK):
            U[i : i + 10 * BLOCK] = rng.standard_normal((min(10 * BLOCK, shape[0] - i), 40)) @ V.T


def read(path: Path) -> None:
    with h5py.File(path) as file:
        U = file["U"]
        block = U.chunks[0] if U.chunks else BLOCK
        buffer = np.empty((block, U.shape[1]))
        for i in range(0, len(U), block):
            U.read_direct(buffer[: len(U) - i], np.s_[i : i + block])


def stream(path: Path) -> None:
    with open_matrix(path, "U") as matrix:
        stream_pod(matrix, rank=RANK)


CANDIDATES: dict[str, Callable[[Path], None]] = {"h5py, one reading": read, "mornet": stream}


def peak(name: str, path: Path) -> int:
    """Return the peak of anonymous memory, in bytes, of a process that does this alone."""
    command = [sys.executable, "-m", "benchmarks.pod_stream", name, str(path)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def anonymous() -> int:
    """Return the bytes of anonymous memory of this process."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("RssAnon"))
    return 1024 * int(line.split()[1])


def watched(run: Callable[[], Any]) -> tuple[Any, int]:
    """Return the result of ``run`` and the peak of anonymous memory meanwhile, in bytes."""
    done, samples = threading.Event(), [anonymous()]

    def watch() -> None:
        while not done.wait(0.002):
            samples.append(anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        result = run()
    finally:
        done.set()
        watcher.join()
    return result, max(samples)


def main(name: str, path: str) -> None:
    print(watched(lambda: CANDIDATES[name](Path(path)))[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
