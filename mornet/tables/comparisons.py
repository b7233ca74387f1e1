"""Errors of reductions, and the method that wins at each rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mornet.comparison.median import median
from mornet.comparison.verdicts import (
    LEAST_FACTOR,
    Verdict,
    best_references,
    best_verdict,
    caution,
    pod_needs,
    pod_rank,
    rivals,
    verdicts,
)
from mornet.errors import OptionError
from mornet.tables.table import Column, Table, least, of_kind
from mornet.tables.words import in_words, listed, literal


def errors(records: Sequence[Any]) -> Table:
    """Return median test and training errors in per cent, a row for each method.

    A reference that is the best one at a rank has a row of test errors too, unless it is listed.
    """
    comparison, *others = of_kind(records, "comparison")
    if others:
        raise OptionError(f"a table of errors shows one comparison, not {1 + len(others)}")
    columns = [Column("error %", "error"), Column("method", "method")]
    columns += [Column(f"rank {r}", f"$r = {r}$", "#.4g") for r in comparison.rank]
    test, training = (
        list(zip(comparison.method, comparison.median(field), strict=True))
        for field in ("test_error", "train_error")
    )
    beside = list(best_references(comparison))
    rows = tuple(
        (part, name, *(100 * float(error) for error in errors))
        for part, found in (("test", test + beside), ("training", training))
        for name, errors in found
    )
    seeds = len(comparison.seed)
    caption = (
        f"{in_words(comparison.data_set)}: relative errors in per cent of the norm of the "
        f"{comparison.denominator}{f', median of {seeds} seeds' if seeds > 1 else ''}; "
        f"{literal(comparison.split)}. The least errors are bold.{_beside(beside)}"
    )
    best = least(rows, range(2, len(columns)), among=(0,))
    return Table(caption, tuple(columns), rows, keys=2, best=best)


def _beside(references: Sequence[tuple[str, Any]]) -> str:
    """Return in a sentence after a blank which rows are references; "" without any."""
    names = [name for name, _ in references]
    what = "is a reference" if len(names) == 1 else "are references"
    return f" {listed(names)} {what}, which no study has to list." if names else ""


def verdict(records: Sequence[Any]) -> Table:
    """Return the winner at every rank of every data set, its advantage, time, gradients and bytes.

    Data sets without a method other than POD are left out.

    Raises OptionError if no data set is left.
    """
    columns = (
        Column("data set", "data set"),
        Column("rank", "$r$", "d"),
        Column("reference", "name", group="reference"),
        Column("reference test error %", "test %", "#.4g", "reference"),
        Column("best method", "name", group="best method"),
        Column("best method test error %", "test %", "#.4g", "best method"),
        Column("best method worst seed %", "worst %", "#.4g", "best method"),
        Column("reference error / best method error", "ratio", "#.3g"),
        Column("winner", "winner"),
        Column("POD rank for best method error", "POD's $r$"),
        Column("best method processor seconds", "CPU / s", "#.3g"),
        Column("best method sample gradients", "gradients", ".1e"),
        Column("best method bytes", "bytes", ".2e"),
        Column("warnings", "warnings"),
    )
    comparisons = sorted(of_kind(records, "comparison"), key=lambda c: c.data_set)
    decided = [c for c in comparisons if len(rivals(c))]
    rows = tuple(row for c in decided or comparisons for row in _verdict_rows(c))
    caption = (
        "The best method against the best reference by median test errors. References are POD, "
        "centred POD (PCA), the mean and the nearest one of the training snapshots, and their "
        "interpolation over the parameters where times and parameters are known. The reference "
        f"wins where the two errors differ by at most {100 * (LEAST_FACTOR - 1):.0f} per cent. "
        "POD's $r$ is the least of the ranks at which POD or PCA is as good. Processor time "
        "and gradients are medians over the seeds."
    )
    return Table(caption, columns, rows, keys=2)


def _verdict_rows(comparison: Any) -> Iterator[tuple[Any, ...]]:
    for j, verdict in enumerate(verdicts(comparison)):
        i = verdict.position
        yield (
            comparison.data_set,
            verdict.rank,
            verdict.reference,
            100 * verdict.reference_error,
            verdict.method,
            100 * verdict.error,
            100 * float(comparison.test_error[i, j].max()),
            verdict.factor,
            verdict.winner,
            pod_rank(comparison, verdict.error),
            float(median(comparison.seconds[i, j])),
            float(median(comparison.sample_gradients[i, j])),
            float(comparison.memory[i, j]),
            "; ".join([*verdict.warnings, *verdict.beside_mean, *caution(comparison)]) or "--",
        )


def in_one_line(comparison: Any) -> str:
    """Return the verdict on one data set: the lowest error, and the winner at each rank."""
    found = verdicts(comparison)
    best = best_verdict(found)
    phrases = [f"lowest error by {best.winner} ({100 * best.least:.3g} % at r = {best.rank})"]
    for name, ranks in _reference_wins(found).items():
        phrases.append(f"{name} wins at r = {', '.join(map(str, ranks))}")
    for j, verdict in enumerate(found):
        if verdict.won:
            seconds = float(median(comparison.seconds[verdict.position, j]))
            phrases.append(
                f"{verdict.method} wins {verdict.advantage} at r = {verdict.rank} "
                f"(against {verdict.reference}; {seconds:.2g} s of one processor; "
                f"{pod_needs(comparison, verdict.error)})"
            )
    return "; ".join(phrases)


def _reference_wins(found: Sequence[Verdict]) -> dict[str, list[int]]:
    """Return the ranks at which each reference wins."""
    wins: dict[str, list[int]] = {}
    for verdict in found:
        if not verdict.won:
            wins.setdefault(verdict.reference, []).append(verdict.rank)
    return wins


def linear_autoencoder(records: Sequence[Any]) -> Table:
    """Return the largest distances of linear autoencoders from the Eckart-Young optimum."""
    columns = (
        Column("data set", "data set"),
        Column("method", "method"),
        Column("rank", "$r$", "d"),
        Column("largest relative excess, absolute", "excess", ".1e"),
        Column("largest angle to POD / rad", "angle / rad", ".1e"),
    )
    cases = [
        case
        for case in of_kind(records, "case")
        if case.trained and case.angle is not None and case.excess is not None
    ]
    if not cases:
        raise OptionError("none of these results is a linear autoencoder")
    rows = tuple(
        (
            case.data_set,
            case.method,
            case.rank,
            float(np.max(np.abs(case.excess))),
            float(np.max(case.angle)),
        )
        for case in sorted(cases, key=lambda case: (case.data_set, case.method, case.rank))
    )
    caption = (
        "Linear autoencoders from random starts against POD on the training snapshots: the largest "
        "relative excess of the squared error over the Eckart-Young optimum, and the largest "
        "principal angle between the ranges, over all seeds."
    )
    return Table(caption, columns, rows, keys=3)
