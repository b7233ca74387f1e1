"""What the race between reductions chose, rank by rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from mornet.comparison.median import median_position
from mornet.errors import counted
from mornet.tables.words import marked


def choices(comparison: Any, cases: Sequence[Any]) -> str:
    """Return what the method `best` chose on one data set, and on what evidence.

    The words are empty if no case of the data set is a race.
    """
    own = [c for c in cases if c.data_set == comparison.data_set and c.models]
    races = [case for case in own if case.models[0].kind == "best"]
    items = [_item(case) for case in sorted(races, key=lambda case: case.rank)]
    return "\n".join(
        [f"### What the judge chose on {marked(comparison.data_set)}\n", *items, ""]
        if items
        else []
    )


def _item(case: Any) -> str:
    """Return the verdict of the median seed, and what the seeds chose if they differ."""
    model = case.models[median_position(case.test_error)]
    chosen = Counter(other.variant for other in case.models).most_common()
    words = ", ".join(f"{name} by {counted(seeds, 'seed')}" for name, seeds in chosen)
    differ = f" The seeds differ: {words}." if len(chosen) > 1 else ""
    return f"- r = {case.rank}: **{model.variant}**. {_sentence(model.verdict)}{differ}"


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
