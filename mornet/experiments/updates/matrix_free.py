"""First-order updates by Hessian products: their number for an accuracy, and where they pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from mornet.experiments.updates.trained_networks import tanh_snapshots
from mornet.linalg import rms
from mornet.nn import Network, initialise
from mornet.nn.taylor import forward_series
from mornet.perturbation import (
    MatrixFreePoint,
    Taylor,
    move_snapshots,
    tangent,
    work_in_gradients,
)
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Count, Fraction, Positive, Seed, Several
from mornet.training import Objective, fit_lbfgs
from mornet.training.newton import TOLERANCE, quadratic_model

SOLVERS: dict[Literal["minres", "cg"], str] = {"minres": "MINRES", "cg": "CG"}
EXACT = 1e-12
STEPS, NEWTON_STEPS = 20_000, 8  # of L-BFGS, and of Newton's method after it


@dataclass(frozen=True, eq=False)
class MatrixFree:
    """H p' = -g_t by MINRES and CG for autoencoders n-r-n of growing n, beside a factorised H.

    ``error`` is the relative error of the change of the outputs, to first order in t, in the root
    mean square over snapshots that were not trained on. The reference is the solution by MINRES to
    the residual 1e-12. An update to t has a relative error of the size t, so that a solution of
    that accuracy is enough.
    """

    kind: ClassVar[str] = "matrix_free"
    __repr__ = in_short
    samples: int
    code: int
    decay: float
    width: Indices = array("network", about="n: inputs and outputs")
    parameters: Indices = array("network", about="P")
    trained_by: Indices = array("network", about="L-BFGS gradients that trained the base")
    distance: Array = array("network", about="||H^-1 grad J|| at the base")
    method: tuple[str, ...] = array("method")
    tolerance: Array = array("tolerance", about="relative residual at which the solve stops")
    products: Indices = array("network", "method", "tolerance", about="Hessian products")
    error: Array = array("network", "method", "tolerance", about="error of the outputs' change")
    work: Array = array("network", "method", "tolerance", about="in gradient-equivalents")
    direct_work: Array = array("network", about="work with H formed and factorised")
    factorised: Array = array(
        "checked", about="difference between reference and factorised solution"
    )


def matrix_free(
    *,
    widths: Several[Count] = (20, 40, 80, 160, 320),
    tolerances: Several[Fraction] = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10),
    code: Count = 3,
    samples: Count = 80,
    decay: Positive = 1e-3,
    check_up_to: Count = 300,
    seed: Seed = 0,
) -> MatrixFree:
    """Return products, errors and work for each of ``widths``, ``tolerances`` and both solvers.

    The bases are trained and made stationary without a Hessian. Networks of at most ``check_up_to``
    parameters are also solved with a factorised Hessian.

    Raises DivergenceError where a solver stalls.
    """
    found = [_solved(n, code, samples, decay, tolerances, check_up_to, seed) for n in widths]
    P = np.array([one.P for one in found])
    products = np.array([one.products for one in found])
    first = Taylor(1)
    direct = first.counts + first.setup
    rate = work_in_gradients(first.counts._replace(solves=0), 1, samples)
    return MatrixFree(
        samples=samples,
        code=code,
        decay=decay,
        width=np.array(widths),
        parameters=P,
        trained_by=np.array([one.gradients for one in found]),
        distance=np.array([one.distance for one in found]),
        method=tuple(SOLVERS.values()),
        tolerance=np.array(tolerances),
        products=products,
        error=np.array([one.error for one in found]),
        work=rate + 2.0 * products,
        direct_work=np.array([work_in_gradients(direct, p, samples) for p in P]),
        factorised=np.array([one.factorised for one in found if one.factorised is not None]),
    )


@dataclass(frozen=True)
class _Solved:
    """The work and the errors of the solvers for one width."""

    P: int
    gradients: int
    distance: float
    products: list[list[int]]
    error: list[list[float]]
    factorised: float | None


def _solved(
    n: int,
    code: int,
    samples: int,
    decay: float,
    tolerances: tuple[float, ...],
    check_up_to: int,
    seed: int,
) -> _Solved:
    rng = np.random.default_rng(seed)
    X, test = tanh_snapshots(n, code, samples, rng)
    net = Network((n, code, n), ("sigmoid", "identity"))
    objective = Objective(net, X, X, decay=decay)
    start = initialise(net, "glorot", rng)
    trained = fit_lbfgs(objective, start, steps=STEPS, tolerance=1e-8)
    base, distance = _stationary(objective, trained.p)
    E = rng.standard_normal(X.shape)
    path = move_snapshots(objective, E / np.linalg.norm(E))
    still = np.stack([test, np.zeros_like(test)])

    def change(velocity: Array) -> Array:
        """Return df/dt at the test snapshots."""
        return np.asarray(forward_series(net, np.stack([base.p, velocity]), still)[1])

    goal = change(tangent(base, path))
    products: list[list[int]] = []
    error: list[list[float]] = []
    for solver in SOLVERS:
        points = [MatrixFreePoint(objective, base.p, solver, tol) for tol in tolerances]
        error.append([rms(change(tangent(q, path)) - goal) / rms(goal) for q in points])
        products.append([q.products for q in points])
    factorised = None
    if net.size <= check_up_to:
        direct = tangent(quadratic_model(objective, base.p), path)
        factorised = rms(change(direct) - goal) / rms(goal)
    return _Solved(
        net.size, int(trained.history.gradients[-1]), distance, products, error, factorised
    )


def _stationary(objective: Objective, p: Array) -> tuple[MatrixFreePoint, float]:
    """Return the stationary point near ``p``, by Newton steps with MINRES, and its distance."""
    for _ in range(NEWTON_STEPS):
        point = MatrixFreePoint(objective, p, tolerance=EXACT)
        step = MatrixFreePoint(objective, p, tolerance=1e-6).solve(point.gradient)
        distance = float(np.linalg.norm(step))
        if distance <= TOLERANCE * (1 + np.linalg.norm(p)):
            break
        p = p - step
    return point, distance
