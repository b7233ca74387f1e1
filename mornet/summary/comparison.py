"""The results of a comparison of reductions: the errors, and the winner at each rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.comparison.median import median_seed
from mornet.comparison.verdicts import rivals, verdicts
from mornet.tables import errors, in_one_line, linear_autoencoder, markdown


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
    of the best reference does not win. If all methods are POD, the list is empty.
    """
    if not len(rivals(record)):
        return []
    lines = [f"**Verdict**: {in_one_line(record)}."]
    for j, at in enumerate(verdicts(record)):
        seeds = 100 * record.test_error[at.position, j]
        if at.won:
            line = f"r = {at.rank}: **{at.method}** wins by a factor of {at.factor:.3g}"
        else:
            line = f"r = {at.rank}: **{at.reference}** wins, training gains nothing"
        lines.append(
            f"{line} ({at.reference} {100 * at.reference_error:.4g} %; {at.method} "
            f"{100 * at.error:.4g} %, seeds from {seeds.min():.4g} to {seeds.max():.4g} %, "
            f"{median_seed(record.seconds[at.position, j]):.2g} s of one processor)."
            + "".join(f" Note: {warning}." for warning in at.warnings)
        )
    return lines
