"""What the jobs of a study cost. Each job writes its own times and memory into its log.

Snakemake's benchmark files also hold times and memory. Snakemake samples them, and misses most of a
job that takes a second.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array, Indices, array, in_short

TIMES = "processor and wall time:"  # the words before the times in a log
MEMORY = "peak memory and input files:"  # the words before the memory, the input and the work


class Job(NamedTuple):
    """What one job cost: seconds and bytes; ``work`` is its verb, and a kind if that decides."""

    cpu: float
    wall: float
    peak: float = np.nan
    size: float = np.nan
    work: str = ""

    def lines(self) -> str:
        """Return the two lines that the log of the job ends with."""
        times = f"{TIMES} {self.cpu:.2f} s, {self.wall:.2f} s"
        return f"{times}\n{MEMORY} {self.peak:.0f} B, {self.size:.0f} B; {self.work}"


@dataclass(frozen=True, eq=False)
class Jobs:
    """What each of many jobs cost, and how large its input was."""

    kind: ClassVar[str] = "jobs"
    __repr__ = in_short
    work: tuple[str, ...] = array("job", about="verb, with the kind of what it makes")
    size: Array = array("job", units="B", about="size of the input files", measured=True)
    cpu: Array = array("job", units="s", about="processor time", measured=True)
    wall: Array = array("job", units="s", about="wall time", measured=True)
    peak: Array = array("job", units="B", about="largest resident memory", measured=True)


@dataclass(frozen=True, eq=False)
class Cost:
    """Processor and wall time of the jobs of a study, step by step.

    The time of Snakemake itself is not included. The times of two runs differ, so that comparisons
    of results ignore them.
    """

    kind: ClassVar[str] = "cost"
    __repr__ = in_short
    study: str
    step: tuple[str, ...] = array("step", about="folder of the logs")
    jobs: Indices = array("step", about="number of jobs")
    cpu: Array = array("step", units="s", about="processor time of all jobs", measured=True)
    wall: Array = array("step", units="s", about="sum of the wall times", measured=True)
    processor: str = array(about="the machine's processor", measured=True)
    each: Jobs | None = None


def cost(results: Path) -> Cost:
    """Return the times of the jobs of the study in the folder ``results``.

    Raises OptionError if no log holds the time of its job.
    """
    folder = results / "logs"
    steps: dict[str, list[Job]] = {}
    for path in sorted(folder.rglob("*.log")):
        step = path.relative_to(folder).parts[0].removesuffix(".log")
        if found := _job(path.read_text(errors="replace")):
            steps.setdefault(step, []).append(found)
    if not steps:
        raise OptionError(f"no log in {folder} holds the time of its job: run snakemake first")
    return Cost(
        study=results.name,
        step=tuple(steps),
        jobs=np.array([len(jobs) for jobs in steps.values()]),
        cpu=np.array([sum(job.cpu for job in jobs) for jobs in steps.values()]),
        wall=np.array([sum(job.wall for job in jobs) for jobs in steps.values()]),
        processor=processor(),
        each=_each(job for jobs in steps.values() for job in jobs if job.work),
    )


def _each(jobs: Iterable[Job]) -> Jobs | None:
    """Return the record of the jobs whose logs hold their memory; None without any."""
    if not (rows := list(zip(*jobs, strict=True))):
        return None
    cpu, wall, peak, size = np.array(rows[:4], dtype=float)
    return Jobs(tuple(rows[4]), size, cpu, wall, peak)


def _job(log: str) -> Job | None:
    """Return what a job cost from its log; None if the log does not hold its times."""
    times = re.findall(rf"^{TIMES} (\S+) s, (\S+) s$", log, re.MULTILINE)
    if not times:
        return None
    memory = re.findall(rf"^{MEMORY} (\S+) B, (\S+) B; (.*)$", log, re.MULTILINE)
    cpu, wall = map(float, times[-1])
    if not memory:
        return Job(cpu, wall)
    peak, size, work = memory[-1]
    return Job(cpu, wall, float(peak), float(size), work)


def peak_memory() -> float:
    """Return the largest resident memory of this process and of its ended children, in bytes."""
    import resource

    processes = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = max(resource.getrusage(who).ru_maxrss for who in processes)
    return used * (1.0 if sys.platform == "darwin" else 1024.0)


def processor() -> str:
    """Return the name of this machine's processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
