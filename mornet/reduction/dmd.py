"""Dynamic mode decomposition: the best linear map from each snapshot to the next one.

With pairs of snapshots X = [u_k], Y = [u_{k+1}] and the rank-r SVD X ~ V S W^T, exact DMD
(J. H. Tu et al., On dynamic mode decomposition, J. Comput. Dyn. 1, 2014) is

    A = Y W S^{-1} V^T,    range(A) = range(Y W S^{-1}).

The eigenvectors of A, the DMD modes, span range(A). The reduction projects snapshots on range(A),
so its training error is never below that of POD. In addition DMD predicts the next snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mornet.checks import (
    LARGEST,
    real_matrix,
    require_codes,
    require_count,
    require_entries,
)
from mornet.errors import DivergenceError, OptionError
from mornet.linalg import InnerProduct, as_inner_product, numerical_rank, squarable, thin_svd
from mornet.records import Array, Indices, array, in_short
from mornet.reduction.in_modes import InModes


@dataclass(frozen=True, eq=False)
class DMD(InModes):
    """u ~ V z with V^T M V = I, z = V^T M u, and z_{k+1} = A z_k."""

    kind: ClassVar[str] = "dmd"
    __repr__ = in_short
    V: Array = array("dof", "mode", about="orthonormal basis of the span of the DMD modes")
    A: Array = array("mode", "from_mode", about="takes a code to that of the next snapshot")
    inner_product: InnerProduct | None = None

    @property
    def parameters(self) -> int:
        """Entries of V and A."""
        return super().parameters + self.A.size

    @property
    def eigenvalues(self) -> NDArray[np.complexfloating[Any, Any]]:
        """The eigenvalues (r,), which give growth and frequency of the modes in one time step."""
        return np.linalg.eigvals(self.A).astype(complex)

    def decode(self, Z: Array) -> Array:
        """Return V Z (n, m)."""
        Z = real_matrix("Z", Z, self.r)
        return self.V @ Z

    def decode_jacobian(self, z: Array) -> Array:
        """Return V (n, r), the derivative of the decoder at every ``z`` (r,)."""
        require_codes(self.r, z)
        return self.V.copy()

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return zeros (n,): the decoder is linear."""
        require_codes(self.r, z, v)
        return np.zeros((self.n, *v.shape[1:]))

    def forecast(self, u: Array, steps: int) -> Array:
        """Return the ``steps`` states (n, steps) that follow ``u`` (n,).

        Raises DivergenceError if they grow beyond all numbers.
        """
        z = self.encode(u[:, None])[:, 0]
        codes = np.empty((self.r, steps))
        for k in range(steps):
            with np.errstate(over="ignore", invalid="ignore"):
                z = codes[:, k] = self.A @ z
            if not np.all(np.abs(z) <= LARGEST):
                growth = np.max(np.abs(self.eigenvalues))
                raise DivergenceError(
                    f"the forecast overflows in step {k + 1} of {steps}, because a mode grows by "
                    f"{growth:.3g} times in each step: ask for fewer steps"
                )
        return self.decode(codes)


def fit_dmd(U: Array, rank: int, followed: Indices, *, inner_product: Any = None) -> DMD:
    """Return the DMD of ``rank`` of the pairs U[:, k], U[:, k + 1] for the k in ``followed``.

    ``U`` (n, m) holds one or more time series, all with the same time step. ``followed`` leaves out
    the last snapshot of each series, see `Snapshots.followed`. Residuals are measured in the
    ``inner_product`` M of `fit_pod`: with M = R^T R the result is the DMD of R U, mapped back by
    R^{-1}. The result has at most as many modes as the numerical rank of the pairs.

    Raises OptionError for a rank out of range, no pairs, columns that have no next one, or
    snapshots that are all zero; ShapeError and DataError for bad snapshots.
    """
    U = real_matrix("U", U)
    if len(followed) == 0:
        raise OptionError("there are no two snapshots at successive times: DMD needs time series")
    require_entries("followed", followed, U.shape[1] - 1)
    M = as_inner_product(inner_product, len(U))
    unit, U = float(np.finfo(U.dtype).eps), U.astype(float, copy=False)
    RU = squarable(U if M is None else M.to_euclidean(U))  # the maps do not depend on the scale
    X, Y = RU[:, followed], RU[:, np.asarray(followed) + 1]
    require_count("rank", rank, min(X.shape), f"min(n, pairs) = {min(X.shape)}")
    left, s, Wt = thin_svd(X)
    r = min(rank, numerical_rank(s, X.shape, unit))
    if r == 0:
        raise OptionError("all snapshots are zero: there are no modes")
    image = Y @ (Wt[:r].T / s[:r])
    Q = np.linalg.qr(image)[0]
    A = (Q.T @ image) @ (left[:, :r].T @ Q)
    return DMD(Q if M is None else M.from_euclidean(Q), A, M)
