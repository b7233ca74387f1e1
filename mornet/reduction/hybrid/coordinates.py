"""How many POD coordinates the network of a correction sees."""

from __future__ import annotations

from mornet.linalg import truncation_rank
from mornet.records import Array

TAIL, LEAST, MOST = 1e-4, 32, 128  # truncation error, least and largest number of coordinates


def usual_coordinates(s: Array, tolerance: float = TAIL) -> int:
    """Return a number, 32 to 128, of coordinates for singular values ``s``.

    In between, it is the least one whose relative truncation error is at most ``tolerance``.
    """
    return min(max(truncation_rank(s, tolerance), LEAST), MOST)
