"""Snapshots in one file, which are read one after the other, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from mornet.records import Array
from mornet.snapshots.formats.alike import alike
from mornet.snapshots.formats.contents import Contents


def abreast(parts: Iterable[tuple[Any, Contents]], t: Mapping[str, Any] | None = None) -> Contents:
    """Return the snapshots of parts as one matrix, with the times ``t``, or those of the parts.

    Raises what `alike` raises.
    """
    columns: list[Array] = []
    times: list[Array] = []
    x: dict[str, Array] = {}
    units: dict[str, str] = {}
    notes: dict[str, None] = {}
    for part in alike(parts):
        notes |= dict.fromkeys(part.notes)
        columns.append(part.array)
        times += [part.fields["t"]] if "t" in part.fields else []
        x = x or {name: of for name, of in part.fields.items() if name == "x"}
        units, name = {**part.units, **units}, part.name
    own = {"t": np.concatenate(times)} if len(times) == len(columns) else {}
    fields = {**x, **own, **(t or {})}
    array = np.hstack(columns)
    return Contents(array, "dof sample", fields, units=units, notes=tuple(notes), name=name)
