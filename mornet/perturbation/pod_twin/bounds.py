"""Bounds of the angle by which a POD subspace turns.

A bound is a guarantee. It is not a prediction: its slope over t is 1, like that of the angle, but
its size can be many times that of the angle.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.linalg import thin_svd
from mornet.records import Array


def sine_theta(U: Array, V: Array) -> float:
    """Return ||sin Theta||_F of the angles between the ranges of orthonormal ``U``, ``V`` (n, r).

    The projectors differ by ||U U^T - V V^T||_F = sqrt 2 ||sin Theta||_F.
    """
    return float(np.linalg.norm(V - U @ (U.T @ V)))


def wedin(X: Array, moved: Array, r: int) -> float:
    """Return Wedin's bound of sqrt(||sin Theta_U||_F^2 + ||sin Theta_V||_F^2) for ``r`` modes.

    The bound is sqrt(||R||_F^2 + ||S||_F^2) / delta. The residuals of the old singular vectors are
    R = X~ V_1 - U_1 S_1 and S = X~^T U_1 - V_1 S_1, with X~ = ``moved``, and
    delta = min(s_r - s~_{r+1}, s_r). The bound is infinite if the gap closes, delta <= 0
    (P.-A. Wedin, BIT 12, 1972).
    """
    U, s, Vt = (a[..., :r] if i < 2 else a[:r] for i, a in enumerate(thin_svd(X)))
    beyond = thin_svd(moved).s[r:]
    delta = min(s[-1] - (beyond[0] if len(beyond) else 0.0), s[-1])
    if delta <= 0:
        return float("inf")
    R, S = moved @ Vt.T - U * s, moved.T @ U - Vt.T * s
    return float(np.hypot(np.linalg.norm(R), np.linalg.norm(S)) / delta)


def davis_kahan(X: Array, moved: Array, r: int) -> float:
    """Return the bound 2 ||A~ - A||_F / (lam_r - lam_{r+1}) of ||sin Theta_U||_F, with A = X X^T.

    It needs the eigenvalues lam of the old matrix A only (Y. Yu, T. Wang and R. Samworth,
    Biometrika 102, 2015). It is infinite without a gap.
    """
    s = thin_svd(X).s
    gap = s[r - 1] ** 2 - (s[r] ** 2 if r < len(s) else 0.0)
    change = float(np.linalg.norm(moved @ moved.T - X @ X.T))
    return 2 * change / gap if gap > 0 else float("inf")


class SubspaceBounds(NamedTuple):
    """One bound of ||sin Theta||_F for the left singular subspace, and one for the right."""

    left: float
    right: float


def cai_zhang(X: Array, moved: Array, r: int) -> SubspaceBounds:
    """Return the bounds of ||sin Theta_U||_F and of ||sin Theta_V||_F for ``r`` modes.

    Let U = [U_1 U_2] and V = [V_1 V_2] belong to the old matrix X, and X~ = X + E = ``moved``. Then

        alpha = s_min(U_1^T X~ V_1),  beta = ||U_2^T X~ V_2||_2,
        Z_12 = U_1^T E V_2,  Z_21 = U_2^T E V_1,
        ||sin Theta_V||_F <= (alpha ||Z_12||_F + beta ||Z_21||_F) / (alpha^2 - beta^2 - z^2),

    with z = min(||Z_12||_2, ||Z_21||_2). For U the matrices Z_12 and Z_21 change places. No bound
    exceeds sqrt(r), and the bounds are sqrt(r) if the denominator is not positive. A change can
    turn one subspace more than the other: if X is wide, U turns less (T. Cai and A. Zhang, Ann.
    Statist. 46, 2018, Theorem 1).
    """
    U, _, Vt = np.linalg.svd(X)
    (U1, U2), (V1, V2) = (U[:, :r], U[:, r:]), (Vt[:r].T, Vt[r:].T)
    E = moved - X
    Z12, Z21 = U1.T @ E @ V2, U2.T @ E @ V1
    alpha = float(np.linalg.svd(U1.T @ moved @ V1, compute_uv=False)[-1])
    beta, z = _norm(U2.T @ moved @ V2), min(_norm(Z12), _norm(Z21))
    below = alpha**2 - beta**2 - z**2
    most = float(np.sqrt(r))
    if below <= 0:
        return SubspaceBounds(most, most)
    a, b = float(np.linalg.norm(Z12)), float(np.linalg.norm(Z21))
    return SubspaceBounds(
        min((alpha * b + beta * a) / below, most), min((alpha * a + beta * b) / below, most)
    )


def _norm(A: Array) -> float:
    """Return ||A||_2, or 0 if ``A`` has no entries."""
    return float(np.linalg.norm(A, 2)) if A.size else 0.0
