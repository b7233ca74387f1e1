"""A progress bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

from typing import Any


def progress_bar(steps: int, done: int) -> Any:
    """Return a bar for ``steps`` steps, of which ``done`` are done.

    It is drawn on standard error if that is a terminal, once a second has passed.
    """
    from tqdm import tqdm

    return tqdm(total=steps, initial=done, unit="step", delay=1, leave=False, disable=None)
