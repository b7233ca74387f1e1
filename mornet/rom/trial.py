"""Trial manifolds: the states that a reduced-order model can reach.

    u(z) = shift + scale * decode(z),        du/dz = scale * decode'(z),

for the code z (r,) of any reduction whose decoder has a derivative. The shift belongs to the
trajectory (its initial state, say), the scale to the degrees of freedom: both are those of
`mornet.snapshots.Snapshots`. With POD the manifold is an affine space with orthonormal modes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from mornet.checks import LARGEST
from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import InnerProduct, coordinates, orthonormality_error
from mornet.records import Array, Indices
from mornet.reduction.at_rows import summed
from mornet.reduction.interface import SmoothReduction
from mornet.reduction.pod.record import POD


class Trial(Protocol):
    """A manifold of states u(z) in R^n, with r coordinates z."""

    @property
    def n(self) -> int:
        """Degrees of freedom of a state."""
        ...

    @property
    def r(self) -> int:
        """Entries of a code."""
        ...

    @property
    def inner_product(self) -> InnerProduct | None:
        """The inner product of projections; None is the Euclidean one."""
        ...

    def state(self, z: Array) -> Array:
        """Return u(z), (n,) of one code (r,) or (n, m) of many (r, m)."""
        ...

    def code(self, u: Array) -> Array:
        """Return the code (r,) of a state (n,), or the codes (r, m) of many (n, m)."""
        ...

    def jacobian(self, z: Array) -> Array:
        """Return the derivative J = du/dz (n, r) at one code ``z`` (r,)."""
        ...

    def second_derivative(self, z: Array, v: Array) -> Array:
        """Return d^2/ds^2 u(z + s v) (n,) at s = 0, for a code ``z`` and a direction ``v``.

        For k directions ``v`` (r, k) the result is (n, k).
        """
        ...

    def project(self, z: Array, g: Array) -> Array:
        """Return the x (r,) that makes ||J x - g|| least, or (r, k) for the columns of ``g``."""
        ...

    def moved(self, shift: Array) -> Trial:
        """Return the manifold of the states u(z) + ``shift`` (n,)."""
        ...


ORTHONORMAL = 1e-5
"""Largest entry of |V^T X V - I| of modes that are orthonormal, in single precision too."""


@dataclass(frozen=True, eq=False)
class AffineTrial:
    """The affine space u(z) = shift + V z, with V^T X V = I.

    ``V`` is (n, r), ``shift`` (n,), X the ``inner_product`` or the identity. Without ``whole``
    states the space holds chosen entries of them, and V^T X V is any matrix. Raises ShapeError
    where sizes do not fit, DataError for other modes.
    """

    V: Array
    shift: Array
    inner_product: InnerProduct | None = None
    whole: bool = True

    def __post_init__(self) -> None:
        if self.V.ndim != 2 or self.shift.shape != (len(self.V),):
            raise ShapeError(f"V has shape {self.V.shape}, but shift {self.shift.shape}")
        error = orthonormality_error(self.V, self.inner_product) if self.whole else 0.0
        if not error <= ORTHONORMAL:
            raise DataError(
                f"the columns of V are not orthonormal: V^T X V differs from I by {error:.2g}; "
                "mornet.linalg.orthonormalise makes them so"
            )

    @property
    def n(self) -> int:
        """Degrees of freedom of a state."""
        return int(self.V.shape[0])

    @property
    def r(self) -> int:
        """Number of modes."""
        return int(self.V.shape[1])

    def state(self, z: Array) -> Array:
        """Return shift + V z."""
        return _beside(self.shift, z) + self.V @ z

    def code(self, u: Array) -> Array:
        """Return V^T X (u - shift)."""
        return coordinates(u - _beside(self.shift, u), self.V, inner_product=self.inner_product)

    def jacobian(self, z: Array) -> Array:
        """Return V, whatever ``z`` is."""
        return self.V

    def second_derivative(self, z: Array, v: Array) -> Array:
        """Return zeros (n,) or (n, k)."""
        return np.zeros((self.n, *v.shape[1:]))

    def project(self, z: Array, g: Array) -> Array:
        """Return V^T X g, whatever ``z`` is."""
        return coordinates(g, self.V, inner_product=self.inner_product)

    def moved(self, shift: Array) -> AffineTrial:
        """Return the space shift + u(z)."""
        return replace(self, shift=self.shift + shift)

    def at(self, entries: Indices) -> AffineTrial:
        """Return the space at the ``entries`` (k,) of the states; its codes are the same."""
        return AffineTrial(self.V[entries], self.shift[entries], whole=False)


@dataclass(frozen=True, eq=False)
class SmoothTrial:
    """The manifold u(z) = shift + scale * decode(z) of a ``reduction`` with a decoder Jacobian.

    ``shift`` (n,) is zero and ``scale`` (n,) one unless given. Projections are orthogonal in the
    ``inner_product`` of states, or in the Euclidean one. Raises ShapeError where sizes do not fit.
    """

    reduction: SmoothReduction
    shift: Array | None = None
    scale: Array | None = None
    inner_product: InnerProduct | None = None

    def __post_init__(self) -> None:
        for name, value in (("shift", self.shift), ("scale", self.scale)):
            if value is not None and value.shape != (self.n,):
                raise ShapeError(f"{name} has shape {value.shape}, but n = {self.n}")

    @property
    def n(self) -> int:
        """Degrees of freedom of a state."""
        return self.reduction.n

    @property
    def r(self) -> int:
        """Entries of a code."""
        return self.reduction.r

    def state(self, z: Array) -> Array:
        """Return shift + scale * decode(z), NaN for a code that is not finite."""
        u = decoded(self.reduction, z.reshape(self.r, -1)).reshape(self.n, *z.shape[1:])
        u = u if self.scale is None else _beside(self.scale, u) * u
        return u if self.shift is None else _beside(self.shift, u) + u

    def code(self, u: Array) -> Array:
        """Return encode((u - shift) / scale)."""
        U = u if self.shift is None else u - _beside(self.shift, u)
        U = U if self.scale is None else U / _beside(self.scale, U)
        return self.reduction.encode(U.reshape(self.n, -1)).reshape(self.r, *u.shape[1:])

    def jacobian(self, z: Array) -> Array:
        """Return scale * decode'(z)."""
        J = self.reduction.decode_jacobian(z)
        return J if self.scale is None else self.scale[:, None] * J

    def second_derivative(self, z: Array, v: Array) -> Array:
        """Return scale * d^2/ds^2 decode(z + s v) at s = 0."""
        second = self.reduction.decode_second_derivative(z, v)
        return second if self.scale is None else _beside(self.scale, second) * second

    def moved(self, shift: Array) -> SmoothTrial:
        """Return the manifold shift + u(z)."""
        return replace(self, shift=shift if self.shift is None else self.shift + shift)

    def project(self, z: Array, g: Array) -> Array:
        """Return the least-squares solution x of J x = g, the shortest if there are several."""
        J, G, X = self.jacobian(z), g.reshape(self.n, -1), self.inner_product
        if X is not None:
            J, G = X.to_euclidean(J), X.to_euclidean(G)
        return np.linalg.lstsq(J, G, rcond=None)[0].reshape(self.r, *g.shape[1:])


