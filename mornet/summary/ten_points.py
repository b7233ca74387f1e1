"""What the experiments with the ten points came to, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def entering_example(records: Sequence[Any]) -> str:
    """Return how far the published program's training came."""
    return "## The entering example\n\n" + "\n".join(map(_training, records))


def _training(record: Any) -> str:
    lines = [
        f"{record.step[-1]:,} stochastic-gradient steps on the ten points took the sum of squares "
        f"2 N J from {record.cost[0]:.6f} to {record.cost[-1]:.12e}.",
    ]
    if record.reference_cost is not None:
        reference = float(record.reference_cost)
        lines.append(
            f"The published program run in GNU Octave ends at {reference:.12e}; the relative "
            f"difference is {abs(record.cost[-1] / reference - 1):.1e}."
        )
    below = np.flatnonzero(record.cost < 1e-2)
    if below.size:
        lines.append(f"The sum of squares is first below 1e-2 at step {record.step[below[0]]:,}.")
    return "\n".join(lines) + "\n"


def optimiser_race(records: Sequence[Any]) -> str:
    """Return what each optimiser reached, and with how much work."""
    return "## Optimisers on the ten points\n\n" + "\n".join(map(_race, records))


def _race(record: Any) -> str:
    lines = [
        f"From {record.cost.shape[1]} starts, the median sum of squares and the median work "
        "in gradients over all points when each method stopped:\n",
    ]
    lines += [
        f"- {name}: {np.median(cost[:, -1]):.2e} after {np.median(spent):.0f}"
        for name, cost, spent in zip(record.method, record.cost, record.spent, strict=True)
    ]
    solved = int(np.count_nonzero(record.end_cost < 1e-6))
    lines.append(
        f"\nLeast squares ends below 1e-6 from {solved} of {len(record.end_cost)} starts, after "
        f"{np.median(record.end_jacobians):.0f} Jacobians in the median."
    )
    return "\n".join(lines) + "\n"
