"""A certificate for singular vectors and values of a matrix that any program computed.

U (n, k), s (k,) and V (m, k) are said to be the leading singular vectors and values of X (n, m).
With U = Q R_U and V = W R_V, in orthonormal bases whose first k vectors are those of Q and W,

    X = [A  C]        A - R_U S R_V^T,  C,  D  and  F  are the blocks of X - U S V^T,
        [D  F]

so that rho^2 = ||C||^2 + ||D||^2 + ||F||^2 is ||X - U S V^T||^2 less ||A - R_U S R_V^T||^2, with
Frobenius norms. The residuals bound C and D:

    ||C|| <= ||X^T U - V S|| ||R_U^{-1}||,     ||D|| <= ||X V - U S|| ||R_V^{-1}||.

For i <= k therefore a_i <= sigma_i(X) <= (a_i^2 + rho^2)^{1/2} with a_i = sigma_i(A). If a_i
exceeds rho by eta > 0 then also sigma_i(X) <= a_i + 2 e^2 / (eta + (eta^2 + 4 e^2)^{1/2}), where e
is the larger of the bounds of C and D (C.-K. Li and R.-C. Li, Linear Algebra Appl. 395, 2005,
Theorem 2, for the matrix [0 X; X^T 0]). The sum of all other sigma_i(X)^2 is rho^2 less the sum of
sigma_i(X)^2 - a_i^2. All of this takes one pass over blocks of rows of X and U.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.linalg import solve_triangular

from mornet.checks import real_matrix
from mornet.errors import DataError, ShapeError
from mornet.linalg.svd import EPS
from mornet.records import Array, array, in_short

LARGEST_DEFECT = 0.5  # of U^T U - I and V^T V - I


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is proved of k singular values of X, and of the vectors U and V."""

    kind: ClassVar[str] = "certificate"
    __repr__ = in_short
    singular_values: Array = array("index", about="as they were given")
    lower: Array = array("index", about="at most the singular values of X")
    upper: Array = array("index", about="at least the singular values of X")
    tail_lower: float = array(about="at most the norm of all other singular values of X")
    tail_upper: float = array(about="at least this norm")
    norm: float = array(about="||X||, Frobenius norm")
    error: float = array(about="||X - U S V^T||, Frobenius norm")
    left_residual: float = array(about="||X V - U S||, Frobenius norm")
    right_residual: float = array(about="||X^T U - V S||, Frobenius norm")
    left_defect: float = array(about="||U^T U - I||, 2-norm")
    right_defect: float = array(about="||V^T V - I||, 2-norm")
    rounding: float = array(about="bound of rounding errors; all bounds contain it")


class Sums(NamedTuple):
    """Sums over rows; `added` adds the sums over other rows."""

    norm: float  # squares of X
    error: float  # squares of X - U S V^T
    left: float  # squares of X V - U S
    gram: Array  # U^T U (k, k)
    products: Array  # X^T U (m, k)
    depth: int  # of the longest chain of additions


def block_sums(X: Array, U: Array, s: Array, V: Array) -> Sums:
    """Return the sums of one block of rows: ``X`` (b, m) and the same rows of ``U`` (b, k).

    Raises ShapeError if the shapes do not fit together, DataError for entries that are not finite.
    """
    if X.shape != (len(U), len(V)) or not U.shape[1:] == s.shape == V.shape[1:]:
        raise ShapeError(f"X {X.shape}, U {U.shape}, s {s.shape}, V {V.shape} do not fit together")
    X, U = real_matrix("X", X).astype(float), real_matrix("U", U).astype(float)
    US = U * s
    norm, error, left = (float(np.vdot(part, part)) for part in (X, X - US @ V.T, X @ V - US))
    return Sums(norm, error, left, U.T @ U, X.T @ U, sum(X.shape) + len(s))


