"""The judge on many data sets: one row a set, and what holds over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.tables.table import Column, Table, of_kind

GROUPS = ("sealed", "earlier", "tuning")  # in the order of the tables
WORSE, NEAR = 1.02, 1.2  # factors of POD's error and of the best candidate's error


def judged(records: Sequence[Any]) -> Table:
    """Return the winner on every data set, beside POD and the best candidate trained in full."""
    columns = (
        Column("data set", "data set"),
        Column("group", "group"),
        Column("rank", "$r$", "d"),
        Column("POD test error %", "POD %", "#.4g"),
        Column("winner", "winner"),
        Column("winner test error %", "test %", "#.4g"),
        Column("winner error / POD error", "ratio", "#.3g"),
        Column("expected from", "from", "#.2g", "expected"),
        Column("expected to", "to", "#.2g", "expected"),
        Column("best candidate", "best in full"),
        Column("winner error / best candidate error", "to the best", "#.3g"),
        Column("largest risk", "risk", "#.2g"),
        Column("processor seconds", "CPU / s", "#.3g"),
    )
    rows = tuple(_row(r) for r in sorted(of_kind(records, "judged"), key=_place))
    caption = (
        "The winner of the race against the better one of POD and PCA by test errors, and against "
        "the best candidate trained in full with the same draws, which only the test snapshots can "
        "name. Of several draws the medians of errors and seconds count, the most frequent winner, "
        "and the largest risk. A winner may have been trained for a shorter time, as its held-out "
        "errors ask. The expected ratio was printed before any training. The risk is what the "
        "number of held-out units can prove at most: with confidence 95 per cent it bounds the "
        "probability to be worse than POD by more than 2 per cent on the next unit. Without a loss "
        "it is 0.63 after 3 units, and 0.14 after 20."
    )
    return Table(caption, columns, rows)


def _place(record: Any) -> tuple[int, str]:
    return GROUPS.index(record.half), record.name


def _row(r: Any) -> tuple[Any, ...]:
    low, high = expected(r) or (1.0, 1.0)
    return (
        r.name,
        r.half,
        r.rank,
        100 * r.reference,
        r.winner,
        100 * r.error,
        r.ratio,
        low,
        high,
        r.candidate[r.best],
        r.to_best,
        float(np.max(r.risks)),
        float(np.median(r.seconds)),
    )


def expected(record: Any) -> tuple[float, float] | None:
    """Return the interval that was expected of the winner's family; None for POD."""
    if record.before is None:
        return None
    interval: tuple[float, float] | None = record.before.of(record.winner)
    return interval


def judged_totals(records: Sequence[Any]) -> Table:
    """Return, for each group, how often the judge kept what it promises."""
    columns = (
        Column("group", "group"),
        Column("data sets", "sets", "d"),
        Column("within 1.2 of the best", "within 1.2 of the best", "d"),
        Column("verdicts", "verdicts", "d"),
        Column("worse than 1.02 POD", "worse than 1.02 POD", "d"),
        Column("network wrongly wins", "wrongly wins", "d"),
        Column("outlooks", "outlooks", "d"),
        Column("outlook right", "outlook right", "d"),
        Column("median processor seconds", "CPU / s", ".3g"),
    )
    found = of_kind(records, "judged")
    own = {group: [r for r in found if r.half == group] for group in GROUPS}
    rows = tuple(_totals(group, own[group]) for group in GROUPS if own[group])
    caption = (
        "The promises of the judge. A data set counts as within 1.2 of the best where the error of "
        "the winner is at most 1.2 times that of the best candidate trained in full; of several "
        "draws the medians count. Each draw is a verdict. A network wrongly wins where it is "
        "chosen and POD has the smaller test error. An outlook is right where the measured ratio "
        "of a family lies in the interval printed before. Settings were chosen on the group "
        "tuning. The data sets of the group earlier were looked at with former rules. Those of "
        "the group sealed were written when the present rules were final, and looked at once."
    )
    return Table(caption, columns, rows)


def _totals(half: str, own: Sequence[Any]) -> tuple[Any, ...]:
    said = [right for r in own for right in outlook_right(r)]
    return (
        half,
        len(own),
        sum(r.to_best <= NEAR for r in own),
        sum(len(r.errors) for r in own),
        sum(int((r.ratios > WORSE).sum()) for r in own),
        sum(sum(r.wrong) for r in own),
        len(said),
        sum(said),
        float(np.median(np.concatenate([r.seconds for r in own]))),
    )


def outlook_right(record: Any) -> list[bool]:
    """Return for each family of the outlook whether its best candidate lies in the interval."""
    if record.before is None:
        return []
    gains = {family: record.gain_of(family) for family in record.before.family}
    return [_inside(record.before.of(f), gain) for f, gain in gains.items() if gain is not None]


def _inside(interval: tuple[float, float], gain: float) -> bool:
    return interval[0] <= gain <= interval[1]
