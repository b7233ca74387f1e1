"""The base point of a network too large for a dense Hessian: solves by MINRES or CG.

MINRES (C. C. Paige and M. A. Saunders, SIAM J. Numer. Anal. 12, 1975) needs H symmetric only: for
a singular H and a right-hand side in its range it converges to the shortest solution, which is the
gauge-fixed one, without a cut-off. CG is for definite H. Neither needs H itself: only products.
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
from mornet.training.symmetries import orbit


@dataclass(eq=False)
class MatrixFreePoint:
    """A stationary point with ``p``, ``gradient`` and ``solve``, as `BasePoint` has them.

    Solves stop at the relative residual ``tolerance``; ``products`` counts the Hessian-vector
    products they took so far.
    """

    objective: Objective
    p: Array
    method: Literal["minres", "cg"] = "minres"
    tolerance: float = 1e-12
    most: int = 10_000
    products: int = field(default=0, init=False)

    @property
    def gradient(self) -> Array:
        """Grad J at p."""
        return self.objective.gradient(self.p)

    def solve(self, b: Array) -> Array:
        """Return H^{-1} b (P,), the shortest solution where H is singular and b in its range.

        Restarted on the residual, since both stall short of round-off. Raises DivergenceError if
        the residual does not come down to 100 ``tolerance`` within ``most`` products.
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
        x = x - Q @ (Q.T @ x)  # round-off drifts along the orbit, where H does not bring it back
        if not np.linalg.norm(r) <= 100 * self.tolerance * size:
            raise DivergenceError(
                f"{self.method} stopped at the relative residual {np.linalg.norm(r) / size:.1e} "
                f"after {self.products - before} Hessian products: is b in the range of H?"
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
    """Return x with ||b - A x|| <= ``residual`` for the symmetric A of ``product``, or the last x.

    Lanczos' recurrence and Givens rotations, as Paige and Saunders have it, at most ``most``
    products. Stopped by the residual itself: SciPy's minres stops by ||r|| / (||A|| ||x||), which
    is small while x still lacks the soft directions, where updates live.
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
