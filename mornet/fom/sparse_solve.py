"""The solution of sparse linear systems of equations, for equations in the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse.linalg import splu

from mornet.records import Array


def solve_sparse(A: Any, b: Array) -> Array:
    """Return the x (n,) with A x = b for a sparse ``A`` (n, n), by its LU factorisation.

    Raises numpy.linalg.LinAlgError if A is singular.
    """
    try:
        return np.asarray(splu(A.tocsc()).solve(b))
    except RuntimeError as error:
        raise np.linalg.LinAlgError(str(error)) from None
