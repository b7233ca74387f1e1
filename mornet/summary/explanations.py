"""Why trained methods lose: the explanation of each one where it loses most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from mornet.comparison.explain import explain_case
from mornet.comparison.verdicts import LEAST_FACTOR, verdicts
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
    losers = [at for at in _losers(comparison) if at in own]
    return _head(comparison, losers) + "\n".join(_item(own[at], data[0]) for at in losers)


def _head(comparison: Any, losers: Sequence[tuple[str, int]]) -> str:
    """Return the heading, which says at which ranks methods lose, and what stands below it."""
    if not losers:
        return ""
    at = f"{marked(comparison.data_set)} at {_ranks({rank for _, rank in losers})}"
    return f"### Why trained methods lose on {at}\n\n{WHICH}{_wins(comparison)}\n\n"


def _wins(comparison: Any) -> str:
    """Return the ranks at which a method wins, in a sentence after a blank, if there are any."""
    ranks = {verdict.rank for verdict in verdicts(comparison) if verdict.won}
    return f" A method wins over the best reference at {_ranks(ranks)}." if ranks else ""


def _ranks(ranks: Collection[int]) -> str:
    return f"r = {', '.join(map(str, sorted(ranks)))}"


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
