"""Tables for papers: the same rows as LaTeX (booktabs) and CSV.

Every number is an entry of a stored array: where seeds are condensed, the table shows the (lower)
median seed or the worst one, never an average.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mornet.tables.comparisons import (
    WINS,
    duel,
    errors,
    in_one_line,
    linear_autoencoder,
    pod_rank,
    pods,
    verdict,
)
from mornet.tables.table import Column, Table, comma_separated, latex, write
from mornet.tables.updates import disturbances, update_costs, update_slopes

TABLES: dict[str, Callable[[Sequence[Any]], Table]] = {
    "errors": errors,
    "linear_autoencoder": linear_autoencoder,
    "update_slopes": update_slopes,
    "update_costs": update_costs,
    "disturbances": disturbances,
    "verdict": verdict,
}

__all__ = [
    "TABLES",
    "WINS",
    "Column",
    "Table",
    "comma_separated",
    "disturbances",
    "duel",
    "errors",
    "in_one_line",
    "latex",
    "linear_autoencoder",
    "pod_rank",
    "pods",
    "update_costs",
    "update_slopes",
    "verdict",
    "write",
]
