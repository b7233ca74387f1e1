"""The record of a POD: modes, singular values, and how the algorithm found them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mornet.checks import real_matrix, require_codes
from mornet.errors import OptionError
from mornet.linalg import InnerProduct, safe_norm
from mornet.records import Array, array, in_short
from mornet.reduction.in_modes import InModes


@dataclass(frozen=True, eq=False)
class POD(InModes):
    """u ~ c + V z with V^T M V = I, z = V^T M (u - c).

    The columns of ``V`` minimise sum_j w_j ||u_j - u_hat_j||_M^2 over all subspaces of dimension r
    (Eckart and Young 1936); the minimum is the sum of the squares of the ``singular_values`` beyond
    the r-th. c is ``centre`` or zero, M is ``inner_product`` or the identity, and w are the
    ``weights`` of the snapshots or one.

    ``method`` is the algorithm that computed the POD: "svd", "gram", "tsqr", "randomised",
    "incremental", "hierarchical" or "tree". Some algorithms do not find the smallest singular
    values: ``tail`` is the root of the sum of squares of the singular values that are not listed.
    The last two algorithms drop parts of the snapshots; their truncation error is a bound. An
    iterative algorithm also estimates ``excess``, the relative difference of the squared error from
    the least one. ``samples`` is the number of the snapshots; 0 means that it is not known, as in
    files of earlier versions.
    """

    kind: ClassVar[str] = "pod"
    __repr__ = in_short
    V: Array = array("dof", "mode", about="modes, orthonormal in the inner product")
    singular_values: Array = array("index", about="the largest ones of R (U - c) W^(1/2)")
    centre: Array | None = array("dof", about="subtracted before projection", optional=True)
    weights: Array | None = array("sample", about="weights of the snapshots", optional=True)
    inner_product: InnerProduct | None = None
    tail: float = 0.0
    excess: float = 0.0
    method: str = "svd"
    samples: int = 0

    @property
    def energy(self) -> float:
        """The part of the sum of squared singular values that belongs to the modes."""
        squares = self._squares
        return float(squares[: self.r].sum() / squares.sum()) if squares[0] > 0 else 1.0

    @property
    def energies(self) -> Array:
        """The part of that sum that belongs to each of the ``singular_values``; 0 if all are 0."""
        squares = self._squares
        return squares[:-1] / squares.sum() if squares[0] > 0 else squares[:-1]

    @property
    def _squares(self) -> Array:
        """The squares of the singular values and of the tail, over that of the first one."""
        s = np.append(self.singular_values, self.tail)
        return (s / s[0]) ** 2 if s[0] > 0 else s  # neither overflows nor vanishes

    @property
    def truncation_error(self) -> float:
        """The POD error: the root of the sum of squares of the singular values beyond the r-th."""
        rest = np.append(self.singular_values[self.r :], self.tail).astype(float)
        largest = rest.max()
        return float(largest * np.linalg.norm(rest / largest)) if largest > 0 else 0.0

    @property
    def relative_truncation_error(self) -> float:
        """`truncation_error` divided by the norm of all snapshots, less their centre."""
        s = np.append(self.singular_values, self.tail)
        return self.truncation_error / float(safe_norm(s))

    def decode(self, Z: Array) -> Array:
        """Return c + V Z (n, m)."""
        Z = real_matrix("Z", Z, self.r)
        U = self.V @ Z
        return U if self.centre is None else U + self.centre[:, None]

    def decode_jacobian(self, z: Array) -> Array:
        """Return V (n, r), the derivative of the decoder at every ``z`` (r,)."""
        require_codes(self.r, z)
        return self.V

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return zeros (n,) or (n, k): the decoder is affine."""
        require_codes(self.r, z, v)
        return np.zeros((self.n, *v.shape[1:]))

    def truncate(self, rank: int) -> POD:
        """Return the POD with the first ``rank`` modes, without a new SVD.

        Raises OptionError for a rank out of range.
        """
        if not 1 <= rank <= self.r:
            raise OptionError(f"cannot truncate {self.r} modes to {rank}")
        return replace(self, V=self.V[:, :rank])
