"""The inner loops that decide the speed, in NumPy and compiled (the extra ``mornet[fast]``).

`plain` uses NumPy; it is the default and the reference. `compiled` holds the same functions in
Numba, which passes over memory once where NumPy passes several times. Adam and the slopes round
exactly as in NumPy. The single-sample steps agree to round-off, because sums and exponentials are
evaluated in another way.

The compiled kernels run only if they are asked for, by ``MORNET_KERNELS=compiled`` in the
environment or by `using` in a program. Which packages are installed does not matter. Every result
file names the kernels in its provenance.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from types import ModuleType

from mornet.errors import OptionError

VARIABLE = "MORNET_KERNELS"
NAMES = ("plain", "compiled")

_chosen: ModuleType | None = None


def active() -> ModuleType:
    """Return the module whose functions run: `plain` unless the compiled one was asked for.

    Raises OptionError, at the first call, for an unknown name or if Numba is missing.
    """
    global _chosen
    if _chosen is None:
        _chosen = _load(os.environ.get(VARIABLE) or "plain")
    return _chosen


def description() -> str:
    """Return the name of the active kernels for the provenance of a result.

    It is "plain" or, for example, "compiled, numba 0.61.0".
    """
    return str(active().DESCRIPTION)


@contextmanager
def using(name: str) -> Iterator[ModuleType]:
    """Return a context in which the kernels ``name``, "plain" or "compiled", are active.

    Raises OptionError for an unknown name or if Numba is missing.
    """
    global _chosen
    before, _chosen = _chosen, _load(name)
    try:
        yield _chosen
    finally:
        _chosen = before


def available() -> bool:
    """Return whether the compiled kernels could run, without importing Numba."""
    return util.find_spec("numba") is not None


def _load(name: str) -> ModuleType:
    if name not in NAMES:
        raise OptionError(
            f"no kernels are called {name!r} ({VARIABLE}); there are plain and compiled"
        )
    if name == "compiled" and not available():
        raise OptionError(
            f"compiled kernels ({VARIABLE}) need Numba: install mornet[fast], or choose plain"
        )
    if name == "compiled":
        from mornet.kernels import compiled

        return compiled
    from mornet.kernels import plain

    return plain
