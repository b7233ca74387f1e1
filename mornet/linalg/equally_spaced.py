"""Numbers at equal distances."""

from __future__ import annotations

import numpy as np

from mornet.records import Indices


def equally_spaced(m: int, most: int) -> Indices:
    """Return numbers from 0 to ``m`` - 1 at nearly equal distances, ``most`` of them or all.

    >>> equally_spaced(7, 4), equally_spaced(3, 9)
    (array([0, 2, 4, 6]), array([0, 1, 2]))
    """
    return np.linspace(0, m - 1, min(m, most)).astype(int)
