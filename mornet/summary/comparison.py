"""The results of a comparison of reductions: the errors, and the winner at each rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.comparison.median import median
from mornet.comparison.verdicts import remarks, rivals, verdicts
from mornet.records import Array
from mornet.tables import errors, in_one_line, linear_autoencoder, markdown
from mornet.tables.words import marked, plain


def comparison(record: Any) -> str:
    """Return the errors of all methods on one data set, and the verdict."""
    table = errors([record])
    ranks = verdict(record)[1:]
    verdicts = "".join(f"- {line}\n" for line in [*ranks, *_notes(record)])
    caption = marked(plain(table.caption))
    return f"## {marked(record.data_set)}\n\n{caption}\n\n{markdown(table)}\n{verdicts}"


def _range(seeds: Array) -> str:
    """Return the range over the seeds in words; no words if all seeds look the same."""
    low, high = f"{seeds.min():.4g}", f"{seeds.max():.4g}"
    return f"seeds from {low} to {high} %, " if low != high else ""


def linear_autoencoders(cases: Sequence[Any]) -> str:
    """Return the distances of linear autoencoders from POD; no words if no case is linear."""
    linear = [case for case in cases if case.angle is not None and case.models]
    linear = [case for case in linear if case.models[0].kind == "autoencoder"]
    if not linear:
        return ""
    table = linear_autoencoder(linear)
    return f"## Linear autoencoder = POD\n\n{marked(plain(table.caption))}\n\n{markdown(table)}"


def verdict(record: Any) -> list[str]:
    """Return the verdict in one line, and one sentence for each rank.

    The verdict compares median test errors. A method whose error is within 2 per cent of the error
    of the best reference does not win. If all methods are POD, the list is empty.
    """
    if not len(rivals(record)):
        return []
    tested = ", without an honest test" if record.one_series else ""
    lines = [" ".join([f"**Verdict{tested}**: {marked(in_one_line(record))}.", *_notes(record)])]
    for j, at in enumerate(verdicts(record)):
        seeds = 100 * record.test_error[at.position, j]
        if at.won:
            line = f"r = {at.rank}: **{marked(at.method)}** wins {at.advantage}"
        else:
            line = f"r = {at.rank}: **{marked(at.reference)}** wins"
        better = ""
        if at.listed:
            better = f"{marked(at.listed[0])} {100 * at.listed[1]:.4g} %, the best listed method; "
        lines.append(
            f"{line} ({marked(at.reference)} {100 * at.reference_error:.4g} %; {better}"
            f"{marked(at.method)} {100 * at.error:.4g} %, {_range(seeds)}"
            f"{median(record.seconds[at.position, j]):.2g} s of one processor)."
            + "".join(f" {_note(words)}" for words in at.warnings)
        )
    return lines


def _notes(record: Any) -> list[str]:
    """Return what the verdict means and for what it holds; none if all methods are POD."""
    return [_note(words) for words in remarks(record)] if len(rivals(record)) else []


def _note(words: str) -> str:
    return f"Note: {marked(words)}."