def decoded(reduction: SmoothReduction, Z: Array) -> Array:
    """Return decode(Z) (n, m), with NaN for codes beyond all numbers: solvers look at the states.

    A model that fails leaves such codes, and a step of its solver may try one.
    """
    known = np.all(np.abs(Z) <= LARGEST, axis=0)  # False for NaN
    if known.all():
        return reduction.decode(Z)
    U = np.full((reduction.n, Z.shape[1]), np.nan)
    if known.any():
        U[:, known] = reduction.decode(Z[:, known])
    return U


def trial_manifold(
    reduction: SmoothReduction,
    shift: Array | None = None,
    scale: Array | None = None,
    inner_product: InnerProduct | None = None,
) -> Trial:
    """Return the states shift + scale * decode(z) of a reduction.

    ``shift`` (n,) and ``scale`` (n,) are those of the snapshots that the reduction was fitted to;
    None is zero and one. POD without a scale gives an `AffineTrial`, if ``inner_product`` is its
    own: there the modes are orthonormal, and a projection is a product with them. Everything else
    gives a `SmoothTrial`, which projects by least squares. Raises ShapeError where sizes do not
    fit.
    """
    if not isinstance(reduction, POD) or scale is not None:
        return SmoothTrial(reduction, shift, scale, inner_product)
    if inner_product is not reduction.inner_product:
        return SmoothTrial(reduction, shift, scale, inner_product)
    origin = np.zeros(reduction.n) if shift is None else shift
    if reduction.centre is not None:
        origin = reduction.centre if shift is None else shift + reduction.centre
    return AffineTrial(reduction.V, origin, reduction.inner_product)


