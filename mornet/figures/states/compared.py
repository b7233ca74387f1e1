"""The snapshot of a close-up and its reconstructions by the two methods that are compared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.experiments.close_up import CloseUp
from mornet.figures.states.labels import equation, parameters_at
from mornet.figures.states.places import Field, fields_at
from mornet.records import Array
from mornet.snapshots.formats.dates import dates_at
from mornet.snapshots.layout import SINCE
from mornet.tables.words import in_words


class Shown(NamedTuple):
    """A field of the snapshot (k,), and its reconstructions (k,) by name of the method."""

    field: Field
    u: Array
    by: dict[str, Array]

    @property
    def errors(self) -> dict[str, Array]:
        """The differences from the snapshot, over its largest magnitude."""
        largest = float(np.abs(self.u).max()) or 1.0
        return {name: (v - self.u) / largest for name, v in self.by.items()}

    @property
    def limit(self) -> float:
        """The largest magnitude of all errors, or 1 if there is none."""
        return max(float(np.abs(e).max()) for e in self.errors.values()) or 1.0


def compared(close_up: CloseUp) -> list[int]:
    """Return the positions of the reference, and of the best other method if there is one."""
    reference = close_up.method.index(close_up.reference)
    others = [k for k in range(len(close_up.method)) if k != reference]
    return [reference, *sorted(others, key=lambda k: close_up.test_error[k])[:1]]


def called(close_up: CloseUp) -> str:
    """Return the date or the time, and the parameters, of the snapshot, or its number."""
    k, units, words = number_of(close_up), close_up.units, []
    if close_up.t is not None:
        unit = units.get("t", "")
        dates = dates_at(close_up.t, unit, units.get(SINCE, ""))
        words.append(dates[k] if dates else equation("$t$", f"{close_up.t[k]:.4g}", unit))
    if close_up.mu is not None:
        words += parameters_at(close_up.mu[:, k], units)
    elif len(np.unique(close_up.trajectory)) > 1 and close_up.t is not None:
        words.append(f"trajectory {close_up.trajectory[k]}")
    return ", ".join(words) or f"number {k + 1} of {close_up.code.shape[2]}"


def number_of(close_up: CloseUp) -> int:
    """Return the number of the snapshot among those for testing."""
    return 0 if close_up.shown is None else int(close_up.shown[0])


def error_in_words(close_up: CloseUp, k: int) -> str:
    """Return the name of method k with its relative error of the snapshot."""
    error = close_up.snapshot_error
    value = "" if error is None else f" {100 * error[k, number_of(close_up)]:.3g} %"
    return f"{in_words(close_up.method[k])}{value}"


def shown(close_up: CloseUp) -> list[Shown]:
    """Return the fields of the first snapshot that is kept, with their reconstructions."""
    u, units = close_up.states[:, 0], close_up.units
    by = {close_up.method[k]: close_up.reconstruction[k, :, 0] for k in compared(close_up)}
    fields = fields_at(close_up.x, close_up.layout, units, units.get("states", ""))
    return [Shown(f, u[f.row], {name: v[f.row] for name, v in by.items()}) for f in fields]
