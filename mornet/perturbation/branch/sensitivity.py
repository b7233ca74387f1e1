"""The sensitivities dp/dD and df/dD of a trained network to its data, and the worst direction.

The velocity p' = -H^{-1} g_t is linear in the direction E in which the data move: p' = S E. The
norm ||S||_2 is the absolute condition number of training. It is reached in the direction of the
first right singular vector of S. Over random directions of norm 1 the root mean square of ||S E||
is ||S||_F / sqrt(d), where d is the number of entries of E.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mornet.linalg import thin_svd
from mornet.nn.curvature import output_jacobian
from mornet.perturbation.base_point.interface import Base, tangent
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array
from mornet.training import Objective

PathAlong = Callable[[Objective, Array], DataPath]
"""(start, E) -> the path on which the data of ``start`` move along E."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The linear map S from directions E (n, N), column after column, and its SVD."""

    matrix: Array
    """S (m, n N)."""
    values: Array
    """The singular values (k,) of S, descending."""
    vectors: Array
    """The right singular vectors (n N, k) of S, one per column."""
    shape: tuple[int, int]
    """The shape (n, N) of E."""

    @property
    def norm(self) -> float:
        """||S||_2: the largest ||S E|| over all E of Frobenius norm 1."""
        return float(self.values[0])

    @property
    def rms(self) -> float:
        """||S||_F / sqrt(n N): the root mean square of ||S E|| over all E of Frobenius norm 1."""
        return float(np.linalg.norm(self.values) / np.sqrt(self.matrix.shape[1]))

    @property
    def worst(self) -> Array:
        """The direction E (n, N) of Frobenius norm 1 with ||S E|| = ||S||_2."""
        return np.asarray(self.vectors[:, 0].reshape(self.shape, order="F"))

    def of(self, E: Array) -> Array:
        """Return S E (m,)."""
        return np.asarray(self.matrix @ E.ravel(order="F"))


def parameter_sensitivity(
    base: Base, start: Objective, move: PathAlong, shape: tuple[int, int]
) -> Sensitivity:
    """Return S = dp/dD at ``base``; where a symmetry leaves a choice, p' is the shortest.

    ``move(start, E)`` is the path along E, for example `move_targets`, `move_inputs` or
    `move_snapshots`; E has the given ``shape``. One column of S takes a mixed derivative and a
    solve. Raises what ``move`` raises, and DivergenceError if H is singular.
    """
    columns = []
    for k in range(shape[0] * shape[1]):
        E = np.zeros(shape)
        E[k % shape[0], k // shape[0]] = 1
        columns.append(tangent(base, move(start, E)))
    return _decomposed(np.column_stack(columns), shape)


def output_sensitivity(
    parameters: Sensitivity, start: Objective, p: Array, x: Array
) -> Sensitivity:
    """Return S = df/dD, the change of the outputs at the inputs ``x`` (n_1, M).

    The norm ||S E|| is the root mean square of the change over samples and outputs. S has at most P
    rows, since the change lies in the range of df/dp; the rows are coordinates in an orthonormal
    basis of this range.
    """
    J = output_jacobian(start.net, p, x)
    R = np.linalg.qr(J, mode="r") / np.sqrt(len(J))
    return _decomposed(R @ parameters.matrix, parameters.shape)


def _decomposed(S: Array, shape: tuple[int, int]) -> Sensitivity:
    _, s, Vt = thin_svd(S)
    return Sensitivity(S, s, np.asarray(Vt.T), shape)
