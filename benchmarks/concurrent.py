"""Two one-thread mornet jobs side by side against one PyTorch job with two threads."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np

from mornet.experiments.benchmark import Benchmark

CASES = {  # n, h, batch, type
    "1024-256, batch 240, float64": (1024, 256, 240, "float64"),
    "4096-256, batch 32, float32": (4096, 256, 32, "float32"),
}
SECONDS = 2.0


def concurrent(rounds: int, quick: bool = False) -> Benchmark:
    """Return the seconds per epoch of two mornet jobs together, and of PyTorch with two threads."""
    measured = np.empty((len(CASES), 2, rounds))
    for c, (name, case) in enumerate(CASES.items()):
        teams = [
            [Worker("mornet", 1, case), Worker("mornet", 1, case)],
            [Worker("torch", 2, case)],
        ]
        try:
            for k in range(rounds):
                for t in (0, 1)[:: -1 if k % 2 else 1]:
                    measured[c, t, k] = together(teams[t], SECONDS / 4 if quick else SECONDS)
        finally:
            for team in teams:
                for worker in team:
                    worker.close()
        ours, theirs = 1e3 * np.median(measured[c], axis=-1)
        print(f"concurrent, {name}: mornet {ours:.4g}, torch {theirs:.4g} ms an epoch", flush=True)
    return Benchmark(
        "concurrent",
        "an epoch of Adam with both cores of the machine: wall time over epochs of all jobs",
        tuple(CASES),
        ("mornet, two jobs", "torch, two threads"),
        measured,
        measured,
    )


class Worker:
    """A process that reads a number of seconds, trains so long and writes the number of epochs."""

    def __init__(self, who: str, threads: int, case: tuple[int, int, int, str]) -> None:
        command = [sys.executable, "-m", "benchmarks.concurrent", who, str(threads)]
        self.process = subprocess.Popen(
            command + [str(c) for c in case],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": str(threads)},
        )
        self.answer()

    def ask(self, seconds: float) -> None:
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()

    def answer(self) -> float:
        return float(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def together(team: list[Worker], seconds: float) -> float:
    """Return the seconds per epoch of all workers together."""
    for worker in team:
        worker.ask(seconds)
    return 1 / sum(worker.answer() for worker in team)


def main(who: str, threads: str, n: str, h: str, batch: str, dtype: str) -> None:
    import torch

    from benchmarks.autoencoder_epochs import ETA, SAMPLES, mornet_epoch
    from benchmarks.peers import torch_epoch
    from mornet.nn import Network, glorot

    torch.set_num_threads(int(threads))
    rng = np.random.default_rng(0)
    widths = (int(n), int(h), 5, int(h), int(n))
    net = Network(widths, ("sigmoid", "sigmoid", "sigmoid", "identity"))
    x = np.asfortranarray(rng.standard_normal((int(n), SAMPLES)).astype(dtype))
    p = glorot(net, rng).astype(dtype)
    make, which = (mornet_epoch, "compiled") if who == "mornet" else (torch_epoch, "fused")
    epoch = make(net, p, x, int(batch), "adam", ETA["adam"], which)
    epoch()
    print(0, flush=True)
    for line in sys.stdin:
        begin, epochs = time.perf_counter(), 0
        while time.perf_counter() - begin < float(line):
            epoch()
            epochs += 1
        print(epochs / (time.perf_counter() - begin), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
