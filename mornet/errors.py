"""One family of exceptions.

A message names the offending file, key, shape or number, and says what to do about it. The
command line prints it on one line, without a traceback.
"""

from __future__ import annotations


class MornetError(Exception):
    """Whatever mornet refuses, and why."""


class ShapeError(MornetError, ValueError):
    """Arrays whose shapes do not fit together."""


class DataError(MornetError, ValueError):
    """Numbers that cannot be used: not finite, not real, not positive where they must be."""


class OptionError(MornetError, ValueError):
    """An argument outside its range, or a name that does not exist."""


class StudyError(MornetError, ValueError):
    """A study file with mistakes; the message lists every one of them."""


class StorageError(MornetError, OSError):
    """A file that cannot be read or written as a mornet result."""


class DivergenceError(MornetError, ArithmeticError):
    """An iteration that left the finite numbers, or did not reach its tolerance."""


class RankWarning(UserWarning):
    """Fewer modes than asked for, because the data have no more."""


class SlowWarning(UserWarning):
    """What is asked for will take much longer than it could, and how it could not."""
