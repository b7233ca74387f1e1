"""Dynamic mode decomposition as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.interface import NOTHING, Beside, Fit
from mornet.errors import OptionError
from mornet.records import Array
from mornet.reduction.dmd import fit_dmd


@dataclass(frozen=True)
class DMDMethod:
    """Dynamic mode decomposition, for time series only; see `fit_dmd`."""

    random: ClassVar[bool] = False
    affine: ClassVar[bool] = False

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        if beside.followed is None:
            raise OptionError("DMD needs to know which snapshots follow each other in time")
        dmd = fit_dmd(U, rank, beside.followed)
        return Fit(dmd, dmd.Q)
