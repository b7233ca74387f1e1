"""How fast reduced-order models are beside full-order models with the same error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mornet.tables.table import Column, Table, of_kind


def rom_speed(records: Sequence[Any]) -> Table:
    """Return a row for each size and reduced-order model."""
    columns = (
        Column("problem", "problem"),
        Column("reduction", "reduction"),
        Column("model", "model"),
        Column("n", "$n$", "d"),
        Column("error %", "error, %", ".3g"),
        Column("seconds", "s", ".3g"),
        Column("seconds of the full-order model", "full, s", ".3g"),
        Column("n of the rival", "rival $n$", "d"),
        Column("steps of the rival", "steps", "d"),
        Column("seconds of the rival", "rival, s", ".3g"),
        Column("speed-up at equal error", "speed-up", ".3g"),
    )
    found = of_kind(records, "rom_speed")
    caption = (
        "Processor times of reduced-order models. The rival is the full-order model of the least "
        "work whose error is at most that of the reduced-order model. "
        + " ".join(words for record in found for words in _words(record))
    )
    return Table(caption, columns, tuple(row for record in found for row in _rows(record)))


def _words(record: Any) -> Iterator[str]:
    """Yield where the speed-up of each model begins."""
    for k, name in enumerate(record.model):
        on = f"{name} on {record.method} at rank {record.rank}"
        n = record.begins(k)
        yield f"{on} is faster {'at no size.' if n is None else f'from n = {n} on.'}"


def _rows(record: Any) -> Iterator[tuple[Any, ...]]:
    for i, n in enumerate(record.n.tolist()):
        for k, name in enumerate(record.model):
            times = float(record.seconds[i, k]), float(record.full_seconds[i])
            rival = int(record.rival_n[i, k]), int(record.rival_steps[i, k])
            speed = float(record.rival_seconds[i, k]), float(record.speed_up[i, k])
            named = record.problem, f"{record.method}, r = {record.rank}", name, n
            shown = 100 * float(record.error[i, k]), *times, *rival, *speed
            yield (*named, *(("failed", *shown[1:-1], "failed") if record.failed[i, k] else shown))
