"""Chosen rows of equations whose rates depend on a few neighbours: a stencil.

    f_i(t, u) = rate_i(t, u_{j_1}, ..., u_{j_s}),        j_1, ..., j_s the neighbours of i.

Finite differences and finite volumes are of this form. A neighbour may stand for a boundary: its
slope is then zero, and any index will do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from mornet.records import Array, Indices

AtStencil = Callable[[float, Array], Array]
"""A function of t and of the entries (s, m) of a state at the neighbours of m rows."""


@dataclass(frozen=True, eq=False)
class StencilRows:
    """f at ``rows`` (m,) from the entries of a state at the ``neighbours`` (s, m) of each row.

    ``rate`` returns f (m,), ``slopes`` its derivatives (s, m) by these entries; s does not depend
    on n, and the work is O(s m).
    """

    rows: Indices
    neighbours: Indices
    rate: AtStencil
    slopes: AtStencil

    @cached_property
    def needed(self) -> Indices:
        """The degrees of freedom (k,) that the rows depend on, ascending."""
        return np.unique(self.neighbours)

    @cached_property
    def _places(self) -> Indices:
        """Where the neighbours (s, m) stand among the needed entries."""
        return np.searchsorted(self.needed, self.neighbours)

    def f(self, t: float, u: Array) -> Array:
        """Return f at the rows (m,) from the needed entries ``u`` (k,)."""
        return self.rate(t, u[self._places])

    def jacobian(self, t: float, u: Array) -> Any:
        """Return the derivative (m, k) by the needed entries, sparse, at most s entries a row."""
        columns, starts = self._pattern
        of_rows = self.slopes(t, u[self._places]).T.ravel(), columns, starts
        return sparse.csr_array(of_rows, shape=(len(self.rows), len(self.needed)))

    @cached_property
    def _pattern(self) -> tuple[Indices, Indices]:
        """The column of each entry of the derivative, and where each row starts."""
        s, m = self._places.shape
        index = np.int32 if s * m < 2**31 else np.int64
        return self._places.T.ravel().astype(index), np.arange(0, s * m + 1, s, dtype=index)
