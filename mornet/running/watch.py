"""A job ends with the workflow that started it, even if the workflow was killed."""

from __future__ import annotations

import os
import select
import threading
import time

from mornet.processes import is_alive


def end_with(pid: str | None) -> None:
    """End this process soon after the process ``pid`` has ended; do nothing without a number.

    A killed workflow cannot stop its jobs. Each job watches the workflow instead. Results are
    written in one step, so that a job can end at any moment.
    """
    if pid is not None and pid.isdecimal():
        threading.Thread(target=_watch, args=(int(pid),), daemon=True).start()


def _watch(pid: int) -> None:
    _wait(pid)
    os._exit(1)


def _wait(pid: int) -> None:
    """Return when the process ``pid`` has ended: at once on Linux, within a second elsewhere."""
    try:
        ended = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    except (AttributeError, OSError):  # macOS and old kernels do not have pidfd_open
        while is_alive(pid):
            time.sleep(1)
        return
    select.select([ended], [], [])
