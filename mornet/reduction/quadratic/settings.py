"""The settings of quadratic manifolds."""

from __future__ import annotations

from dataclasses import dataclass

from mornet.settings import Count, Positive, Settings


@dataclass(frozen=True)
class QuadraticSettings(Settings):
    """How the modes of a quadratic manifold are chosen, and the penalty lambda of its correction.

    The modes are the first left singular vectors of U - c. If ``greedy``, they are chosen one by
    one among the first ``candidates`` that are left: the one that leaves the smallest residual on
    these (P. Schwerdtner and B. Peherstorfer, arXiv:2403.06732). The ``regularisation`` lambda is
    in the units of the snapshots squared. With ``centre`` c is the mean of the snapshots, else 0.
    """

    greedy: bool = True
    regularisation: Positive = 1e-6
    candidates: Count = 200
    centre: bool = True