def through(trial: Trial, u: Array) -> tuple[Trial, Array]:
    """Return the manifold moved so that it holds the state ``u`` (n,), and the code of u there.

    The code z_0 is that of ``u`` on the given manifold. The states become u + u(z) - u(z_0), so
    that a reduced-order model starts at its initial state without an error. The tangent spaces stay
    the same.
    """
    z = trial.code(u)
    return trial.moved(u - trial.state(z)), z


def curvature(trial: Trial, z: Array, g: Array) -> Array:
    """Return the matrix sum_k g_k d^2 u_k / dz_i dz_j (r, r) at ``z`` (r,), for ``g`` (n,).

    It is the decoder's part of a Hessian. Its entries come from the second derivatives along the
    axes and along their sums, r (r + 1) / 2 in all.
    """
    if isinstance(trial, AffineTrial):
        return np.zeros((trial.r, trial.r))
    e, second = np.eye(trial.r), _second_derivative_of_sum(trial, g)
    i, j = np.tril_indices(trial.r, -1)
    C = np.diag(second(z, e))
    if len(i):
        sums = second(z, e[:, i] + e[:, j])
        C[i, j] = C[j, i] = (sums - np.diag(C)[i] - np.diag(C)[j]) / 2
    return C


def _second_derivative_of_sum(trial: Trial, g: Array) -> Callable[[Array, Array], Array]:
    """Return the function (z, v) -> g^T d^2 u / ds^2 (k,), at a small part of the work of u."""
    if isinstance(trial, SmoothTrial):
        try:
            part = summed(trial.reduction, g if trial.scale is None else g * trial.scale)
        except OptionError:  # the decoder does not end with a product: all entries of u
            pass
        else:
            return lambda z, v: part.decode_second_derivative(z, v)[0]
    return lambda z, v: np.asarray(g @ trial.second_derivative(z, v))


def mixed_derivatives(trial: Trial, z: Array, x: Array) -> Array:
    """Return the second derivatives d^2 u(z + a e_k + b x) / da db (n, r), for all k."""
    if isinstance(trial, AffineTrial):
        return np.zeros((trial.n, trial.r))
    e = np.eye(trial.r)
    alone = trial.second_derivative(z, np.column_stack([e, x]))
    return np.asarray(
        (trial.second_derivative(z, e + x[:, None]) - alone[:, :-1] - alone[:, -1:]) / 2
    )


def times(inner_product: InnerProduct | None, g: Array) -> Array:
    """Return X g for ``g`` (n,) or (n, k), or g without an inner product."""
    if inner_product is None:
        return g
    return inner_product.apply(g.reshape(len(g), -1)).reshape(g.shape)


def _beside(column: Array, u: Array) -> Array:
    """Return ``column`` (n,) in a shape that fits ``u``, (n,) or (n, m)."""
    return column if u.ndim == 1 else column[:, None]
