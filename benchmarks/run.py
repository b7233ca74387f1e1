"""All benchmarks, in one command: records (HDF5), figures and a table.

    OMP_NUM_THREADS=1 python -m benchmarks.run results/benchmarks

It needs 8 GB of free memory. --quick runs small sizes only; --only NAME ... runs some benchmarks.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before any BLAS is loaded

import argparse
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import torch

from benchmarks.accuracy import accuracy
from benchmarks.autoencoder_epochs import autoencoder_epochs
from benchmarks.concurrent import concurrent
from benchmarks.convolutions import convolutions
from benchmarks.coordinates import coordinates
from benchmarks.jacobian import jacobian
from benchmarks.linear_autoencoder import linear_autoencoder
from benchmarks.machine import machine
from benchmarks.pod import pod
from benchmarks.pod_stream import pod_stream
from benchmarks.report import write
from benchmarks.single_sample import single_sample
from mornet.experiments.benchmark import Benchmark
from mornet.storage import save

PARTS = {
    "epochs": autoencoder_epochs,
    "single_sample": lambda rounds, quick: iter([single_sample(rounds, quick)]),
    "jacobian": jacobian,
    "accuracy": lambda rounds, quick: iter([accuracy(min(rounds, 3), quick)]),
    "linear_autoencoder": lambda rounds, quick: iter([linear_autoencoder(min(rounds, 3), quick)]),
    "convolutions": convolutions,
    "coordinates": coordinates,
    "concurrent": lambda rounds, quick: iter([concurrent(rounds, quick)]),
    "pod": pod,
    "pod_stream": lambda rounds, quick: iter([pod_stream(rounds, quick)]),
}


def run(names: list[str], rounds: int, quick: bool) -> Iterator[Benchmark]:
    for name in names:
        yield from PARTS[name](rounds, quick)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # scikit-learn warns of convergence
    begin, config = time.perf_counter(), {"rounds": options.rounds, "machine": machine()}
    for benchmark in run(options.only, options.rounds, options.quick):
        save(options.directory / f"{benchmark.name}.h5", benchmark, config=config)
    print(f"{time.perf_counter() - begin:.0f} s")
    write(options.directory)


if __name__ == "__main__":
    main()
