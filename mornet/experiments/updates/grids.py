"""Values of t, the size of the perturbation, and of other sizes, in powers of ten."""

from __future__ import annotations


def powers_of_ten(per_decade: int, first: int, last: int, *, digits: int) -> tuple[float, ...]:
    """Return 10^(k / per_decade) for k = first, ..., last, rounded to ``digits`` digits.

    >>> powers_of_ten(2, -2, 0, digits=6)
    (0.1, 0.316228, 1.0)
    """
    exponents = (k / per_decade for k in range(first, last + 1))
    return tuple(float(f"{10**exponent:.{digits}g}") for exponent in exponents)


DECADES = powers_of_ten(1, -4, -1, digits=10)
"""1e-4, ..., 1e-1."""

HALF_DECADES = powers_of_ten(2, -9, -2, digits=10)
"""3.16e-5, 1e-4, ..., 1e-1. For both decays of the ten points all errors exceed round-off."""

QUARTER_DECADES = powers_of_ten(4, -12, 0, digits=6)
"""1e-3, 1.78e-3, ..., 1."""
