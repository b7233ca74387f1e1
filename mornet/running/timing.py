"""Short timings on this machine: of the start of a job, of short fits, of reading and writing.

All of them are processor times but the first one, which also says how many seconds pass in one
second of a processor while every core works. A fit to many snapshots is timed on a part of them:
its time apart from trainings is taken to grow as n m min(n, m), as that of a singular value
decomposition.
"""

from __future__ import annotations

import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from mornet.comparison.cases import run_case
from mornet.comparison.optima import Optima
from mornet.comparison.references import references
from mornet.errors import MornetError
from mornet.reduction.autoencoder.settings import MiniBatchSettings
from mornet.reduction.autoencoder.training import planned_epochs
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.snapshots import DataSet
from mornet.storage import load, save
from mornet.training.sampling import even_batch

SHORT = (10, 30, 90, 270, 810)  # steps of short trainings, the longer ones if time allows
ENOUGH = 0.5  # seconds by which a longer training takes longer than the first one
WORK = 5e8  # n m min(n, m) of a fit that is timed as it is
WARM = 20  # snapshots of a fit that loads libraries and is not timed
FULL_OF_BEST = 2  # full trainings after the trials: halves of finalists, and the winner
JOB = ("snapshots", "gaussian", "--set", "n=16", "-o")  # a job that takes next to no time itself


class Start(NamedTuple):
    """The seconds in which a job starts while all cores work, and what a processor second takes."""

    seconds: float
    slowness: float


class Part(NamedTuple):
    """A data set with fewer training snapshots, and the growth of two times to the whole.

    The time of reading and writing grows by ``length``, that of decompositions by ``work``.
    """

    data: DataSet
    length: float
    work: float


def start(cores: int) -> Start:
    """Return the times of jobs that do next to nothing: one alone, then twice one on each core.

    The quicker one of the two counts, since files are in memory by then.
    """
    _, alone = _jobs(1)
    wall = min(_jobs(cores)[0] for _ in range(2))
    return Start(wall, max(wall / alone, 1.0))


def _jobs(number: int) -> tuple[float, float]:
    """Return the wall time of jobs that run at once, and the processor time of one of them."""
    with TemporaryDirectory() as folder:
        before, begin = _of_children(), time.perf_counter()
        calls = [[*JOB, str(Path(folder) / f"{i}.h5")] for i in range(number)]
        for job in [_started(call) for call in calls]:
            job.wait()
        return time.perf_counter() - begin, (_of_children() - before) / number


def _started(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a verb of mornet, whose output nobody reads."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "mornet", *words], stdout=quiet, stderr=quiet)


def _of_children() -> float:
    """Return the processor time of all processes that this one started and that have ended."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def part_of(data: DataSet, rank: int) -> Part:
    """Return evenly spaced training snapshots of ``data``, all of them if they are few."""
    n, m = data.train.U.shape
    k = min(m, max(rank + 1, WARM, int(WORK / n**2), int(np.sqrt(WORK / n))))
    columns = np.unique(np.linspace(0, m - 1, k).astype(int))
    train = data.train if k == m else data.train.take(columns)
    return Part(replace(data, train=train), m / k, m * min(n, m) / (k * min(n, k)))


def passing(data: DataSet) -> tuple[float, float]:
    """Return the seconds in which a data set is written, and in which it is read."""
    data, length, _ = part_of(data, 1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "part.h5"
        written = _taken(lambda: save(path, data))
        return length * written, length * _taken(lambda: load(path))


def comparing(data: DataSet, ranks: Sequence[int]) -> float:
    """Return the seconds of the errors of all references."""
    part = part_of(data, max(ranks))
    return part.work * _taken(lambda: references(part.data, ranks))


def untrained(data: DataSet, method: Any, ranks: Sequence[int]) -> float:
    """Return the seconds of the cases of a method without training, at all ``ranks``."""
    part = part_of(data, max(ranks))
    optima = Optima(part.data, max(ranks))

    def run() -> None:
        for rank in ranks:
            run_case(part.data, "", method, rank, [0], optima=optima)

    _warm(data, method)
    return part.work * _taken(run)


def trained(data: DataSet, method: Any, rank: int) -> float:
    """Return the seconds of the case of one seed: a + b g for the largest g, as the settings say.

    A training takes g gradients of single samples. The shortest training tells most of a, and a
    longer one tells b.
    """
    part, m = part_of(data, rank), data.train.m
    _warm(data, method)
    first, few = _short_case(part.data, method, SHORT[0], rank)
    if not few:
        return first * part.work  # nothing was trained, and no settings change that
    rate = 0.0
    for steps in SHORT[1:]:
        seconds, more = _short_case(part.data, method, steps, rank)
        if more > few:
            rate = max(seconds - first, 0.0) / (more - few)
        if seconds - first >= ENOUGH or steps >= _least_steps(method, m):
            break
    trials = few * even_batch(m, method.batch) / even_batch(part.data.train.m, method.batch)
    return max(first * part.work + rate * (most_gradients(method, m, trials) - few), 0.0)


def most_gradients(method: Any, m: int, trials: float) -> float:
    """Return the largest number of gradients; short trials of `SHORT` steps took ``trials``."""
    if isinstance(method, MiniBatchSettings):
        return float(planned_epochs(method, m) * m)
    full = FULL_OF_BEST if isinstance(method, BestSettings) else 1
    long = full * method.steps * even_batch(m, method.batch)
    return trials / SHORT[0] * method.trial_steps + long


def is_trained(method: Any) -> bool:
    """Whether short trainings tell the time of a method."""
    return isinstance(method, MiniBatchSettings | HybridSettings | BestSettings)


def _least_steps(method: Any, m: int) -> int:
    """Return the steps from which a short training is as long as the method's own."""
    if isinstance(method, MiniBatchSettings):
        return planned_epochs(method, m) * -(-m // method.batch)
    return int(method.trial_steps)


def _short_case(data: DataSet, method: Any, steps: int, rank: int) -> tuple[float, float]:
    return _timed(data, _short(method, steps, data.train.m), rank)


def _timed(data: DataSet, method: Any, rank: int) -> tuple[float, float]:
    """Return the seconds of a case of one seed, and its gradients."""
    cases: list[Any] = []
    seconds = _taken(lambda: cases.append(run_case(data, "", method, rank, [0])))
    return seconds, float(cases[0].sample_gradients[0])


def _short(method: Any, steps: int, m: int) -> Any:
    """Return ``method`` with trainings of about this number of steps."""
    if isinstance(method, MiniBatchSettings):
        epochs = -(-steps * even_batch(m, method.batch) // m)
        return replace(method, epochs=epochs, patience=None)
    full = steps
    if isinstance(method, BestSettings):  # its final takes a part of the full training too
        full = -(-steps * method.steps // method.trial_steps)
    return replace(method, steps=full, trial_steps=steps)


def _warm(data: DataSet, method: Any) -> None:
    """Fit ``method`` to few snapshots, so that libraries are loaded before it is timed."""
    few = replace(data, train=data.train.take(np.arange(min(WARM, data.train.m))))
    try:
        _timed(few, _short(method, 1, few.train.m) if is_trained(method) else method, 1)
    except MornetError:
        return  # what is wrong with few snapshots need not be wrong with all


def _taken(work: Callable[[], object]) -> float:
    """Return the processor seconds of ``work``, whose warnings belong to the jobs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begin = time.process_time()
        work()
        return time.process_time() - begin
