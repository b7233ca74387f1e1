"""Promises of reliability: what was tried, how often it was kept, and what broke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.tables.reliability import reliability as table_of
from mornet.tables.table import markdown

WORDS = (
    "Each measure tries a promise many times on inputs, kills and damages that are drawn at random "
    "from fixed seeds. A promise is *met* if it was kept in every trial, and if there were at "
    "least as many trials as asked. *Stopped* trials took longer than a limit of seconds. "
    "`python -m tests.reliability results/reliability.h5` repeats all measures, and `mornet "
    "summary results/reliability.h5` writes this page."
)


def reliability(records: Sequence[Any]) -> str:
    """Return the section on the promises of all ``records``."""
    met = [words for record in records for words in record.met]
    head = f"## Promises\n\n{met.count('yes')} of {len(met)} measures are met. {WORDS}\n"
    parts = [head, markdown(table_of(records)), *map(_meanings, records), *map(_faults, records)]
    return "\n".join(filter(None, parts))


def _meanings(record: Any) -> str:
    commits = record.commit or ("",) * len(record.measure)
    rows = [
        f"- *{name}*: {about}{f' (code: {commit[:7]})' if commit else ''}"
        for name, about, commit in zip(record.measure, record.about, commits, strict=True)
    ]
    return "\n".join(["### What is tried\n", *rows, ""])


def _faults(record: Any) -> str:
    if not record.fault:
        return ""
    return "\n".join(["### What broke\n", *(f"- {words}" for words in record.fault), ""])
