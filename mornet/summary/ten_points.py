"""The results of the experiments with the ten points, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def entering_example(records: Sequence[Any]) -> str:
    """Return the sums of squares that the published training reached."""
    return "## The ten-point example\n\n" + "\n".join(map(_training, records))


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
    """Return the sum of squares that each optimiser reached, and its work."""
    return "## Optimisers on the ten points\n\n" + "\n".join(map(_race, records))


def _race(record: Any) -> str:
    lines = [
        "The list gives the sum of squares and the work of each method when it stopped, as medians "
        f"over {record.sum_of_squares.shape[1]} starts. Work is in gradients over all points.\n",
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
        f"starts. The median number of Jacobians is {np.median(record.end_jacobians):.0f}."
    )
    return "\n".join(lines) + "\n"
