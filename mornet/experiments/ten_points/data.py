"""The ten-point example: ten points in the unit square in two categories, and the network 2-2-3-2.

C. F. Higham and D. J. Higham, Deep Learning: An Introduction for Applied Mathematicians, SIAM
Review 61(4), 2019, Sections 2 and 6.
"""

from __future__ import annotations

import numpy as np

from mornet.nn import Network
from mornet.records import Array


def points() -> tuple[Array, Array]:
    """Return the points x (2, 10) and their targets y (2, 10): five (1, 0), then five (0, 1)."""
    x = [
        [0.1, 0.3, 0.1, 0.6, 0.4, 0.6, 0.5, 0.9, 0.4, 0.7],
        [0.1, 0.4, 0.5, 0.9, 0.2, 0.3, 0.6, 0.2, 0.4, 0.6],
    ]
    return np.asfortranarray(x), np.asfortranarray(np.repeat(np.eye(2), 5, axis=1))


def network() -> Network:
    """Return the sigmoid network 2-2-3-2, with 23 parameters."""
    return Network((2, 2, 3, 2), "sigmoid")


def grid(n: int) -> Array:
    """Return the n^2 points (2, n^2) of the regular grid on the unit square; x1 varies fastest."""
    ticks = np.linspace(0, 1, n)
    x1, x2 = np.meshgrid(ticks, ticks)
    return np.asfortranarray([x1.ravel(), x2.ravel()])
