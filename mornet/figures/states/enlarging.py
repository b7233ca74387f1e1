"""Small modes are enlarged, and their titles say by which factor."""

from __future__ import annotations

import numpy as np

from mornet.figures import style
from mornet.records import Array

SMALL = 0.2  # of the largest magnitude of a field; smaller modes are enlarged


def scaled(V: Array) -> Array:
    """Return modes (k, r) of a field over their largest magnitude.

    >>> scaled(np.array([[0.5, -2.0]]))
    array([[ 0.25, -1.  ]])
    """
    return V / (np.abs(V).max() or 1.0)


def enlarged(V: Array, shares: list[str]) -> tuple[Array, list[str]]:
    """Return modes with small ones enlarged, and a title for each with its share and factor."""
    factors = [enlargement(float(largest)) for largest in np.abs(V).max(axis=0)]
    times = [rf" ($\times${style.power(factor)})" if factor > 1 else "" for factor in factors]
    titles = [
        f"mode {k}: {share}{by}" for k, (share, by) in enumerate(zip(shares, times, strict=True), 1)
    ]
    return V * np.array(factors), titles


def enlargement(largest: float) -> float:
    """Return the number, of one digit, by which a mode is multiplied to be seen.

    >>> enlargement(0.5), enlargement(0.0028), enlargement(0.0)
    (1.0, 300.0, 1.0)
    """
    if not 0 < largest < SMALL:
        return 1.0
    power = 10.0 ** np.floor(np.log10(1 / largest))
    return float(np.floor(1 / largest / power) * power)


def in_percent(share: float) -> str:
    """Return a share in percent, which is rounded to 100 only if it is all.

    >>> in_percent(0.12345), in_percent(0.999999), in_percent(1.0)
    ('12.3 %', '> 99.9 %', '100 %')
    """
    return "> 99.9 %" if 0.9995 <= share < 1 else f"{100 * share:.3g} %"
