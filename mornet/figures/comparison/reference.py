"""The errors of POD, with which methods are compared, and the formula of relative errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mornet.comparison.collect import Comparison
from mornet.figures.style import PCA, POD, Look
from mornet.records import Array

SAME_ERROR = 1e-6  # relative difference below which two POD errors are one


def pod_references(
    optimum: Sequence[Array] | Array, affine: Sequence[bool]
) -> list[tuple[Look, Array]]:
    """Return look and values of the ``optimum`` of uncentred and of centred methods, if any.

    PCA is centred POD. It is left out where it equals POD, that is for data of mean zero.
    """
    found = [
        (look, np.asarray(optimum[list(affine).index(centred)], dtype=float))
        for look, centred in ((POD, False), (PCA, True))
        if centred in affine
    ]
    return found[:1] if len(found) == 2 and same(found[0][1], found[1][1]) else found


def same(a: Array, b: Array) -> bool:
    """Return whether two error curves agree to the digits that a figure can show."""
    return bool(np.allclose(a, b, rtol=SAME_ERROR, atol=0.0, equal_nan=True))


def relative_error_symbol(comparison: Comparison) -> str:
    """Return the formula of the relative errors of ``comparison``, with their norm."""
    states = r"\mathrm{states}" if comparison.denominator == "states" else "U"
    index = f"{{{comparison.norm}}}" if len(comparison.norm) > 1 else comparison.norm
    return rf"$\|U-\hat U\|_{index}\,/\,\|{states}\|_{index}$"
