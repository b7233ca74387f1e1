"""The code that makes each result: the one place for the rules and the command line.

A result is made again when its code changes. Each verb of the command line, together with its KIND,
has the modules that it calls; `mornet.fingerprint` finds what these import.
"""

from __future__ import annotations

from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.registry import EXPERIMENTS
from mornet.figures.registry import FIGURES
from mornet.fingerprint import code_id
from mornet.lazy import Lazy
from mornet.tables.registry import TABLES


def modules(verb: str, kind: str = "") -> tuple[str, ...]:
    """Return the modules whose code decides the result of ``verb`` for ``kind``."""
    match verb:
        case "snapshots":
            return DATA_SETS[kind].module, *DATA_SETS[kind].readers
        case "pod":
            return ("mornet.reduction.pod.stream",)
        case "fit":
            return METHODS[kind].module, "mornet.comparison.cases"
        case "compare":
            return ("mornet.comparison.collect",)
        case "close-up":
            return ("mornet.experiments.close_up",)
        case "experiment":
            return (EXPERIMENTS[kind].module,)
        case "figure":
            return tuple(FIGURES[name] for name in kind.split(","))
        case "table":
            return tuple(TABLES[name].module for name in kind.split(","))
        case "cost":
            return ("mornet.cost",)
        case "summary":
            names = [f"mornet.summary.{e.section}" for e in EXPERIMENTS.values() if e.section]
            called = {lazy.module for lazy in (*map(Lazy, names), *TABLES.values())}
            return "mornet.summary.page", *sorted(called)
    raise KeyError(verb)


def code_of(verb: str, kind: str = "") -> str:
    """Return the `code_id` of the code that ``verb`` runs for ``kind``."""
    return code_id(*modules(verb, kind))
