"""The coordinates in which a race is run, and the modes in which its winner is trained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from mornet.errors import RankWarning
from mornet.linalg import InnerProduct, Norm, as_weights
from mornet.records import Array, Indices
from mornet.reduction.pod.fit import fit_leading, fit_pod
from mornet.reduction.pod.record import POD

TOLERANCE, MOST_MODES = 1e-6, 512  # truncation error and number of modes in which the race is run
SAME_SPACE = 1e-12  # part of the snapshots below which the mean outside the modes is round-off


@dataclass(frozen=True, eq=False)
class Space:
    """Snapshots ``U`` (n, m) by their coordinates ``c`` (k, m) in at most 512 ``modes``.

    ``rest`` (m,) are the squared norms of what lies outside the modes, and ``weights`` (m,) those
    of the snapshots, or None. ``outside`` is the norm of what the snapshots themselves leave out.
    """

    U: Array
    modes: POD
    c: Array
    rest: Array
    weights: Array | None
    outside: float = 0.0

    @classmethod
    def of(
        cls,
        U: Array,
        inner_product: Any = None,
        weights: Array | None = None,
        outside: Array | float = 0.0,
    ) -> Space:
        """Return the space of snapshots ``U``, with the arguments of `fit_pod`.

        The squared norms ``outside`` (m,) are those of what the snapshots themselves leave out.
        Raises what `as_weights` raises.
        """
        w = as_weights(weights, U.shape[1])
        norm = {"inner_product": inner_product, "weights": w}
        modes = fit_leading(U, MOST_MODES, TOLERANCE, **norm)
        c = modes.encode(U)
        squares = Norm(modes.inner_product).columns(U) ** 2
        lost = float(np.sqrt(np.sum(outside if w is None else outside * w)))
        modes = replace(modes, tail=float(np.hypot(modes.tail, lost)))
        rest = np.maximum(squares - np.sum(c**2, axis=0), 0) + outside
        return cls(U, modes, c, rest, w, lost)

    @property
    def m(self) -> int:
        """Snapshots."""
        return int(self.c.shape[1])

    @property
    def present(self) -> Indices | slice:
        """Where the snapshots of positive weight are: others are no evidence, and teach nothing."""
        if self.weights is None or self.weights.all():
            return slice(None)
        return np.flatnonzero(self.weights)

    @property
    def squares(self) -> Array:
        """The squared norms (m,) of the snapshots, with their weights."""
        found: Array = np.sum(self.c**2, axis=0) + self.rest
        return found if self.weights is None else found * self.weights

    def exact(self, centred: bool, rank: int) -> POD:
        """Return POD or PCA of the ``rank`` from the snapshots, whose modes may be fewer."""
        norm: dict[str, Any] = {"inner_product": self.modes.inner_product, "weights": self.weights}
        with catch_warnings():
            simplefilter("ignore", RankWarning)
            pod = fit_pod(self.U, rank=rank, centre="mean" if centred else None, **norm)
        return replace(pod, tail=float(np.hypot(pod.tail, self.outside)))

    def pod(self, centred: bool) -> tuple[POD, Array]:
        """Return POD or PCA with all its modes, and the coordinates (., m) of the snapshots.

        The modes of PCA are found in the span of the modes of POD and the mean. The Gram matrix of
        centred snapshots differs from that of snapshots by the mean alone, so that leading modes
        are missing no more than the least singular value has room for.
        """
        if not centred:
            return self.modes, self.c
        V, c = self._with_mean()
        turned = fit_pod(c, centre="mean", weights=self.weights)
        squares = np.maximum(self.rest - np.sum(c[len(self.c) :] ** 2, axis=0), 0)
        lost = float(np.sum(squares if self.weights is None else squares * self.weights))
        pod = replace(
            turned,
            V=V @ turned.V,
            centre=V @ np.asarray(turned.centre),
            inner_product=self.modes.inner_product,
            tail=float(np.hypot(turned.tail, np.sqrt(lost))),
        )
        return pod, turned.encode(c)

    def _with_mean(self) -> tuple[Array, Array]:
        """Return the modes, with what is new in the mean as a further one, and coordinates."""
        V, product = self.modes.V, self.modes.inner_product
        mean = np.average(self.U, axis=1, weights=self.weights)
        new = mean - V @ self.modes.encode(mean[:, None])[:, 0]
        new -= V @ self.modes.encode(new[:, None])[:, 0]  # orthogonal to round-off
        length, size = (float(Norm(product).columns(x[:, None])[0]) for x in (new, self._largest))
        if length <= SAME_SPACE * size:
            return V, self.c
        unit = new / length
        return np.column_stack([V, unit]), np.vstack([self.c, _times(unit, self.U, product)])

    @property
    def _largest(self) -> Array:
        """The snapshot of largest norm."""
        largest: Array = self.U[:, np.argmax(np.sum(self.c**2, axis=0))]
        return largest


def _times(v: Array, U: Array, product: InnerProduct | None) -> Array:
    """Return v^T M U (1, m)."""
    return (v if product is None else product.apply(v))[None] @ U
