"""Errors of a reduction, in the norm and against the denominator that are named."""

from __future__ import annotations

import numpy as np

from mornet.errors import DataError
from mornet.linalg import InnerProduct
from mornet.records import Array
from mornet.reduction.interface import Reduction, reconstruct


def column_errors(
    reduction: Reduction, U: Array, inner_product: InnerProduct | None = None
) -> Array:
    """Return ||u_j - decode(encode(u_j))|| (m,) of every snapshot of ``U`` (n, m)."""
    R = U - reconstruct(reduction, U)
    return np.linalg.norm(R, axis=0) if inner_product is None else inner_product.norms(R)


def relative_error(
    reduction: Reduction,
    U: Array,
    denominator: float | None = None,
    inner_product: InnerProduct | None = None,
    weights: Array | None = None,
) -> float:
    """Return the root of sum_j w_j ||u_j - decode(encode(u_j))||_M^2 over ``denominator``.

    That is the root of sum_j w_j ||u_j||_M^2 unless given; M is ``inner_product`` or the identity,
    w are the ``weights`` (m,) or one. Raises DataError for a denominator that is zero.
    """
    root = 1.0 if weights is None else np.sqrt(weights)
    if denominator is None:
        norms = np.linalg.norm(U, axis=0) if inner_product is None else inner_product.norms(U)
        denominator = float(np.linalg.norm(root * norms))
    if not denominator > 0:
        raise DataError("all snapshots are zero: a relative error has no denominator")
    return float(np.linalg.norm(root * column_errors(reduction, U, inner_product))) / denominator
