"""Codes as the columns of a table: a row for each snapshot, with its time and its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mornet.snapshots.code_tables import CODE, CODES, PLACES, is_column
from mornet.storage.tree import Leaf

AXIS = ("snapshot",)


def are_codes(leaves: Mapping[str, Leaf]) -> bool:
    """Return whether arrays are the codes of snapshots, with the trajectories of all of them."""
    of_codes = [name for name in leaves if _is(name, CODES)]
    places = [name for name in leaves if any(_is(name, word) for word in PLACES)]
    known = all(name.replace(CODES, "trajectory", 1) in leaves for name in of_codes)
    return bool(of_codes) and known and len(of_codes) + len(places) == len(leaves)


def _is(name: str, word: str) -> bool:
    """Return whether an array has the name ``word``, or ``word`` of a part."""
    return name == word or name.startswith(f"{word}_")


def codes_in_columns(leaves: Mapping[str, Leaf], names: Sequence[str] = ()) -> dict[str, Leaf]:
    """Return the arrays codes_PART, t_PART, ... of all parts as columns of one table.

    The columns are part, trajectory, t, mu, code_0, code_1, ... Several parameters are mu_0, ...,
    unless ``names`` are those of the parameters, and of no other column. Codes without a split are
    the array codes, and have no column of parts.
    """
    ends = [name.removeprefix(CODES) for name in leaves if _is(name, CODES)]
    counts = [leaves[f"{CODES}{end}"].value.shape[-1] for end in ends]
    parts = np.repeat(np.array([end.removeprefix("_") for end in ends], dtype=object), counts)
    columns = {"part": Leaf(parts, AXIS)} if any(ends) else {}
    for word in PLACES:
        if f"{word}{ends[0]}" in leaves:
            rows = [leaves[f"{word}{end}"] for end in ends]
            columns |= _rows(word, rows, single=word, names=names if word == "mu" else ())
    return columns | _rows(CODE, [leaves[f"{CODES}{end}"] for end in ends], single=f"{CODE}_0")


def _rows(
    word: str, leaves: list[Leaf], *, single: str, names: Sequence[str] = ()
) -> dict[str, Leaf]:
    """Return each row of arrays (k, m), side by side, as a column."""
    rows = np.hstack([np.atleast_2d(leaf.value) for leaf in leaves])
    if len(names) != len(rows) or any(map(is_column, names)):
        names = [single] if len(rows) == 1 else [f"{word}_{i}" for i in range(len(rows))]
    return {name: Leaf(row, AXIS) for name, row in zip(names, rows, strict=True)}
