"""A table, and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mornet import __version__
from mornet.errors import OptionError

ROWS_OF_A_PAGE = 40


@dataclass(frozen=True)
class Column:
    """A column: its name in CSV, its header and the format of its entries in LaTeX.

    A column without a format holds text.
    """

    name: str
    header: str
    format: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of values under columns, with a caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


def of_kind(records: Sequence[Any], kind: str) -> list[Any]:
    """Return the records.

    Raises OptionError if there is no record or one is of another kind.
    """
    wrong = [record.kind for record in records if record.kind != kind]
    if wrong or not records:
        raise OptionError(f"this table shows results of kind {kind!r}, not {wrong or 'nothing'}")
    return list(records)


def latex(table: Table) -> str:
    """Return the table in the style of booktabs, as a LaTeX ``table`` environment.

    A table of more than 40 rows is a ``longtable``, which breaks over pages.
    """
    align = "".join("r" if column.format else "l" for column in table.columns)
    body = [
        [_entry(v, c.format) for v, c in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    caption = rf"  \caption{{{_escape(table.caption)}}}"
    lines = [
        r"    \toprule",
        "    " + " & ".join(_escape(column.header) for column in table.columns) + r" \\",
        r"    \midrule",
        *("    " + " & ".join(row) + r" \\" for row in body),
        r"    \bottomrule",
    ]
    if len(table.rows) > ROWS_OF_A_PAGE:
        head, foot = [rf"\begin{{longtable}}{{{align}}}", caption + r" \\"], [r"\end{longtable}"]
    else:
        head = [r"\begin{table}", r"  \centering", caption, rf"  \begin{{tabular}}{{{align}}}"]
        foot = [r"  \end{tabular}", r"\end{table}"]
    return "\n".join([*head, *lines, *foot]) + "\n"


def comma_separated(table: Table) -> str:
    """Return the table as CSV with one header line and full precision."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(table.rows)
    return stream.getvalue()


def markdown(table: Table) -> str:
    """Return the table in Markdown."""
    head = "| " + " | ".join(column.name for column in table.columns) + " |"
    rule = "|" + "|".join("---:" if column.format else ":---" for column in table.columns) + "|"
    rows = [
        "| "
        + " | ".join(format(v, c.format) for v, c in zip(row, table.columns, strict=True))
        + " |"
        for row in table.rows
    ]
    return "\n".join([head, rule, *rows]) + "\n"


def write(table: Table, path: Path, source: str = "") -> None:
    """Write the table to ``path``, with suffix .tex, and to the same name with suffix .csv.

    ``source`` names the results that the table shows. It is a comment in the first file; CSV has no
    comments.

    Raises OptionError for another suffix, StorageError if writing fails.
    """
    from mornet.storage import write_text

    if path.suffix != ".tex":
        raise OptionError(f"{path}: a table is written as .tex (and .csv beside it)")
    comment = f"% mornet {__version__}, of {source}\n" if source else ""
    write_text(path, comment + latex(table))
    write_text(path.with_suffix(".csv"), comma_separated(table))


def _entry(value: Any, format_: str) -> str:
    if not format_:
        return _escape(str(value))
    text = format(value, format_) if value else "0"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"${mantissa} \times 10^{{{int(exponent)}}}$"
    return f"${text}$"


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


_SPECIAL = {letter: "\\" + letter for letter in "%_&#{}"} | {"^": r"\^{}", "~": r"\~{}"}
