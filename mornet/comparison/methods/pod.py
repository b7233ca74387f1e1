"""POD and PCA as methods of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.comparison.methods.interface import Fit, FitInput
from mornet.reduction.pod.fit import Algorithm, PODMethodName, fit_pod
from mornet.settings import Settings


@dataclass(frozen=True)
class PODMethod(Settings):
    """POD by the direct SVD unless ``method`` names another algorithm; ``centre`` makes it PCA."""

    random: ClassVar[bool] = False
    centre: bool = False
    method: PODMethodName = "svd"

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, to: FitInput) -> Fit:
        centre = "mean" if self.centre else None
        pod = fit_pod(
            to.U,
            rank=to.rank,
            centre=centre,
            method=Algorithm(self.method, to.rng),
            **to.norm._asdict(),
        )
        return Fit(pod, pod.V)
