"""The flow around a cylinder at Re = 100, from the steady state onto the limit cycle.

The nine amplitudes are those of eight POD modes of the limit cycle and of the shift mode (PySINDy
project, examples/data/vonKarman_pod; see README.md and LICENSE.pysindy in this folder; B. Noack,
K. Afanasiev, M. Morzynski, G. Tadmor and F. Thiele, J. Fluid Mech. 497, 2003). The modes are
orthonormal, so that errors of amplitudes are errors of the velocity.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mornet.records import Array

FILE = Path(__file__).with_name("cylinder_wake.npz")
RATE = 10  # snapshots in a unit of time


def amplitudes() -> Array:
    """Return the amplitudes (9, 3000) at the times 0, 0.1, ..., 299.9."""
    with np.load(FILE) as arrays:
        return np.asfortranarray(arrays["millionths"] / 1e6)
