"""POD and PCA as methods of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.interface import Fit
from mornet.linalg import Norm
from mornet.records import Array
from mornet.reduction.context import FitContext
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

    def fit(
        self,
        U: Array,
        rank: int,
        rng: np.random.Generator,
        norm: Norm = Norm(),
        context: FitContext = FitContext(),
    ) -> Fit:
        centre = "mean" if self.centre else None
        pod = fit_pod(
            U, rank=rank, centre=centre, method=Algorithm(self.method, rng), **norm._asdict()
        )
        return Fit(pod, pod.V)
