"""Bounds of how far a POD subspace turns. They certify; they do not predict."""

from __future__ import annotations

import numpy as np

from mornet.linalg import thin_svd
from mornet.records import Array


def sine_theta(U: Array, V: Array) -> float:
    """Return ||sin Theta||_F between the ranges of the orthonormal ``U``, ``V`` (n, r).

    ||U U^T - V V^T||_F is sqrt 2 times it.
    """
    return float(np.linalg.norm(V - U @ (U.T @ V)))


def wedin(X: Array, moved: Array, r: int) -> float:
    """Return Wedin's bound of sqrt(||sin Theta_U||_F^2 + ||sin Theta_V||_F^2), r modes each.

    sqrt(||R||_F^2 + ||S||_F^2) / delta with the residuals R = X~ V_1 - U_1 S_1 and
    S = X~^T U_1 - V_1 S_1 of the old vectors, delta = min(s_r - s~_{r+1}, s_r); infinite where the
    gap closes, delta <= 0 (P.-A. Wedin, BIT 12, 1972).
    """
    U, s, Vt = (a[..., :r] if i < 2 else a[:r] for i, a in enumerate(thin_svd(X)))
    beyond = thin_svd(moved).s[r:]
    delta = min(s[-1] - (beyond[0] if len(beyond) else 0.0), s[-1])
    if delta <= 0:
        return float("inf")
    R, S = moved @ Vt.T - U * s, moved.T @ U - Vt.T * s
    return float(np.hypot(np.linalg.norm(R), np.linalg.norm(S)) / delta)


def davis_kahan(X: Array, moved: Array, r: int) -> float:
    """Return the bound 2 ||A~ - A||_F / (lam_r - lam_{r+1}) of ||sin Theta_U||_F, A = X X^T.

    Needs the spectrum of the old matrix only (Y. Yu, T. Wang and R. Samworth, Biometrika 102,
    2015). Infinite without a gap.
    """
    s = thin_svd(X).s
    gap = s[r - 1] ** 2 - (s[r] ** 2 if r < len(s) else 0.0)
    change = float(np.linalg.norm(moved @ moved.T - X @ X.T))
    return 2 * change / gap if gap > 0 else float("inf")
