"""Snakemake as a child process that never outlives its parent."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

SECONDS = {signal.SIGINT: 20.0, signal.SIGTERM: 5.0, signal.SIGKILL: 5.0}  # patience with each


@contextmanager
def child(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Child]:
    """Start ``command`` in a process group of its own, which is stopped at the end of the context.

    SIGTERM and SIGHUP become a KeyboardInterrupt meanwhile, so that they stop the group too.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        text=True,
        encoding="utf-8",
        errors="replace",
        process_group=0,
    )
    with _interrupted_by(signal.SIGTERM, signal.SIGHUP):
        try:
            yield Child(process)
        finally:
            _stop(process)


class Child:
    """A running process and the lines that it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._queue.put(line)
        self._queue.put(None)

    def lines(self, seconds: float) -> Iterator[str | None]:
        """Yield the lines until the process ends, and None after ``seconds`` without a line."""
        while True:
            try:
                line = self._queue.get(timeout=seconds)
            except queue.Empty:
                yield None
                continue
            if line is None:
                return
            yield line

    def wait(self) -> int:
        """Return the exit code, once the process has ended."""
        return self.process.wait()


def _stop(process: subprocess.Popen[str]) -> None:
    """End all processes of the group: ask twice, then kill.

    A first signal lets trainings keep their checkpoints. Processes of the group that are left over
    after their leader has ended are killed.
    """
    for number, seconds in SECONDS.items():
        if process.poll() is not None:
            break
        _signal(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    _signal(process.pid, signal.SIGKILL)


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


@contextmanager
def _interrupted_by(*numbers: signal.Signals) -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may change what a signal does
        return
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
