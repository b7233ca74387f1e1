"""POD by blocks of snapshots that are not in memory at the same time, with an error bound.

Every node of a tree compresses its blocks [U_1 S_1, U_2 S_2, ...] by its own POD and passes U S to
the node above. There are L levels of compression, and m snapshots below a node. The tolerances of
the nodes, in the Frobenius norm, are

    root: m^{1/2} omega eps,    others: m^{1/2} ((1 - omega^2) / (L - 1))^{1/2} eps.

Then the modes of the root project all snapshots with a root mean square error of at most eps. A POD
of all snapshots at once with the error omega eps has at least as many modes (C. Himpe, T. Leibner
and S. Rave, SIAM J. Sci. Comput. 40, 2018, Theorem 4.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from mornet.checks import real_matrix
from mornet.errors import OptionError
from mornet.linalg import as_inner_product, thin_svd
from mornet.records import Array
from mornet.reduction.pod.record import POD


def hierarchical_pod(
    blocks: Sequence[Array],
    tolerance: float,
    *,
    omega: float = 0.75,
    tree: Literal["distributed", "incremental"] = "distributed",
    inner_product: Any = None,
) -> POD:
    """Return modes V with ((1/m) sum_j ||u_j - V V^T M u_j||_M^2)^{1/2} <= ``tolerance``.

    ``blocks`` (n, m_i) hold the m snapshots. The ``tree`` "distributed" compresses each block and
    then all compressed blocks together. "incremental" compresses each block together with the
    compressed blocks before it, so that the memory is little more than one block. An ``omega``
    close to 1 gives fewer modes in the result, an ``omega`` close to 0 gives fewer modes in the
    nodes below the root.

    Raises OptionError unless there is a block, tolerance > 0 and 0 < omega < 1; ShapeError and
    DataError for bad snapshots or inner products.
    """
    if len(blocks) == 0 or tolerance <= 0 or not 0 < omega < 1:
        raise OptionError(
            f"{len(blocks)} blocks, tolerance {tolerance}, omega {omega}: there must be a "
            "block, tolerance > 0 and 0 < omega < 1"
        )
    n = len(real_matrix("blocks[0]", blocks[0]))
    blocks = [real_matrix(f"blocks[{i}]", block, n) for i, block in enumerate(blocks)]
    M = as_inner_product(inner_product, n)
    levels = 2 if tree == "distributed" else len(blocks)
    share = np.sqrt((1 - omega**2) / max(levels - 1, 1))

    left: list[Array] = []
    seen, energy = 0, 0.0
    for i, given in enumerate(blocks):
        block = given.astype(float, copy=False)
        block = block if M is None else M.to_euclidean(block)
        m = block.shape[1]
        seen, energy = seen + m, energy + float(np.sum(block**2))
        if tree == "distributed":
            left.append(_compress(block, np.sqrt(m) * share * tolerance))
        elif i < len(blocks) - 1:
            left = [_compress(np.hstack([*left, block]), np.sqrt(seen) * share * tolerance)]
        else:
            left.append(block)
    U, s, _ = thin_svd(np.hstack(left))
    r = _needed(s, np.sqrt(seen) * omega * tolerance)
    return POD(
        np.asfortranarray(U[:, :r] if M is None else M.from_euclidean(U[:, :r])),
        s[:r],
        inner_product=M,
        tail=float(np.sqrt(max(energy - float(np.sum(s[:r] ** 2)), 0.0))),
        method="hierarchical",
    )


def _compress(A: Array, tolerance: float) -> Array:
    """Return U S (n, r) with the fewest columns and ||A - U U^T A||_F <= ``tolerance``."""
    U, s, _ = thin_svd(A)
    r = _needed(s, tolerance)
    return np.asarray(U[:, :r] * s[:r])


def _needed(s: Array, tolerance: float) -> int:
    """Return the least r >= 1 with sum_{k > r} s_k^2 <= tolerance^2."""
    beyond = np.sqrt(np.cumsum(s[::-1] ** 2))[::-1]  # entry r: truncation error of r modes
    return max(int(np.count_nonzero(beyond > tolerance)), 1)
