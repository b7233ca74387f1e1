"""A fair race: candidates take turns in one process, in reverse order every second round."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mornet.experiments.benchmark import Benchmark

Candidates = Mapping[str, Callable[[], object]]


def race(
    candidates: Candidates,
    rounds: int,
    least: float = 0.02,
    judge: Callable[[Any], tuple[float, ...]] = lambda result: (),
) -> np.ndarray:
    """Return the processor and wall seconds of one call, and the judgements of its result.

    The axes are (cpu, wall and judgements; candidate; round). Every candidate is called once before
    the race. In a round it is called until ``least`` seconds have passed. Its results are judged
    afterwards, outside the times.
    """
    calls = []
    for run in candidates.values():
        run()
        calls.append(1)
        if least > 0:
            begin = time.process_time()
            run()
            calls[-1] = max(1, int(least / max(time.process_time() - begin, 1e-7)))
    numbered = list(enumerate(candidates.values()))
    found = [[()] * rounds for _ in numbered]
    for k in range(rounds):
        for i, run in numbered[:: -1 if k % 2 else 1]:
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(calls[i]):
                result = run()
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            found[i][k] = (cpu / calls[i], wall / calls[i], *judge(result))
    return np.moveaxis(np.array(found), -1, 0)


def benchmark(name: str, work: str, cases: dict[str, Candidates], rounds: int) -> Benchmark:
    """Return the record of a race for every case; all cases have the same candidates."""
    seconds = []
    for case, candidates in cases.items():
        seconds.append(race(candidates, rounds))
        cpu = np.median(seconds[-1][0], axis=-1)
        told = ", ".join(f"{c} {1e3 * t:.4g}" for c, t in zip(candidates, cpu, strict=True))
        print(f"{name}, {case} (ms): {told}", flush=True)
    cpu, wall = np.moveaxis(np.array(seconds), 1, 0)
    return Benchmark(name, work, tuple(cases), tuple(next(iter(cases.values()))), cpu, wall)
