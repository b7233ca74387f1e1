"""The results of a comparison of reductions: the errors, and the winner at each rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.comparison.median import median_seed
from mornet.tables import (
    LEAST_FACTOR,
    best_pair,
    errors,
    in_one_line,
    linear_autoencoder,
    markdown,
    pods,
)


def comparison(record: Any) -> str:
    """Return the errors of all methods on one data set, and the verdict."""
    table = errors([record])
    verdicts = "\n".join(f"- {line}" for line in verdict(record))
    return f"## {record.data_set}\n\n{table.caption}\n\n{markdown(table)}\n{verdicts}\n"


def linear_autoencoders(cases: Sequence[Any]) -> str:
    """Return the distances of linear autoencoders from POD; no words if no case is linear."""
    linear = [case for case in cases if case.angle is not None and case.models]
    linear = [case for case in linear if case.models[0].kind == "autoencoder"]
    if not linear:
        return ""
    table = linear_autoencoder(linear)
    return f"## Linear autoencoder = POD\n\n{table.caption}\n\n{markdown(table)}"


def verdict(record: Any) -> list[str]:
    """Return the verdict in one line, and one sentence for each rank.

    The verdict compares median test errors. A method whose error is within 2 per cent of the error
    of POD does not win.
    Without a POD, or without another method, the list is empty.
    """
    if not 0 < len(pods(record)) < len(record.method):
        return []
    test = median_seed(record.test_error)
    lines = [f"**Verdict**: {in_one_line(record)}."]
    for j, rank in enumerate(record.rank):
        pod, net, factor = best_pair(record, j)
        seeds = 100 * record.test_error[net, j]
        if factor > LEAST_FACTOR:
            line = f"r = {rank}: **{record.method[net]}** wins by {factor:.3g} times"
        else:
            line = f"r = {rank}: **{record.method[pod]}** wins, training gains nothing"
        lines.append(
            f"{line} ({record.method[pod]} {100 * test[pod, j]:.4g} %; {record.method[net]} "
            f"{100 * test[net, j]:.4g} %, seeds from {seeds.min():.4g} to {seeds.max():.4g} %, "
            f"{median_seed(record.seconds[net, j]):.2g} s)."
        )
    return lines
