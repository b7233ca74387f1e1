"""The POD errors that methods are held against: one curve, or two where some are centred."""

from __future__ import annotations

import numpy as np

from mornet.figures.style import PCA, POD, Look
from mornet.records import Array

SAME = 1e-6  # relative difference below which two POD errors are one


def pod_references(optimum: Array) -> list[tuple[Look, Array]]:
    """Return look and values of each distinct row of ``optimum`` (method, rank).

    There is one, or there are two: then the smaller belongs to PCA, the centred POD, since
    the best affine space of dimension r is at least as good as the best linear one.
    """
    rows: list[Array] = []
    for row in sorted(np.asarray(optimum, dtype=float), key=np.sum, reverse=True):
        if not any(same(row, other) for other in rows):
            rows.append(row)
    return list(zip((POD, PCA), rows, strict=False))


def same(a: Array, b: Array) -> bool:
    """Return whether two error curves are the same up to the digits a figure can show."""
    return bool(np.allclose(a, b, rtol=SAME, atol=0.0, equal_nan=True))
