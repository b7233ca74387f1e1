"""All benchmarks as one small CSV file: a row for each case and candidate, medians over the rounds.

    python -m benchmarks.record results/benchmarks docs/benchmarks.csv

The site makes its page on benchmarks from this file.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import table
from mornet.errors import counted
from mornet.experiments.benchmark import Benchmark
from mornet.storage import load, origin

MEASURED = ("cpu", "wall", "error", "orthonormality")  # each round
NAMES = ("benchmark", "work", "case", "candidate")
OF_ALL = ("memory", "bound")  # rounds together
FIELDS = (*NAMES, *MEASURED, *OF_ALL, "rounds", "machine")
Rows = Sequence[dict[str, str]]


def rows(directory: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of all records in a directory."""
    for path in sorted(directory.glob("*.h5")):
        record, config = load(path, "benchmark"), origin(path).config
        made = {"rounds": str(record.cpu.shape[2]), "machine": config["machine"]}
        for c, case in enumerate(record.case):
            for k, candidate in enumerate(record.candidate):
                values = {name: _median(record, name, c, k) for name in (*MEASURED, *OF_ALL)}
                named = (record.name, record.work, case, candidate)
                yield dict(zip(NAMES, named, strict=True)) | values | made


def _median(record: Benchmark, field: str, case: int, candidate: int) -> str:
    values = getattr(record, field)
    return "" if values is None else f"{np.median(values[case, candidate]):.6g}"


def written(found: Rows) -> str:
    """Return the rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def records(found: Rows) -> dict[str, Benchmark]:
    """Return the records of the rows: the medians are their only round."""
    groups = groupby(found, lambda row: row["benchmark"])
    return {name: _record(name, list(group)) for name, group in groups}


def _record(name: str, found: Rows) -> Benchmark:
    cases, candidates = (tuple(dict.fromkeys(row[key] for row in found)) for key in NAMES[2:])
    shape = len(cases), len(candidates)

    def values(field: str) -> Any:
        words = [row.get(field, "") for row in found]
        return np.array(words, dtype=float).reshape(shape) if all(words) else None

    rounds = {field: values(field) for field in MEASURED}
    measured = {key: v if v is None else v[..., None] for key, v in rounds.items()}
    measured |= {key: values(key) for key in OF_ALL}
    return Benchmark(name, found[0]["work"], cases, candidates, **measured)


def page(found: Rows) -> str:
    """Return what was measured in Markdown: where, and the tables of `benchmarks.report`."""
    return f"# Measured\n\n{where(found)}\n\n{table(records(found))}\n"


def where(found: Rows) -> str:
    """Return a sentence that names the machine, and how many rounds there were."""
    machines = {f"{row['machine']}, {counted(int(row['rounds']), 'round')}" for row in found}
    return f"On {'; '.join(sorted(machines))}."


def read(path: Path) -> Rows:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_text(written(list(rows(source))), encoding="utf-8")
