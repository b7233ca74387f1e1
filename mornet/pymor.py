"""Vector arrays of pyMOR go into fits, and modes come out as vector arrays.

    U = columns(A)                                    # snapshots (n, m)
    pod = fit_pod(U, rank=5, inner_product=inner_product_of(product))
    modes = vectors(pod.V, A.space)                   # a VectorArray of 5 vectors

pyMOR must be installed: pip install 'mornet[pymor]'.
"""

from __future__ import annotations

from typing import Any

from mornet.checks import real_matrix
from mornet.errors import OptionError, ShapeError
from mornet.linalg import InnerProduct, as_inner_product
from mornet.records import Array


def columns(A: Any) -> Array:
    """Return the vectors of a VectorArray as the columns of a matrix (n, m).

    Raises OptionError for an array whose vectors have no entries that NumPy can take, DataError for
    complex or infinite entries.
    """
    if not hasattr(A, "to_numpy") or not hasattr(A, "space"):
        raise OptionError(f"{type(A).__name__} is no VectorArray with to_numpy()")
    return real_matrix("the VectorArray", A.to_numpy(), A.dim)


def vectors(U: Array, space: Any) -> Any:
    """Return the columns of ``U`` (n, m) as a VectorArray of m vectors of ``space``.

    Raises ShapeError if n is not the dimension of the space.
    """
    U = real_matrix("U", U)
    if len(U) != space.dim:
        raise ShapeError(f"U has {len(U)} rows for vectors of dimension {space.dim}")
    return space.from_numpy(U)


def inner_product_of(product: Any) -> InnerProduct | None:
    """Return the inner product of a pyMOR operator, such as a mass matrix; None stays None.

    Raises OptionError if pyMOR cannot turn the operator into a matrix; DataError, as
    `mornet.linalg.as_inner_product` does, unless the matrix is symmetric and positive definite.
    """
    from pymor.algorithms.to_matrix import to_matrix

    if product is None:
        return None
    try:
        matrix = to_matrix(product)
    except Exception as error:  # pyMOR has no rule for this operator
        raise OptionError(f"{product} cannot be written as a matrix: {error}") from error
    return as_inner_product(matrix, product.source.dim)
