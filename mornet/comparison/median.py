"""The median seed: one of several seeds represents them all, never an average."""

from __future__ import annotations

import numpy as np

from mornet.records import Array


def median_seed(values: Array) -> Array:
    """Return the lower median over the last axis, which is one of the entries."""
    ordered = np.sort(values, axis=-1)
    return ordered[..., (values.shape[-1] - 1) // 2]


def median_position(values: Array) -> int:
    """Return the position of the lower median in ``values`` (seeds,)."""
    return int(np.argsort(values, kind="stable")[(len(values) - 1) // 2])
