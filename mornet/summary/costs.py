"""The processor time of a study."""

from __future__ import annotations

from typing import Any

from mornet.tables.costs import minutes, steps
from mornet.tables.table import markdown
from mornet.tables.words import marked


def cost(record: Any) -> str:
    """Return the processor time of a study, step by step."""
    table = steps(record)
    return (
        f"## Cost\n\nThe jobs took {minutes(record):.1f} minutes of processor time on one core of "
        f"{marked(record.processor)}.\n\n{markdown(table)}"
    )
