"""Norms of residuals: least squares are least in a norm, and the norm decides what is least.

A `ResidualNorm` is ||W r||_2 with a linear map W. In the Euclidean norm of finite differences the
residual of a steep front hides what a decoder resolves well. A residual that is tested with a few
low modes is a weak form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from typing import Any, Protocol

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from mornet.checks import require_count
from mornet.errors import DivergenceError, ShapeError
from mornet.fom.model import Model
from mornet.fom.stages import Stage
from mornet.linalg import InnerProduct
from mornet.records import Array


class ResidualNorm(Protocol):
    """The seminorm ||W r||_2 of residuals r (n,)."""

    def apply(self, R: Array) -> Array:
        """Return W R (k,) or (k, m) of residuals ``R`` (n,) or (n, m)."""
        ...

    def squared(self, r: Array) -> Array:
        """Return W^T W r (n,), the gradient of 1/2 ||W r||^2."""
        ...


@dataclass(frozen=True)
class Euclidean:
    """||r||_2: W is the identity."""

    def apply(self, R: Array) -> Array:
        return R

    def squared(self, r: Array) -> Array:
        return r


@dataclass(frozen=True, eq=False)
class Weighted:
    """||r||_M with the matrix M = W^T W of an inner product; weights (n,) are a diagonal M."""

    inner_product: InnerProduct

    def apply(self, R: Array) -> Array:
        return self.inner_product.to_euclidean(R.reshape(len(R), -1)).reshape(R.shape)

    def squared(self, r: Array) -> Array:
        return self.inner_product.apply(r[:, None])[:, 0]


@dataclass(frozen=True, eq=False)
class WeakForm:
    """||T^T r||_2 for the test functions in the columns of ``T`` (n, k): a weak form."""

    T: Array

    def apply(self, R: Array) -> Array:
        return self.T.T @ R

    def squared(self, r: Array) -> Array:
        return self.T @ (self.T.T @ r)


@dataclass(frozen=True)
class StepError:
    """||A^{-1} r||_2 with A = M - tau f'(t, v): the error of the step that r stands for.

    A state with the residual r is A^{-1} r away from the state that the step of the full-order
    model reaches, up to terms of second order. The minimum is therefore the state of the manifold
    that is nearest to that state. A differs from stage to stage (`at_stage`).
    """


@dataclass(frozen=True, eq=False)
class Inverse:
    """||A^{-1} r||_2 for the matrix A of a stage, by its ``factors``, a SuperLU object."""

    factors: Any

    def apply(self, R: Array) -> Array:
        return np.asarray(self.factors.solve(R))

    def squared(self, r: Array) -> Array:
        return np.asarray(self.factors.solve(self.factors.solve(r), "T"))


def at_stage(norm: ResidualNorm | StepError, stage: Stage, model: Model) -> ResidualNorm:
    """Return the ``norm`` of the residuals of ``stage``.

    Raises DivergenceError if it is that of the error, and the matrix of the stage is singular.
    """
    if not isinstance(norm, StepError):
        return norm
    try:
        return Inverse(splu(sparse.csc_array(stage.jacobian(model, stage.v))))
    except RuntimeError as error:
        raise DivergenceError(f"the residual of this stage has no error: {error}") from None


def low_modes(shape: tuple[int, ...], count: int, fields: int = 1) -> Array:
    """Return the ``count`` smoothest cosines on a grid of this ``shape``, orthonormal, (n, k).

    On each axis of length N they are cos(pi k (j + 1/2) / N), k = 0, 1, ..., with the discrete
    cosine transform's factors; the smoothest products have the least sum of k^2. A state of several
    ``fields`` has ``count`` modes for each of them. Raises OptionError for a count out of range.
    """
    require_count("count", count, prod(shape), f"the {prod(shape)} nodes")
    most = [range(min(N, count)) for N in shape]
    chosen = sorted(product(*most), key=lambda k: (sum(i * i for i in k), k))[:count]
    modes = np.column_stack([_cosines(shape, k) for k in chosen])
    return np.kron(np.eye(fields), modes)


def _cosines(shape: tuple[int, ...], k: tuple[int, ...]) -> Array:
    """Return the product of the cosines with the numbers ``k`` on the grid, (n,)."""
    waves = (np.cos(np.pi * i * (np.arange(N) + 0.5) / N) for N, i in zip(shape, k, strict=True))
    return np.asarray(reduce(np.kron, (wave / np.linalg.norm(wave) for wave in waves)))


def require_norm(norm: ResidualNorm | StepError, n: int) -> None:
    """Raise ShapeError unless the ``norm`` is one of residuals (n,)."""
    size = n
    if isinstance(norm, Weighted):
        size = norm.inner_product.n
    elif isinstance(norm, WeakForm):
        size = len(norm.T)
    if size != n:
        raise ShapeError(f"the norm is one of residuals with {size} entries, but n = {n}")
