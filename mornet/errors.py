"""The exceptions of mornet, all derived from `MornetError`, and the words of their messages.

A message names the file, key, shape or number that is wrong, and says what to do about it. The
command line prints the message on one line, without a traceback.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import SupportsInt


class MornetError(Exception):
    """The base class: mornet refuses something, and the message says why."""


class ShapeError(MornetError, ValueError):
    """The shapes of arrays do not fit together."""


class DataError(MornetError, ValueError):
    """Numbers cannot be used: they are not finite, not real, or not positive where they must be."""


class OptionError(MornetError, ValueError):
    """An argument is outside its range, or a name does not exist."""


class StudyError(MornetError, ValueError):
    """A study file has mistakes; the message lists all of them."""


class StorageError(MornetError, OSError):
    """A file cannot be read or written as a result of mornet."""


class RunError(MornetError, RuntimeError):
    """A study could not be built; the message says which job failed, and why."""


class DivergenceError(MornetError, ArithmeticError):
    """An iteration left the finite numbers, or did not reach its tolerance."""


class RankWarning(UserWarning):
    """The result has fewer modes than requested, because the data have no more."""


class GlyphWarning(UserWarning):
    """A figure has characters that no font has."""


class SlowWarning(UserWarning):
    """A request will take much longer than necessary; the message names a faster way."""


CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # they end a line, or move the cursor


def in_print(text: str) -> str:
    """Return a text with its line breaks and other control characters as Python writes them.

    >>> in_print("a" + chr(10) + "b") == "a" + chr(92) + "nb"
    True
    """
    return CONTROLS.sub(lambda found: repr(found[0])[1:-1], text)


def reason(error: Exception) -> str:
    """Return the message of an error; a file that stands where a folder is needed is named."""
    if isinstance(error, (FileExistsError, NotADirectoryError)) and error.filename:
        path = Path(os.fsdecode(error.filename))
        for place in (path, *path.parents):
            if place.is_file():
                return f"{place} is a file, and a folder is needed: move it, or give another name"
    return str(error)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name ``path`` in an error of the system that names no file, as that of a full disk."""
    try:
        yield
    except MornetError:
        raise
    except OSError as error:
        if error.filename is not None or error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def twice(name: str, values: Iterable[Hashable]) -> str:
    """Return the words on a value that occurs twice; "" if there is none.

    >>> twice("ranks", [1, 2, 2])
    'ranks has 2 twice: each makes one result'
    """
    found = [value for value, times in Counter(values).items() if times > 1]
    return f"{name} has {found[0]} twice: each makes one result" if found else ""


def times(factor: float, what: str, digits: int = 3) -> str:
    """Return a multiple of ``what``, for messages; of a factor that rounds to 1 it is ``what``.

    >>> times(0.5, "the error of POD"), times(1.002, "the error of POD")
    ('0.5 times the error of POD', 'about the error of POD')
    """
    number = f"{factor:.{digits}g}"
    return f"about {what}" if number == "1" else f"{number} times {what}"


def counted(count: SupportsInt, word: str) -> str:
    """Return a count with its word, for messages.

    >>> counted(1, "row"), counted(2, "entry"), counted(0, "degree of freedom")
    ('1 row', '2 entries', '0 degrees of freedom')
    """
    if int(count) == 1:
        return f"1 {word}"
    first, of, rest = word.partition(" of ")
    plural = f"{first[:-1]}ies" if re.search(r"[^aeiou]y$", first) else f"{first}s"
    return f"{count} {plural}{of}{rest}"
