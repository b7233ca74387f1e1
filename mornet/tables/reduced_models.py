"""Reduced-order models: their errors, failures and processor times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.comparison.median import median
from mornet.tables.table import Column, Table, least, of_kind
from mornet.tables.words import in_words

RECONSTRUCTION = (
    "that of the reduction itself, of decode(encode(u)) for the test states u; no bound, since a "
    "model may go below it"
)
WITH_EQUATION = (
    "The effectivity is an estimate from residuals over the error. The full-order time is that of "
    "the cheapest full-order model whose error is not larger; a speed-up above 1 pays."
)
WITHOUT_EQUATION = "No equation is known, and therefore no residual and no full-order time."


def reduced_models(records: Sequence[Any]) -> Table:
    """Return a row for each model, reduction and rank of one data set.

    The last columns compare with the cheapest full-order model, on a coarser grid and with longer
    time steps, whose error is not larger.
    """
    columns = (
        Column("model", "model"),
        Column("reduction", "reduction"),
        Column("rank", "$r$", "d"),
        Column("error %", "error %", "#.4g"),
        Column("worst seed %", "worst seed %", "#.4g"),
        Column("reconstruction error %", "reconstruction %", "#.4g"),
        Column("error / reconstruction error", "ratio", "#.3g"),
        Column("effectivity of the estimate", "effectivity", "#.3g"),
        Column("failed predictions", "failed", "d"),
        Column("seconds", "time / s", "#.3g"),
        Column("full-order seconds at this error", "full order / s", "#.3g"),
        Column("speed-up", "speed-up", "#.3g"),
    )
    found = of_kind(records, "reduced_models")
    rows = tuple(row for record in found for row in _rows(record))
    predictions = sum(record.failed_step.size for record in found)
    failures = sum(record.failures for record in found)
    caption = (
        f"{in_words(found[0].data_set)}: reduced-order models of the test trajectories; "
        f"{failures} of {predictions} predictions failed. Errors are relative to the norm of the "
        "states, the median over seeds of root mean squares over trajectories. A seed with a "
        "failed prediction counts as an infinite error. The "
        f"reconstruction error is {RECONSTRUCTION}. The least error of each rank is bold. "
    )
    caption += WITHOUT_EQUATION if found[0].full_seconds is None else WITH_EQUATION
    if found[0].left_out is not None:
        caption += (
            f" What the modes of a tree leave out is in all errors: {100 * found[0].left_out:.3g} %"
            " of the test states."
        )
    if found[0].interpolated is not None:
        caption += (
            " Training trajectories interpolated over mu, without a model, have an error of "
            f"{100 * found[0].interpolated:.4g} %."
        )
    return Table(caption, columns, rows, keys=3, best=least(rows, (3,), among=(2,)))


def _rows(record: Any) -> list[tuple[Any, ...]]:
    error, floor = (record.over_trajectories(name) for name in ("error", "floor"))
    rows = []
    for method, rank, cases in record.groups():
        middle, least = float(median(error[cases])), float(median(floor[cases]))
        ratio = middle / max(least, np.finfo(float).tiny)
        seconds, full = float(np.median(record.seconds[cases])), full_order_seconds(record, middle)
        rows.append(
            (
                record.model,
                method,
                int(rank),
                or_failed(100 * middle),
                or_failed(100 * float(error[cases].max())),
                100 * least,
                or_failed(ratio),
                _effectivity(record, cases),
                int(np.sum(record.failed_step[cases] >= 0)),
                seconds,
                "none" if full is None else full,
                "none" if full is None else full / max(seconds, np.finfo(float).tiny),
            )
        )
    return rows


def _effectivity(record: Any, cases: Any) -> float | str:
    """Return the median estimate over the error, of what has one; "none" without estimates."""
    if record.estimate is None or np.isnan(record.effectivity[cases]).all():
        return "none"
    return float(np.nanmedian(record.effectivity[cases]))


def or_failed(value: float) -> float | str:
    """Return the number; "failed" for an infinite one, that of a failed prediction."""
    return value if np.isfinite(value) else "failed"


def full_order_seconds(record: Any, error: float) -> float | None:
    """Return the least time of a full-order model whose error is at most ``error``.

    It is None without an equation.
    """
    if record.full_seconds is None:
        return None
    enough = np.sqrt(np.mean(record.coarse_error**2, axis=1)) <= error
    seconds = np.vstack([record.full_seconds, record.coarse_seconds[enough]])
    return float(np.median(seconds, axis=1).min())
