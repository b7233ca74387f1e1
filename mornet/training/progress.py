"""The progress of a training: a bar on a terminal, a note for `mornet run`, nothing elsewhere."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Self

FOLDER = "MORNET_PROGRESS"  # the folder of the notes, set by `mornet run`
_name = "a training"


def name_trainings(name: str) -> None:
    """Set the ``name`` of the next trainings of this process in their notes."""
    global _name
    _name = name


def progress_bar(steps: int, done: int) -> Any:
    """Return a bar for ``steps`` steps, of which ``done`` are done.

    It is drawn on standard error if that is a terminal, once a second has passed. In a job of
    `mornet run` it is a `Note` instead.
    """
    if folder := os.environ.get(FOLDER):
        return Note(Path(folder), steps, done)
    from tqdm import tqdm

    return tqdm(total=steps, initial=done, unit="step", delay=1, leave=False, disable=None)


class Note:
    """A file, written once a second: the name of a training, its steps done, and all its steps."""

    def __init__(self, folder: Path, steps: int, done: int) -> None:
        self.path, self.steps, self.n = folder / str(os.getpid()), steps, done
        self._written = -float("inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)

    def update(self, steps: int) -> None:
        """Count ``steps`` further steps. If the file cannot be written, nothing happens."""
        self.n += steps
        if (now := time.monotonic()) - self._written >= 1:
            self._written = now
            try:
                self.path.write_text(f"{_name}\t{self.n}\t{self.steps}", encoding="utf-8")
            except OSError:
                return
