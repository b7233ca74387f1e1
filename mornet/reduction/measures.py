"""Errors of a reduction, in a given norm and relative to a given denominator."""

from __future__ import annotations

from typing import Any

from mornet.checks import real_matrix, require_positive
from mornet.errors import DataError
from mornet.linalg import InnerProduct, as_inner_product, column_norms, root_weights, safe_norm
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
    inner_product: Any = None,
    weights: Array | None = None,
) -> float:
    """Return the root of sum_j w_j ||u_j - decode(encode(u_j))||_M^2, over ``denominator``.

    The denominator is the root of sum_j w_j ||u_j||_M^2 unless given. M is ``inner_product`` or the
    identity, and w are the ``weights`` (m,) or one, as in `fit_pod`. Raises DataError if all
    snapshots are zero, OptionError for a denominator that is not above 0.
    """
    U = real_matrix("U", U)
    M, roots = as_inner_product(inner_product, len(U)), root_weights(weights, U.shape[1])
    root = 1.0 if roots is None else roots
    if denominator is None:
        denominator = float(safe_norm(root * column_norms(U, M)))
        if not denominator > 0:
            raise DataError("all snapshots are zero: a relative error has no denominator")
    require_positive(denominator=denominator)
    return float(safe_norm(root * column_errors(reduction, U, M))) / denominator
