"""How accurate updates of a small trained network are, and what they cost, as its data move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.updates.methods import FILTERS, METHODS, subspaces
from mornet.experiments.updates.retraining import (
    TRAINERS,
    equal_gradients,
    least_seconds,
    paid_after,
    random_point_near,
    seconds_of_update,
    train_adam,
    train_on,
)
from mornet.experiments.updates.trained_networks import Trained, TrainedNetwork, trained_network
from mornet.linalg import rms
from mornet.nn import Network
from mornet.perturbation import (
    DataPath,
    add_sample,
    change_decay,
    continue_branch,
    measure_slope,
    move_inputs,
    move_snapshots,
    move_targets,
    remove_samples,
    require_stationary,
    work_in_gradients,
)
from mornet.records import Array, Indices, array
from mornet.settings import Count, NotNegative, Positive, Seed
from mornet.training import Objective
from mornet.training.newton import quadratic_model

HALF_DECADES = tuple(float(f"{10 ** (k / 2):.10g}") for k in range(-9, -1))
"""3.16e-5, 1e-4, ..., 1e-1: for both decays all errors stand well above round-off."""

Direction = Callable[[Objective, Array], DataPath]
DIRECTIONS: dict[str, Direction] = {
    "targets": move_targets,
    "inputs": move_inputs,
    "snapshots": move_snapshots,
}


@dataclass(frozen=True, eq=False)
class UpdateStudy:
    """Updates of a trained network as its data move by t, against the continued branch.

    ``error`` is the root mean square difference of the outputs, over inputs that were not trained
    on, between the updated network and the one on the continued branch of stationary points.
    ``scatter`` is the same difference between other minima and the base: what training again from
    a random start would add, whatever t.
    """

    kind: ClassVar[str] = "update_study"
    trained: str
    perturbation: str
    network: Network
    samples: int
    decay: float
    seed: int
    starts: int
    p: Array = array("entry", about="the stationary point that is updated")
    cost: float = array(about="J at p")
    gradient_norm: float = array(about="||grad J(p)||, round-off where p is stationary")
    distance: float = array(about="||H^-1 grad J(p)||, to first order how far the minimum is")
    eigenvalues: Array = array("eigenvalue", about="of the gauge-fixed Hessian at p, ascending")
    nullity: int = array(about="dimension of the symmetry's orbit, whose gauge is fixed")
    minima: Array = array("minimum", about="J of all distinct minima found, ascending")
    hits: Indices = array("minimum", about="number of starts that ended in each")
    scatter: Array = array("minimum", about="rms difference of its outputs to the base's")
    t: Array = array("t", about="size of the perturbation")
    branch: Array = array("t", "entry", about="parameters on the continued branch")
    branch_gradient_norm: Array = array("t", about="||grad J|| on the branch")
    branch_distance: Array = array("t", about="||H^-1 grad J|| on the branch")
    smallest_eigenvalue: Array = array("t", about="of the Hessian on the branch, 0 at a fold")
    method: tuple[str, ...] = array("method")
    order: Indices = array("method", about="order of accuracy that theory promises")
    gradients: Indices = array("method", about="gradients that one update costs")
    hessians: Indices = array("method", about="Hessians, with factorisation, that one update costs")
    solves: Indices = array("method", about="solves with a factorised Hessian, for one update")
    marginal: Array = array("method", about="cost of one update in gradient-equivalents")
    setup: Array = array("method", about="cost once, at the base, in gradient-equivalents")
    error: Array = array("method", "t", about="rms difference of outputs to the branch's")
    estimate: Array = array("method", "t", about="estimate of error by a gradient and a solve")
    parameter_error: Array = array("method", "t", about="||q - p*(t)||")
    residual: Array = array("method", "t", about="||grad J|| at the updated parameters")
    excess: Array = array(
        "method", "t", about="of J over the branch's, 1/2 g^T H^-1 g, H of the base"
    )
    floor: float = array(about="round-off of an error, eps cond(H)^(1/2) times the output")
    output: float = array(about="rms of the outputs at p over the grid")
    slope: Array = array("method", about="measured order: median of the local slopes")
    used: Indices = array("method", "t", about="1 where the point counts for the slope")
    retrained_at: Indices = array("retrained", about="index of t at which training went on")
    trainer: tuple[str, ...] = array("trainer", about="that goes on from p, instead of an update")
    retraining_error: Array = array(
        "trainer", "retrained", "gradient", about="of the least J among the first k gradients"
    )
    rate: Array = array("trainer", "retrained", about="learning rate, the best; 0: line search")
    adam_distance: float = array(about="||p - p*|| where Adam's state comes from, on the old data")
    equal_gradients: Indices = array(
        "trainer", "method", "retrained", about="gradients to the update's error, or all of them"
    )
    paid_after: Array = array(
        "trainer", "method", "retrained", about="updates that pay the setup; 0: never"
    )
    seconds: Array = array(
        "method", units="s", about="processor time of one update, H factorised", measured=True
    )
    base_seconds: float = array(
        units="s", about="processor time of H and its factorisation", measured=True
    )
    retraining_seconds: Array = array(
        "trainer", "retrained", units="s", about="processor time of all gradients", measured=True
    )
    loss: Array | None = array("method", "t", about="J on unseen samples", optional=True)
    branch_loss: Array | None = array("t", about="J on unseen samples", optional=True)


def update_study(
    *,
    trained: Trained = "ten_points",
    perturbation: Literal["targets", "inputs", "snapshots", "remove", "add", "decay"] = "targets",
    methods: Literal["few", "all", "subspaces"] = "few",
    decay: NotNegative = 1e-3,
    t: tuple[Positive, ...] = HALF_DECADES,
    seed: Seed = 0,
    starts: Count = 200,
    scale: Positive = 2.0,
    minimum: NotNegative | None = None,
    grid_points: Count = 21,
    sample: Seed = 0,
    retraining_gradients: Count = 1000,
    adam_steps: Count = 20_000,
) -> UpdateStudy:
    """Return errors, orders and costs of updates as the data move by ``t``, ascending.

    ``seed`` seeds the starts of the training and the direction, of Frobenius norm 1. ``starts``,
    ``scale``, ``minimum`` and ``grid_points`` choose the base of the ten points, ``sample`` the one
    to remove. Methods are the ``few`` of a first look, ``all``, or those in ``subspaces``. Trainers
    go on from the base for ``retraining_gradients``; Adam's state comes from ``adam_steps`` on the
    old data.

    Raises DivergenceError if no minimum is found or the branch ends before the last t, DataError
    if no minimum has J = ``minimum``, the base is not stationary enough for the smallest t, or too
    few errors lie between round-off and saturation for a slope, OptionError if t is not ascending.
    """
    of_starts, of_direction = np.random.SeedSequence(seed).generate_state(2)
    network = trained_network(
        trained, decay, seed=int(of_starts), starts=starts, scale=scale, minimum=minimum,
        grid_points=grid_points,
    )  # fmt: skip
    rng = np.random.default_rng(of_direction)
    path = _path(network, perturbation, rng, sample)
    base = quadratic_model(path.start, network.base.p)
    updates = (
        subspaces(path.start, base, np.random.default_rng([of_direction, 1]))
        if methods == "subspaces"
        else METHODS[methods] + (FILTERS if perturbation in ("add", "remove") else ())
    )
    branch = continue_branch(path, base, t)
    require_stationary(base, path, t[0])

    def f(p: Array) -> Array:
        return path.start.net.forward(p, network.x)

    unseen = None if network.y is None else Objective(path.start.net, network.x, network.y).value
    q = np.array([[curve(s) for s in t] for curve in (u.along(base, path) for u in updates)])
    on_branch = [f(p) for p in branch.p]
    error = np.array([[rms(f(p) - y) for p, y in zip(row, on_branch, strict=True)] for row in q])
    gradient = np.array(
        [[path.objective(s).gradient(p) for s, p in zip(t, row, strict=True)] for row in q]
    )
    output = rms(f(base.p))
    condition = base.eigenvalues[-1] / base.eigenvalues[0]
    floor = float(np.finfo(float).eps * np.sqrt(condition)) * output
    slopes = [measure_slope(branch.t, row, floor=floor, scale=output) for row in error]
    counts = np.array([update.counts for update in updates])
    N = path.start.N
    retrained = np.unique([0, len(t) // 2, len(t) - 1])
    before = train_adam(path.start, random_point_near(base.p, rng), steps=adam_steps)
    spent = np.arange(1, retraining_gradients + 1)
    runs = [
        train_on(path.objective(t[i]), base.p, after=before, most=retraining_gradients)
        for i in retrained
    ]
    retraining_error = np.array(
        [
            [[rms(f(p) - on_branch[i]) for p in run.after(spent)] for run in at]
            for i, at in zip(retrained, runs, strict=True)
        ]
    ).swapaxes(0, 1)
    equal = equal_gradients(retraining_error[:, None], error[:, retrained])
    marginal = np.array([work_in_gradients(u.counts, base.p.size, N) for u in updates])
    setup = np.array([work_in_gradients(u.setup, base.p.size, N) for u in updates])
    return UpdateStudy(
        trained=trained,
        perturbation=perturbation,
        network=path.start.net,
        samples=N,
        decay=decay,
        seed=seed,
        starts=sum(network.minima.hits) + network.minima.failed,
        p=base.p,
        cost=base.cost,
        gradient_norm=base.gradient_norm,
        distance=base.distance,
        eigenvalues=base.eigenvalues,
        nullity=0 if base.gauge is None else base.gauge.shape[1],
        minima=network.minima.costs,
        hits=np.array(network.minima.hits),
        scatter=np.array([rms(f(m.p) - f(base.p)) for m in network.minima.points]),
        t=branch.t,
        branch=branch.p,
        branch_gradient_norm=branch.gradient_norm,
        branch_distance=branch.distance,
        smallest_eigenvalue=branch.smallest_eigenvalue,
        method=tuple(update.name for update in updates),
        order=np.array([update.error_order for update in updates]),
        gradients=counts[:, 0],
        hessians=counts[:, 2],
        solves=counts[:, 3],
        marginal=marginal,
        setup=setup,
        error=error,
        estimate=np.array(
            [
                [rms(f(p - base.solve(g)) - f(p)) for p, g in zip(*rows, strict=True)]
                for rows in zip(q, gradient, strict=True)
            ]
        ),
        parameter_error=np.linalg.norm(q - branch.p, axis=-1),
        residual=np.linalg.norm(gradient, axis=-1),
        excess=0.5 * np.array([[g @ base.solve(g) for g in row] for row in gradient]),
        loss=None if unseen is None else np.array([[unseen(p) for p in row] for row in q]),
        branch_loss=None if unseen is None else np.array([unseen(p) for p in branch.p]),
        floor=floor,
        output=output,
        slope=np.array([slope for slope, _ in slopes]),
        used=np.array([used for _, used in slopes]),
        retrained_at=retrained,
        trainer=TRAINERS,
        retraining_error=retraining_error,
        rate=np.array([[run.rate for run in at] for at in runs]).T,
        adam_distance=float(np.linalg.norm(before.p - base.p)),
        equal_gradients=equal,
        paid_after=paid_after(setup[:, None], marginal[:, None], equal),
        seconds=np.array([seconds_of_update(u, base, path, t[-1]) for u in updates]),
        base_seconds=least_seconds(partial(quadratic_model, path.start, base.p)),
        retraining_seconds=np.array([[run.seconds for run in at] for at in runs]).T,
    )


def _path(
    network: TrainedNetwork, perturbation: str, rng: np.random.Generator, sample: int
) -> DataPath:
    start = network.objective
    if perturbation in DIRECTIONS:
        D = rng.standard_normal((start.x if perturbation != "targets" else start.y).shape)
        return DIRECTIONS[perturbation](start, D / np.linalg.norm(D))
    if perturbation == "remove":
        return remove_samples(start, [sample])
    if perturbation == "decay":
        return change_decay(start, start.decay)
    if start.x.shape[0] != 2:
        raise OptionError("only the ten points have a further sample to add")
    return add_sample(start, np.array([0.45, 0.55]), np.array([1.0, 0.0]))
