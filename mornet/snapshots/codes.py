"""Codes in a file: what its axes are, as the caller, the file or the length of a code says."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import MornetError
from mornet.snapshots.code_tables import NAMES, PLACES, codes_of_table
from mornet.snapshots.files import Found, find
from mornet.snapshots.formats import read_contents
from mornet.snapshots.formats.contents import COLUMN, OF_PARAMETERS, part_in
from mornet.snapshots.formats.members import is_series
from mornet.snapshots.formats.parameter_names import beside_units, fitting, words_of


def codes_in(file: Path, key: str | None, axes: str | None, r: int) -> Found:
    """Return the codes (r, k) in a file, and what it says about them.

    The axes are those that the caller states, those that the file names, or those that the number
    of entries of a code decides. Otherwise a column is a code, as `mornet encode` writes it. A
    table with columns code_0, code_1, ... has a row for each code. Raises as `find` does.
    """
    if axes is None and key is None and (table := codes_of_table(file)) is not None:
        return table
    if axes is None and not is_series(file):
        contents = read_contents(file, key)
        shape = np.shape(contents.array)
        decided = len(shape) != 2 or [n == r for n in shape].count(True) == 1
        if not decided and contents.axes is None and COLUMN not in contents.coordinates:
            axes = "latent sample"
    found = find(file, key=key, axes=axes, rows=[r], fields=_places(file, key))
    return _with_names(found, file)


def _with_names(found: Found, file: Path) -> Found:
    """Return codes with the names of parameters in an archive that `mornet export` wrote."""
    words, matrix = words_of(_array(file, OF_PARAMETERS)), found.matrix
    if not words or "mu" not in matrix.fields:
        return found
    names, notes = fitting(words, [len(matrix.fields["mu"])])
    units = matrix.units | beside_units(names)
    return replace(found, matrix=replace(matrix, units=units, notes=(*matrix.notes, *notes)))


def _places(file: Path, key: str | None) -> dict[str, str]:
    """Return the arrays of an archive that `mornet export` names after the part of its codes.

    They are t_train, mu_train, ... of the key codes_train, and names of trajectories without a
    part.
    """
    part = part_in(key or "")
    end = f"_{part}" if part else ""
    words = PLACES if part else (NAMES,)
    there = [word for word in words if np.size(_array(file, f"{word}{end}"))]
    return {word.removesuffix("_name"): f"{word}{end}" for word in there}


def _array(file: Path, name: str) -> Any:
    """Return an array of an archive; an empty one if there is none, or no archive."""
    with suppress(MornetError):
        if file.suffix.lower() in ARCHIVES:
            return read_contents(file, name).array
    return np.empty(0)


ARCHIVES = (".npz", ".mat", ".nc")
