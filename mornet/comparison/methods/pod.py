"""POD and PCA as methods of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.interface import NOTHING, Beside, Fit
from mornet.records import Array
from mornet.reduction.pod import PODMethodName, fit_pod


@dataclass(frozen=True)
class PODMethod:
    """POD, by the direct SVD unless ``method`` says otherwise; ``centre`` makes it PCA."""

    random: ClassVar[bool] = False
    centre: bool = False
    method: PODMethodName = "svd"

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        pod = fit_pod(
            U, rank=rank, centre="mean" if self.centre else None, method=self.method, rng=rng
        )
        return Fit(pod, pod.V)
