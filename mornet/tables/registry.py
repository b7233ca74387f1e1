"""The tables: those of a comparison and of costs, and those that the experiments name."""

from __future__ import annotations

from mornet.experiments.registry import EXPERIMENTS
from mornet.lazy import Lazy

COMPARISON = ("comparisons.errors", "comparisons.linear_autoencoder", "comparisons.verdict")
# the name of a table is the name of its function
TABLES = {
    name.rpartition(".")[2]: Lazy(f"mornet.tables.{name}")
    for name in (
        *COMPARISON,
        "reduced_models.reduced_models",
        "costs.costs",
        "reliability.reliability",
        *(t for e in EXPERIMENTS.values() for t in e.tables),
    )
}
