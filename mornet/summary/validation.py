"""Published numbers beside those computed here, by source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.errors import counted
from mornet.tables.published import NUMBERS, met, numbers
from mornet.tables.table import Table, markdown

WORDS = (
    "Each table names its source, the place in the source, and what was computed. The place says "
    "which numbers are printed in a publication, which a theorem states, and which an independent "
    "program computed for the same set-up. Digits are the significant digits of the "
    "published number that the computed number has. A number is *reproduced* if its difference is "
    "within the tolerance; a published bound or error to reach is met if the computed number is "
    "*at most* (or *at least*) as large. What falls short says so."
)


def validation(records: Sequence[Any]) -> str:
    """Return the section on published numbers: how many are met, and one table for each source."""
    good, all_of_them = met(records)
    head = (
        f"## Published numbers\n\n{good} of {all_of_them} numbers are met. They come from "
        f"{counted(len({record.source for record in records}), 'source')}. {WORDS}\n"
    )
    return "\n".join([head, _overview(records), *map(_table, records)])


def _overview(records: Sequence[Any]) -> str:
    rows = [
        f"| {record.quantity} | {record.source} | {' of '.join(map(str, met([record])))} |"
        for record in records
    ]
    return "\n".join(["| numbers | source | met |", "|:---|:---|---:|", *rows, ""])


def _table(record: Any) -> str:
    """Return one table with its source and configuration; text before numbers, notes last."""
    words = [
        f"### {record.quantity[0].upper()}{record.quantity[1:]}",
        f"*Source*: {record.source}{f'; {record.place}' if record.place else ''}.",
        f"*Configuration*: {record.configuration}" if record.configuration else "",
        markdown(Table("", NUMBERS, tuple(numbers(record)))),
    ]
    return "\n\n".join(filter(None, words))
