"""Errors of a reduction, in a given norm and relative to a given denominator."""

from __future__ import annotations

import numpy as np

from mornet.checks import real_matrix
from mornet.errors import DataError
from mornet.linalg import InnerProduct, column_norms, safe_norm
from mornet.records import Array
from mornet.reduction.interface import Reduction, reconstruct


def column_errors(
    reduction: Reduction, U: Array, inner_product: InnerProduct | None = None
) -> Array:
    """Return ||u_j - decode(encode(u_j))|| (m,) of every snapshot of ``U`` (n, m)."""
    U = real_matrix("U", U)
    return column_norms(U - reconstruct(reduction, U), inner_product)


def relative_error(
    reduction: Reduction,
    U: Array,
    denominator: float | None = None,
    inner_product: InnerProduct | None = None,
    weights: Array | None = None,
) -> float:
    """Return the root of sum_j w_j ||u_j - decode(encode(u_j))||_M^2, over ``denominator``.

    The denominator is the root of sum_j w_j ||u_j||_M^2 unless given. M is ``inner_product`` or the
    identity, and w are the ``weights`` (m,) or one. Raises DataError if the denominator is zero.
    """
    U = real_matrix("U", U)
    root = 1.0 if weights is None else np.sqrt(weights)
    if denominator is None:
        denominator = float(safe_norm(root * column_norms(U, inner_product)))
    if not denominator > 0:
        raise DataError("all snapshots are zero: a relative error has no denominator")
    return float(safe_norm(root * column_errors(reduction, U, inner_product))) / denominator
