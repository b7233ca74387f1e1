"""Codes in a file: what its axes are, as the caller, the file or the length of a code says."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mornet.snapshots.files import Found, find
from mornet.snapshots.formats import read_contents
from mornet.snapshots.formats.contents import COLUMN
from mornet.snapshots.formats.members import is_series


def codes_in(file: Path, key: str | None, axes: str | None, r: int) -> Found:
    """Return the codes (r, k) in a file, and what it says about them.

    The axes are those that the caller states, those that the file names, or those that the number
    of entries of a code decides. Otherwise a column is a code, as `mornet encode` writes it. Raises
    as `find` does.
    """
    if axes is None and not is_series(file):
        contents = read_contents(file, key)
        shape = np.shape(contents.array)
        decided = len(shape) != 2 or [n == r for n in shape].count(True) == 1
        if not decided and contents.axes is None and COLUMN not in contents.coordinates:
            axes = "latent sample"
    return find(file, key=key, axes=axes, rows=[r])
