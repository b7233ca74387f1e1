"""Declarations of arrays: their axes, their unit, their meaning.

Everything that mornet stores is a *record*: a frozen dataclass with a class attribute ``kind``. Its
arrays are declared with `array`, which names their axes. From these names `mornet.storage` writes
any record as an HDF5 file that describes itself, and reads it back. No other module needs HDF5.

    @dataclass(frozen=True, eq=False)
    class POD:
        kind: ClassVar[str] = "pod"
        __repr__ = in_short
        V: Array = array("dof", "mode", about="modes, one per column")
        singular_values: Array = array("index", units="that of the snapshots")
        source: str = ""

A one-dimensional array is the coordinate of its axis if the axis has the name of the field, as in
``t: Array = array("t")``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Indices = NDArray[np.integer[Any]]

FEW = 8  # entries of a tuple that are printed

# names of axes along which snapshots lie; all other axes are of degrees of freedom
TIME_AXES = ("time", "t", "times", "valid_time", "time_counter", "datenum")
_WORDS = "sample samples snapshot snapshots step mu param params parameter parameters trajectory "
_WORDS += "trajectories run runs case cases ensemble member realization"
SAMPLE_AXES = frozenset((*TIME_AXES, *_WORDS.split()))


def array(
    *axes: str,
    units: str = "1",
    about: str = "",
    optional: bool = False,
    measured: bool = False,
) -> Any:
    """Return a dataclass field for an array with the named axes; without axes it is a scalar.

    ``units`` is the physical unit, "1" for a pure number. ``about`` is one phrase for readers of
    the file. An ``optional`` array is None unless it is given. A ``measured`` array, such as
    seconds or bytes, differs from run to run; it is stored apart, and comparisons of results skip
    it.
    """
    metadata = {"axes": axes, "units": units, "about": about, "measured": measured}
    if optional:
        return dataclasses.field(default=None, metadata=metadata)
    return dataclasses.field(metadata=metadata)


def axes_of(field: dataclasses.Field[Any]) -> tuple[str, ...] | None:
    """Return the names of the axes of ``field``, or None if `array` did not declare it."""
    return field.metadata.get("axes")


def held_bytes(record: Any) -> int:
    """Return the bytes of all arrays in ``record`` and in the records that it contains."""
    if isinstance(record, np.ndarray):
        return int(record.nbytes)
    if not dataclasses.is_dataclass(record):
        return 0
    return sum(held_bytes(getattr(record, field.name)) for field in dataclasses.fields(record))


def in_short(record: Any) -> str:
    """Return a record in one line: the shape of each array, and all other fields as they are.

    Fields that are not given are left out.
    """
    shown = [field.name for field in dataclasses.fields(record) if field.repr]
    values = {name: getattr(record, name) for name in shown}
    words = [f"{name}={_brief(value)}" for name, value in values.items() if value is not None]
    return f"{type(record).__name__}({', '.join(words)})"


def _brief(value: Any) -> str:
    """Return the shape of an array, "k entries" of a mapping or a long tuple, or else the repr."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"<{' x '.join(map(str, value.shape))} {value.dtype}>"
    if isinstance(value, Mapping) or (isinstance(value, tuple) and len(value) > FEW):
        return f"<{len(value)} entries>"
    return repr(value)
