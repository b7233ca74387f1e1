"""The settings of quadratic manifolds."""

from __future__ import annotations

from dataclasses import dataclass

from mornet.settings import Count, Positive, Settings


@dataclass(frozen=True)
class QuadraticSettings(Settings):
    """How the modes of a quadratic manifold are chosen, and the penalty lambda of its correction.

    The modes are the first left singular vectors of U - c. If ``greedy``, the modes are chosen one
    after the other. Each is the one, among the first ``candidates`` vectors that are left, with the
    smallest residual on these candidates (P. Schwerdtner and B. Peherstorfer, arXiv:2403.06732).
    The ``regularisation`` lambda has the units of the snapshots squared. With ``centre`` c is the
    mean of the snapshots, otherwise 0.
    """

    greedy: bool = True
    regularisation: Positive = 1e-6
    candidates: Count = 200
    centre: bool = True
