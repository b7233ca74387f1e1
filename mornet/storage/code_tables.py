"""Codes as the columns of a table: a row for each snapshot, with its time and its parameters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mornet.storage.tree import Leaf

AXIS = ("snapshot",)
BESIDE = ("trajectory", "t", "mu")
CODES = "codes_"


def codes_in_columns(leaves: Mapping[str, Leaf]) -> dict[str, Leaf]:
    """Return the arrays codes_PART, t_PART, ... of all parts as columns of one table.

    The columns are part, trajectory, t, mu, code_0, code_1, ... Several parameters are mu_0, ...
    """
    parts = [name.removeprefix(CODES) for name in leaves if name.startswith(CODES)]
    counts = [leaves[f"{CODES}{part}"].value.shape[-1] for part in parts]
    columns = {"part": Leaf(np.repeat(np.array(parts, dtype=object), counts), AXIS)}
    for word in BESIDE:
        if f"{word}_{parts[0]}" in leaves:
            columns |= _rows(word, [leaves[f"{word}_{part}"] for part in parts], single=word)
    return columns | _rows("code", [leaves[f"{CODES}{part}"] for part in parts], single="code_0")


def _rows(word: str, leaves: list[Leaf], *, single: str) -> dict[str, Leaf]:
    """Return each row of arrays (k, m), side by side, as a column."""
    rows = np.hstack([np.atleast_2d(leaf.value) for leaf in leaves])
    names = [single] if len(rows) == 1 else [f"{word}_{i}" for i in range(len(rows))]
    return {name: Leaf(row, AXIS) for name, row in zip(names, rows, strict=True)}
