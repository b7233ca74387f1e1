"""What a reader finds in a file, and what the names of axes and arrays mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.records import SAMPLE_AXES, TIME_AXES

ALONG = ("x", "y", "z")  # names of axes whose coordinates a caller may give
MOST = 3  # coordinates of a place
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
PART = (  # of a name: in run-5 it is 5, and t=.5 has a leading point
    r"(?:(?<![^=_/])[-+])?(?:\d+(?:\.\d+|\.(?=/|$))?|(?<![^=_/+-])\.\d+)(?:[eE][-+]?\d+)?"
)
DATES = ("date", "datetime", "timestamp")  # names of what holds dates
ORDER = ("step", "index", "i", "n", "k", "number")  # what counts without being a time
COLUMN = "column"  # coordinates of this name are headings of the second axis of a table
LETTERS = "USOT"  # kinds of arrays of NumPy that may hold words
FIELDS = (*ALONG, "t", "mu", "trajectory", "weights", "inner_product")


class Contents(NamedTuple):
    """What a reader finds in a file: the array asked for, and what the format says about it.

    ``axes`` names the axes of the array, one word for each, if the format names them; otherwise it
    is None. Snapshots lie along the axes that `SAMPLE_AXES` names, such as "sample" and "time".
    ``coordinates`` holds the numbers, or labels, along an axis by the name of the axis; "t", "mu"
    and "trajectory" of no axis are those of all snapshots in the file. ``fields`` holds the fields
    of `FIELDS` that the format gives. ``units`` holds the units of "U", "t", "x" and "mu", and of
    the coordinates along an axis by its name; those of the rows of the field x are "x[0]", "x[1]",
    ... if they differ. A unit that is not known is left out, or "". A pure number has the unit "1".
    ``notes`` say what the reader decided, one sentence each. ``name`` is that of the field, if the
    reader chose it. ``origin`` is the date, or the time of the day, from which times count.
    ``parameters`` are the names of the entries of mu. ``numbers`` are single numbers of the whole
    file whose names mean no field, such as Re; those that attributes state are ``stated``. Of a
    series, ``counts`` are the snapshots of each file. Missing entries are NaN or masked.
    """

    array: Any
    axes: str | None = None
    fields: Mapping[str, Any] = {}
    coordinates: Mapping[str, Any] = {}
    units: Mapping[str, str] = {}
    notes: tuple[str, ...] = ()
    name: str | None = None
    origin: str | None = None
    parameters: tuple[str, ...] = ()
    numbers: Mapping[str, float] = {}
    stated: Mapping[str, float] = {}
    counts: tuple[int, ...] = ()


MEANINGS = {  # name of an array -> the field that it is
    **dict.fromkeys(TIME_AXES, "t"),
    **dict.fromkeys(("mu", "param", "params", "parameter", "parameters"), "mu"),
    **dict.fromkeys(("trajectory", "trajectories", "run", "runs"), "trajectory"),
    **dict.fromkeys(
        ("x", "xy", "xyz", "coordinates", "coords", "points", "nodes", "grid", "y", "z"), "x"
    ),
}


def meaning(name: str) -> str | None:
    """Return the field that an array of this name is, by the last part of the name."""
    return MEANINGS.get(re.split(r"[/.]", name)[-1].lower())


OF_PARAMETERS = "parameter_name"  # an array of this name holds the names of the entries of mu
_TIMES_AND_RUNS = tuple(word for word, of in MEANINGS.items() if of in ("t", "trajectory"))
IN_WORDS = (*_TIMES_AND_RUNS, *DATES, OF_PARAMETERS)


def in_words(array: Any) -> Any:
    """Return an array of words as one of strings, without blanks around them.

    >>> in_words(np.array([b"wet", b"dry "])).tolist()
    ['wet', 'dry']
    """
    plain = [w.decode(errors="replace") if isinstance(w, bytes) else str(w) for w in array.flat]
    return np.array([word.strip() for word in plain], dtype=str).reshape(array.shape)


def names_parameters(name: str) -> bool:
    """Return whether an array of this name holds the names of parameters."""
    return re.split(r"[/.]", name)[-1].lower() == OF_PARAMETERS


PARTS = ("train", "validation", "test")  # of a data set, in names of its exported arrays


def part_in(name: str) -> str:
    """Return the part of a data set that a name begins or ends with, or "".

    >>> part_in("train_time"), part_in("mu_test"), part_in("test")
    ('train', 'test', '')
    """
    words = name.split("_")
    return next((w for w in (words[0], words[-1]) if len(words) > 1 and w in PARTS), "")


def without_part(name: str) -> str:
    """Return a name without that of the part of a data set before or behind it.

    >>> without_part("train_time"), without_part("mu_test"), without_part("test")
    ('time', 'mu', 'test')
    """
    part = part_in(name)
    return name.removeprefix(f"{part}_").removesuffix(f"_{part}") if part else name


TEMPERATURE = re.compile(r"(deg(rees?)?[ _]?|°)?(k|c|f|kelvins?|celsius|fahrenheit)", re.IGNORECASE)


def may_be_times(shape: Sequence[int], unit: str | None = None) -> bool:
    """Return whether an array can hold times: one number a snapshot, not in kelvins.

    >>> may_be_times((30,)), may_be_times((90, 30)), may_be_times((30,), "K")
    (True, False, False)
    """
    return sum(n > 1 for n in shape) < 2 and not TEMPERATURE.fullmatch((unit or "").strip())


def field_of(name: str, shape: Sequence[int], unit: str | None = None) -> str | None:
    """Return what an array is by its name; None for what may be snapshots, as temperatures T."""
    field = "t" if is_date(name) or is_datenum(unit) else meaning(name)
    return field if field != "t" or may_be_times(shape, unit) else None


def is_datenum(unit: str | None) -> bool:
    """Return whether a unit says that numbers are serial dates of MATLAB."""
    return (unit or "").strip().lower() == "datenum"


def is_doubtful(name: str) -> bool:
    """Return whether a name may mean times or temperatures: T."""
    return re.split(r"[/.]", name)[-1] == "T"


def is_date(name: str) -> bool:
    """Return whether an array of this name holds dates: they are the times if no others are."""
    return re.split(r"[/.]", name)[-1].lower() in DATES


def means_time(word: str) -> bool:
    """Return whether a word in a name or a pattern stands for times; T alone does not say so."""
    return word.lower() in (*TIME_AXES, *DATES) and not is_doubtful(word)


def increases(values: Any) -> bool:
    """Return whether numbers increase as times do, which may begin again with each trajectory."""
    numbers = np.ravel(values)
    later, before = numbers[1:], numbers[:-1]
    return bool(np.any(later > before) and np.all((later > before) | (later == numbers[0])))


def times_note(name: str) -> str:
    """Return the note on times under a doubtful name."""
    return f"{name} increases and is taken as the times: give it another name if it is none"


def origin_note(origin: str) -> str:
    """Return the note on the date, or the time of the day, from which times count."""
    return f"times count from {origin}"


def is_sample_axis(name: str) -> bool:
    """Return whether snapshots lie along an axis of this name."""
    return name.lower() in SAMPLE_AXES


def chosen_key(where: str, key: str | None, names: Sequence[str], several: Sequence[str]) -> str:
    """Return the name of the snapshots among all ``names``; ``several`` could be the snapshots.

    Raises OptionError, which lists the names, for an unknown key and for a choice that is missing.
    """
    if key is None and len(several) == 1:
        return several[0]
    if not names:
        raise OptionError(f"{where} holds no array of numbers")
    if key is None:
        raise no_choice(where, several or names)
    if key not in names:
        raise OptionError(f"{where}: no array {key!r}; there are {', '.join(in_one_line(names))}")
    return key


def in_one_line(names: Sequence[str]) -> list[str]:
    """Return names with their line breaks written as in Python, so that a sentence stays whole."""
    return [name if name.isprintable() else repr(name) for name in names]


def no_choice(where: object, names: Sequence[str]) -> OptionError:
    """Return the error that says which of ``names`` a key may be, and how it is given."""
    names = in_one_line(names)
    listed = f"there are {', '.join(names)}: as FILE:{names[0]}"
    return OptionError(f"{where}: give the key of the snapshots; {listed}")
