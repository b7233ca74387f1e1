"""What a fit may use in addition to the training snapshots."""

from __future__ import annotations

from typing import NamedTuple

from mornet.records import Array, Indices
from mornet.training.checkpoint import Checkpoint, KeepCheckpoint

GROUP = "parameter or trajectory"


class FitContext(NamedTuple):
    """What a fit may use in addition to the training snapshots U (n, m); None if there is nothing.

    - ``validation`` (n, k) are snapshots by which the fit makes its choices, and
      ``validation_weights`` (k,) are their weights;
    - ``groups`` (m,) numbers the trajectories or parameters of the training snapshots: a
      cross-validation holds out whole groups, see `hybrid.cross_validation.held_out_folds`. One
      trajectory is no group. ``group`` says what one is;
    - ``t`` (m,) are the times of the training snapshots. ``later`` says that what the fit is for
      comes after all of them, ``gaps`` that it lies between neighbours in time;
    - ``outer`` (m,) marks the training snapshots whose parameters lie beyond all others, if what
      the fit is for lies between the parameters;
    - ``x`` (d, n) says where each degree of freedom lives;
    - ``left_out`` (m,) are the norms of what the snapshots leave out of states, where they are
      coordinates in modes; such snapshots lie on no grid;
    - ``followed`` (p,) numbers the training snapshots k that snapshot k + 1 follows in time;
    - ``keep`` is called with every checkpoint of the training, and ``resume`` is the checkpoint
      from which the training goes on.
    """

    validation: Array | None = None
    validation_weights: Array | None = None
    groups: Indices | None = None
    followed: Indices | None = None
    keep: KeepCheckpoint | None = None
    resume: Checkpoint | None = None
    x: Array | None = None
    t: Array | None = None
    later: bool = False
    gaps: bool = False
    outer: Array | None = None
    left_out: Array | None = None
    group: str = GROUP

    @property
    def outside(self) -> Array | float:
        """The squared errors (m,) that every reduction has, 0 unless parts are left out."""
        return 0.0 if self.left_out is None else self.left_out**2
