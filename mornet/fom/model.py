"""What a full-order model is: a system of ordinary differential equations, with optional parts.

`Model` is what every equation has. Smaller protocols say what only some equations have: a mass
matrix (`MassModel`), a formula for the solution of implicit stages (`ResolventModel`), and the
evaluation of a few rows from the few entries that they need (`RowsModel`), on which hyper-reduction
rests.
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np

from mornet.errors import DataError, ShapeError
from mornet.records import Array, Indices


@runtime_checkable
class Model(Protocol):
    """A system of n ordinary differential equations du/dt = f(t, u)."""

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        ...

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,)."""
        ...

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(t, u) (n, n), the derivative by u, as a sparse array or a matrix."""
        ...

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(t, u)) x = b; numpy.linalg.LinAlgError if singular."""
        ...


class DenseSolve:
    """The ``solve`` of a `Model` with a small, dense Jacobian, such as a reduced-order model."""

    def solve(self: Model, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(t, u)) x = b; numpy.linalg.LinAlgError if singular."""
        return np.asarray(np.linalg.solve(np.eye(self.n) - tau * self.jacobian(t, u), b))


@runtime_checkable
class MassModel(Model, Protocol):
    """A system M du/dt = f(t, u), as finite elements give it; M does not depend on t and u.

    ``solve`` then returns the x with (M - tau f'(t, u)) x = b. Implicit time integrators and
    Galerkin models use M; an explicit time integrator refuses the model.
    """

    @property
    def mass(self) -> Any:
        """The matrix M (n, n), symmetric positive definite, as a sparse array or a matrix."""
        ...


@runtime_checkable
class ResolventModel(Model, Protocol):
    """A model whose implicit stages have a direct solution: Newton's method is not needed."""

    def resolvent(self, t: float, tau: float, b: Array) -> Array:
        """Return the w (n,) with w - tau f(t, w) = b; DivergenceError if there is none."""
        ...


def mass_times(model: Model, B: Array) -> Array:
    """Return M B for ``B`` (n,) or (n, k), which is B without a mass matrix."""
    return np.asarray(model.mass @ B) if isinstance(model, MassModel) else B


def rates(model: Model, t: float, u: Array) -> Array:
    """Return f(t, u) (n,) of the ``model``.

    Raises ShapeError or DataError unless it is one real rate for each dof: NumPy would take a
    number for the rates of all, and drop imaginary parts.
    """
    f = np.asarray(model.f(t, u))
    name = type(model).__name__
    if f.shape != u.shape:
        raise ShapeError(f"f(t, u) of {name} has shape {f.shape}, but a state has {u.shape}")
    if not np.can_cast(f.dtype, np.result_type(u, float)):
        raise DataError(f"f(t, u) of {name} has type {f.dtype}: rates must be real numbers")
    return f


class Rows(Protocol):
    """Chosen rows of f: f_i(t, u) for m rows i, from the k entries of u that they depend on."""

    @property
    def rows(self) -> Indices:
        """The chosen rows (m,), in the order in which they were given."""
        ...

    @property
    def needed(self) -> Indices:
        """The degrees of freedom (k,) that the chosen rows depend on, ascending."""
        ...

    def f(self, t: float, u: Array) -> Array:
        """Return f at the chosen rows (m,) from the entries ``u`` (k,) of the state."""
        ...

    def jacobian(self, t: float, u: Array) -> Any:
        """Return the derivative (m, k) of these rows by the entries ``u`` (k,)."""
        ...


@runtime_checkable
class RowsModel(Model, Protocol):
    """A model that evaluates a few rows in as many operations, whatever n is."""

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,); what depends on the rows alone is computed once, here."""
        ...
