"""How far a workflow is, from the lines that Snakemake prints and the notes of the trainings."""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

COUNTED = re.compile(r"^(\S+) +(\d+)$")  # a rule and its jobs, in the table of jobs
STARTED = re.compile(r"^Job (\d+): (.*)$")
FINISHED = re.compile(r"^Finished jobid: (\d+) \(Rule: (\S+)\)$")
DONE = re.compile(r"^(\d+) of (\d+) steps")


@dataclass
class Progress:
    """The jobs of a workflow: how many there are, which run, and how long the finished ones took.

    ``waiting`` counts the jobs of each rule that have not finished. ``expected`` holds the seconds
    that jobs are expected to take, by rule; "" stands for rules that it does not name.
    """

    cores: int
    expected: Mapping[str, float] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    waiting: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    running: dict[str, tuple[str, float]] = field(default_factory=dict)

    def read(self, line: str, now: float) -> bool:
        """Take in one line of Snakemake, printed at the time ``now``; say if a job has ended."""
        if match := COUNTED.match(line):
            if match[1] not in ("all", "total"):
                self.waiting[match[1]] += int(match[2])
        elif match := STARTED.match(line):
            self.running[match[1]] = (match[2], now)
        elif match := FINISHED.match(line):
            self._finish(match[1], match[2], now)
        elif match := DONE.match(line):
            self.done, self.total = int(match[1]), int(match[2])
            return True
        return False

    def _finish(self, job: str, rule: str, now: float) -> None:
        self.waiting[rule] -= 1
        if job in self.running:
            _, begin = self.running.pop(job)
            self.seconds.setdefault(rule, []).append(now - begin)

    def left(self, now: float) -> float | None:
        """Return the estimated seconds left; None while the time of a rule that waits is not known.

        The jobs of a rule that wait are taken to last as long as its finished jobs did, in the
        mean, or else as long as expected, and the cores to share all of this work evenly. Rules of
        one job each count as the mean of all finished jobs if nothing is expected.
        """
        waiting = {rule: count for rule, count in self.waiting.items() if count > 0}
        each = {rule: self._each(rule, count) for rule, count in waiting.items()}
        if not waiting or None in each.values():
            return None
        work = sum(count * (each[rule] or 0.0) for rule, count in waiting.items())
        spent = sum(now - begin for _, begin in self.running.values())
        return max(work - spent, 0.0) / self.cores

    def _each(self, rule: str, count: int) -> float | None:
        """Return the seconds of one of the ``count`` jobs of a rule; None if nothing tells them."""
        if own := self.seconds.get(rule):
            return sum(own) / len(own)
        if (expected := self.expected.get(rule, self.expected.get(""))) is not None:
            return expected
        times = [second for seconds in self.seconds.values() for second in seconds]
        return sum(times) / len(times) if times and count == 1 else None

    def line(self, trainings: list[str], now: float) -> str:
        """Return the state in one line."""
        words = [f"{self.done} of {self.total or '?'} jobs"]
        if (left := self.left(now)) is not None:
            words.append(f"about {duration(left)} left")
        running = trainings or [message for message, _ in self.running.values()]
        return f"{', '.join(words)}: {'; '.join(running)}" if running else ", ".join(words)


def duration(seconds: float) -> str:
    """Return a duration in words, in a unit that suits it.

    >>> duration(42), duration(200), duration(9000)
    ('42 s', '3 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def trainings(folder: Path) -> list[str]:
    """Return the progress of the trainings that left notes in ``folder``."""
    found = []
    for path in sorted(folder.glob("[0-9]*")):
        try:
            name, done, steps = path.read_text(encoding="utf-8").split("\t")
        except (OSError, ValueError):  # it has just ended, or is being written
            continue
        found.append(f"{name}, step {done} of {steps}")
    return found


class Display:
    """One line of a terminal that is always the present state; elsewhere a line for each job."""

    def __init__(self, stream: TextIO, folder: Path) -> None:
        self.stream, self.folder, self.live = stream, folder, stream.isatty()

    def show(self, progress: Progress, ended: bool) -> None:
        """Show the state if this is a terminal, or if a job has just ``ended``."""
        if self.live:
            line = progress.line(trainings(self.folder), time.monotonic())
            width = shutil.get_terminal_size().columns - 1
            self.stream.write(f"\r\x1b[K{line[:width]}")
        elif ended:
            self.stream.write(f"{progress.line([], time.monotonic())}\n")
        self.stream.flush()

    def clear(self) -> None:
        """Empty the line of a terminal."""
        if self.live:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
