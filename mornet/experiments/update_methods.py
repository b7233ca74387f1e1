"""The updates that studies compare: a few for a first look, all, and those for a new sample."""

from __future__ import annotations

from mornet.perturbation import (
    Chord,
    Corrected,
    Damped,
    GaussNewton,
    GradientSteps,
    Kalman,
    Newton,
    NoUpdate,
    Taylor,
    Update,
)

FEW: tuple[Update, ...] = (NoUpdate(), Taylor(1), Corrected(corrector=Newton()))
CONTROLS: tuple[Update, ...] = (
    GradientSteps(10),
    Taylor(1, GaussNewton()),
    Taylor(1, Damped(1e-3)),
)
ALL: tuple[Update, ...] = (
    NoUpdate(),
    *CONTROLS,
    Taylor(1),
    Corrected(corrector=Newton()),
    Taylor(2),
    Corrected(Taylor(1), Chord()),
    Taylor(3),
    Corrected(Taylor(1), Newton()),
    Taylor(5),
)
METHODS = {"few": FEW, "all": ALL}
FILTERS: tuple[Update, ...] = (Kalman(), Kalman(GaussNewton()))
