"""Rows as the text of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    r"""Return ``rows`` as CSV, with full precision and one line feed after each row.

    >>> csv_text([("name", "x"), ("a, b", 0.1)])
    'name,x\n"a, b",0.1\n'
    """
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
