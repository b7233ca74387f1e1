"""The processes that work in a folder, as /proc tells them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/cwd").exists(), reason="looks for processes in /proc"
)


def working_in(folder: Path, is_wanted: Callable[[list[bytes]], bool]) -> list[int]:
    """The numbers of the processes in the folder whose words of the command line are wanted."""
    found, home = [], str(folder.resolve())
    for process in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{process}/cwd") != home:
                continue
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if is_wanted(words):
            found.append(int(process))
    return found


def signal_to_all(processes: list[int], number: signal.Signals) -> None:
    """Send a signal to those of the processes that have not ended meanwhile."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def wait_for(what: Callable[[], object], seconds: float = 120.0) -> bool:
    """Wait until ``what()`` is true, and return whether it became so; the machine may be busy."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
