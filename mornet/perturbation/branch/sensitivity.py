"""The sensitivity of a trained network to its data, dp/dD and df/dD, and the worst direction.

p' = -H^{-1} g_t is linear in the direction E in which the data move: p' = S E. The norm of S is the
absolute condition number of training, reached in the direction of its first right singular vector;
over random directions of norm 1 the root mean square of ||S E|| is ||S||_F / sqrt(entries of E).
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

Motion = Callable[[Objective, Array], DataPath]


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """S (m, n N) = U diag(values) V^T, from directions E (n, N), column after column.

    ``shape`` is that of E.
    """

    matrix: Array
    values: Array
    vectors: Array
    shape: tuple[int, int]

    @property
    def norm(self) -> float:
        """||S||_2: how far data that move by 1 move the network at worst."""
        return float(self.values[0])

    @property
    def mean(self) -> float:
        """||S||_F / sqrt(n N): the root mean square of ||S E|| over all E of Frobenius norm 1."""
        return float(np.linalg.norm(self.values) / np.sqrt(self.matrix.shape[1]))

    @property
    def worst(self) -> Array:
        """E (n, N) of Frobenius norm 1 with ||S E|| = ||S||_2."""
        return np.asarray(self.vectors[:, 0].reshape(self.shape, order="F"))

    def of(self, E: Array) -> Array:
        """Return S E (m,)."""
        return np.asarray(self.matrix @ E.ravel(order="F"))


def parameter_sensitivity(
    base: Base, start: Objective, move: Motion, shape: tuple[int, int]
) -> Sensitivity:
    """Return dp/dD at ``base``, the shortest p' where a symmetry leaves a choice.

    ``move(start, E)`` is the path along E (`move_targets`, `move_inputs`, `move_snapshots`), of the
    given ``shape``. One column takes a mixed derivative and a solve. Raises what the path raises.
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
    """Return df/dD: the change of the outputs at the inputs ``x`` (n_1, M), in the rms norm.

    ||S E|| is the root mean square over samples and outputs of the change. The rows of S are its
    coordinates in an orthonormal basis of what the parameters can change, P of them or fewer.
    """
    J = output_jacobian(start.net, p, x)
    R = np.linalg.qr(J, mode="r") / np.sqrt(len(J))
    return _decomposed(R @ parameters.matrix, parameters.shape)


def _decomposed(S: Array, shape: tuple[int, int]) -> Sensitivity:
    _, s, Vt = thin_svd(S)
    return Sensitivity(S, s, np.asarray(Vt.T), shape)
