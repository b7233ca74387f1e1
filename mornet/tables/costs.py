"""The processor time of studies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.tables.table import Column, Table, of_kind


def costs(records: Sequence[Any]) -> Table:
    """Return the processor minutes and the number of jobs of each study."""
    columns = (
        Column("study", "study"),
        Column("processor minutes", "processor minutes", ".1f"),
        Column("jobs", "jobs", "d"),
        Column("processor", "processor"),
    )
    rows = tuple(
        (record.study, round(minutes(record), 1), int(record.jobs.sum()), record.processor)
        for record in of_kind(records, "cost")
    )
    return Table("Processor time of the studies, on one core.", columns, rows)


def steps(record: Any) -> Table:
    """Return the processor seconds of one study, step by step."""
    columns = (
        Column("step", "step"),
        Column("jobs", "jobs", "d"),
        Column("processor seconds", "processor / s", ".1f"),
        Column("wall seconds", "wall / s", ".1f"),
    )
    times = zip(record.step, record.jobs, record.cpu, record.wall, strict=True)
    rows = tuple((step, int(jobs), float(cpu), float(wall)) for step, jobs, cpu, wall in times)
    return Table("Processor time of the jobs.", columns, rows)


def minutes(record: Any) -> float:
    """Return the processor time of all jobs of a study in minutes."""
    return float(record.cpu.sum()) / 60
