"""The processor time of a study. Each of its jobs writes its own time into its log.

Snakemake's benchmark files also hold processor times. Snakemake samples them, and misses most of a
job that takes a second.
"""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array, Indices, array

TIMES = "processor and wall time:"  # the words before the times in a log


@dataclass(frozen=True, eq=False)
class Cost:
    """Processor and wall time of the jobs of a study, step by step.

    The time of Snakemake itself is not included. The times of two runs differ, so that comparisons
    of results ignore them.
    """

    kind: ClassVar[str] = "cost"
    study: str
    step: tuple[str, ...] = array("step", about="folder of the logs")
    jobs: Indices = array("step", about="number of jobs")
    cpu: Array = array("step", units="s", about="processor time of all jobs", measured=True)
    wall: Array = array("step", units="s", about="sum of the wall times", measured=True)
    processor: str = array(about="the machine's processor", measured=True)


def cost(results: Path) -> Cost:
    """Return the times of the jobs of the study in the folder ``results``.

    Raises OptionError if no log holds the time of its job.
    """
    folder = results / "logs"
    jobs: dict[str, list[tuple[float, float]]] = {}
    for path in sorted(folder.rglob("*.log")):
        step = path.relative_to(folder).parts[0].removesuffix(".log")
        if times := _times(path):
            jobs.setdefault(step, []).append(times)
    if not jobs:
        raise OptionError(f"no log in {folder} holds the time of its job: run snakemake first")
    sums = np.array([np.sum(times, axis=0) for times in jobs.values()])
    return Cost(
        study=results.name,
        step=tuple(jobs),
        jobs=np.array([len(times) for times in jobs.values()]),
        cpu=sums[:, 0],
        wall=sums[:, 1],
        processor=processor(),
    )


def _times(path: Path) -> tuple[float, float] | None:
    """Return processor and wall time of a job from its log; None if the log does not hold them."""
    said = re.findall(
        rf"^{TIMES} (\S+) s, (\S+) s$", path.read_text(errors="replace"), re.MULTILINE
    )
    return (float(said[-1][0]), float(said[-1][1])) if said else None


def processor() -> str:
    """Return the name of this machine's processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
