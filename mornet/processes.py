"""Whether a process of this machine is still there."""

from __future__ import annotations

import os


def is_alive(pid: int) -> bool:
    """Return whether this machine has a process of the number ``pid``; True in case of doubt.

    >>> is_alive(os.getpid())
    True
    """
    if os.name != "posix":  # elsewhere `os.kill` would end the process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
