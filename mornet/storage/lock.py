"""One workflow at a time writes the results of a study."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from mornet.errors import StorageError

_HELD: list[IO[str]] = []  # open for as long as this process lives


def hold(path: Path) -> None:
    """Take the lock ``path`` until this process ends, however it ends.

    The kernel releases the lock, so that nothing is left to unlock after a process was killed.
    Raises StorageError, which names the process that holds the lock, if there is one.
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
        raise StorageError(
            f"{path.parent} is being written by the process {holder}: wait until it has ended, "
            "or stop it"
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    _HELD.append(file)
