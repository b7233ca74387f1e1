"""Fitting a POD: checks, the choice of a method, and what all methods share."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from mornet.checks import real_array, require_columns, require_finite
from mornet.errors import OptionError, RankWarning, ShapeError
from mornet.linalg import (
    InnerProduct,
    as_inner_product,
    orthonormalise,
    root_weights,
    signs,
    thin_svd,
)
from mornet.records import Array
from mornet.reduction.pod.gram import BLIND
from mornet.reduction.pod.modes import Modes, Problem, modes_by_rows, scaling
from mornet.reduction.pod.record import POD
from mornet.reduction.pod.rows import Rows
from mornet.reduction.pod.size import Size
from mornet.reduction.pod.subspace import OVERSAMPLING, subspace_iteration

PODMethodName = Literal["auto", "svd", "gram", "tsqr", "randomised"]
METHODS: tuple[str, ...] = ("auto", "svd", "gram", "tsqr", "randomised")
SMALL = 2e8  # n m min(n, m) up to which a direct SVD takes no more than some 0.1 s


def fit_pod(
    U: Array,
    *,
    rank: int | None = None,
    energy: float | None = None,
    tolerance: float | None = None,
    hard_threshold: bool = False,
    noise: float | None = None,
    inner_product: Any = None,
    weights: Array | None = None,
    centre: Array | str | None = None,
    method: PODMethodName = "auto",
    rng: np.random.Generator | None = None,
) -> POD:
    """Return the POD of the snapshots ``U`` (n, m).

    The size is set by one of ``rank`` = r, ``energy`` (the least r that keeps this part of the sum
    of squared singular values), ``tolerance`` (the least r with a relative error not above it) and
    ``hard_threshold`` (the singular values that stand out of white noise of standard deviation
    ``noise``, estimated unless given: M. Gavish and D. L. Donoho, IEEE Trans. Inf. Theory 60,
    2014); with none of them it is the numerical rank. ``inner_product`` is None, positive weights
    (n,) or a symmetric positive definite matrix (n, n), dense or sparse; ``weights`` (m,) are those
    of the snapshots (quadrature in time and parameter); ``centre`` is None, "mean" (the weighted
    mean: this is PCA) or a state (n,).

    ``method`` is how; the POD says which it was:

    - "svd": a direct SVD;
    - "gram": the eigenvectors of U^T U or U U^T, the smaller one (method of snapshots). It cannot
      see singular values below 1e-6 sigma_1;
    - "tsqr": QR factorisation by blocks, then the SVD of R: about 4 times dearer, no such limit;
    - "randomised": subspace iteration from a random block drawn from ``rng``, default_rng(0) unless
      given, for a ``rank``; of the singular values beyond it only the sum of squares is found, and
      ``excess`` estimates how far from the optimum the modes are;
    - "auto": for small matrices "svd"; for large ones the cheapest of the others that shows it has
      the answer: "randomised" only if its excess is below 1e-12, "gram" only above 1e-6 sigma_1.

    Modes are orthonormal to round-off whatever the method, and the entry of largest modulus of each
    is positive. More modes than the numerical rank are never returned; asking for them gives a
    RankWarning. Raises OptionError for options that contradict, and where the method named cannot
    answer; ShapeError; DataError for entries that are not finite (naming one) or snapshots
    that are all zero.
    """
    size = Size(rank, energy, tolerance, hard_threshold, noise)
    size.check()
    U = real_array("U", U)
    require_columns("U", U)
    if method not in METHODS:
        raise OptionError(f"method {method!r}: it is one of {', '.join(METHODS)}")
    if hard_threshold and not (inner_product is None and weights is None):
        raise OptionError("hard_threshold is for white noise: leave weights and inner_product out")
    with np.errstate(all="ignore"):  # overflow is looked for, and met by scaling
        pod = _Fit.prepare(U, inner_product, weights, centre).run(size, method, rng)
    warn_of_rank(pod, rank)
    return pod


@dataclass(frozen=True, eq=False)
class _Fit:
    """A = R (U - c) W^{1/2}, whose left singular vectors, brought back by R^{-1}, are the modes."""

    U: Array
    centre: Array | None
    weights: Array | None
    root: Array | None
    product: InnerProduct | None
    problem: Problem

    @classmethod
    def prepare(cls, U: Array, product: Any, weights: Array | None, centre: Any) -> _Fit:
        n, m = U.shape
        M = as_inner_product(product, n)
        root = root_weights(weights, m)
        c = centre_of(U, centre, root)
        eps = float(np.finfo(U.dtype).eps)
        total = np.sqrt(m) if root is None else np.linalg.norm(root)
        problem = Problem((n, m), eps, c, M, float(total))
        return cls(U, c, weights, root, M, problem)

    def run(self, size: Size, method: str, rng: np.random.Generator | None) -> POD:
        """Return the POD by the first method that has the answer."""
        auto = method == "auto"
        for name in self._candidates(size) if auto else (method,):
            if name == "svd":
                modes: Modes | None = self._svd(size)
            elif name == "randomised":
                modes = self._randomised(
                    size, np.random.default_rng(0) if rng is None else rng, auto
                )
            else:
                modes = self._by_rows(name, size)
            if modes is not None:
                return self._pod(modes)
        raise OptionError(blind_message(method))

    def _candidates(self, size: Size) -> Iterator[str]:
        """Yield the methods to try, the cheapest first; the last one always has the answer."""
        short, long = sorted(self.problem.shape)
        if short * short * long <= SMALL:
            yield "svd"
            return
        if size.rank is None:
            if not size.hard_threshold and size.finest >= BLIND:
                yield "gram"
        else:
            block = size.rank + OVERSAMPLING
            if 8 * block <= short:
                yield "randomised"
            if not self._looks_steep(size.rank):
                yield "gram"
            if 4 * block <= short < 8 * block:
                yield "randomised"
        yield "tsqr" if long >= 2 * short else "svd"

    def _looks_steep(self, rank: int) -> bool:
        """Whether a sample of the longer side suggests that Gram is blind for ``rank`` modes."""
        U = self.U if self.problem.tall else self.U.T
        sample = U[:: max(1, len(U) // (2 * (rank + OVERSAMPLING)))]
        if self.centre is not None and self.problem.tall:
            sample = sample - sample.mean(axis=1, keepdims=True)
        if not np.isfinite(sample).all():
            return False  # a pass over all rows will say where
        s = thin_svd(np.asarray(sample, dtype=float)).s
        return bool(s[min(rank, len(s)) - 1] < BLIND * s[0])

    def _svd(self, size: Size) -> Modes:
        require_finite("U", self.U)
        A = self.U if self.centre is None else self.U - self.centre[:, None]
        A = A if self.product is None else self.product.to_euclidean(A)
        A = A if self.root is None else A * self.root
        left, s, _ = thin_svd(A)
        r = self.problem.rank(s, 0.0, size)
        return Modes(left[:, :r], s, 0.0, 0.0, "svd")

    def _by_rows(self, name: str, size: Size) -> Modes | None:
        return scaling(self._rows(), self.problem, partial(modes_by_rows, name, size))

    def _randomised(self, size: Size, rng: np.random.Generator, strict: bool) -> Modes | None:
        if size.rank is None:
            raise OptionError("method 'randomised' needs a rank")
        rank = int(size.rank)
        steps = min(8, max(2, min(self.problem.shape) // (2 * (rank + OVERSAMPLING))))

        def attempt(rows: Rows, problem: Problem) -> Modes | None:
            found = subspace_iteration(rows, rank, rng, steps if strict else 8, patient=not strict)
            if strict and not found.certified:
                return None
            r = problem.rank(found.s, found.truncation_error, size)
            lost = np.append(found.s[r:rank], found.truncation_error)
            V, _ = orthonormalise((found.Q if problem.tall else found.W)[:, :r])
            return Modes(V, found.s[:r], float(np.linalg.norm(lost)), found.excess, "randomised")

        return scaling(self._rows(), self.problem, attempt)

    def _rows(self) -> Rows:
        """Return A or its transpose, whichever is tall, to be read by blocks of rows."""
        U, c, M = self.U, self.centre, self.product
        if M is not None and not M.is_diagonal:
            require_finite("U", U)
            U, c, M = M.to_euclidean(U if c is None else U - c[:, None]), None, None
        factor = None if M is None else np.sqrt(M.value)
        if self.problem.tall:
            return Rows(U, row_factor=factor, column_factor=self.root, row_shift=c)
        return Rows(
            U.T, row_factor=self.root, column_factor=factor, column_shift=c, transposed=True
        )

    def _pod(self, modes: Modes) -> POD:
        dtype = self.U.dtype
        return POD(
            finished(modes.V, self.product).astype(dtype, copy=False),
            modes.s.astype(dtype, copy=False),
            self.centre,
            self.weights,
            self.product,
            modes.tail,
            modes.excess,
            modes.method,
        )


def finished(V: Array, product: InnerProduct | None) -> Array:
    """Return the modes (n, r) of orthonormal ``V`` (n, r) in Euclidean space, with their signs.

    V is overwritten if it is its own array in C order.
    """
    V = brought_back(np.require(V, requirements=["C", "W"]), product)
    V *= signs(V)
    return V


def brought_back(V: Array, product: InnerProduct | None) -> Array:
    """Return R^{-1} V (n, r) for orthonormal ``V``: orthonormal in the product M = R^T R."""
    if product is None:
        return V
    V = product.from_euclidean(V)
    return V if product.is_diagonal else orthonormalise(V, product)[0]


def blind_message(method: str) -> str:
    """Return why a named method has no answer."""
    return (
        f"method {method!r} cannot answer: singular values below {BLIND:g} of the largest are "
        "needed, which the Gram matrix does not show; use method='tsqr' or 'auto'"
    )


def warn_of_rank(pod: POD, rank: int | None) -> None:
    """Warn that the snapshots have fewer modes than asked for, at the caller's caller."""
    if rank is not None and rank > pod.r:
        warnings.warn(
            f"rank {rank} was asked for, but the snapshots have numerical rank {pod.r}; "
            f"{pod.r} modes are returned",
            RankWarning,
            stacklevel=3,
        )


def centre_of(U: Array, centre: Array | str | None, root: Array | None) -> Array | None:
    """Return what is subtracted from the snapshots ``U``, the weighted mean for "mean"."""
    if centre is None:
        return None
    if isinstance(centre, str):
        if centre != "mean":
            raise OptionError(f"centre {centre!r}: it is None, 'mean' or a state")
        return np.average(U, axis=1, weights=None if root is None else root**2)
    if np.shape(centre) != (U.shape[0],):
        raise ShapeError(f"centre has shape {np.shape(centre)}, the snapshots {U.shape[0]} dofs")
    require_finite("centre", np.asarray(centre)[:, None])
    return np.asarray(centre)
