"""One input of a user, tried: it may be refused with a message, and never ends in a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

from mornet.cli import main

SECONDS = 10


@dataclass(frozen=True)
class Outcome:
    """What became of an input: "accepted", "refused", "slow", or a fault with its traceback."""

    verdict: str
    words: str


class _Slow(BaseException):
    pass


def attempt(words: list[str], seconds: int = SECONDS) -> Outcome:
    """Run the command line in this process."""

    def stop(*_: object) -> None:
        raise _Slow

    out, error = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(error),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            return _judged(main(words), error, words[:1] == ["diff"])
    except SystemExit as ended:  # argparse ends so
        return _judged(ended.code, error)
    except _Slow:
        return Outcome("slow", "")
    except BaseException:
        return Outcome("fault", traceback.format_exc())
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _judged(code: object, error: io.TextIOWrapper, silent: bool = False) -> Outcome:
    """Judge by the exit code; a ``silent`` verb answers "no" by its code alone."""
    error.flush()
    said = error.buffer.getvalue().decode(errors="replace")
    if code in (0, None):
        return Outcome("accepted", said)
    if code not in (1, 2) or not (silent or said.strip()) or "Traceback" in said:
        return Outcome("fault", f"code {code}, {said!r}")
    return Outcome("refused", said)


@contextlib.contextmanager
def in_folder(path: Path):
    """Work in the folder ``path``, and come back."""
    before = Path.cwd()
    os.chdir(path)
    try:
        yield path
    finally:
        os.chdir(before)
