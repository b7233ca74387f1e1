"""Tables for papers: the same rows as LaTeX (booktabs) and CSV.

Every number is an entry of a stored array. Where a table shows one number for several seeds, it is
that of the (lower) median seed or of the worst one, never an average.
"""

from mornet.tables.comparisons import (
    LEAST_FACTOR,
    best_pair,
    errors,
    in_one_line,
    linear_autoencoder,
    pod_rank,
    pods,
    verdict,
)
from mornet.tables.registry import TABLES
from mornet.tables.table import Column, Table, comma_separated, latex, markdown, write
from mornet.tables.updates import disturbances, update_costs, update_slopes

__all__ = [
    "LEAST_FACTOR",
    "TABLES",
    "Column",
    "Table",
    "best_pair",
    "comma_separated",
    "disturbances",
    "errors",
    "in_one_line",
    "latex",
    "linear_autoencoder",
    "markdown",
    "pod_rank",
    "pods",
    "update_costs",
    "update_slopes",
    "verdict",
    "write",
]
