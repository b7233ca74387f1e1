"""How long a study will take, from trainings of a few steps on the real sizes.

The time of a fit is a + b g: g gradients of single samples are taken in its trainings, and two
short fits of the same method to the same snapshots give a and b. The settings say the largest g. A
fit without training is timed on few snapshots; its time is proportional to n m min(n, m), as that
of a singular value decomposition. The time of an experiment or a reduced model is that of the
longest job of its kind in the costs of earlier runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.comparison.context import context_of
from mornet.comparison.methods.interface import FitInput
from mornet.errors import MornetError, counted
from mornet.experiments.methods import METHODS
from mornet.reduction.autoencoder.settings import MiniBatchSettings
from mornet.reduction.autoencoder.training import planned_epochs
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.resources import costs_in, longest, measured
from mornet.running.progress import duration
from mornet.snapshots import DataSet
from mornet.study import Study
from mornet.training.sampling import even_batch

SHORT = (10, 30)  # steps of the two short trainings
ENOUGH = 3.0  # seconds after which one short fit has to do
SMALL = 2e8  # n m min(n, m) of a fit without training that is timed as it is
FEW = 3  # jobs of unknown time that are named
JOBS = 6  # of each data set beside its fits: snapshots, comparison, figures and tables


class Estimate(NamedTuple):
    """The seconds of each fit that trains, of all other jobs, and of the start of a job.

    ``recorded`` holds the seconds of each experiment and reduced model whose kind was run before,
    by its rule. ``unknown`` holds the kinds that were never run.
    """

    fits: tuple[float, ...]
    others: float
    start: float
    cores: int
    recorded: Mapping[str, tuple[float, ...]] = {}
    unknown: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """The time on all cores, which share the work evenly but do not divide a job."""
        jobs = [*self.fits, *(seconds for jobs in self.recorded.values() for seconds in jobs)]
        return max((sum(jobs) + self.others) / self.cores, max(jobs, default=0.0))

    @property
    def of_rules(self) -> dict[str, float]:
        """The mean time of a job by the rule of the workflow; "" stands for all other rules."""
        known = {**self.recorded, "fit": self.fits}
        means = {rule: sum(jobs) / len(jobs) for rule, jobs in known.items() if jobs}
        return {**means, "": self.start}

    @property
    def line(self) -> str:
        """The estimate in words."""
        if self.unknown and self.seconds < 1:
            return f"a time that is not known{self._not_counted}"
        least = "at least " if self.unknown else ""
        words = f"{least}about {duration(self.seconds)} on {counted(self.cores, 'core')}"
        sources = ["trainings of a few steps"] if self.fits else []
        sources += ["earlier jobs of the same kinds"] if any(self.recorded.values()) else []
        words += f", from {' and '.join(sources)}" if sources else ""
        return words + self._not_counted

    @property
    def _not_counted(self) -> str:
        """What the estimate leaves out, by name if it is little."""
        if not self.unknown:
            return ""
        count, one = len(self.unknown), len(self.unknown) == 1
        names = f" ({', '.join(self.unknown)})" if count <= FEW else ""
        verbs = "never ran here and is" if one else "never ran here and are"
        return f"; {counted(count, 'kind')} of jobs{names} {verbs} not counted"


def estimate(
    study: Study, found: Mapping[str, DataSet], cores: int | None, results: Path
) -> Estimate | None:
    """Return the time that ``study`` takes; jobs whose files are among the ``results`` take none.

    ``found`` are its data sets, see `check`. Experiments and reduced models take as long as the
    longest job of their kind in the costs of the studies beside ``results``. The estimate is None
    if no job that takes long is left.
    """
    start = _start()
    fits, others = _of_fits(study, found, results, start)
    recorded, unknown = _of_records(study, results)
    if not (fits or unknown or any(recorded.values())):
        return None
    cores = cores or os.cpu_count() or 1
    return Estimate(tuple(fits), others, start, cores, recorded, unknown)


def _of_fits(
    study: Study, found: Mapping[str, DataSet], results: Path, start: float
) -> tuple[list[float], float]:
    """Return the seconds of each fit that trains, and of all other jobs of the data sets."""
    fits, others = list[float](), 0.0
    for name, data in found.items():
        for method in study.methods_for(name):
            folder = results / "fits" / name
            ranks = [r for r in study.ranks[name] if not (folder / f"{method}-r{r}.h5").exists()]
            seconds = _seconds(data, study, method, max(ranks)) if ranks else 0.0
            kind: Any = METHODS[study.methods[method].kind].load()
            if kind.random:
                fits += [start + len(study.seeds) * seconds] * len(ranks)
            else:
                others += seconds * len(ranks)
        others += JOBS * start
    return fits, others


def _of_records(
    study: Study, results: Path
) -> tuple[dict[str, tuple[float, ...]], tuple[str, ...]]:
    """Return the seconds of experiments and reduced models by rule, and what never ran."""
    table = measured(costs_in(sorted(results.parent.glob("*/cost.h5")), lambda words: None))
    known: dict[str, tuple[float, ...]] = {}
    unknown: list[str] = []
    for rule, kind, file in _long_jobs(study):
        if (results / file).exists():
            continue
        if (seconds := longest(table, f"{rule} {kind}")) is None:
            unknown.append(kind)
        else:
            known[rule] = (*known.get(rule, ()), seconds)
    return known, tuple(dict.fromkeys(unknown))


def _long_jobs(study: Study) -> Iterator[tuple[str, str, str]]:
    """Yield the rule, the kind and the file of each experiment and reduced model."""
    for name, choice in study.experiments.items():
        yield "experiment", choice.kind, f"experiments/{name}.h5"
    for data in study.data_sets:
        for name in study.roms_for(data):
            yield "rom", study.roms[name].kind, f"roms/{data}/{name}.h5"


def _start() -> float:
    """Return the seconds in which a job starts and imports what it needs."""
    begin = time.perf_counter()
    words = [sys.executable, "-c", "import mornet.comparison.cases, mornet.storage"]
    subprocess.run(words, check=False, capture_output=True)
    return time.perf_counter() - begin


def _seconds(data: DataSet, study: Study, name: str, rank: int) -> float:
    """Return the time of one fit; 0 for one that fails, as its job will say."""
    choice = study.methods[name]
    method: Any = METHODS[choice.kind].load()(**choice.settings)
    try:
        if isinstance(method, MiniBatchSettings | HybridSettings | BestSettings):
            return _trained(data, method, rank)
        return _untrained(data, method, rank)
    except MornetError:
        return 0.0


def _untrained(data: DataSet, method: Any, rank: int) -> float:
    n, m = data.train.U.shape
    k = min(m, max(rank + 1, int(SMALL / n**2), int(np.sqrt(SMALL / n))))
    part = replace(data, train=data.train.take(np.arange(k)))
    seconds, _ = _timed(part, method, min(rank, n, k))
    return seconds * m * min(n, m) / (k * min(n, k))


def _trained(data: DataSet, method: Any, rank: int) -> float:
    m = data.train.m
    (first, few), *more = _short_fits(data, method, rank)
    if not few:
        return first  # nothing was trained, and no settings change that
    rate = first / few
    if more and more[0][1] > few:
        rate = max((more[0][0] - first) / (more[0][1] - few), 0.0)
    return max(first + rate * (_most_gradients(method, m, few) - few), 0.0)


def _short_fits(data: DataSet, method: Any, rank: int) -> list[tuple[float, float]]:
    """Return the seconds and gradients of one or two short fits."""
    found = [_timed(data, _short(method, SHORT[0], data.train.m), rank)]
    if found[0][0] < ENOUGH:
        found.append(_timed(data, _short(method, SHORT[1], data.train.m), rank))
    return found


def _timed(data: DataSet, method: Any, rank: int) -> tuple[float, float]:
    rng, norm = np.random.default_rng(0), data.measure(data.train)
    begin = time.perf_counter()
    fit = method.fit(FitInput(data.train.U, rank, rng, norm, context_of(data)))
    return time.perf_counter() - begin, fit.sample_gradients


def _short(method: Any, steps: int, m: int) -> Any:
    """Return ``method`` with trainings of about this number of steps."""
    if isinstance(method, MiniBatchSettings):
        epochs = -(-steps * even_batch(m, method.batch) // m)
        return replace(method, epochs=epochs, patience=None)
    full = steps
    if isinstance(method, BestSettings):  # its final takes a part of the full training too
        full = -(-steps * method.steps // method.trial_steps)
    return replace(method, steps=full, trial_steps=steps)


def _most_gradients(method: Any, m: int, few: float) -> float:
    """Return the largest number of gradients; the first short fit took ``few``."""
    if isinstance(method, MiniBatchSettings):
        return planned_epochs(method, m) * m
    return few / SHORT[0] * method.trial_steps + method.steps * even_batch(m, method.batch)
