"""The manifold of a Gaussian process as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.comparison.methods.interface import Fit, FitInput
from mornet.reduction.gaussian_process.fit import fit_gaussian_process
from mornet.reduction.gaussian_process.settings import GaussianProcessSettings
from mornet.reduction.pod.fit import fit_pod
from mornet.settings import Count


@dataclass(frozen=True)
class GaussianProcessMethod(GaussianProcessSettings):
    """POD modes, and the mean of a Gaussian process for ``further`` modes.

    ``variance`` and ``noise`` are relative to the mean square of the coordinates that are
    predicted. With ``centre`` the mean is subtracted first.
    """

    random: ClassVar[bool] = False
    further: Count = 30
    centre: bool = False

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, to: FitInput) -> Fit:
        pod = fit_pod(to.U, centre="mean" if self.centre else None, **to.norm._asdict())
        pod = pod.truncate(min(to.rank + self.further, pod.r))
        C, weights = pod.encode(to.U), to.norm.weights
        return Fit(fit_gaussian_process(pod, C, to.rank, self, relative=True, weights=weights))
