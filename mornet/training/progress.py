"""A progress bar on a terminal, silence everywhere else."""

from __future__ import annotations

from typing import Any


def progress_bar(steps: int, done: int) -> Any:
    """Return a bar for ``steps`` steps, of which ``done`` are done.

    It is drawn on standard error if that is a terminal, from the second second on.
    """
    from tqdm import tqdm

    return tqdm(total=steps, initial=done, unit="step", delay=1, leave=False, disable=None)
