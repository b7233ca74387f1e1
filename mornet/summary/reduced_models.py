"""The results of reduced-order models of one data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.tables import TABLES, markdown
from mornet.tables.words import marked, plain


def reduced_models(records: Sequence[Any]) -> str:
    """Return the errors, times and failures of all reduced-order models of one data set."""
    table = TABLES["reduced_models"].load()(records)
    failures = [
        f"- {marked(f'{record.model} on {words}')}"
        for record in records
        for words in record.failure
    ]
    listed = "\n".join(["", "Failures:", "", *failures, ""]) if failures else ""
    return (
        f"## Reduced-order models of {marked(records[0].data_set)}\n\n"
        f"{marked(plain(table.caption))}\n\n{_in_one_line(table)}\n\n{markdown(table)}{listed}"
    )


def _in_one_line(table: Any) -> str:
    """Return which model has the least error, and which pays most.

    A relative error of 100 % is that of the zero state: such a model does not pay.
    """
    names = [column.name for column in table.columns]
    error, speed = names.index("error %"), names.index("speed-up")
    complete = [row for row in table.rows if not row[names.index("failed predictions")]]
    if not complete:
        return "Every model failed at least once."
    best = min(complete, key=lambda row: row[error])
    model, method = map(marked, best[:2])
    least = f"**Least error**: {model} on {method}, r = {best[2]}, {best[error]:.3g} %."
    useful = [row for row in complete if row[error] < 100]
    if best[speed] == "none" or not useful:
        return least
    fastest = max(useful, key=lambda row: row[speed])
    pays = "pays most" if fastest[speed] > 1 else "comes nearest to paying"
    return (
        f"{least} {marked(fastest[0])} on {marked(fastest[1])}, r = {fastest[2]}, {pays}: "
        f"{fastest[speed]:.3g} times as fast as a full-order model of the same error "
        f"({fastest[error]:.3g} %)."
    )
