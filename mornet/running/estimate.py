"""How long a study will take, from short timings on the real sizes.

`running.timing` measures the start of a job, short fits, and the reading and writing of snapshots.
The time of an experiment or a reduced model is that of the longest job of its kind in the costs of
earlier runs. A study that comes with mornet has a record of its processor time, which stands for
what never ran here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mornet.errors import MornetError, counted
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.registry import EXPERIMENTS
from mornet.fom.problem import problem_of
from mornet.resources import Table, costs_in, longest, measured
from mornet.running import timing
from mornet.running.progress import duration
from mornet.running.timing import Start
from mornet.running.workflow import home, studies
from mornet.snapshots import DataSet
from mornet.study import Study, read

FEW = 3  # jobs of unknown time that are named
SNAKEMAKE, DRAWING, SUMMARY = 4, 4, 3  # times of the start of a job: of Snakemake itself, figures
RECORD = Path("docs") / "costs.csv"


class Estimate(NamedTuple):
    """The seconds of each fit that trains, and of all other jobs of the data sets.

    Of these ``others`` the seconds ``alone`` are those of jobs beside which no other one runs, and
    ``mean`` is the mean of one job. ``recorded`` holds the seconds of each experiment and reduced
    model whose kind was run before, by its rule. ``unknown`` holds the kinds that were never run.
    ``whole`` is the processor time of the whole study, if it came with mornet.
    """

    fits: tuple[float, ...]
    others: float
    mean: float
    cores: int
    recorded: Mapping[str, tuple[float, ...]] = {}
    unknown: tuple[str, ...] = ()
    alone: float = 0.0
    whole: float | None = None

    @property
    def seconds(self) -> float:
        """The time on all cores, which share the work evenly but do not divide a job."""
        jobs = [*self.fits, *(seconds for jobs in self.recorded.values() for seconds in jobs)]
        shared = max((sum(jobs) + self.others - self.alone) / self.cores, max(jobs, default=0.0))
        return max(self.alone + shared, (self.whole or 0.0) / self.cores)

    @property
    def of_rules(self) -> dict[str, float]:
        """The mean time of a job by the rule of the workflow; "" stands for all other rules."""
        known = {**self.recorded, "fit": self.fits}
        means = {rule: sum(jobs) / len(jobs) for rule, jobs in known.items() if jobs}
        return {**means, "": self.mean}

    @property
    def line(self) -> str:
        """The estimate in words."""
        missing = () if self.whole is not None else self.unknown
        if missing and not self.fits and not any(self.recorded.values()):
            return f"a time that is not known{_not_counted(missing)}"
        least = "at least " if missing else ""
        words = f"{least}about {duration(self.seconds)} on {counted(self.cores, 'core')}"
        sources = ["trainings of a few steps"] if self.fits else []
        sources += ["earlier jobs of the same kinds"] if any(self.recorded.values()) else []
        sources += ["the record of this study on another machine"] if self.whole else []
        words += f", from {' and '.join(sources)}" if sources else ""
        return words + _not_counted(missing)


def _not_counted(missing: Sequence[str]) -> str:
    """Return what the estimate leaves out, by name if it is little."""
    if not missing:
        return ""
    count, one = len(missing), len(missing) == 1
    names = f" ({', '.join(missing)})" if count <= FEW else ""
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
    table = measured(costs_in(sorted(results.parent.glob("*/cost.h5")), lambda words: None))
    recorded, unknown = _of_records(study, table, results)
    missing = {name: _missing(study, name, results) for name in found}
    if not (_trains(study, missing) or unknown or any(recorded.values())):
        return None
    cores = cores or os.cpu_count() or 1
    jobs = _Jobs(study, timing.start(cores), table)
    for name, data in found.items():
        jobs.add(name, data, missing[name])
    jobs.finish()
    begun = (results / "logs").exists()
    whole = _recorded_whole(study) if unknown and not begun else None
    return Estimate(
        tuple(jobs.fits), jobs.others, jobs.mean, cores, recorded, unknown, jobs.alone, whole
    )


def _missing(study: Study, name: str, results: Path) -> dict[str, list[int]]:
    """Return the ranks at which the fits of each method to a data set are still to be made."""
    folder = results / "fits" / name
    found = {
        method: [r for r in study.ranks[name] if not (folder / f"{method}-r{r}.h5").exists()]
        for method in study.methods_for(name)
    }
    return {method: ranks for method, ranks in found.items() if ranks}


def _trains(study: Study, missing: Mapping[str, Mapping[str, list[int]]]) -> bool:
    """Return whether a fit that draws random numbers is still to be made."""
    named = {method for methods in missing.values() for method in methods}
    return any(_kind(study, method).random for method in named)


def _kind(study: Study, method: str) -> Any:
    return METHODS[study.methods[method].kind].load()


@dataclass
class _Jobs:
    """The seconds of the jobs of a study, as data sets are added."""

    study: Study
    start: Start
    table: Table
    fits: list[float] = field(default_factory=list)
    others: float = 0.0
    alone: float = 0.0
    number: int = 0

    @property
    def mean(self) -> float:
        """The mean time of a job that trains nothing."""
        return self.others / max(self.number, 1)

    def add(self, name: str, data: DataSet, missing: Mapping[str, list[int]]) -> None:
        """Add all jobs of a data set: snapshots, fits, the comparison, close-ups and figures."""
        written, read = timing.passing(data)
        first = self._other(self._solved(name) + read + written)
        for method, ranks in missing.items():
            self._fits(data, method, ranks, read)
        last = 0.0
        if self.study.methods:
            last = self._other(read + timing.comparing(data, self.study.ranks[name]), 2)
            last += self._draw()
        for key in ("reconstructions", "learning_curves"):
            self._draw(name in getattr(self.study, key))
        self._other(read, int(name in self.study.reconstructions))
        self._draw(bool(self.study.roms_for(name)))
        self.alone = max(self.alone, first + last)

    def finish(self) -> None:
        """Add the jobs of the whole study: figures of experiments, tables and the summary."""
        for choice in self.study.experiments.values():
            self._draw(bool(EXPERIMENTS[choice.kind].figures))
        self._draw(bool(self.study.methods))
        last = [self._other(0.0, times) for times in (1, 1, SUMMARY, SNAKEMAKE)]
        self.alone += sum(last)

    def _fits(self, data: DataSet, method: str, ranks: list[int], read: float) -> None:
        choice = self.study.methods[method]
        settings: Any = _kind(self.study, method)(**choice.settings)
        try:
            if not settings.random:
                self._other(read + timing.untrained(data, settings, ranks))
            elif timing.is_trained(settings):
                self._trained(data, settings, ranks, read)
            else:
                seconds = [timing.untrained(data, settings, [rank]) for rank in ranks]
                self.fits += [self._job(read + len(self.study.seeds) * each) for each in seconds]
        except MornetError:
            return  # the job will say why

    def _trained(self, data: DataSet, settings: Any, ranks: list[int], read: float) -> None:
        seconds = len(self.study.seeds) * timing.trained(data, settings, max(ranks))
        self.fits += [self._job(read + seconds)] * len(ranks)

    def _solved(self, name: str) -> float:
        """Return the seconds of the equation of a data set in earlier runs."""
        kind = self.study.data_sets[name].kind
        if problem_of(DATA_SETS[kind].load()) is None:
            return 0.0
        return longest(self.table, f"snapshots {kind}") or 0.0

    def _draw(self, wanted: bool = True) -> float:
        return self._other(0.0, DRAWING * wanted)

    def _other(self, work: float, starts: int = 1) -> float:
        """Add a job that trains nothing and starts libraries for a few ``starts``."""
        if not starts:
            return 0.0
        seconds = self._job(work, starts)
        self.others += seconds
        self.number += 1
        return seconds

    def _job(self, work: float, starts: int = 1) -> float:
        return starts * self.start.seconds + self.start.slowness * work


def _recorded_whole(study: Study) -> float | None:
    """Return the processor seconds that are recorded for a study that comes with mornet.

    A study of the same name with other content has no record.
    """
    path, record = studies().get(study.name), home() / RECORD
    if path is None or not record.is_file() or read(path) != study:
        return None
    rows = DictReader(record.read_text(encoding="utf-8").splitlines())
    minutes = {row["study"]: float(row["processor minutes"]) for row in rows}
    return 60 * minutes[study.name] if study.name in minutes else None


def _of_records(
    study: Study, table: Table, results: Path
) -> tuple[dict[str, tuple[float, ...]], tuple[str, ...]]:
    """Return the seconds of experiments and reduced models by rule, and what never ran."""
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
