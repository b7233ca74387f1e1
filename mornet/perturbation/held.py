"""Networks of any size are updated by Gauss-Newton steps that need no minimum to start from.

Training ends beside a minimum of J, where the Hessian of a large network is indefinite, so that no
branch of minima begins there. The update therefore follows the minimum of another sum of squares,

    Q(p) = (1/2N) sum_i w_i ||f_i(p) - y_i||^2 + decay/2 ||p - p_0||^2,

with the outputs f_i for the snapshots as they are now. Its targets y_i hold the network: a snapshot
that stays has its old output f_i(p_0) as target, and a snapshot that changed has the target with
its old residual. New snapshots pull with their own targets. Without a change p_0 is the minimum of
Q, and the Hessian of Q there is G + decay I with the Gauss-Newton matrix G: positive definite for
every network. With it the first step has an error O(eps^2) for a change of the size eps, and each
further step reduces the error by a factor O(eps). (J. Bae, N. Ng, A. Lo, M. Ghassemi, R. Grosse,
NeurIPS 2022, find that influence functions of networks answer the question with Q, not with J.)

The solves take products of G with vectors, by the method of conjugate gradients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple, Protocol

import numpy as np

from mornet.errors import DivergenceError, ShapeError, counted
from mornet.linalg import rms
from mornet.records import Array
from mornet.settings import Count, Fraction, Range, Settings

ROUND_OFF = 1e-13
HALVINGS = 8
MOST = 0.5
"""An estimated error above this part of the change of the outputs is no update."""


class SumOfSquares(Protocol):
    """F(p) = (1/2N) sum_i w_i ||f_i(p) - y_i||^2."""

    def outputs(self, p: Array) -> Array:
        """Return f(p) (n_L, N)."""
        ...

    def value_of(self, outputs: Array) -> float:
        """Return F(p) for the ``outputs`` f(p) (n_L, N)."""
        ...

    def gradient(self, p: Array) -> Array:
        """Return grad F (P,)."""
        ...

    def gauss_newton_vector(self, p: Array, v: Array) -> Array:
        """Return G v (P,) for the Gauss-Newton matrix G of F at ``p``."""
        ...


# a larger one holds the parameters to round-off, so that nothing is updated
Decay = Annotated[float, Range(0, 1e8, above=True)]


@dataclass(frozen=True)
class HeldSettings(Settings):
    """How Q is minimised.

    ``decay`` says how strongly the parameters are held. At most ``steps`` Gauss-Newton steps are
    done; they stop when the estimated error falls below ``enough`` times the change of the outputs.
    A solve ends at the relative residual ``tolerance``, or after ``products`` products with G.
    """

    decay: Decay = 1e-4
    steps: Count = 10
    enough: Fraction = 1e-2
    tolerance: Fraction = 1e-2
    products: Count = 500


class Held(NamedTuple):
    """The parameters ``p`` (P,) of the update, and what is known of them.

    ``estimated_error`` is the root mean square of the difference between the outputs of ``p`` and
    those of the minimum of Q. ``gradients`` is the work in gradients of F.
    """

    p: Array
    estimated_error: float
    change: float
    gradients: int


def held_data(
    old: Array, new: Array, f: Array, w: Array | None, changed: bool
) -> tuple[Array, Array, Array | None]:
    """Return inputs, targets and weights of Q for an autoencoder that maps ``old`` to ``f``.

    ``new`` snapshots are added with the weight 1, or take the places of the old ones if they are
    ``changed``. Raises ShapeError if these are not as many.
    """
    if not changed:
        weights = None if w is None else np.append(w, np.ones(new.shape[1]))
        return np.hstack([old, new]), np.hstack([f, new]), weights
    if new.shape != old.shape:
        raise ShapeError(
            f"{counted(new.shape[1], 'changed snapshot')} for {old.shape[1]} old ones: "
            "give one for each"
        )
    return new, new + f - old, w


def minimise_held(F: SumOfSquares, p: Array, settings: HeldSettings = HeldSettings()) -> Held:
    """Return the minimum of Q near the old parameters ``p`` (P,), which stay as they are.

    Steps of the sizes s_1, s_2, ... (of the outputs, rms) that fall by the factor theta leave the
    error s_k theta / (1 - theta); the estimated error is this, and at least s_k. A step that would
    increase Q is halved. Raises DivergenceError if the estimated error stays above half of the
    change.
    """
    q, sizes, work = p, [], 0
    f = first = F.outputs(p)
    for _ in range(settings.steps):
        s, products = gauss_newton_step(F, p, q, settings)
        work, before = work + 1 + 2 * products, f
        q, f = _moved(F, p, (q, f), s, settings.decay)
        sizes.append(rms(f - before))
        if not np.isfinite(sizes[-1]):
            break
        if _remaining(sizes) <= max(settings.enough * rms(f - first), ROUND_OFF * rms(f)):
            break
    left, change = _remaining(sizes), rms(f - first)
    if settings.steps > 1 and not left <= max(MOST * change, ROUND_OFF * rms(f)):
        raise _out_of_reach(sizes)
    return Held(q, left, change, work)


def _moved(
    F: SumOfSquares, p: Array, start: tuple[Array, Array], s: Array, decay: float
) -> tuple[Array, Array]:
    """Return q + s and its outputs, where the step ``s`` is halved until Q does not increase.

    ``start`` are q and its outputs.
    """

    def Q(at: Array, f: Array) -> float:
        return F.value_of(f) + decay / 2 * float((at - p) @ (at - p))

    q, highest = start[0], Q(*start) * (1 + ROUND_OFF)
    for _ in range(HALVINGS):
        f = F.outputs(q + s)
        if Q(q + s, f) <= highest:
            return q + s, f
        s = s / 2
    return q + s, F.outputs(q + s)


def gauss_newton_step(
    F: SumOfSquares, p: Array, q: Array, settings: HeldSettings
) -> tuple[Array, int]:
    """Return -(G + decay I)^{-1} grad Q at ``q``, and the number of products with G.

    ``p`` are the old parameters.
    """
    from scipy.sparse.linalg import LinearOperator, cg

    decay, taken = settings.decay, 0

    def product(v: Array) -> Array:
        nonlocal taken
        taken += 1
        return F.gauss_newton_vector(q, v.ravel()) + decay * v.ravel()

    g = F.gradient(q) + decay * (q - p)
    A = LinearOperator((g.size, g.size), matvec=product, dtype=float)
    s, _ = cg(A, -g, rtol=settings.tolerance, atol=0.0, maxiter=settings.products)
    return np.asarray(s), taken


def _remaining(sizes: list[float]) -> float:
    """Return the sum of all steps to come if they fall as the last two did, or infinity.

    It is at least the last step, because the first steps fall faster than those to come.
    """
    if len(sizes) < 2 or sizes[-1] == 0:
        return float("inf") if sizes[-1] else 0.0
    theta = sizes[-1] / sizes[-2]
    return sizes[-1] * max(theta / (1 - theta), 1.0) if theta < 1 else float("inf")


def _out_of_reach(sizes: list[float]) -> DivergenceError:
    steps = ", ".join(f"{size:.2g}" for size in sizes)
    return DivergenceError(
        f"the change is out of reach of an update: its steps move the outputs by {steps}, and must "
        "fall. Train again, or take a larger decay, which holds the network more"
    )
