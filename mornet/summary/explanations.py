"""Why trained methods lose: the explanation of each one where it loses most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.comparison.explain import explain_case
from mornet.comparison.verdicts import LEAST_FACTOR
from mornet.tables.words import marked

WHICH = (
    "Each method stands here at the rank where it loses most, with its seed of median test error, "
    "the lower of two."
)


def explanations(comparison: Any, cases: Sequence[Any], data_sets: Sequence[Any]) -> str:
    """Return the explanation of each trained method of a comparison where it loses most.

    A loss is a median test error above that of the best reference. The words are empty if no
    trained method loses, and without the case or the data set.
    """
    own = {(c.method, c.rank): c for c in cases if c.data_set == comparison.data_set}
    data = [d for d in data_sets if d.name == comparison.data_set]
    if not own or not data:
        return ""
    items = [_item(own[at], data[0]) for at in _losers(comparison) if at in own]
    head = f"### Why they lose on {marked(comparison.data_set)}\n\n{WHICH}\n\n"
    return head + "\n".join(items) if items else ""


def _losers(comparison: Any) -> list[tuple[str, int]]:
    best = comparison.reference_error.min(axis=0)
    loss = comparison.median("test_error") / np.maximum(best, np.finfo(float).tiny)
    most = loss.argmax(axis=1)
    return [
        (name, int(comparison.rank[j]))
        for i, (name, j) in enumerate(zip(comparison.method, most, strict=True))
        if comparison.trained[i] and loss[i, j] > LEAST_FACTOR
    ]


def _item(case: Any, data: Any) -> str:
    """Return the words as an item of a list; the causes are a numbered list within."""
    lines = explain_case(case, data).words.splitlines()
    paragraphs = [line for line in lines[1:] if not line[0].isdigit()]
    causes = [line for line in lines if line[0].isdigit()]
    blocks = [f"- **{marked(case.method)}**, r = {case.rank}. {marked(lines[0])}"]
    blocks += [f"  {marked(line)}" for line in paragraphs] + [
        "\n".join(f"  {line}" for line in causes)
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"
