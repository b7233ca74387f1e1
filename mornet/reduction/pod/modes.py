"""From right singular vectors to modes: what the Gram matrix and QR by blocks have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from mornet.errors import DataError, OptionError
from mornet.linalg import InnerProduct, orthonormalise
from mornet.records import Array
from mornet.reduction.pod.gram import gram_spectrum
from mornet.reduction.pod.rows import (
    Rows,
    UnscaledError,
    largest_entry,
    lengths,
    rest,
    times,
    times_and_rest,
)
from mornet.reduction.pod.size import Size
from mornet.reduction.pod.tsqr import tsqr_spectrum

NOTHING = "all snapshots equal the centre (or are zero): there is nothing to reduce"


class Modes(NamedTuple):
    """Orthonormal modes V (n, r) of a Euclidean problem, and the other numbers of the record.

    If the rows had a mass, they are orthonormal in that.
    """

    V: Array
    s: Array
    tail: float
    excess: float
    method: str


@dataclass(frozen=True, eq=False)
class Problem:
    """What is known of A = R (U - c) W^{1/2} (n, m), whose left singular vectors are wanted.

    ``eps`` is the precision of its entries, ``total`` the root of the sum of the weights, ``scale``
    what A is divided by. ``affordable`` is how many modes memory holds.
    """

    shape: tuple[int, int]
    eps: float
    centre: Array | None = None
    product: InnerProduct | None = None
    total: float = 1.0
    scale: float = 1.0
    affordable: int | None = None

    @property
    def tall(self) -> bool:
        """Whether A itself is read by rows, not its transpose."""
        return self.shape[0] >= self.shape[1]

    @property
    def round_off(self) -> float:
        """How large singular values can be that only come from the rounding of U - c."""
        if self.centre is None:
            return 0.0
        largest = float(np.max(np.abs(self.centre))) or 1.0
        unit = self.centre / largest
        M = self.product
        length = np.sqrt(unit @ (unit if M is None else M.apply(unit)))
        return float(2 * self.eps * (largest / self.scale) * (length * self.total))

    def least(self, s: Array) -> float:
        """Return what a singular value must exceed to count: max(n, m) eps sigma_1."""
        return max(max(self.shape) * self.eps * float(s[0]), self.round_off)

    def most(self, s: Array) -> int:
        """Return the numerical rank, as far as these largest singular values show it.

        Raises DataError where it is zero.
        """
        most = int(np.count_nonzero(s > self.least(s))) if s[0] > 0 else 0
        if most == 0:
            raise DataError(NOTHING)
        return most

    def rank(self, s: Array, tail: float, size: Size) -> int:
        """Return how many modes ``size`` asks for, but not more than the numerical rank.

        Raises OptionError for more of them than memory holds.
        """
        centred = self.centre is not None  # centred columns have one dimension less
        degrees = max(self.shape[1] - centred, 1)
        most = self.most(s)
        r = min(size.least(s, tail, (self.shape[0], degrees)), most)
        if self.affordable is not None and r > self.affordable:
            raise OptionError(
                f"{r} modes of {self.shape[0]} dofs are needed, but the memory allowed holds "
                f"{self.affordable}: allow more of it, or ask for fewer modes"
            )
        return r


def rescaled(rows: Rows) -> Rows:
    """Return ``rows`` divided by a power of two near X's largest entry, which changes no digit.

    Raises DataError where X is zero, or has entries that are not finite.
    """
    rows.require_finite()
    L, step = rows.shape[0], rows.step or 4096
    slabs = (np.asarray(rows.source[i : i + step]) for i in range(0, L, step))
    # the source itself may be too large for its mean; factors may then lead far from it
    for largest in (largest_entry(slabs), None):
        size = largest_entry(X for _, X in rows) if largest is None else largest
        if size == 0:
            raise DataError(NOTHING)
        if not np.isfinite(size):
            raise DataError("the weights or the inner product are too large for these snapshots")
        rows = replace(rows, scale=rows.scale * float(2.0 ** np.floor(np.log2(size))))
    return rows


def modes_by_rows(method: str, size: Size, rows: Rows, problem: Problem) -> Modes | None:
    """Return the modes by "gram" or "tsqr", None where the Gram matrix does not show them.

    Two passes over the rows: one for the right singular vectors W, one for Y = X W, which are the
    modes times their singular values if A = X, or else have their lengths. Singular values that the
    Gram matrix gives to few digits are replaced by those lengths, which are accurate. The Gram
    matrix does not show what is below 1e-6 sigma_1; if more is asked for, or little is left, the
    second pass also measures what is left.

    Raises UnscaledError where squares overflow or vanish, DataError for rank zero.
    """
    gram = method == "gram"
    W, s, tail = (gram_spectrum if gram else tsqr_spectrum)(rows)
    if size.hard_threshold and size.noise is None and len(s) < min(problem.shape):
        return None  # their median is not known
    blind = gram and size.least(s, tail, problem.shape) > len(s)
    r = problem.most(s) if blind else problem.rank(s, tail, size)
    squares = (s / s[0]) ** 2
    hidden = squares[r:].sum() + (tail / s[0]) ** 2 <= 1e-9 * squares.sum()
    measure = gram and (blind or hidden)  # else the difference of squares has six digits or more
    W = np.ascontiguousarray(W[:, :r])
    if not problem.tall:
        if not gram:
            return Modes(W, s, tail, 0.0, method)
        V, found = W, lengths(rows, W)
        tail = rest(rows, W) if measure else tail
    else:
        V, tail = times_and_rest(rows, W) if measure else (times(rows, W), tail)
        V, found = orthonormalise(V, rows.mass)
        if not gram:
            return Modes(V, s, tail, 0.0, method)
    if blind and tail > problem.least(s):
        return None
    order = np.argsort(-found, kind="stable")
    if np.any(np.diff(order) < 0):
        V, found = V[:, order], found[order]
    if measure:
        return Modes(V, found, tail, 0.0, method)
    return Modes(V, np.append(found, np.minimum(s[r:], found[-1])), tail, 0.0, method)


def scaling(
    rows: Rows, problem: Problem, attempt: Callable[[Rows, Problem], Modes | None]
) -> Modes | None:
    """Return the attempt's modes of ``rows``, scaled only if squares would overflow or vanish."""
    try:
        return attempt(rows, problem)
    except UnscaledError:
        rows = rescaled(rows)
    modes = attempt(rows, replace(problem, scale=rows.scale))
    return modes and modes._replace(s=rows.scale * modes.s, tail=rows.scale * modes.tail)
