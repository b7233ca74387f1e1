"""Fitting a POD: checks, the choice of a method, and what all methods share."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from mornet.checks import real_array, real_matrix, require_finite
from mornet.errors import OptionError, RankWarning, ShapeError, counted
from mornet.linalg import (
    InnerProduct,
    as_inner_product,
    as_weights,
    column_mean,
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
from mornet.reduction.pod.size import HardThreshold, Size
from mornet.reduction.pod.subspace import OVERSAMPLING, subspace_iteration

PODMethodName = Literal["auto", "svd", "gram", "tsqr", "randomised"]
NAMES: tuple[str, ...] = get_args(PODMethodName)
SMALL = 2e8  # largest n m min(n, m) for which a direct SVD takes at most about 0.1 s


class Algorithm(NamedTuple):
    """An algorithm of `fit_pod` by its name, and the generator that "randomised" draws from.

    Without a generator, "randomised" draws from default_rng(0).
    """

    name: PODMethodName = "auto"
    rng: np.random.Generator | None = None


def fit_pod(
    U: Array,
    *,
    rank: int | HardThreshold | None = None,
    energy: float | None = None,
    tolerance: float | None = None,
    inner_product: Any = None,
    weights: Array | None = None,
    centre: Array | str | None = None,
    method: PODMethodName | Algorithm = "auto",
) -> POD:
    """Return the POD of the snapshots ``U`` (n, m).

    At most one argument sets the number r of modes; without any, r is the numerical rank:

    - ``rank``: r itself, or a `HardThreshold`, which keeps what stands out of white noise;
    - ``energy``: the least r whose modes hold this part of the sum of squared singular values;
    - ``tolerance``: the least r whose relative error is at most ``tolerance``.

    ``inner_product`` is None, positive weights (n,) or a symmetric positive definite matrix (n, n),
    dense or sparse. ``weights`` (m,) are those of the snapshots, for example of a quadrature in
    time and parameter. ``centre`` is None, "mean" or a state (n,). "mean" is the weighted mean;
    then POD is PCA.

    ``method`` names the algorithm, and the POD records the one that was used. An `Algorithm` also
    holds a generator:

    - "svd": a direct SVD.
    - "gram": the eigenvectors of the smaller one of U^T U and U U^T (the method of snapshots). It
      does not show singular values below 1e-6 sigma_1.
    - "tsqr": a QR factorisation by blocks, and the SVD of R. It takes about 4 times the work of
      "gram" and shows all singular values.
    - "randomised": subspace iteration for a given ``rank``, from a random block. It finds the sum
      of squares of the other singular values, but not these values themselves. ``excess`` estimates
      how far the modes are from the optimum.
    - "auto": "svd" for small matrices. For large matrices it is the cheapest other algorithm that
      shows the modes asked for: "randomised" if its excess is below 1e-12, "gram" if the singular
      values asked for are above 1e-6 sigma_1, otherwise "tsqr" or "svd".

    With every method the modes are orthonormal to round-off, and the entry of largest modulus of
    each mode is positive. There are never more modes than the numerical rank; a larger ``rank``
    gives a RankWarning.

    Raises OptionError for options that contradict each other, and for a method that cannot find the
    modes asked for; ShapeError for wrong shapes; DataError for entries that are not finite (the
    message names one), and for snapshots that are all zero.
    """
    size, how = Size.of(rank, energy, tolerance), method
    how = how if isinstance(how, Algorithm) else Algorithm(how)
    if how.name not in NAMES:
        raise OptionError(f"method {how.name!r}: it is one of {', '.join(NAMES)}")
    if size.threshold and not (inner_product is None and weights is None):
        raise OptionError("HardThreshold is for white noise: leave weights and inner_product out")
    U = real_matrix("U", U, finite=False)
    with np.errstate(all="ignore"):  # an overflow is detected, and then the snapshots are scaled
        pod = _Fit.prepare(U, inner_product, weights, centre).run(size, how)
    warn_of_rank(pod, size.rank)
    return replace(pod, samples=known_samples(U.shape[1], centre))


def fit_leading(
    U: Array, most: int, tolerance: float, inner_product: Any = None, weights: Array | None = None
) -> POD:
    """Return the POD of the ``tolerance``, or of ``most`` modes if these are fewer.

    There are also no more modes than the Gram matrix shows, if it is the cheapest algorithm; the
    truncation error is measured. The arguments are those of `fit_pod`. Where many modes are needed,
    this takes less work than to compute them all and to drop most of them.
    """
    size = Size(tolerance=tolerance, most=most)
    with np.errstate(all="ignore"):
        pod = _Fit.prepare(U, inner_product, weights, None).run(size, Algorithm())
    return replace(pod, samples=U.shape[1])


@dataclass(frozen=True, eq=False)
class _Fit:
    """The fit of the modes R^{-1} V, where V are left singular vectors of A = R (U - c) W^{1/2}."""

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
        weights = as_weights(weights, m)
        root = root_weights(weights, m)
        c = centre_of(U, centre, root)
        eps = float(np.finfo(U.dtype).eps)
        total = np.sqrt(m) if root is None else np.linalg.norm(root)
        problem = Problem((n, m), eps, c, M, float(total))
        return cls(U, c, weights, root, M, problem)

    def run(self, size: Size, algorithm: Algorithm) -> POD:
        """Return the POD by the first algorithm that finds the modes asked for."""
        method, auto = algorithm.name, algorithm.name == "auto"
        rng = np.random.default_rng(0) if algorithm.rng is None else algorithm.rng
        for name in self._candidates(size) if auto else (method,):
            if name == "svd":
                modes: Modes | None = self._svd(size)
            elif name == "randomised":
                modes = self._randomised(size, rng, auto)
            else:
                modes = self._by_rows(name, size)
            if modes is not None:
                return self._pod(modes)
        raise OptionError(blind_message(method))

    def _candidates(self, size: Size) -> Iterator[str]:
        """Yield the methods to try, the cheapest first; the last one always finds the modes."""
        short, long = sorted(self.problem.shape)
        if short * short * long <= SMALL:
            yield "svd"
            return
        if size.rank is None:
            if not size.threshold and size.finest >= BLIND:
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
        """Whether a sample of the longer side suggests that "gram" does not show ``rank`` modes."""
        U = self.U if self.problem.tall else self.U.T
        sample = U[:: max(1, len(U) // (2 * (rank + OVERSAMPLING)))]
        if self.centre is not None and self.problem.tall:
            sample = sample - column_mean(sample)[:, None]
        if not np.isfinite(sample).all():
            return False  # the pass over all rows names the entry
        s = thin_svd(np.asarray(sample, dtype=float)).s
        return bool(s[min(rank, len(s)) - 1] < BLIND * s[0])

    def _svd(self, size: Size) -> Modes:
        require_finite("U", self.U)
        A = self.U.astype(float, copy=False)  # sums over many dofs need double precision
        A = A if self.centre is None else A - self.centre[:, None]
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
        """Return A if it is tall, otherwise its transpose, to be read by blocks of rows."""
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
            signed_modes(modes.V, self.product).astype(dtype, copy=False),
            modes.s.astype(dtype, copy=False),
            self.centre,
            self.weights,
            self.product,
            modes.tail,
            modes.excess,
            modes.method,
        )


def known_samples(m: int, centre: Array | str | None) -> int:
    """Return the number of snapshots that a POD states: none with a centre that is not their mean.

    An update takes the centre as the mean of so many snapshots.
    """
    return m if centre is None or isinstance(centre, str) else 0


def signed_modes(V: Array, product: InnerProduct | None) -> Array:
    """Return the modes R^{-1} V (n, r) with their signs, for ``V`` (n, r) with V^T V = I.

    V is overwritten if it is a writable array in C order.
    """
    V = modes_in_product(np.require(V, requirements=["C", "W"]), product)
    V *= signs(V)
    return V


def modes_in_product(V: Array, product: InnerProduct | None) -> Array:
    """Return R^{-1} V (n, r), orthonormal in the ``product`` M = R^T R, for V^T V = I."""
    if product is None:
        return V
    V = product.from_euclidean(V)
    return V if product.is_diagonal else orthonormalise(V, product)[0]


def blind_message(method: str) -> str:
    """Return why the ``method`` does not find the modes asked for."""
    return (
        f"method {method!r} cannot answer: singular values below {BLIND:g} of the largest are "
        "needed, which the Gram matrix does not show; use method='tsqr' or 'auto'"
    )


def warn_of_rank(pod: POD, rank: int | None) -> None:
    """Warn, at the line that called for the fit, that there are fewer modes than ``rank``."""
    if rank is not None and rank > pod.r:
        warnings.warn(
            f"rank {rank} was asked for, but the snapshots have numerical rank {pod.r}; "
            f"the POD has {counted(pod.r, 'mode')}",
            RankWarning,
            stacklevel=3,
        )


def centre_of(U: Array, centre: Array | str | None, root: Array | None) -> Array | None:
    """Return the state (n,) that is subtracted from the snapshots ``U``; None without a centre.

    For "mean" it is the weighted mean; ``root`` holds the roots of the weights. Raises OptionError,
    ShapeError and DataError for other centres.
    """
    if centre is None:
        return None
    if isinstance(centre, str):
        if centre != "mean":
            raise OptionError(f"centre {centre!r}: it is None, 'mean' or a state")
        return column_mean(U, None if root is None else root**2)
    if np.shape(centre) != (U.shape[0],):
        raise ShapeError(f"centre has shape {np.shape(centre)}, the snapshots {U.shape[0]} dofs")
    c = real_array("centre", centre)
    require_finite("centre", c[:, None])
    return c
