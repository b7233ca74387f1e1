"""The updates whose orders are compared: a few, all, or those within subspaces."""

from __future__ import annotations

from typing import Literal

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
FILTERS: tuple[Update, ...] = (KalmanUpdate(), KalmanUpdate(GaussNewton()))
"""For one sample that enters or leaves."""


def chosen_updates(
    choice: Literal["few", "all", "subspaces"],
    objective: Objective,
    base: BasePoint,
    rng: np.random.Generator,
    *,
    one_sample: bool,
) -> tuple[Update, ...]:
    """Return the updates of the ``choice``; the filters are added where ``one_sample`` changes."""
    match choice:
        case "subspaces":
            return subspace_updates(objective, base, rng)
        case "few":
            return FEW + (FILTERS if one_sample else ())
        case "all":
            return ALL + (FILTERS if one_sample else ())


def subspace_updates(
    objective: Objective, base: BasePoint, rng: np.random.Generator
) -> tuple[Update, ...]:
    """Return first-order updates within subspaces, beside full ones; ``rng`` draws the low ranks.

    An update within a subspace does not use the base's factorisation: a subspace of k dimensions
    takes k Hessian products.
    """
    net = objective.net
    within = (
        last_layer(net),
        biases(net),
        *(low_rank(net, rank, rng) for rank in range(1, min(net.widths))),
        leading_eigenvectors(objective, base.p, base.p.size // 2),
    )
    return (NoUpdate(), *(Taylor(1, B) for B in within), Taylor(1), Taylor(2))
