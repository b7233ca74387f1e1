"""The PODs that cases are held against, from one SVD for all ranks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.pod.record import POD
from mornet.snapshots import DataSet


@dataclass(frozen=True, eq=False)
class Optima:
    """The PODs of the training snapshots of ``data`` in its norm, of ranks up to ``most``.

    One SVD serves all ranks, and another one all ranks of centred snapshots. With a mass matrix
    every rank has its own SVD, because the modes are made orthonormal together: the last bits of a
    mode would depend on ``most``.
    """

    data: DataSet
    most: int
    _found: dict[tuple[int, bool], POD] = field(default_factory=dict)

    def pod(self, rank: int, *, centred: bool) -> POD:
        """Return the POD of ``rank`` modes, or of as many as the numerical rank allows."""
        product = self.data.inner_product
        shared = product is None or product.is_diagonal
        largest = max(rank, self.most) if shared else rank
        if (largest, centred) not in self._found:
            self._found[largest, centred] = self._fitted(largest, centred)
        pod = self._found[largest, centred]
        return replace(pod, V=np.ascontiguousarray(pod.V[:, :rank]))

    def _fitted(self, rank: int, centred: bool) -> POD:
        train, centre = self.data.train, "mean" if centred else None
        norm = self.data.measure(train)._asdict()
        return fit_pod(train.U, rank=rank, centre=centre, method="svd", **norm)
