"""The work of updates: counts that do not depend on the machine, and gradient equivalents."""

from __future__ import annotations

from typing import NamedTuple


class Counts(NamedTuple):
    """The work of one update beyond the base point, whose H is already factorised.

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
        """Return the counts of work that serves both needs at once: the larger of each."""
        return Counts(*(max(a, b) for a, b in zip(self, other, strict=True)))


BASE = Counts(gradients=1, hessians=1)
"""The work of the base point itself, done once: a gradient, and H with its factorisation."""


def gradient_equivalents(counts: Counts, P: int, N: int, work: int | None = None) -> float:
    """Return the work of ``counts`` in gradients of J for ``P`` parameters and ``N`` samples.

    ``work`` M is `Network.work`, the multiplications in f_p(x) for one sample. It is P for dense
    layers, the default, where each parameter works once; a convolution uses each parameter many
    times. In floating-point operations, a gradient takes 6 N M (2 forward, 4 back), a
    Hessian-vector product two gradients, a Hessian P products and its factorisation 2/3 P^3 (LU),
    that is P^3 / (9 N M) gradients, a solve 2 P^2, that is P^2 / (3 N M). The eigenvalues that a
    `BasePoint` also computes are a diagnosis and do not count.

    >>> gradient_equivalents(Counts(gradients=1, solves=1), P=300, N=100)
    2.0
    >>> gradient_equivalents(Counts(gradients=1, solves=1), P=300, N=100, work=3000)
    1.1
    """
    reuse = 1.0 if work is None else P / work
    factorisation = P**2 / (9 * N) * reuse
    return (
        counts.gradients
        + 2 * counts.products
        + counts.hessians * (2 * P + factorisation)
        + counts.solves * P / (3 * N) * reuse
    )


def series_gradients(order: int) -> int:
    """Return the gradients that all coefficients p_1, ..., p_order of a path take together."""
    return sum((k + 1) * (k + 2) // 2 for k in range(1, order + 1))
