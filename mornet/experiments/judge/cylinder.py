"""The wake of a cylinder in nine POD amplitudes, every third snapshot, in single precision."""

from __future__ import annotations

import numpy as np

from mornet.experiments.cylinder_wake import RATE, amplitudes
from mornet.snapshots import DataSet, Snapshots

THIN = 3  # every third snapshot is kept
BLOCK, EVERY = 50, 5  # snapshots of a block of time; each fifth block is for testing


def cylinder_wake(*, later: bool = False) -> DataSet:
    """Return the amplitudes (9, 1000); blocks of 15 units of time are for testing.

    If ``later``, the last fifth of the series is for testing instead.
    """
    U = np.float32(amplitudes()[:, ::THIN]).astype(float)
    t = np.float32(THIN * np.arange(U.shape[1]) / RATE).astype(float)
    whole = Snapshots(U, np.arange(9.0)[None], np.zeros(len(t), int), t=t)
    k = np.arange(len(t))
    tests = k >= len(k) * (EVERY - 1) // EVERY if later else k // BLOCK % EVERY == EVERY // 2
    parts = whole.divided(tests, "test")
    words = "the last fifth" if later else "each fifth block of time"
    return DataSet("cylinder_wake", *parts, f"one series: {words} for testing")
