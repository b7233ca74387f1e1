"""The updates that studies compare: a few for a first look, all, and those for a new sample."""

from __future__ import annotations

import numpy as np

from mornet.perturbation import (
    ChordStep,
    Corrected,
    Damped,
    GaussNewton,
    GradientSteps,
    KalmanUpdate,
    NewtonStep,
    NoUpdate,
    Taylor,
    Update,
)
from mornet.perturbation.update import biases, last_layer, leading_eigenvectors, low_rank
from mornet.training import Objective
from mornet.training.newton import BasePoint

FEW: tuple[Update, ...] = (NoUpdate(), Taylor(1), Corrected(corrector=NewtonStep()))
CONTROLS: tuple[Update, ...] = (
    GradientSteps(10),
    Taylor(1, GaussNewton()),
    Taylor(1, Damped(1e-3)),
)
ALL: tuple[Update, ...] = (
    NoUpdate(),
    *CONTROLS,
    Taylor(1),
    Corrected(corrector=NewtonStep()),
    Taylor(2),
    Corrected(Taylor(1), ChordStep()),
    Taylor(3),
    Corrected(Taylor(1), NewtonStep()),
    Taylor(5),
)
METHODS = {"few": FEW, "all": ALL}
FILTERS: tuple[Update, ...] = (KalmanUpdate(), KalmanUpdate(GaussNewton()))
"""For one sample that comes or goes."""


def subspaces(
    objective: Objective, base: BasePoint, rng: np.random.Generator
) -> tuple[Update, ...]:
    """Return first-order updates within subspaces, beside the full ones; ``rng`` draws some.

    Without the base's factorisation: a subspace of k dimensions takes k Hessian products.
    """
    net = objective.net
    within = (
        last_layer(net),
        biases(net),
        *(low_rank(net, rank, rng) for rank in range(1, min(net.widths))),
        leading_eigenvectors(objective, base.p, base.p.size // 2),
    )
    return (NoUpdate(), *(Taylor(1, B) for B in within), Taylor(1), Taylor(2))
