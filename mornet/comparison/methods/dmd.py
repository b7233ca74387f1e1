"""Dynamic mode decomposition as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.comparison.methods.interface import Fit, FitInput
from mornet.errors import OptionError
from mornet.reduction.dmd import fit_dmd
from mornet.settings import Settings


@dataclass(frozen=True)
class DMDMethod(Settings):
    """Dynamic mode decomposition, for time series only; see `fit_dmd`."""

    random: ClassVar[bool] = False
    affine: ClassVar[bool] = False

    def fit(self, to: FitInput) -> Fit:
        if to.context.followed is None:
            raise OptionError("DMD needs to know which snapshots follow each other in time")
        if to.norm.weights is not None:
            raise OptionError(
                "DMD fits pairs of snapshots, which have no weights: leave the method out for data "
                "sets with weights"
            )
        dmd = fit_dmd(to.U, to.rank, to.context.followed, inner_product=to.norm.inner_product)
        return Fit(dmd, dmd.V)
