"""Trees of POD whose leaves generate their snapshots, so that no file limits their size.

    python -m benchmarks.pod_generated sizes DIRECTORY 0.1 1 10 100  # GB
    python -m benchmarks.pod_generated leaf DIRECTORY       # a leaf against its dofs and snapshots
    python -m benchmarks.pod_generated blocks DIRECTORY 1   # GB; the same tree with other leaves

Every tree runs in a process of its own, which the operating system holds to `LIMIT` bytes. A second
pass over all snapshots measures the error. Times are processor seconds.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.pod_scale import (
    LEAF_BYTES,
    LIMIT,
    TOLERANCE,
    N,
    Rows,
    blocks,
    error,
    in_process,
    recorded,
    snapshots,
    used,
)
from benchmarks.pod_stream import watched
from mornet.experiments.benchmark import Benchmark
from mornet.reduction import POD
from mornet.reduction.pod.tree import Budget, TreeNode, compressed, joined, tree_pod, whole
from mornet.storage import save

PARTS = ("snapshots", "leaves", "merges", "root", "second pass")
DOFS, COUNTS = (5_000, 10_000, 20_000, 40_000), (100, 200, 400, 800)
LEAVES = tuple(LEAF_BYTES * factor // 4 for factor in (1, 2, 4, 8, 16))  # bytes
MODULE = "benchmarks.pod_generated"


@dataclass
class Meter:
    """Processor seconds and the peak of memory of each part of a tree."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    memory: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def of(self, part: str, run: Callable[[], Any]) -> Any:
        """Return the result of ``run``, which belongs to this part."""
        begin = time.process_time()
        result, peak = watched(run)
        self.seconds[part] += time.process_time() - begin
        self.memory[part] = max(self.memory[part], peak)
        return result

    @property
    def rows(self) -> Rows:
        """What each part used."""
        both = ((part, self.seconds[part], self.memory[part]) for part in PARTS)
        return {part: {"cpu": cpu, "memory": memory} for part, cpu, memory in both}


def tree_of(n: int, parts: list[tuple[int, int]], meter: Meter, fan_in: int = 16) -> POD:
    """Return the POD of a tree; nodes are joined as soon as there are enough for one above."""
    levels = 2 + int(np.ceil(np.log(len(parts)) / np.log(fan_in)))
    budget = Budget(TOLERANCE, levels)
    waiting: list[list[TreeNode]] = [[] for _ in range(levels)]

    def above(nodes: list[TreeNode]) -> TreeNode:
        return compressed(joined(nodes), budget)

    for a, b in parts:
        U = meter.of("snapshots", lambda a=a, b=b: snapshots(n, a, b))
        waiting[0].append(meter.of("leaves", lambda U=U: compressed(whole(U), budget)))
        for nodes, higher in pairwise(waiting):
            if len(nodes) == fan_in:
                higher.append(meter.of("merges", lambda nodes=nodes: above(nodes)))
                nodes.clear()
    rest = [node for nodes in waiting for node in nodes]
    return meter.of("root", lambda: tree_pod(joined(rest), budget))


def tree(gigabytes: float, leaf: int) -> None:
    """Print what a tree and each of its parts used and reached, as JSON."""
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
    ends, begin = blocks(N, round(gigabytes * 1e9 / (8 * N)), leaf), time.perf_counter()
    meter = Meter()
    pod = tree_of(N, ends, meter)
    again = (snapshots(N, a, b) for a, b in ends)
    reached = meter.of("second pass", lambda: error(pod.V, again))
    whole_tree = {
        "cpu": used(),
        "wall": time.perf_counter() - begin,
        "memory": max(meter.memory.values()),
        "error": reached,
        "bound": pod.relative_truncation_error,
        "modes": pod.r,
        "leaves": len(ends),
    }
    print(json.dumps({"tree": whole_tree} | meter.rows))


def measured(gigabytes: float, leaf: int = LEAF_BYTES) -> Rows:
    """Return what a tree in a process of its own used, within `LIMIT`."""
    words = ("tree", str(gigabytes), str(leaf))
    return in_process(f"{gigabytes:g} GB, leaves of {leaf / 1e6:g} MB", *words, module=MODULE)


def sizes(gigabytes: list[float]) -> Iterator[Benchmark]:
    """Yield the record of trees of these sizes, and that of their parts."""
    found = {f"{size:g} GB": measured(size) for size in gigabytes}
    work = f"tree of generated snapshots of {N} dofs"
    trees = {case: {"mornet, tree": rows["tree"]} for case, rows in found.items()}
    yield recorded("pod_scale_generated", work, trees)
    yield of_parts("pod_scale_parts", f"parts of the {work}", found)


def of_blocks(gigabytes: float) -> Iterator[Benchmark]:
    """Yield the record of the parts of one tree with leaves of several sizes."""
    found = {f"{leaf / 1e6:g} MB": measured(gigabytes, leaf) for leaf in LEAVES}
    yield of_parts(
        "pod_scale_blocks", f"tree of {gigabytes:g} GB of generated snapshots by its leaves", found
    )


def of_parts(name: str, work: str, found: dict[str, Rows]) -> Benchmark:
    """Return the record of the parts of trees."""
    both = [[[rows[part][key] for part in PARTS] for rows in found.values()] for key in PAIR]
    cpu, memory = np.array(both)
    return Benchmark(name, work, tuple(found), PARTS, cpu[..., None], memory=memory)


PAIR = ("cpu", "memory")


def leaf() -> Iterator[Benchmark]:
    """Yield the record of one leaf against its degrees of freedom and its snapshots."""
    cases = {f"{n} dofs, {m} snapshots": least(n, m) for n in DOFS for m in COUNTS}
    cpu = np.array(list(cases.values()))[:, None]
    yield Benchmark("pod_scale_leaf", "one leaf of a tree", tuple(cases), ("leaf",), cpu)


def least(n: int, m: int, rounds: int = 3) -> list[float]:
    """Return the processor seconds of a leaf, a few times."""
    U, found = snapshots(n, 0, m), []
    for _ in range(rounds):
        begin = time.process_time()
        compressed(whole(U), Budget(TOLERANCE, 3))
        found.append(time.process_time() - begin)
    return found


def main(verb: str, *words: str) -> None:
    if verb == "tree":
        tree(float(words[0]), int(words[1]))
        return
    sizes_of = [float(word) for word in words[1:]]
    made = {
        "sizes": lambda: sizes(sizes_of),
        "leaf": leaf,
        "blocks": lambda: of_blocks(*sizes_of),
    }
    for record in made[verb]():
        config = {"rounds": record.cpu.shape[2], "machine": machine()}
        save(Path(words[0]) / f"{record.name}.h5", record, config=config)


if __name__ == "__main__":
    main(*sys.argv[1:])
