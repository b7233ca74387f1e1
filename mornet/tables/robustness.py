"""How often reduced-order models fail at random parameters, and how large their errors are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.experiments.rom_robustness import RATIO
from mornet.records import Array
from mornet.tables.reduced_models import or_failed
from mornet.tables.table import Column, Table, of_kind


def robustness(records: Sequence[Any]) -> Table:
    """Return a row for each problem, inside and outside the training range."""
    columns = (
        Column("model", "model"),
        Column("problem", "problem"),
        Column("rank", "$r$", "d"),
        Column("parameters", "parameters"),
        Column("runs", "runs", "d"),
        Column("failed", "failed", "d"),
        Column("median error / reconstruction error", "median ratio", "#.3g"),
        Column("95 % quantile of error / reconstruction error", "95 % ratio", "#.3g"),
        Column(f"per cent within {RATIO:g} reconstruction errors", "within, %", ".3g"),
        Column("median error %", "median error, %", "#.3g"),
    )
    found = of_kind(records, "rom_robustness")
    rows = tuple(row for record in found for row in _rows(record))
    runs, failed = (sum(len(r.failed) for r in found), sum(int(r.failed.sum()) for r in found))
    caption = (
        f"Reduced-order models at random parameters: {failed} of {runs} predictions failed. "
        f"Outside are parameters up to {100 * found[0].outside:g} per cent beyond the ends of the "
        "training range. Ratios are errors over reconstruction errors, of decode(encode(u)) for "
        f"the test states u; within are those of at most {RATIO:g}. A failed prediction "
        "counts as an infinite error."
    )
    return Table(caption, columns, rows, keys=4)


def _rows(record: Any) -> list[tuple[Any, ...]]:
    rows = []
    for k, (problem, rank) in enumerate(zip(record.problem, record.rank, strict=True)):
        for where, inside in (("inside", 1), ("outside", 0)):
            chosen: Array = (record.number == k) & (record.inside == inside)
            if not chosen.any():
                continue
            error = np.where(record.failed[chosen], np.inf, record.error[chosen])
            counts = int(chosen.sum()), int(record.failed[chosen].sum())
            quantiles = (quantile(error / record.floor[chosen], q) for q in (0.5, 0.95))
            named = f"{record.model} on {record.method}", problem, int(rank), where
            rows.append(
                (*named, *counts, *quantiles, record.share(chosen), quantile(100 * error, 0.5))
            )
    return rows


def quantile(values: Array, q: float) -> float | str:
    """Return the quantile of ``values``, or "failed" where it would be infinite."""
    place, ordered = q * (len(values) - 1), np.sort(values)
    low, high = ordered[int(place)], ordered[int(np.ceil(place))]
    return or_failed(float(low if low == high else low + (place - int(place)) * (high - low)))
