"""One workflow at a time writes the results of a study."""

from __future__ import annotations

import os
from pathlib import Path

from mornet.errors import StorageError, naming

RUN = "MORNET_RUN_PID"  # the process of `mornet run`, whose child this process is


def hold(path: Path) -> None:
    """Take the lock ``path`` until this process ends; a child of `mornet run` shares its lock.

    The operating system releases the lock, also if the process is killed. Raises StorageError if
    another process holds the lock; the message names this process.
    """
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)  # open for as long as this process lives
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(file, 32).decode("ascii", "replace").strip()
        os.close(file)
        if holder and holder == os.environ.get(RUN):
            return
        raise StorageError(
            f"{path.parent} is being written by the process {holder}: wait until it has ended, "
            "or stop it"
        ) from None
    with naming(path):
        os.truncate(file, 0)
        os.write(file, str(os.getpid()).encode("ascii"))
