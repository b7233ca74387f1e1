"""The loss of one sample, C = 1/2 ||y - a^[L]||_2^2, and its derivative by the output."""

from __future__ import annotations

import numpy as np

from mornet.records import Array


def half_squared_norm(a: Array, y: Array) -> Array:
    """Return C (N,) for outputs ``a`` and targets ``y`` (n_L, N), column by column."""
    r = a - y
    return 0.5 * np.einsum("jn,jn->n", r, r)


def half_squared_norm_derivative(a: Array, y: Array) -> Array:
    """Return dC/da = a - y, the factor in part (1) of the back-propagation Lemma."""
    return a - y
