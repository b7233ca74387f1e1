"""Parameters that share values or are zero: the objective as a function of the others.

    p = L q,    p_k = q_{index_k},  or 0 where index_k = -1;    grad_q J(L q) = L^T grad_p J.

Tied weights are two matrices whose entries share their indices. A masked matrix has -1 where there
is no connection.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.errors import ShapeError
from mornet.records import Array, Indices
from mornet.training.optimiser import DescentObjective


@dataclass(frozen=True, eq=False)
class Shared:
    """The `DescentObjective` q -> J(L q) for ``index`` (P,), whose entries run from -1 to Q - 1."""

    objective: DescentObjective
    index: Indices

    @property
    def N(self) -> int:
        """The number of samples."""
        return self.objective.N

    @property
    def size(self) -> int:
        """The number Q of different parameters."""
        return int(self.index.max()) + 1

    def lift(self, q: Array) -> Array:
        """Return p = L q (P,); ShapeError unless q has Q entries."""
        if q.shape != (self.size,):
            raise ShapeError(f"q has shape {q.shape}, but {self.size} parameters are different")
        return np.append(q, q.dtype.type(0))[self.index]  # index -1 is the zero

    def restrict(self, p: Array) -> Array:
        """Return q (Q,); each entry is the first entry of ``p`` (P,) that has its index."""
        _, first = np.unique(self.index, return_index=True)
        return p[first[-self.size :]]

    def value(self, p: Array, batch: Indices | None = None) -> float:
        """Return J(L q) for ``p`` = q."""
        return self.objective.value(self.lift(p), batch)

    def gradient(self, p: Array, batch: Indices | None = None, out: Array | None = None) -> Array:
        """Return L^T grad J (Q,) for ``p`` = q, written to ``out`` if given."""
        g = self.gathered(self.objective.gradient(self.lift(p), batch))
        if out is None:
            return g.astype(p.dtype, copy=False)
        out[...] = g
        return out

    def gathered(self, g: Array) -> Array:
        """Return L^T g (Q,) for ``g`` (P,): the sums of the entries that share an index."""
        sums = np.bincount(self.index + 1, weights=g, minlength=self.size + 1)
        return np.asarray(sums[1:], float)
