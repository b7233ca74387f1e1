"""What a job may use on a cluster, from what like jobs used before.

Two jobs are alike if they are of the same work: a verb, with the kind of what it makes, such as
"fit hybrid". A measured job had s bytes of input files, the peak memory P and the wall time T.
From it follows the need of a like job with S bytes:

    memory  P_0 + (P - P_0) max(1, S / s)
    time    T max(1, S / s)^2

where P_0 is the least peak of all measured jobs, which Python and its libraries use. Memory grows
with the entries of the snapshots, and the time of a reduction at most with the square of their
number. Of the like jobs those decide whose size is nearest to S from below, or the smallest ones.
A job asks for this need times a margin. A later attempt asks for twice as much as the attempt
before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mornet.cost import Cost
from mornet.errors import StorageError
from mornet.storage import load

MARGIN, TIME_MARGIN = 1.5, 3.0  # machines and neighbours differ more in time than in memory
STARTED_MB, STARTED_MINUTES = 400, 2  # of Snakemake, which starts twice in each job of a cluster
QUICK = 30.0  # seconds, below which a job of a cluster costs more than its work
# the stated model, for work that was never measured: files are compressed, and a fit holds copies
FIRST_MB, FIRST_COPIES = 300, 30
FIRST_MINUTES = {"fit": 120, "experiment": 240, "rom": 120}
OTHER_MINUTES = 20


class Measured(NamedTuple):
    """Jobs of about the same size: the least size and memory in MB, the most of all else."""

    size: float
    memory: float
    seconds: float
    threads: int


class Need(NamedTuple):
    """What a job asks for: processors, megabytes, minutes."""

    threads: int
    mem_mb: int
    runtime: int


Table = Mapping[str, Sequence[Measured]]


def costs_in(paths: Iterable[Path], warn: Callable[[str], object]) -> Iterator[Cost]:
    """Yield the costs of studies in files; ``warn`` hears of each file that cannot be read."""
    for path in paths:
        try:
            yield load(path, "cost")
        except StorageError as error:
            warn(f"{error}; what jobs ask for does not follow from this file")


def measured(costs: Iterable[Cost]) -> dict[str, list[Measured]]:
    """Return what the jobs of ``costs`` used: one entry for each work and power of two of the size.

    Records of runs that did not measure the memory of their jobs add nothing.
    """
    found: dict[tuple[str, int], list[Measured]] = {}
    for work, job in (pair for record in costs for pair in _jobs(record)):
        found.setdefault((work, math.frexp(job.size)[1]), []).append(job)
    table: dict[str, list[Measured]] = {}
    for (work, _), jobs in sorted(found.items()):
        size, memory, seconds, threads = zip(*jobs, strict=True)
        most = Measured(min(size), max(memory), max(seconds), max(threads))
        table.setdefault(work, []).append(most)
    return table


def _jobs(record: Cost) -> Iterable[tuple[str, Measured]]:
    """Yield the work and the use of each job whose memory is known."""
    if (each := record.each) is None:
        return
    for i, work in enumerate(each.work):
        threads = max(1, round(float(each.cpu[i]) / max(float(each.wall[i]), 1.0)))
        size, memory = float(each.size[i]) / 1e6, float(each.peak[i]) / 1e6
        yield work, Measured(round(size, 3), round(memory, 1), float(each.wall[i]), threads)


def need(table: Table, work: str, size: float, attempt: int = 1) -> Need:
    """Return what a job of this ``work`` with ``size`` MB of input asks for.

    A work that the ``table`` does not hold follows the stated model.
    """
    least = min((job.memory for jobs in table.values() for job in jobs), default=0.0)
    if job := _nearest(table.get(work, ()), size):
        memory, seconds, threads = _memory(job, least, size), _seconds(job, size), job.threads
    else:
        memory, seconds, threads = FIRST_MB + FIRST_COPIES * size, _first_seconds(work), 1
    factor = 2 ** (attempt - 1)
    return Need(
        threads=threads,
        mem_mb=math.ceil(memory + STARTED_MB) * factor,
        runtime=math.ceil(seconds / 60 + STARTED_MINUTES) * factor,
    )


def longest(table: Table, work: str) -> float | None:
    """Return the seconds of the longest measured job of this ``work``; None without any."""
    return max((job.seconds for job in table.get(work, ())), default=None)


def is_quick(table: Table, work: str) -> bool:
    """Return whether jobs of this ``work`` were measured and all took less than `QUICK` seconds."""
    return work in table and all(job.seconds < QUICK for job in table[work])


def _nearest(jobs: Sequence[Measured], size: float) -> Measured | None:
    """Return the jobs whose size is nearest to ``size`` from below, or the smallest ones."""
    below = [job for job in jobs if job.size <= size]
    return max(below) if below else min(jobs, default=None)


def _memory(job: Measured, least: float, size: float) -> float:
    return MARGIN * (least + (job.memory - least) * _growth(job, size))


def _seconds(job: Measured, size: float) -> float:
    return TIME_MARGIN * job.seconds * _growth(job, size) ** 2


def _growth(job: Measured, size: float) -> float:
    """Return max(1, S / s); a job without input files does not grow."""
    return max(1.0, size / job.size) if job.size > 0 else 1.0


def _first_seconds(work: str) -> float:
    return 60.0 * FIRST_MINUTES.get(work.split(" ")[0], OTHER_MINUTES)
