"""Galerkin models of POD whose right-hand side is interpolated from a few rows: POD-DEIM.

    dz/dt = V^T X U (P^T U)^{-1} P^T f(t, u_0 + V z),        u = u_0 + V z,

where U (n, m) spans snapshots of f and P^T picks m rows (`mornet.rom.deim`): S. Chaturantabut and
D. Sorensen, SIAM J. Sci. Comput. 32, 2010. A step evaluates the chosen rows of f and of its
Jacobian from the entries that these need: its cost does not depend on n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.errors import OptionError
from mornet.fom.model import DenseSolve, Model, Rows
from mornet.records import Array, Indices
from mornet.rom.deim import deim_interpolation
from mornet.rom.sampled import require_rows
from mornet.rom.trial import AffineTrial, Trial


@dataclass(frozen=True, eq=False)
class InterpolatedGalerkin(DenseSolve):
    """The r equations dz/dt = P f_rows(t, V z + shift), a `mornet.fom.model.Model`.

    ``rows`` evaluates f at the chosen equations, ``trial`` has the entries of the state that they
    need, and ``projection`` (r, m) maps these rows of f to dz/dt.
    """

    rows: Rows
    trial: AffineTrial
    projection: Array

    @property
    def n(self) -> int:
        """Degrees of freedom r of the reduced model."""
        return self.trial.r

    def f(self, t: float, z: Array) -> Array:
        """Return dz/dt (r,)."""
        return np.asarray(self.projection @ self.rows.f(t, self.trial.state(z)))

    def jacobian(self, t: float, z: Array) -> Any:
        """Return the derivative (r, r) of ``f`` by z."""
        return self.projection @ (self.rows.jacobian(t, self.trial.state(z)) @ self.trial.V)


def interpolated(
    model: Model, trial: Trial, rows: Indices, projection: Array
) -> InterpolatedGalerkin:
    """Return the Galerkin model of ``model`` whose f is interpolated from the ``rows`` (m,).

    ``projection`` is that of `projected_interpolation`, for any shift of the space. Raises
    OptionError for a model that cannot evaluate chosen rows, or has a mass matrix, and for a
    manifold that is not an affine space.
    """
    chosen = require_rows(model).at_rows(rows)
    return InterpolatedGalerkin(chosen, _affine(trial).at(chosen.needed), projection)


def projected_interpolation(trial: Trial, U: Array, rows: Indices) -> Array:
    """Return V^T X U (P^T U)^{-1} (r, m), which maps the ``rows`` (m,) of f to dz/dt.

    f is interpolated in the range of ``U`` (n, m); the rows are those of `deim_indices` or
    `q_deim_indices`. Raises OptionError for a manifold that is not an affine space.
    """
    return _affine(trial).project(np.zeros(trial.r), deim_interpolation(U, rows))


def _affine(trial: Trial) -> AffineTrial:
    if not isinstance(trial, AffineTrial):
        raise OptionError("the right-hand side is interpolated on affine spaces alone, as of POD")
    return trial
