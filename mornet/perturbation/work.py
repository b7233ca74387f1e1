"""The work of an update: counts of operations, and the number of gradients of equal work.

Neither depends on the machine.
"""

from __future__ import annotations

from typing import NamedTuple


class Counts(NamedTuple):
    """Counts of the operations that an update, a step or a base point takes.

    A Taylor series of degree k of the gradient counts as (k+1)(k+2)/2 gradients, because it takes
    that many products of coefficients.
    """

    gradients: int = 0
    """Gradients of J over all samples."""
    products: int = 0
    """Products of H with a vector."""
    hessians: int = 0
    """Hessians, each with its factorisation."""
    solves: int = 0
    """Solves with a factorised matrix."""

    def __add__(self, other: object) -> Counts:
        """Return the sum, count by count."""
        if not isinstance(other, Counts):
            return NotImplemented
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))

    def times(self, n: int) -> Counts:
        """Return the counts of ``n`` repetitions."""
        return Counts(*(n * a for a in self))

    def shared(self, other: Counts) -> Counts:
        """Return the larger of each count: work that is done once serves both."""
        return Counts(*(max(a, b) for a, b in zip(self, other, strict=True)))


BASE_COUNTS = Counts(gradients=1, hessians=1)
"""The base point itself takes, once, a gradient and H with its factorisation."""


def work_in_gradients(counts: Counts, P: int, N: int, work: int | None = None) -> float:
    """Return the work of ``counts`` in gradients of J, for ``P`` parameters and ``N`` samples.

    ``work`` M is `Network.work`, the multiplications in f_p(x) for one sample. It is P for dense
    layers, the default, which use each parameter once; a convolution uses each many times. The unit
    is the gradient, 6 N M floating-point operations: 2 N M forward, 4 N M back. In this unit the
    operations take

        product of H with a vector                2
        Hessian                                   2 P        (P products)
        factorisation, 2/3 P^3 operations (LU)    P^3 / (9 N M)
        solve, 2 P^2 operations                   P^2 / (3 N M)

    The eigenvalues that a `BasePoint` also computes serve for diagnosis and do not count.

    >>> work_in_gradients(Counts(gradients=1, solves=1), P=300, N=100)
    2.0
    >>> work_in_gradients(Counts(gradients=1, solves=1), P=300, N=100, work=3000)
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


def series_gradients(degree: int) -> int:
    """Return the gradients that the coefficients p_1, ..., p_K take together, K = ``degree``."""
    return sum((k + 1) * (k + 2) // 2 for k in range(1, degree + 1))
