"""Right singular vectors from a QR factorisation by blocks of rows: accurate down to round-off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mornet.reduction.pod.gram import Spectrum
from mornet.reduction.pod.rows import Rows


def tsqr_spectrum(rows: Rows) -> Spectrum:
    """Return all singular values and right singular vectors of X (L, k), L >= k.

    The factor R of X = Q R has the singular values of X, and Q is never formed. Each block X_b of
    rows updates R by [R; X_b] = Q' R' (J. Demmel, L. Grigori, M. Hoemmen and J. Langou, SIAM J.
    Sci. Comput. 34, 2012; here the blocks form a line instead of a tree). In blocks of 4 k rows the
    copy of R takes little work. The rows are read once, and the memory is about 12 k^2 numbers.
    Raises UnscaledError if squares overflow or vanish.
    """
    k = rows.shape[1]
    rows = replace(rows, step=rows.step or max(4 * k, 256))
    R = np.empty((0, k))
    for _, X in rows:
        R = np.asarray(np.linalg.qr(np.concatenate([R, X]), mode="r"))
    rows.check(float(np.vdot(R, R)))
    _, s, Wt = np.linalg.svd(R)
    return Spectrum(Wt[: len(s)].T, s, 0.0)
