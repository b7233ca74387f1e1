"""The results on updates of trained networks, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.perturbation.branch.radius import STRAIGHT_MISFIT
from mornet.tables import markdown, update_slopes
from mornet.tables.words import marked, plain


def orders(records: Sequence[Any]) -> str:
    """Return the measured orders of accuracy of all updates."""
    table = update_slopes(records)
    return f"## Updates of a trained network\n\n{marked(plain(table.caption))}\n\n{markdown(table)}"


def removal(records: Sequence[Any]) -> str:
    """Return which of the ten points can be removed, and where the other branches end."""
    return "\n".join(map(_removal, records))


def bridge(records: Sequence[Any]) -> str:
    """Return the differences between the sensitivities of the linear autoencoder and of POD."""
    return "\n".join(map(_bridge, records))


def burgers(records: Sequence[Any]) -> str:
    """Return the errors of an update of the Burgers autoencoder and of training it again."""
    return "\n".join(map(_burgers, records))


def _removal(record: Any) -> str:
    ends = record.ends
    before = [
        f"point {i} at t = {end:.4f} ({cause}; predicted from coefficients at t = 0: "
        f"{'roughly ' if misfit > STRAIGHT_MISFIT else ''}{radius:.4f})"
        for i, end, cause, radius, misfit in zip(
            ends.removed, ends.reached, ends.cause, ends.radius, ends.misfit, strict=True
        )
        if end < 1
    ]
    return (
        f"## One of the ten points leaves, decay {record.base.decay:g}\n\n"
        f"{len(record.possible)} of {len(ends.removed)} points can be removed by following the "
        f"minimum. These branches end before t = 1: {'; '.join(before) or 'none'}.\n"
    )


def _bridge(record: Any) -> str:
    return (
        "## The bridge\n\nThe relative difference between the sensitivities of the linear "
        "autoencoder and the derivatives of the POD projector is "
        f"{record.first.max():.1e} in first order and {record.second.max():.1e} in second order.\n"
    )


def _burgers(record: Any) -> str:
    accuracy, first = record.accuracy, record.accuracy.method.index("first order")
    gradients, cold = np.median(record.cold.gradients), np.median(record.cold.error)
    return (
        f"## Burgers: from mu = {record.mu:g} to {record.new_mu:g}\n\n"
        f"The first-order update has a test error of {100 * accuracy.error[first, -1]:.3g} % and "
        f"takes {record.work.update[first]:.3g} gradient-equivalents. The continued branch has "
        f"{100 * accuracy.branch_error[-1]:.3g} %. The median of L-BFGS from "
        f"{len(record.cold.error)} random starts is {100 * cold:.3g} % after {gradients:.0f} "
        "gradients. POD with as many modes as the code has entries reaches "
        f"{100 * record.pod.error[:, -1].min():.3g} %.\n"
    )
