"""The share of the encoder: the codes of snapshots beside the best codes of the decoder."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mornet.comparison.explain.cause import Cause, percent, ratio
from mornet.linalg import Norm, equally_spaced
from mornet.records import Array
from mornet.reduction.interface import SmoothReduction, reconstruct
from mornet.snapshots import DataSet, Snapshots

SAMPLE = 20  # snapshots whose best codes are computed
EVALUATIONS = 30


def encoder_cause(model: SmoothReduction, data: DataSet, *, unseen: bool) -> Iterator[Cause]:
    """Yield the cause that the encoder misses the best codes (Levenberg-Marquardt from its own).

    If another cause is known why the fit fails on ``unseen`` snapshots, codes that are wrong on
    test snapshots alone follow from it: what training snapshots lose is the factor then.
    """
    own, best, count = _errors(model, data, data.test)
    factor, known = ratio(own, best), ""
    if unseen:
        trained = ratio(*_errors(model, data, data.train)[:2])
        factor = min(factor, trained)
        known = f" On training snapshots the error changes by a factor of {trained:.3g}."
    yield Cause(
        "Encoder",
        factor,
        f"the decoder could do better with other codes: of {count} test snapshots the error is "
        f"{percent(own)}, and {percent(best)} with the best codes, which least squares finds."
        f"{known} Give the encoder more to learn from (more parameters), or find codes by least "
        "squares.",
    )


def _errors(model: SmoothReduction, data: DataSet, part: Snapshots) -> tuple[float, float, int]:
    """Return the errors of some snapshots with their own and with the best codes, and how many."""
    chosen = equally_spaced(part.m, SAMPLE)
    U, norm = part.U[:, chosen], Norm(data.inner_product)
    size = float(np.linalg.norm(data.column_norms(part)[chosen]))
    own = float(np.linalg.norm(norm.columns(U - reconstruct(model, U))))
    pairs = zip(U.T, model.encode(U).T, strict=True)
    best = float(np.linalg.norm([_least(model, norm, u, z) for u, z in pairs]))
    return own / size, best / size, len(chosen)


def _least(model: SmoothReduction, norm: Norm, u: Array, z: Array) -> float:
    """Return the error of ``u`` (n,) with the best code near ``z`` (r,)."""
    from scipy.optimize import least_squares  # late: a second that no other verb needs

    found = least_squares(
        lambda z: norm.to_euclidean(model.decode(z[:, None]) - u[:, None])[:, 0],
        z,
        jac=lambda z: norm.to_euclidean(model.decode_jacobian(z)),
        method="lm" if model.r <= model.n else "trf",
        max_nfev=EVALUATIONS,
    )
    return float(np.sqrt(2 * found.cost))
