"""Tables for papers: the same rows as LaTeX (booktabs) and CSV.

Every number comes from stored arrays. Where a table shows one number for several seeds, it is their
median (of an even number the mean of the middle two) or that of the worst seed.
"""

from mornet.tables.booktabs import latex
from mornet.tables.comparisons import (
    errors,
    in_one_line,
    linear_autoencoder,
    verdict,
)
from mornet.tables.files import write
from mornet.tables.registry import TABLES
from mornet.tables.table import Column, Table, comma_separated, markdown
from mornet.tables.updates import disturbances, update_slopes, update_work

__all__ = [
    "TABLES",
    "Column",
    "Table",
    "comma_separated",
    "disturbances",
    "errors",
    "in_one_line",
    "latex",
    "linear_autoencoder",
    "markdown",
    "update_slopes",
    "update_work",
    "verdict",
    "write",
]
