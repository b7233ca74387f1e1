"""The share of the encoder: the codes of test snapshots beside the best codes of the decoder."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mornet.comparison.explain.cause import Cause, percent, ratio
from mornet.linalg import Norm, equally_spaced
from mornet.reduction.interface import SmoothReduction, reconstruct
from mornet.snapshots import DataSet

SAMPLE = 20  # test snapshots whose best codes are computed
EVALUATIONS = 30


def encoder_cause(model: SmoothReduction, data: DataSet) -> Iterator[Cause]:
    """Yield the cause that the encoder misses the best codes (Levenberg-Marquardt from its own)."""
    from scipy.optimize import least_squares  # late: a second that no other verb needs

    norm = Norm(data.inner_product)
    chosen = equally_spaced(data.test.m, SAMPLE)
    U = data.test.U[:, chosen]
    columns = data.column_norms(data.test)[chosen]
    own = np.linalg.norm(norm.columns(U - reconstruct(model, U)))
    lost = []
    for u, z in zip(U.T, model.encode(U).T, strict=True):
        found = least_squares(
            lambda z, u=u: norm.to_euclidean(model.decode(z[:, None]) - u[:, None])[:, 0],
            z,
            jac=lambda z: norm.to_euclidean(model.decode_jacobian(z)),
            method="lm" if model.r <= model.n else "trf",
            max_nfev=EVALUATIONS,
        )
        lost.append(np.sqrt(2 * found.cost))
    best = float(np.linalg.norm(lost))
    size = float(np.linalg.norm(columns))
    yield Cause(
        "Encoder",
        ratio(float(own), best),
        f"the decoder could do better with other codes: of {len(chosen)} test snapshots the error "
        f"is {percent(float(own) / size)}, and {percent(best / size)} with the best codes, which "
        "least squares finds. Give the encoder more to learn from (more parameters), or find codes "
        "by least squares.",
    )
