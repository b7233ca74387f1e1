"""Where the degrees of freedom of a data set stand in the files that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import DataError, ShapeError, counted
from mornet.records import Array, Indices, array, in_short


@dataclass(frozen=True, eq=False)
class DofLayout:
    """Fields, one after the other, and the rows of the files that were left out.

    The rows of all fields are numbered through. ``row`` (n,) is the row of each degree of freedom;
    rows that are missing in every snapshot, such as land, have none. Row k of field f is the entry
    k of an array of ``shape`` in C order, whose axes have the names ``axis``. ``notes`` are
    sentences on how the files were read. ``heading`` names the rows if the files do, as headings of
    the columns of a table or as names of stations. ``named`` says whether the files state the names
    of the fields; it is None in files of earlier versions. ``unit`` (f,) and ``x_unit`` (d,) are
    the units of the fields and of the coordinates, "" where they are not known. A
    coordinate that counts places has the unit "index". ``x_unit`` is None in files of earlier
    versions, where "1" stood for a unit that is not known.
    """

    kind: ClassVar[str] = "dof_layout"
    __repr__ = in_short
    rows: int
    row: Indices = array("dof", about="row of each degree of freedom in the files")
    field: tuple[str, ...] = array("field", about="names of the fields")
    unit: tuple[str, ...] = array("field", about="units of the fields")
    first: Indices = array("field", about="first row of each field")
    axis: tuple[str, ...] = array("axis", about="names of the axes of one field")
    shape: Indices = array("axis", about="lengths of the axes of one field")
    notes: tuple[str, ...] = array("note", about="how the files were read")
    heading: tuple[str, ...] | None = array(
        "heading", optional=True, about="names of the rows of all fields, such as headings"
    )
    named: bool | None = None
    x_unit: tuple[str, ...] | None = array(
        "coordinate", optional=True, about="units of the coordinates"
    )

    def __post_init__(self) -> None:
        if self.x_unit is None:
            known = tuple("" if unit == "1" else unit for unit in self.unit)
            object.__setattr__(self, "unit", known)

    @classmethod
    def plain(cls, n: int, unit: str = "") -> DofLayout:
        """Return the layout of snapshots that no file gave: one field, in its order."""
        return cls(n, np.arange(n), ("U",), (unit,), np.zeros(1, int), ("dof",), np.array([n]), ())

    @property
    def left_out(self) -> int:
        """The number of rows that are missing in every snapshot."""
        return self.rows - len(self.row)

    @property
    def of_field(self) -> Indices:
        """The number (n,) of the field of each degree of freedom."""
        return np.searchsorted(self.first, self.row, side="right") - 1

    def put_back(self, U: Array) -> Array:
        """Return ``U`` (n, m) with the rows that were left out (rows, m), as NaN.

        Raises ShapeError if ``U`` has another number of rows.
        """
        if len(U) != len(self.row):
            raise ShapeError(
                f"U has {counted(len(U), 'row')} for {counted(len(self.row), 'degree of freedom')}"
            )
        full = np.full((self.rows, *np.shape(U)[1:]), np.nan)
        full[self.row] = U
        return full

    def place(self, row: int) -> str:
        """Return in words where the ``row`` of all fields stands: its field, and its row in it."""
        f = int(np.searchsorted(self.first, row, side="right")) - 1
        return f"row {row - self.first[f]} of the field {self.field[f]}"

    def require_rows(self, name: str, U: Array) -> None:
        """Raise ShapeError unless ``U`` has all rows; the error says if its columns are as many."""
        if len(U) == self.rows:
            return
        turned = ": state its axes the other way round" if U.shape[1] == self.rows else ""
        raise ShapeError(
            f"{name} has {counted(len(U), 'row')} and {counted(U.shape[1], 'snapshot')}, but the "
            f"snapshots of the fit have {counted(self.rows, 'row')}{turned}"
        )

    def require_numbers(self, name: str, U: Array) -> None:
        """Raise DataError for an entry of ``U`` (rows, m) that is no number, in a row of a dof."""
        wrong = ~np.isfinite(U[self.row])
        if not wrong.any():
            return
        column, i = np.argwhere(wrong.T)[0]
        raise DataError(
            f"{name} is not finite in {counted(np.count_nonzero(wrong), 'entry')}; the first is "
            f"{self.place(int(self.row[i]))}, column (sample) {column}"
        )

    def unused(self, U: Array) -> Indices:
        """Return the rows of ``U`` (rows, m) that hold numbers, although no dof stands there."""
        others = np.setdiff1d(np.arange(self.rows), self.row)
        return others[np.isfinite(U[others]).any(axis=1)]

    def fields(self, U: Array) -> dict[str, Array]:
        """Return the fields in ``U`` (n, m) by name, each in its ``shape`` with m as last axis."""
        full = self.put_back(U)
        parts = np.split(full, self.first[1:])
        size = int(np.prod(self.shape))
        return {
            name: part.reshape(*self.shape, *np.shape(U)[1:]) if len(part) == size else part
            for name, part in zip(self.field, parts, strict=True)
        }
