"""Dynamic mode decomposition: the linear map that best takes each snapshot to the next.

With pairs of snapshots X = [u_k], Y = [u_{k+1}] and the rank-r SVD X ~ V S W^T, exact DMD
(J. H. Tu et al., On dynamic mode decomposition, J. Comput. Dyn. 1, 2014) is

    A = Y W S^{-1} V^T,    range(A) = range(Y W S^{-1}).

Its modes, the eigenvectors of A, span this range, on which snapshots are projected here: as a
reduction it can only be worse than POD on the training snapshots. What it has beyond POD is time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mornet.checks import require_codes, require_columns, require_finite
from mornet.errors import OptionError
from mornet.linalg import numerical_rank, thin_svd
from mornet.records import Array, Indices, array


@dataclass(frozen=True, eq=False)
class DMD:
    """u ~ Q z with Q^T Q = I, z = Q^T u, and z_{k+1} = A z_k."""

    kind: ClassVar[str] = "dmd"
    Q: Array = array("dof", "mode", about="orthonormal basis of the modes' span")
    A: Array = array("mode", "from_mode", about="takes a code to that of the next snapshot")

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return int(self.Q.shape[0])

    @property
    def r(self) -> int:
        """Number of modes."""
        return int(self.Q.shape[1])

    @property
    def parameters(self) -> int:
        """Entries of Q and A."""
        return self.Q.size + self.A.size

    @property
    def eigenvalues(self) -> NDArray[np.complexfloating[Any, Any]]:
        """The eigenvalues (r,): growth and frequency of the modes, by step."""
        return np.linalg.eigvals(self.A).astype(complex)

    def encode(self, U: Array) -> Array:
        """Return Q^T U (r, m)."""
        require_columns("U", U, self.n)
        return self.Q.T @ U

    def decode(self, Z: Array) -> Array:
        """Return Q Z (n, m)."""
        require_columns("Z", Z, self.r)
        return self.Q @ Z

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative (n, r) of `decode` at one code ``z`` (r,): Q, everywhere."""
        require_codes(self.r, z)
        return self.Q.copy()

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return zeros (n,): the decoder is linear."""
        require_codes(self.r, z, v)
        return np.zeros(self.n)

    def forecast(self, u: Array, steps: int) -> Array:
        """Return the ``steps`` states (n, steps) that follow ``u`` (n,)."""
        z = self.encode(u[:, None])[:, 0]
        codes = np.empty((self.r, steps))
        for k in range(steps):
            z = codes[:, k] = self.A @ z
        return self.decode(codes)


def fit_dmd(U: Array, rank: int, first: Indices) -> DMD:
    """Return the DMD of ``rank`` of the pairs U[:, k], U[:, k + 1] for k in ``first``.

    ``U`` (n, m) holds one or more time series with one time step; ``first`` leaves out the last
    snapshot of each, see `Snapshots.followed`. More modes than the numerical rank of the pairs are
    never returned. Raises OptionError for a rank out of range or no pairs, DataError for entries
    not finite.
    """
    require_columns("U", U)
    require_finite("U", U)
    if len(first) == 0:
        raise OptionError("there are no two snapshots at successive times: DMD needs time series")
    X, Y = U[:, first], U[:, np.asarray(first) + 1]
    if not 1 <= rank <= min(X.shape):
        raise OptionError(f"rank {rank} must be between 1 and min(n, pairs) = {min(X.shape)}")
    V, s, Wt = thin_svd(X)
    r = min(rank, numerical_rank(s, X.shape))
    if r == 0:
        raise OptionError("all snapshots are zero: there are no modes")
    image = Y @ (Wt[:r].T / s[:r])
    Q = np.linalg.qr(image)[0]
    return DMD(Q, (Q.T @ image) @ (V[:, :r].T @ Q))
