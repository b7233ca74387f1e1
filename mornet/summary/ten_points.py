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
        f"2 N J from {record.sum_of_squares[0]:.6f} to {record.sum_of_squares[-1]:.12e}.",
    ]
    if record.reference_sum_of_squares is not None:
        reference = float(record.reference_sum_of_squares)
        lines.append(
            f"The published program run in GNU Octave ends at {reference:.12e}; the relative "
            f"difference is {abs(record.sum_of_squares[-1] / reference - 1):.1e}."
        )
    below = np.flatnonzero(record.sum_of_squares < 1e-2)
    if below.size:
        lines.append(f"The sum of squares is first below 1e-2 at step {record.step[below[0]]:,}.")
    return "\n".join(lines) + "\n"


def optimiser_race(records: Sequence[Any]) -> str:
    """Return what each optimiser reached, and with how much work."""
    return "## Optimisers on the ten points\n\n" + "\n".join(map(_race, records))


def _race(record: Any) -> str:
    lines = [
        f"From {record.sum_of_squares.shape[1]} starts, the median sum of squares and the median "
        "work, in gradients over all points, when each method stopped:\n",
    ]
    lines += [
        f"- {name}: {np.median(squares[:, -1]):.2e} after {np.median(spent):.0f}"
        for name, squares, spent in zip(
            record.method, record.sum_of_squares, record.spent, strict=True
        )
    ]
    solved = int(np.count_nonzero(record.end_sum_of_squares < 1e-6))
    lines.append(
        f"\nLeast squares ends below 1e-6 from {solved} of {len(record.end_sum_of_squares)} "
        f"starts, after {np.median(record.end_jacobians):.0f} Jacobians in the median."
    )
    return "\n".join(lines) + "\n"
