"""The base point of a network that is too large for a dense Hessian: it solves by MINRES or CG.

MINRES (C. C. Paige and M. A. Saunders, SIAM J. Numer. Anal. 12, 1975) needs a symmetric H. If H is
singular and the right-hand side lies in its range, MINRES converges to the shortest solution. This
is the gauge-fixed solution, and it needs no cut-off. CG needs a definite H. Both methods use
products of H with vectors only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg

from mornet.errors import DivergenceError
from mornet.records import Array
from mornet.training import Objective
from mornet.training.newton import kinks
from mornet.training.symmetries import orbit

NEAR = 1e-6
"""How far, relative to 1 + ||p||, a point of a J with kinks may be from the stationary one."""


@dataclass(eq=False)
class MatrixFreePoint:
    """A stationary point with ``p``, ``gradient`` and ``solve``, like a `BasePoint`.

    A solve stops at the relative residual ``tolerance``, or fails after ``most`` products.
    ``products`` counts the products of H with a vector in all solves so far.

    A smooth J is taken to be stationary at p. Where J is smooth in pieces only (max pooling, relu),
    descents end at kinks, and one solve checks that p is stationary: DivergenceError is raised
    unless ||H^{-1} g|| <= `NEAR` (1 + ||p||).
    """

    objective: Objective
    p: Array
    method: Literal["minres", "cg"] = "minres"
    tolerance: float = 1e-12
    most: int = 10_000
    products: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.objective.net.kinks:
            distance = float(np.linalg.norm(self.solve(self.gradient)))
            if not distance <= NEAR * (1 + np.linalg.norm(self.p)):
                raise DivergenceError(
                    f"p is not stationary: ||H^-1 g|| = {distance:.1e}; an update would start from "
                    f"the wrong point{kinks(self.objective)}"
                )
            self.products = 0

    @property
    def gradient(self) -> Array:
        """Grad J at p (P,)."""
        return self.objective.gradient(self.p)

    def solve(self, b: Array) -> Array:
        """Return H^{-1} b (P,), the shortest solution where H is singular and b in its range.

        The method is restarted on the residual, because MINRES and CG both stall before they reach
        round-off. Raises DivergenceError if the relative residual does not fall to 100
        ``tolerance`` within ``most`` products.
        """
        size = float(np.linalg.norm(b))
        if size == 0:
            return np.zeros_like(b)
        x, r, before = np.zeros_like(b), b, self.products
        while np.linalg.norm(r) > self.tolerance * size and self.products - before < self.most:
            most = self.most - (self.products - before)
            step = self._solver(r, self.tolerance * size, most)
            finer = b - self._product(x + step)
            if np.linalg.norm(finer) >= np.linalg.norm(r):
                break
            x, r = x + step, finer
        Q = orbit(self.objective, self.p)
        x = x - Q @ (Q.T @ x)  # H does not correct the round-off along the orbit
        if not np.linalg.norm(r) <= 100 * self.tolerance * size:
            raise DivergenceError(
                f"{self.method} stopped at the relative residual {np.linalg.norm(r) / size:.1e} "
                f"after {self.products - before} Hessian products: b must lie in the range of H"
            )
        return x

    def _solver(self, b: Array, residual: float, most: int) -> Array:
        if self.method == "minres":
            return minres(self._product, b, residual, most)
        H = LinearOperator((b.size, b.size), matvec=self._product, dtype=float)
        return np.asarray(cg(H, b, rtol=0.0, atol=residual, maxiter=most)[0])

    def _product(self, v: Array) -> Array:
        self.products += 1
        return self.objective.hessian_vector(self.p, v.ravel())


def minres(product: Callable[[Array], Array], b: Array, residual: float, most: int) -> Array:
    """Return x with ||b - A x|| <= ``residual``, or the x after ``most`` products.

    A is symmetric, and ``product`` returns A v. The recurrence is that of Lanczos, with the Givens
    rotations of Paige and Saunders. The iteration stops by the residual itself. SciPy's minres
    stops by ||r|| / (||A|| ||x||), which becomes small before x has its components in the
    directions of small eigenvalues; updates move along these directions most.
    """
    x, w_old, w, v_old = (np.zeros_like(b) for _ in range(4))
    beta, eta = 0.0, float(np.linalg.norm(b))
    v = b / eta
    c_old, c, s_old, s = 1.0, 1.0, 0.0, 0.0
    for _ in range(most):
        if abs(eta) <= residual:
            break
        u = product(v)
        alpha = float(v @ u)
        u = u - alpha * v - beta * v_old
        beta_new = float(np.linalg.norm(u))
        diagonal = c * alpha - c_old * s * beta
        first, second = s_old * beta, s * alpha + c_old * c * beta
        r = float(np.hypot(diagonal, beta_new))
        if r == 0:
            break
        w_old, w = w, (v - first * w_old - second * w) / r
        c_old, c, s_old, s = c, diagonal / r, s, beta_new / r
        x, eta = x + c * eta * w, -s * eta
        if beta_new == 0:
            break
        v_old, v, beta = v, u / beta_new, beta_new
    return x
