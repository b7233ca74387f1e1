"""What updates cost, as counts that do not depend on the machine, and as gradient-equivalents."""

from __future__ import annotations

from typing import NamedTuple


class Counts(NamedTuple):
    """What one update costs beyond the base point, whose H is there factorised.

    A series of order k through the network counts as (k+1)(k+2)/2 gradients, the number of
    products of coefficients in it.
    """

    gradients: int = 0
    products: int = 0
    hessians: int = 0
    solves: int = 0

    def __add__(self, other: object) -> Counts:
        """Return the entry-by-entry sum."""
        if not isinstance(other, Counts):
            return NotImplemented
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))

    def times(self, n: int) -> Counts:
        """Return the counts of doing it ``n`` times."""
        return Counts(*(n * a for a in self))

    def shared(self, other: Counts) -> Counts:
        """Return the counts of two needs that the same work meets: the larger of each."""
        return Counts(*(max(a, b) for a, b in zip(self, other, strict=True)))


BASE_COUNTS = Counts(gradients=1, hessians=1)
"""What the base point itself costs once: a gradient, and H with its factorisation."""


def work_in_gradients(counts: Counts, P: int, N: int) -> float:
    """Return the price of ``counts`` in gradients of J for ``P`` parameters and ``N`` samples.

    In floating-point operations of dense layers: a gradient 6 N P (2 forward, 4 back), a
    Hessian-vector product two gradients, a Hessian P products and its factorisation 2/3 P^3 (LU),
    that is P^2 / (9 N) gradients, a solve 2 P^2, that is P / (3 N). The eigenvalues that a
    `BasePoint` also computes are a diagnosis and do not count.

    >>> work_in_gradients(Counts(gradients=1, solves=1), P=300, N=100)
    2.0
    """
    factorisation = P**2 / (9 * N)
    return (
        counts.gradients
        + 2 * counts.products
        + counts.hessians * (2 * P + factorisation)
        + counts.solves * P / (3 * N)
    )


def series_gradients(order: int) -> int:
    """Return the gradients that the coefficients p_1, ..., p_order of a path cost, all together."""
    return sum((k + 1) * (k + 2) // 2 for k in range(1, order + 1))
