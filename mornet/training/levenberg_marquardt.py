"""The method of Levenberg and Marquardt: Gauss-Newton steps, with more damping if a step fails.

J(p + s) = 1/2 ||R + J s||^2 + ..., so the model's minimum within some distance of p solves

    (J^T J + mu I) s = -J^T R.

mu -> 0 is Gauss-Newton, mu -> infinity steepest descent with step size 1 / mu (K. Levenberg 1944,
D. Marquardt 1963; J. J. More, Lecture Notes in Mathematics 630, 1978).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mornet.checks import require_positive
from mornet.errors import DivergenceError
from mornet.records import Array
from mornet.training.optimiser import State


class SumOfSquares(Protocol):
    """What the method needs of J = 1/2 ||R||^2, as `Objective` and `ReducedObjective` have it."""

    def value(self, p: Array) -> float:
        """Return J(p)."""
        ...

    def gauss_newton(self, p: Array) -> tuple[Array, Array]:
        """Return J^T J and J^T R."""
        ...


@dataclass(frozen=True)
class LevenbergMarquardt:
    """Levenberg-Marquardt, its damping chosen by the gain ratio (R. Fletcher, 1971).

    The gain ratio rho is (decrease of J) / (decrease of the model). The step is taken if J falls;
    then mu is divided by 4 if rho > 3/4 and doubled if rho < 1/4. A step that fails quadruples mu.
    mu starts at ``damping`` times the largest diagonal entry of J^T J.

    The state holds all that the next step needs, and the evaluations so far. An iteration that goes
    on from a stored state ends with the same bits as one without interruption.

    Raises OptionError unless damping > 0.
    """

    damping: float = 1.0

    def __post_init__(self) -> None:
        require_positive(damping=self.damping)

    def init(self, objective: SumOfSquares, p: Array) -> State:
        """Return the state before the first step; DivergenceError if J(p) is not finite."""
        J = objective.value(p)
        if not np.isfinite(J):
            raise DivergenceError(
                f"J = {J} at the start, ||p|| = {np.linalg.norm(p):.3e}: take another start"
            )
        G, g = objective.gauss_newton(p)
        return {
            "mu": np.array(self.damping * float(np.diag(G).max()) or 1.0),
            "objective": np.array(J),
            "G": G,
            "g": g,
            "moved": np.array(np.inf),  # ||s|| / ||p|| of the last trial
            "fell": np.array(np.inf),  # decrease of J / J of the last step taken
            "values": np.array(1),
            "jacobians": np.array(1),
        }

    def step(self, objective: SumOfSquares, p: Array, state: State) -> bool:
        """Try one step from ``p``; return whether it was taken. p and ``state`` change in place."""
        mu, G, g = float(state["mu"]), state["G"], state["g"]
        s = _solve(G, mu, g)
        if s is None:  # J^T J + mu I is indefinite in round-off
            state["mu"][...] = 4 * mu
            return False
        J = float(state["objective"])
        with np.errstate(over="ignore", invalid="ignore"):
            trial = objective.value(p + s)
        state["values"] += 1
        state["moved"][...] = np.linalg.norm(s) / (np.linalg.norm(p) + np.finfo(p.dtype).tiny)
        if not trial < J:
            state["mu"][...] = 4 * mu
            return False
        p += s
        gain_ratio = (J - trial) / (0.5 * float(s @ (mu * s - g)))
        state["mu"][...] = mu / 4 if gain_ratio > 0.75 else 2 * mu if gain_ratio < 0.25 else mu
        state["objective"][...] = trial
        state["fell"][...] = (J - trial) / J
        state["G"][...], state["g"][...] = objective.gauss_newton(p)
        state["jacobians"] += 1
        return True

    def stopped(self, state: State, tolerance: float) -> str:
        """Return why the iteration should stop, or "".

        ``tolerance`` bounds the largest entry of the gradient, the relative decrease of J by the
        last step taken, and the relative size of the last trial: SciPy's gtol, ftol and xtol.
        """
        if np.abs(state["g"]).max() <= tolerance:
            return "the gradient is below the tolerance"
        if state["fell"] <= tolerance:
            return "J decreases by less than the tolerance"
        if state["moved"] <= tolerance:
            return "steps are smaller than the tolerance"
        return ""


def _solve(G: Array, mu: float, g: Array) -> Array | None:
    """Return -(G + mu I)^{-1} g, or None if that matrix is not positive definite in round-off."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    A = G.copy()
    np.einsum("kk->k", A)[...] += mu
    try:
        return np.asarray(-cho_solve(cho_factor(A, overwrite_a=True, check_finite=False), g))
    except LinAlgError:
        return None
