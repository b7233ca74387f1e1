"""An autoencoder trained on Burgers snapshots moves to a neighbouring parameter, POD beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar

import numpy as np

from mornet.errors import DivergenceError
from mornet.experiments.updates.burgers_autoencoder import Coordinates, pod_errors
from mornet.experiments.updates.retraining import (
    QUANTILES,
    TRAINERS,
    Retraining,
    equal_gradients,
    least_seconds,
    paid_after,
    random_point_near,
    retrain,
    seconds_of_update,
    train_adam,
    train_on,
)
from mornet.fom.burgers import burgers_problem
from mornet.nn import Network, initialise
from mornet.perturbation import (
    BASE_COUNTS,
    Branch,
    Corrected,
    DataPath,
    NewtonStep,
    NoUpdate,
    Taylor,
    Update,
    continue_branch,
    replace_snapshots,
    validity_radius,
    work_in_gradients,
)
from mornet.records import Array, Indices, array
from mornet.reduction.pod import fit_pod
from mornet.settings import Count, Fraction, NotNegative, Positive, Range, Seed
from mornet.training import Objective
from mornet.training.newton import BasePoint, find_minimum, quadratic_model

UPDATES: tuple[Update, ...] = (
    NoUpdate(),
    Taylor(1),
    Taylor(2),
    Taylor(3),
    Corrected(corrector=NewtonStep()),
    Corrected(Taylor(1), NewtonStep()),
)
RADIUS_TERMS = 20
SHOWN = np.unique(np.round(np.geomspace(1, 2000, 40)).astype(int))
"""How many gradients have been spent where the error of training on is recorded."""
SHOWN_COLD = np.unique(np.round(np.geomspace(1, 20_000, 60)).astype(int))
"""The same for training from random starts."""


@dataclass(frozen=True, eq=False)
class BurgersStudy:
    """Updates along (1 - t) X_A + t X_B, from the snapshots of ``mu`` to those of ``new_mu``.

    The network works in POD coordinates of X_A. Every second time trains, the others test; test
    errors are relative, in the norm of the snapshots, at the path's own snapshots. The reference is
    the continued branch; training again from random starts, told as median and spread, ends
    elsewhere.
    """

    kind: ClassVar[str] = "burgers_study"
    network: Network
    samples: int
    decay: float
    mu: float
    new_mu: float
    cost: float = array(about="J at the base")
    distance: float = array(about="||H^-1 grad J|| at the base")
    eigenvalues: Array = array("eigenvalue", about="of the gauge-fixed Hessian at the base")
    nullity: int = array(about="dimension of the symmetry's orbit, whose gauge is fixed")
    radius: float = array(about="radius of convergence in t, from coefficients at t = 0")
    radius_misfit: float = array(about="of the ratios to a straight line; above 0.02 a rough guess")
    t: Array = array("t", about="part of the way from the old snapshots to the new ones")
    branch_error: Array = array("t", about="test error on the continued branch")
    method: tuple[str, ...] = array("method")
    error: Array = array("method", "t", about="test error")
    gap: Array = array("method", "t", about="relative difference of codes decoded, to the branch's")
    parameter_error: Array = array("method", "t", about="||q - p*(t)||, each by shortest steps")
    residual: Array = array("method", "t", about="||grad J|| at the updated parameters")
    lost: int = array(about="lower minima that were passed over: their branch ends on the way")
    marginal: Array = array("method", about="cost of one update in gradient-equivalents")
    base_cost: float = array(about="cost of the base's factorisation in gradient-equivalents")
    trainer: tuple[str, ...] = array("trainer", about="that goes on from the old parameters")
    gradients: Indices = array("gradients", about="gradients spent from the old parameters")
    warm_error: Array = array("trainer", "gradients", about="test error after them, at the last t")
    rate: Array = array("trainer", about="learning rate, the best; 0: line search")
    quantile: Array = array("quantile", about="of the random starts")
    cold_spent: Indices = array("cold_spent", about="L-BFGS gradients spent from a random start")
    cold_curve: Array = array("start", "cold_spent", about="test error after them, at the last t")
    cold_curve_quantiles: Array = array("quantile", "cold_spent", about="of cold_curve")
    cold_gradients: Indices = array("start", about="L-BFGS gradients from a random start")
    cold_gradients_quantiles: Array = array("quantile", about="of cold_gradients")
    cold_error: Array = array("start", about="test error at their end, at the last t")
    cold_error_quantiles: Array = array("quantile", about="of cold_error")
    cold_cost: Array = array("start", about="J at their end, at the last t")
    rival: tuple[str, ...] = array("rival", about="the trainers, and the median cold start")
    equal_gradients: Indices = array(
        "rival", "method", about="gradients to the update's test error, or all that were spent"
    )
    paid_after: Array = array(
        "rival", "method", about="updates that pay the factorisation; 0: never"
    )
    seconds: Array = array(
        "method", units="s", about="processor time of one update, H factorised", measured=True
    )
    base_seconds: float = array(
        units="s", about="processor time of H and its factorisation", measured=True
    )
    warm_seconds: Array = array(
        "trainer", units="s", about="processor time of all gradients", measured=True
    )
    cold_seconds: Array = array("start", units="s", about="processor time", measured=True)
    pod_method: tuple[str, ...] = array("pod_method")
    pod_error: Array = array("pod_method", "t", about="test error of POD with as many modes")
    coordinates_error: Array = array("t", about="test error of the POD coordinates alone")


def burgers_study(
    *,
    mu: float = 1.0,
    new_mu: float = 1.02,
    t: tuple[Fraction, ...] = (0.125, 0.25, 0.5, 0.75, 1.0),
    n: Annotated[int, Range(3)] = 200,
    steps: Annotated[int, Range(4)] = 100,
    final_time: Positive = 0.5,
    pod_tolerance: Fraction = 1e-3,
    hidden: Count = 10,
    code: Count = 2,
    decay: NotNegative = 1e-4,
    starts: Count = 13,
    adam_steps: Count = 20_000,
    seed: Seed = 0,
) -> BurgersStudy:
    """Return updates, retraining and POD for an autoencoder d-hidden-code-hidden-d, tanh.

    ``starts`` random starts train the base (the lowest is taken whose branch reaches the last t)
    and, again, the new network. Adam's state comes from ``adam_steps`` on the old data. Raises
    DivergenceError where no branch reaches the last t or Newton fails.
    """
    problem = burgers_problem(n=n, steps=steps, final_time=final_time)
    old, new = (problem.snapshots([(m,)], start=False, shifted=True).U for m in (mu, new_mu))
    pod = fit_pod(old[:, ::2], tolerance=pod_tolerance, centre="mean")
    scale = float(np.sqrt(np.mean(pod.encode(old[:, ::2]) ** 2)))
    coordinates = Coordinates(pod, scale)
    d = pod.r
    net = Network((d, hidden, code, hidden, d), ("tanh", "identity", "tanh", "identity"))
    X = coordinates.of(old[:, ::2])
    start = Objective(net, X, X, decay=decay)
    rng, *rngs = np.random.default_rng(seed).spawn(1 + 2 * starts)
    trained = [retrain(start, initialise(net, "glorot", rng)).p for rng in rngs[:starts]]
    path = replace_snapshots(start, coordinates.of(new[:, ::2]))
    base, branch, lost = _lowest_that_arrives(path, sorted(trained, key=start.value), t)
    tests = [(1 - s) * old[:, 1::2] + s * new[:, 1::2] for s in t]

    def test_error(p: Array, U: Array) -> float:
        return coordinates.error(net.forward(p, coordinates.of(U)), U)

    q = [[curve(s) for s in t] for curve in (u.along(base, path) for u in UPDATES)]
    last = path.objective(t[-1])
    before = train_adam(start, random_point_near(base.p, rng), steps=adam_steps)
    warm = train_on(last, base.p, after=before, most=int(SHOWN[-1]), tolerance=1e-12)

    def errors_of(run: Retraining, spent: Indices) -> Array:
        return np.array([test_error(p, tests[-1]) for p in run.after(spent)])

    warm_error = np.array([errors_of(run, np.arange(1, SHOWN[-1] + 1)) for run in warm])
    ends, cold_curve = [], []
    for rng in rngs[starts:]:
        run = retrain(last, initialise(net, "glorot", rng))
        cold_curve.append(errors_of(run, SHOWN_COLD))
        ends.append((run.p, run.gradients, run.seconds))
    cold_p, cold_gradients, cold_seconds = zip(*ends, strict=True)
    found = validity_radius(base, path, RADIUS_TERMS)
    pod_names, pod_error = pod_errors(path, t, tests, coordinates, code)
    error = np.array([[test_error(p, U) for p, U in zip(r, tests, strict=True)] for r in q])
    marginal = np.array([work_in_gradients(u.counts, net.size, start.N) for u in UPDATES])
    base_cost = work_in_gradients(BASE_COUNTS, net.size, start.N)
    cold_error = np.array([test_error(p, tests[-1]) for p in cold_p])
    cold_cost = int(np.quantile(cold_gradients, 0.5, method="lower"))
    equal = equal_gradients(warm_error[:, None], error[:, -1])
    equal = np.vstack([equal, np.full(len(UPDATES), cold_cost)])
    return BurgersStudy(
        network=net,
        samples=start.N,
        decay=decay,
        mu=mu,
        new_mu=new_mu,
        cost=base.cost,
        distance=base.distance,
        eigenvalues=base.eigenvalues,
        nullity=0 if base.gauge is None else base.gauge.shape[1],
        radius=found.radius,
        radius_misfit=found.misfit,
        t=np.array(t),
        branch_error=np.array([test_error(p, U) for p, U in zip(branch.p, tests, strict=True)]),
        method=tuple(u.name for u in UPDATES),
        error=error,
        gap=np.array([_gaps(net.forward, r, branch.p, map(coordinates.of, tests)) for r in q]),
        parameter_error=np.linalg.norm(np.array(q) - branch.p, axis=-1),
        residual=np.array(
            [
                [np.linalg.norm(path.objective(s).gradient(p)) for s, p in zip(t, r, strict=True)]
                for r in q
            ]
        ),
        lost=lost,
        marginal=marginal,
        base_cost=base_cost,
        trainer=TRAINERS,
        gradients=SHOWN,
        warm_error=warm_error[:, SHOWN - 1],
        rate=np.array([run.rate for run in warm]),
        quantile=QUANTILES,
        cold_spent=SHOWN_COLD,
        cold_curve=np.array(cold_curve),
        cold_curve_quantiles=np.quantile(cold_curve, QUANTILES, axis=0),
        cold_gradients=np.array(cold_gradients),
        cold_gradients_quantiles=np.quantile(cold_gradients, QUANTILES),
        cold_error=cold_error,
        cold_error_quantiles=np.quantile(cold_error, QUANTILES),
        cold_cost=np.array([last.value(p) for p in cold_p]),
        rival=(*TRAINERS, "L-BFGS, cold"),
        equal_gradients=equal,
        paid_after=paid_after(base_cost, marginal, equal),
        seconds=np.array([seconds_of_update(u, base, path, t[-1]) for u in UPDATES]),
        base_seconds=least_seconds(partial(quadratic_model, start, base.p)),
        warm_seconds=np.array([run.seconds for run in warm]),
        cold_seconds=np.array(cold_seconds),
        pod_method=pod_names,
        pod_error=pod_error,
        coordinates_error=np.array([coordinates.error(coordinates.of(U), U) for U in tests]),
    )


def _lowest_that_arrives(
    path: DataPath, trained: Sequence[Array], t: Sequence[float]
) -> tuple[BasePoint, Branch, int]:
    """Return the first minimum near ``trained`` whose branch reaches all ``t``, the branch, and
    how many were passed over.
    """
    failure = DivergenceError("nothing was trained")
    for lost, p in enumerate(trained):
        try:
            base = find_minimum(path.start, p)
            return (
                base,
                continue_branch(path, base, t, max_correction=0.05, gradient_tolerance=1e-12),
                lost,
            )
        except DivergenceError as end:
            failure = end
    raise failure


def _gaps(f: Callable[[Array, Array], Array], q: list[Array], p: Array, x: map[Array]) -> Array:
    """Return ||f_q(x) - f_p(x)||_F / ||f_p(x)||_F for the rows of both."""
    pairs = [(f(a, c), f(b, c)) for a, b, c in zip(q, p, x, strict=True)]
    return np.array([np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in pairs])
