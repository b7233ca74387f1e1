"""Trained weights disturbed by noise, rounding or pruning, and what repairs them at which price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from mornet.experiments.updates.trained_networks import Trained, trained_network
from mornet.linalg import rms
from mornet.nn import Network
from mornet.perturbation import (
    ChordStep,
    Corrected,
    DataPath,
    NewtonStep,
    Update,
    measure_slope,
    work_in_gradients,
)
from mornet.perturbation.update import Corrector, biases, last_layer
from mornet.perturbation.weights import Disturbed, FixedRank, add_noise, round_to, truncate_ranks
from mornet.records import Array, Indices, array
from mornet.settings import Count, NotNegative, Positive, Seed

SIZES = tuple(float(f"{10 ** (k / 4):.6g}") for k in range(-12, 1))
Format = Literal["float16", "bfloat16", "int8"]
FORMATS: tuple[Format, ...] = ("float16", "bfloat16", "int8")


class Repair(NamedTuple):
    """A corrector, how often it steps, what it is called and of which order it is.

    The data stand still, so that the old H is that of the goal: steps with the old factors
    converge quadratically, as Newton's do.
    """

    name: str
    order: int
    corrector: Corrector | None
    steps: int = 1

    def of(self, v: Array) -> Update:
        """Return the update that starts from p* + t v."""
        if self.corrector is None:
            return Disturbed(v)
        return Corrected(Disturbed(v), self.corrector, self.steps)


@dataclass(frozen=True, eq=False)
class DisturbanceStudy:
    """Disturbed weights q on the old data, before and after repair; each case is one of both.

    ``error`` is the rms difference of the outputs to those at the minimum p*, over inputs that were
    not trained on. To leading order J(q) - J(p*) = 1/2 (q - p*)^T H (q - p*), ``quadratic``.
    Repairs "within the set" keep what was gained: biases move, the rounded W stay; or all W move
    and keep their rank.
    """

    kind: ClassVar[str] = "disturbance_study"
    trained: str
    network: Network
    samples: int
    decay: float
    cost: float = array(about="J at the minimum p*")
    length: float = array(about="||p*||")
    output: float = array(about="rms of the outputs at p*")
    disturbance: tuple[str, ...] = array("case")
    repair: tuple[str, ...] = array("case")
    error: Array = array("case", about="rms difference of outputs to those at p*")
    parameter_error: Array = array("case", about="||q - p*||")
    residual: Array = array("case", about="||grad J(q)||")
    excess: Array = array("case", about="J(q) - J(p*)")
    quadratic: Array = array("case", about="1/2 (q - p*)^T H (q - p*)")
    price: Array = array("case", about="of the repair, in gradient-equivalents")
    setup: Array = array("case", about="what the repair needs of the base, likewise")
    size: Array = array("size", about="||q - p*|| of random noise")
    noise_excess: Array = array("size", about="J(q) - J(p*) without repair")
    noise_quadratic: Array = array("size", about="1/2 (q - p*)^T H (q - p*) without repair")
    method: tuple[str, ...] = array("method", about="repairs of noise")
    order: Indices = array("method", about="order of accuracy that theory promises")
    noise_error: Array = array("method", "size", about="rms difference of outputs to those at p*")
    slope: Array = array("method", about="measured order: median of the local slopes")
    used: Indices = array("method", "size", about="1 where the point counts for the slope")
    held_out: float | None = array(about="held-out loss at p*, 1/2 mean ||f - y||^2", optional=True)
    held_out_loss: Array | None = array("case", about="the same of each case", optional=True)


def disturbance_study(
    *,
    trained: Trained = "ten_points",
    decay: NotNegative = 1e-3,
    formats: tuple[Format, ...] = FORMATS,
    ranks: tuple[Count, ...] = (1,),
    steps_within: Count = 30,
    sizes: tuple[Positive, ...] = SIZES,
    seed: Seed = 0,
    starts: Count = 60,
    scale: Positive = 2.0,
    minimum: NotNegative | None = None,
    grid_points: Count = 21,
) -> DisturbanceStudy:
    """Return what rounding to ``formats``, pruning to ``ranks`` and noise of ``sizes`` do.

    ``steps_within`` Newton steps repair within a rank, one the biases. The other settings choose
    the base, as in `update_study`. Raises what finding it raises, DataError if ``sizes``
    show no slope.
    """
    of_starts, of_direction = np.random.SeedSequence(seed).generate_state(2)
    network = trained_network(
        trained, decay, seed=int(of_starts), starts=starts, scale=scale, minimum=minimum,
        grid_points=grid_points,
    )  # fmt: skip
    objective, base, net = network.objective, network.base, network.objective.net
    path, H, x, y = DataPath(objective), objective.hessian(base.p), network.x, network.y
    f = net.forward(base.p, x)
    cases: list[tuple[str, Repair, Update]] = [
        (name, repair, repair.of(v))
        for name, v, within in _disturbances(net, base.p, formats, ranks, steps_within)
        for repair in (*_repairs(net), within)
    ]
    q = [update.along(base, path)(1.0) for _, _, update in cases]
    v = add_noise(base.p, 1.0, np.random.default_rng(of_direction)) - base.p
    noisy = [base.p + s * v for s in sizes]
    curves = [repair.of(v).along(base, path) for repair in _repairs(net)]
    error = np.array([[rms(net.forward(c(s), x) - f) for s in sizes] for c in curves])
    floor = float(np.finfo(float).eps * np.sqrt(base.eigenvalues[-1] / base.eigenvalues[0]))
    slopes = [measure_slope(np.array(sizes), e, floor=floor * rms(f), scale=rms(f)) for e in error]

    def quadratic(p: Array) -> float:
        return 0.5 * float((p - base.p) @ H @ (p - base.p))

    def price(update: Update) -> float:
        return work_in_gradients(update.counts, net.size, objective.N)

    return DisturbanceStudy(
        trained=trained,
        network=net,
        samples=objective.N,
        decay=decay,
        cost=base.cost,
        length=float(np.linalg.norm(base.p)),
        output=rms(f),
        held_out=None if y is None else _loss(net, base.p, x, y),
        disturbance=tuple(name for name, _, _ in cases),
        repair=tuple(repair.name for _, repair, _ in cases),
        error=np.array([rms(net.forward(p, x) - f) for p in q]),
        parameter_error=np.array([np.linalg.norm(p - base.p) for p in q]),
        residual=np.array([np.linalg.norm(objective.gradient(p)) for p in q]),
        excess=np.array([objective.value(p) - base.cost for p in q]),
        quadratic=np.array([quadratic(p) for p in q]),
        held_out_loss=None if y is None else np.array([_loss(net, p, x, y) for p in q]),
        price=np.array([price(update) for _, _, update in cases]),
        setup=np.array([work_in_gradients(u.setup, net.size, objective.N) for _, _, u in cases]),
        size=np.array(sizes),
        noise_excess=np.array([objective.value(p) - base.cost for p in noisy]),
        noise_quadratic=np.array([quadratic(p) for p in noisy]),
        method=tuple(repair.name for repair in _repairs(net)),
        order=np.array([repair.order for repair in _repairs(net)]),
        noise_error=error,
        slope=np.array([slope for slope, _ in slopes]),
        used=np.array([used for _, used in slopes]),
    )


def _loss(net: Network, p: Array, x: Array, y: Array) -> float:
    return 0.5 * float(np.mean(np.sum((net.forward(p, x) - y) ** 2, axis=0)))


def _repairs(net: Network) -> tuple[Repair, ...]:
    return (
        Repair("no repair", 1, None),
        Repair("chord step", 2, ChordStep()),
        Repair("Newton step", 2, NewtonStep()),
        Repair("2 chord steps", 4, ChordStep(), 2),
        Repair("last layer", 1, NewtonStep(last_layer(net))),
    )


def _disturbances(
    net: Network, p: Array, formats: tuple[Format, ...], ranks: tuple[int, ...], steps: int
) -> Iterator[tuple[str, Array, Repair]]:
    """Yield the name, the change of p and the repair within the set of each disturbance."""
    for number_format in formats:
        within = Repair("within the set", 1, NewtonStep(biases(net)))
        yield number_format, round_to(net, p, number_format) - p, within
    for rank in ranks:
        within = Repair("within the set", 1, FixedRank(rank), steps)
        yield f"rank {rank}", truncate_ranks(net, p, rank) - p, within
