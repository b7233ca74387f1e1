"""Modes from right singular vectors, for the Gram matrix and for QR by blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from mornet.checks import require_range
from mornet.errors import DataError, OptionError
from mornet.linalg import InnerProduct, orthonormalise, round_off
from mornet.linalg.svd import EPS
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

NO_VARIATION = "all snapshots equal the centre (or are zero): there is nothing to reduce"


class Modes(NamedTuple):
    """Modes V (n, r) of the matrix A, singular values s, and the other numbers of a POD.

    V^T V = I, or V^T M V = I if the rows have a mass matrix M.
    """

    V: Array
    s: Array
    tail: float
    excess: float
    method: str


@dataclass(frozen=True, eq=False)
class Problem:
    """The facts about A = R (U - c) W^{1/2} (n, m) that decide the number of its modes.

    ``eps`` is the precision of the entries of A, ``total`` is the root of the sum of the weights,
    and A has been divided by ``scale``. ``affordable`` is the number of modes that memory holds;
    None is no limit.
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
        """Whether A is read by rows; otherwise the transpose of A is."""
        return self.shape[0] >= self.shape[1]

    @property
    def round_off(self) -> float:
        """The largest singular value that the rounding of U - c alone can cause."""
        if self.centre is None:
            return 0.0
        largest = float(np.max(np.abs(self.centre))) or 1.0
        unit = self.centre / largest
        M = self.product
        length = np.sqrt(unit @ (unit if M is None else M.apply(unit)))
        rounding = 2 * EPS if self.eps <= EPS else self.eps / 2  # single entries are only rounded
        return float(rounding * (largest / self.scale) * (length * self.total))

    def threshold(self, s: Array) -> float:
        """Return the size up to which singular values are round-off.

        It is the larger one of `linalg.round_off` and of what the rounding of U - c causes.
        """
        return max(round_off(s, self.shape, self.eps), self.round_off)

    def numerical_rank(self, s: Array) -> int:
        """Return how many of the largest singular values ``s`` are above `threshold`.

        Raises DataError if none is.
        """
        found = int(np.count_nonzero(s > self.threshold(s))) if s[0] > 0 else 0
        if found == 0:
            raise DataError(NO_VARIATION)
        return found

    def rank(self, s: Array, tail: float, size: Size) -> int:
        """Return how many modes ``size`` asks for, and at most the numerical rank.

        Raises OptionError if memory does not hold as many modes.
        """
        centred = self.centre is not None  # centred columns have one dimension less
        degrees = max(self.shape[1] - centred, 1)
        most = self.numerical_rank(s)
        r = min(size.modes(s, tail, (self.shape[0], degrees)), most)
        if self.affordable is not None and r > self.affordable:
            raise OptionError(
                f"{r} modes of {self.shape[0]} dofs are needed, but the memory allowed holds "
                f"{self.affordable}: allow more memory, or ask for fewer modes"
            )
        return r


def rescaled(rows: Rows) -> Rows:
    """Return ``rows`` divided by a power of two near the largest entry of X.

    The division changes no digit. Raises DataError if X is zero, has entries that are not finite,
    or so large ones that norms are infinite.
    """
    rows.require_finite()
    L, step = rows.shape[0], rows.step or 4096
    slabs = (np.asarray(rows.source[i : i + step]) for i in range(0, L, step))
    # The mean of the source itself may overflow, so the source is scaled first. Then X is scaled,
    # since the factors may be large or small.
    for largest in (largest_entry(slabs), None):
        size = largest_entry(X for _, X in rows) if largest is None else largest
        if size == 0:
            raise DataError(NO_VARIATION)
        if largest is not None:
            require_range("U", largest)
        elif not np.isfinite(size):
            raise DataError("the weights or the inner product are too large for these snapshots")
        rows = replace(rows, scale=rows.scale * float(2.0 ** np.floor(np.log2(size))))
    return rows


def modes_by_rows(method: str, size: Size, rows: Rows, problem: Problem) -> Modes | None:
    """Return the modes by "gram" or "tsqr"; None if the Gram matrix does not show them.

    The first pass over the rows finds the right singular vectors W of X. The second pass computes
    Y = X W. If A = X, the modes are the columns of Y, divided by their lengths; if A = X^T, the
    modes are W. The lengths of the columns of Y are accurate singular values, and replace those of
    the Gram matrix, which have fewer digits. The Gram matrix does not show singular values below
    1e-6 sigma_1. If such modes are asked for, or if the truncation error is small, the second pass
    also measures the truncation error.

    Raises UnscaledError if squares overflow or vanish, DataError for rank zero.
    """
    gram = method == "gram"
    W, s, tail = (gram_spectrum if gram else tsqr_spectrum)(rows)
    if size.threshold and size.threshold.noise is None and len(s) < min(problem.shape):
        return None  # the median of all singular values is not known
    blind = gram and size.modes(s, tail, problem.shape) > len(s)
    r = problem.numerical_rank(s) if blind else problem.rank(s, tail, size)
    squares = (s / s[0]) ** 2
    hidden = squares[r:].sum() + (tail / s[0]) ** 2 <= 1e-9 * squares.sum()
    measure = gram and (blind or hidden)  # otherwise a difference of squares has six digits
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
    if blind and tail > problem.threshold(s):
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
    """Return the modes that ``attempt`` finds; rows are scaled if squares overflow or vanish."""
    try:
        return attempt(rows, problem)
    except UnscaledError:
        rows = rescaled(rows)
    modes = attempt(rows, replace(problem, scale=rows.scale))
    return modes and modes._replace(s=rows.scale * modes.s, tail=rows.scale * modes.tail)
