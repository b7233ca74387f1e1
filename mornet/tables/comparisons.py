"""Errors of reductions, and the method that wins at each rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.comparison.median import median_seed
from mornet.errors import OptionError
from mornet.records import Indices
from mornet.tables.table import Column, Table, of_kind


def errors(records: Sequence[Any]) -> Table:
    """Return training and test errors of the median seed in per cent, by rank and method."""
    comparison, *others = of_kind(records, "comparison")
    if others:
        raise OptionError(f"a table of errors shows one comparison, not {1 + len(others)}")
    train, test = comparison.median("train_error"), comparison.median("test_error")
    columns = [Column("rank", "$r$", "d")]
    for method in comparison.method:
        for part in ("train", "test"):
            columns.append(Column(f"{method} {part} error %", f"{method} {part}", ".4g"))
    rows = tuple(
        (int(rank), *(100 * e[i, j] for i in range(len(comparison.method)) for e in (train, test)))
        for j, rank in enumerate(comparison.rank)
    )
    caption = (
        f"{comparison.data_set}: relative errors in per cent of the norm of the "
        f"{comparison.denominator}, median of {len(comparison.seed)} seed(s); {comparison.split}."
    )
    return Table(caption, tuple(columns), rows)


LEAST_FACTOR = 1.02  # a method within two per cent of POD does not beat it


def pods(comparison: Any) -> Indices:
    """Return which methods of a comparison are POD, centred (PCA) or not.

    A POD draws nothing at random and reaches the Eckart-Young error at every rank.
    """
    error, optimum = comparison.train_error, comparison.optimum[..., None]
    slack = 1e-6 * optimum + 1e-13 * np.max(comparison.optimum)
    reached = np.all(np.abs(error - optimum) <= slack, axis=(1, 2))
    return np.flatnonzero(reached & ~np.array(comparison.trained, dtype=bool))


def best_pair(comparison: Any, j: int) -> tuple[int, int, float]:
    """Return the best POD, the best other method and the ratio of their errors at rank ``j``.

    ``j`` is the position of the rank. The ratio is the median test error of POD over that of the
    other method.

    Raises OptionError without a POD or without another method.
    """
    linear = pods(comparison)
    others = np.setdiff1d(np.arange(len(comparison.method)), linear)
    if not (len(linear) and len(others)):
        raise OptionError(
            f"{comparison.data_set}: a verdict needs a POD and another method, not "
            f"{', '.join(comparison.method)} alone"
        )
    test = comparison.median("test_error")[:, j]
    pod, other = (int(group[np.argmin(test[group])]) for group in (linear, others))
    return pod, other, float(test[pod] / max(test[other], np.finfo(float).tiny))


def pod_rank(comparison: Any, error: float) -> int | None:
    """Return the least rank at which the test error of a POD is at most ``error``, if any."""
    least = comparison.test_error[pods(comparison), :, 0].min(axis=0)
    enough = comparison.rank[least <= error]
    return int(enough.min()) if len(enough) else None


def verdict(records: Sequence[Any]) -> Table:
    """Return the winner at every rank of every data set, its advantage and its cost.

    Data sets without a POD or without another method are left out.

    Raises OptionError if no data set is left.
    """
    columns = (
        Column("data set", "data set"),
        Column("rank", "$r$", "d"),
        Column("POD", "POD"),
        Column("POD test error %", "test %", ".4g"),
        Column("best other", "best other"),
        Column("best other test error %", "test %", ".4g"),
        Column("best other worst seed %", "worst seed %", ".4g"),
        Column("POD error / best other error", "ratio", ".3g"),
        Column("winner", "winner"),
        Column("POD rank for best other error", "POD's $r$"),
        Column("best other seconds", "time / s", ".3g"),
        Column("best other sample gradients", "gradients", ".1e"),
        Column("best other bytes / POD bytes", "memory ratio", ".3g"),
    )
    rows = []
    comparisons = sorted(of_kind(records, "comparison"), key=lambda c: c.data_set)
    decided = [c for c in comparisons if 0 < len(pods(c)) < len(c.method)]
    for comparison in decided or comparisons:
        test, name = comparison.test_error, comparison.method
        middle = median_seed(test)
        for j, rank in enumerate(comparison.rank):
            pod, other, factor = best_pair(comparison, j)
            rows.append(
                (
                    comparison.data_set,
                    int(rank),
                    name[pod],
                    100 * float(middle[pod, j]),
                    name[other],
                    100 * float(middle[other, j]),
                    100 * float(test[other, j].max()),
                    factor,
                    name[other] if factor > LEAST_FACTOR else name[pod],
                    pod_rank(comparison, middle[other, j]) or "--",
                    float(median_seed(comparison.seconds[other, j])),
                    float(median_seed(comparison.sample_gradients[other, j])),
                    float(comparison.memory[other, j] / comparison.memory[pod, j]),
                )
            )
    caption = (
        "The best other method against the better POD, centred or not, by median test errors. "
        f"POD wins where the two errors differ by at most {100 * (LEAST_FACTOR - 1):.0f} per cent. "
        "POD's $r$ is the least of the ranks at which POD is as good. The cost is that of the "
        "median seed."
    )
    return Table(caption, columns, tuple(rows))


def in_one_line(comparison: Any) -> str:
    """Return the verdict on one data set: the lowest error, and the winner at each rank."""
    lost: list[int] = []
    phrases = []
    test = comparison.median("test_error")
    lowest, best = np.inf, ""
    for j, rank in enumerate(comparison.rank):
        pod, other, factor = best_pair(comparison, j)
        winner = other if factor > LEAST_FACTOR else pod
        if test[winner, j] < lowest:
            lowest = test[winner, j]
            best = f"{comparison.method[winner]} ({100 * lowest:.3g} % at r = {rank})"
        if factor > LEAST_FACTOR:
            seconds = float(median_seed(comparison.seconds[other, j]))
            name = comparison.method[other]
            needed = pod_rank(comparison, test[other, j])
            instead = f"; POD needs r = {needed}" if needed else ""
            cost = f"cost {seconds:.2g} s{instead}"
            phrases.append(f"{name} wins by {factor:.3g}x at r = {rank} ({cost})")
        else:
            lost.append(int(rank))
    if not phrases:
        return f"lowest error by {best}; POD wins at every rank"
    if lost:
        ranks = [int(rank) for rank in comparison.rank]
        if lost == ranks[ranks.index(lost[0]) :] and len(lost) > 1:
            phrases.insert(0, f"POD wins for r >= {lost[0]}")
        else:
            phrases.insert(0, f"POD wins at r = {', '.join(map(str, lost))}")
    return "; ".join([f"lowest error by {best}", *phrases])


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
        "relative excess of the squared error over the Eckart--Young optimum, and the largest "
        "principal angle between the ranges, over all seeds."
    )
    return Table(caption, columns, rows)