def added(a: Sums, b: Sums) -> Sums:
    """Return the sums over the rows of both."""
    gram, products = a.gram + b.gram, a.products + b.products
    norm, error, left = a.norm + b.norm, a.error + b.error, a.left + b.left
    return Sums(norm, error, left, gram, products, max(a.depth, b.depth) + 1)


def certify(blocks: Iterable[tuple[Array, Array]], s: Array, V: Array) -> Certificate:
    """Return the certificate for U, ``s`` (k,) and ``V`` (m, k) from one pass over ``blocks``.

    A block is a pair: rows of X, and the same rows of U. Raises ShapeError if shapes do not fit
    together, DataError if U or V is far from orthonormal or entries are not finite.
    """
    s, V = np.asarray(s, dtype=float), real_matrix("V", V).astype(float)
    sums = [block_sums(X, U, s, V) for X, U in blocks]
    if not sums:
        raise ShapeError("there is no block of rows")
    return concluded(reduce(added, sums), s, V)


def concluded(sums: Sums, s: Array, V: Array) -> Certificate:
    """Return the certificate from the ``sums`` over all rows; raise DataError as `certify` does."""
    R_U, left_defect = _factor("U", sums.gram)
    R_V, right_defect = _factor("V", V.T @ V)
    A = solve_triangular(R_U, sums.products.T @ V, trans=1)
    A = solve_triangular(R_V, A.T, trans=1).T
    norm, error, left = (float(np.sqrt(squares)) for squares in sums[:3])
    right = float(np.linalg.norm(sums.products - V * s))
    rounding = _rounding(sums.depth, s, norm)
    c, d = right / np.sqrt(1 - left_defect), left / np.sqrt(1 - right_defect)
    misfit = float(np.linalg.norm(A - R_U * s @ R_V.T))
    a = np.linalg.svd(A, compute_uv=False)
    rho = _leg(error + rounding, misfit - rounding)
    gains = _gains(a + rounding, rho, float(max(c, d)) + 2 * rounding, rounding)
    return Certificate(
        singular_values=s,
        lower=np.maximum(a - rounding, 0.0),
        upper=np.sqrt((a + rounding) ** 2 + gains),
        tail_lower=_leg(_leg(error - rounding, misfit + rounding), np.sqrt(np.sum(gains))),
        tail_upper=rho,
        norm=norm,
        error=error,
        left_residual=left,
        right_residual=right,
        left_defect=left_defect,
        right_defect=right_defect,
        rounding=rounding,
    )


def _factor(name: str, gram: Array) -> tuple[Array, float]:
    """Return the upper triangular R with R^T R = ``gram``, and ||gram - I||."""
    defect = float(np.linalg.norm(gram - np.eye(len(gram)), 2))
    if not defect < LARGEST_DEFECT:
        raise DataError(f"{name} is not orthonormal: ||{name}^T {name} - I|| = {defect:.3g}")
    return np.linalg.cholesky(gram).T, defect


def _rounding(depth: int, s: Array, norm: float) -> float:
    """Return a bound of the rounding errors of A, the residuals and the error, in their norms.

    A sum of ``depth`` products has an error of at most depth EPS times the sum of their moduli
    (N. Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). ||U|| ||V|| is at most
    3 k / 2, and the inverse factors R enlarge it at most twice.
    """
    return 4 * depth * len(s) * EPS * max(norm, float(np.linalg.norm(s)))


def _gains(a: Array, rho: float, e: float, rounding: float) -> Array:
    """Return bounds of sigma_i(X)^2 - a_i^2."""
    eta = np.maximum(a - rho - 2 * rounding, 0.0)
    step = 2 * e**2 / (eta + np.sqrt(eta**2 + 4 * e**2)) if e > 0 else 0 * a
    return np.where(eta > 0, np.minimum(rho**2, step * (step + 2 * a)), rho**2)


def _leg(hypotenuse: float, leg: float) -> float:
    """Return the other leg of a right triangle; a negative number counts as 0."""
    h, other = max(hypotenuse, 0.0), max(leg, 0.0)
    return float(np.sqrt(max((h - other) * (h + other), 0.0)))
