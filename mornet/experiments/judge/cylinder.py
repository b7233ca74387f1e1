"""The wake of a cylinder at Re = 100 in nine POD amplitudes.

The amplitudes are those of eight POD modes and of the shift mode, from the steady flow to
the limit cycle (PySINDy project, examples/data/vonKarman_pod, MIT licence, see
``cylinder_wake.txt``; B. Noack et al., J. Fluid Mech. 497, 2003). The modes are orthonormal, so
that errors of amplitudes are errors of the velocity. Every third row of the original is kept.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mornet.snapshots import DataSet, Snapshots

FILE = Path(__file__).with_name("cylinder_wake.npy")
BLOCK, EVERY = 50, 5  # snapshots of a block of time; each fifth block is for testing


def cylinder_wake() -> DataSet:
    """Return the amplitudes (9, 1000); blocks of 15 units of time are for testing."""
    rows = np.load(FILE, allow_pickle=False).astype(float)
    t, U = rows[:, 0], rows[:, 1:].T
    whole = Snapshots(U, np.arange(9.0)[None], np.zeros(len(t), int), t=t)
    tests = np.arange(len(t)) // BLOCK % EVERY == EVERY // 2
    parts = whole.take(np.flatnonzero(~tests)), whole.take(np.flatnonzero(tests))
    return DataSet("cylinder_wake", *parts, "one series: each fifth block of time for testing")
