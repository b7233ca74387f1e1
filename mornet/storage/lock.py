"""One workflow at a time writes the results of a study."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from mornet.errors import StorageError

RUN = "MORNET_RUN_PID"  # the process of `mornet run`, whose child this process is
_HELD: list[IO[str]] = []  # open for as long as this process lives


def hold(path: Path) -> None:
    """Take the lock ``path`` until this process ends; a child of `mornet run` shares its lock.

    The operating system releases the lock, also if the process is killed. Raises StorageError if
    another process holds the lock; the message names this process.
    """
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        if holder and holder == os.environ.get(RUN):
            return
        raise StorageError(
            f"{path.parent} is being written by the process {holder}: wait until it has ended, "
            "or stop it"
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    _HELD.append(file)
