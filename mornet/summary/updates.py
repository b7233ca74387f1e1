"""What the updates of trained networks came to, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.perturbation.branch.radius import STRAIGHT_MISFIT
from mornet.tables import markdown, update_slopes


def orders(records: Sequence[Any]) -> str:
    """Return the measured orders of accuracy of all updates."""
    table = update_slopes(records)
    return f"## Updates of a trained network\n\n{table.caption}\n\n{markdown(table)}"


def removal(records: Sequence[Any]) -> str:
    """Return which of the ten points can be removed, and where the other branches end."""
    return "\n".join(map(_removal, records))


def bridge(records: Sequence[Any]) -> str:
    """Return how near the sensitivities of the linear autoencoder and of POD are."""
    return "\n".join(map(_bridge, records))


def burgers(records: Sequence[Any]) -> str:
    """Return what an update of the Burgers autoencoder reaches, and what training again does."""
    return "\n".join(map(_burgers, records))


def _removal(record: Any) -> str:
    ends = record.ends
    before = [
        f"point {i} at t = {end:.4f} ({cause}; from coefficients at t = 0: "
        f"{'a rough ' if misfit > STRAIGHT_MISFIT else ''}{radius:.4f})"
        for i, end, cause, radius, misfit in zip(
            ends.removed, ends.reached, ends.cause, ends.radius, ends.misfit, strict=True
        )
        if end < 1
    ]
    return (
        f"## One of the ten points leaves, decay {record.base.decay:g}\n\n"
        f"{len(record.possible)} of {len(ends.removed)} points can be removed by following the "
        f"minimum. Branches that end before: {'; '.join(before) or 'none'}.\n"
    )


def _bridge(record: Any) -> str:
    return (
        "## The bridge\n\nSensitivities of the linear autoencoder and derivatives of the POD "
        f"projector differ by {record.first.max():.1e} in first order, relatively, and by "
        f"{record.second.max():.1e} in second.\n"
    )


def _burgers(record: Any) -> str:
    accuracy, first = record.accuracy, record.accuracy.method.index("first order")
    gradients, cold = np.median(record.cold.gradients), np.median(record.cold.error)
    return (
        f"## Burgers: from mu = {record.mu:g} to {record.new_mu:g}\n\n"
        f"The first-order update has a test error of {100 * accuracy.error[first, -1]:.3g} % (the "
        f"continued branch {100 * accuracy.branch_error[-1]:.3g} %) for "
        f"{record.work.update[first]:.3g} gradient-equivalents; L-BFGS from "
        f"{len(record.cold.error)} random starts "
        f"{100 * cold:.3g} % for {gradients:.0f} in the median, POD with as many modes "
        f"{100 * record.pod.error[:, -1].min():.3g} %.\n"
    )
