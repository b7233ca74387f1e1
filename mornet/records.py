"""Declaring what an array means: its axes, its unit, its purpose.

Everything mornet stores is a *record*: a frozen dataclass with a class attribute ``kind``. Its
arrays are declared with `array`, which names their axes, so that `mornet.storage` can write any
record as a self-describing HDF5 file and read it back, and no other module needs to know HDF5.

    @dataclass(frozen=True, eq=False)
    class POD:
        kind: ClassVar[str] = "pod"
        V: Array = array("dof", "mode", about="modes, one per column")
        singular_values: Array = array("index", units="that of the snapshots")
        source: str = ""

A one-dimensional array whose only axis has the name of the field (``t: Array = array("t")``) is the
coordinate of that axis.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Indices = NDArray[np.integer[Any]]


def array(
    *axes: str,
    units: str = "1",
    about: str = "",
    optional: bool = False,
    measured: bool = False,
) -> Any:
    """Return a dataclass field for an array with the named axes; no axes at all: a scalar.

    ``units`` is the physical unit ("1" for a pure number), ``about`` one phrase for readers of the
    file. An ``optional`` array is None unless given. A ``measured`` one (seconds, bytes) never
    repeats: it is stored apart, where comparisons of results do not look.
    """
    metadata = {"axes": axes, "units": units, "about": about, "measured": measured}
    if optional:
        return dataclasses.field(default=None, metadata=metadata)
    return dataclasses.field(metadata=metadata)


def axes_of(field: dataclasses.Field[Any]) -> tuple[str, ...] | None:
    """Return the axis names a field was declared with, or None if it is no declared array."""
    return field.metadata.get("axes")


def held_bytes(record: Any) -> int:
    """Return the bytes of all arrays that ``record`` and the records in it hold."""
    if isinstance(record, np.ndarray):
        return int(record.nbytes)
    if not dataclasses.is_dataclass(record):
        return 0
    return sum(held_bytes(getattr(record, field.name)) for field in dataclasses.fields(record))
