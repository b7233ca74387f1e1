"""Trained weights that noise, rounding or pruning disturbs, and the work to repair them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from mornet.experiments.updates.accuracy import measured_slopes
from mornet.experiments.updates.base_facts import BaseFacts, base_facts, round_off
from mornet.experiments.updates.grids import QUARTER_DECADES
from mornet.experiments.updates.trained_networks import (
    TEN_POINTS_FROM_60_STARTS,
    TrainedNetwork,
    TrainedNetworkSettings,
    trained_network,
)
from mornet.linalg import rms
from mornet.nn import Network
from mornet.perturbation import (
    ChordStep,
    Corrected,
    DataPath,
    NewtonStep,
    Update,
    work_in_gradients,
)
from mornet.perturbation.update import Corrector, biases, last_layer
from mornet.perturbation.weights import Disturbed, FixedRank, add_noise, round_to, truncate_ranks
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Count, Positive, Seed, Several

Format = Literal["float16", "bfloat16", "int8"]
FORMATS: tuple[Format, ...] = ("float16", "bfloat16", "int8")


class Repair(NamedTuple):
    """A corrector that repairs disturbed weights, its number of steps, its name and its order.

    The data do not move, so that the H of p* is the H at the goal. Steps with the factors of this H
    converge quadratically, as Newton's method does.
    """

    name: str
    error_order: int
    corrector: Corrector | None
    steps: int = 1

    def of(self, v: Array) -> Update:
        """Return the update that starts from p* + t v."""
        if self.corrector is None:
            return Disturbed(v)
        return Corrected(Disturbed(v), self.corrector, self.steps)


class DisturbanceCase(NamedTuple):
    """The name of a disturbance, a repair, and the disturbance with the repair as an update."""

    disturbance: str
    repair: Repair
    update: Update


@dataclass(frozen=True, eq=False)
class DisturbedWeights:
    """Disturbed weights q on the old data: each case is a disturbance with or without a repair.

    To leading order J(q) - J(p*) is ``quadratic`` = 1/2 (q - p*)^T H (q - p*). A repair "within the
    set" keeps what the disturbance has saved. After rounding only biases move. After pruning all W
    move and keep their rank.
    """

    kind: ClassVar[str] = "disturbed_weights"
    __repr__ = in_short
    disturbance: tuple[str, ...] = array("case")
    repair: tuple[str, ...] = array("case")
    error: Array = array("case", about="rms difference of outputs from those at p*")
    parameter_error: Array = array("case", about="||q - p*||")
    residual: Array = array("case", about="||grad J(q)||")
    excess: Array = array("case", about="J(q) - J(p*)")
    quadratic: Array = array("case", about="1/2 (q - p*)^T H (q - p*)")
    work: Array = array("case", about="work of the repair, in gradient-equivalents")
    setup: Array = array("case", about="work of the repair at the base, in gradient-equivalents")
    test_loss: Array | None = array("case", about="1/2 mean ||f - y||^2, unseen", optional=True)


@dataclass(frozen=True, eq=False)
class RepairedNoise:
    """Random noise of several sizes on the weights, before and after repair."""

    kind: ClassVar[str] = "repaired_noise"
    __repr__ = in_short
    size: Array = array("size", about="||q - p*|| of random noise")
    excess: Array = array("size", about="J(q) - J(p*) without repair")
    quadratic: Array = array("size", about="1/2 (q - p*)^T H (q - p*) without repair")
    method: tuple[str, ...] = array("method", about="repairs of noise")
    error_order: Indices = array("method", about="order k of the error O(size^k) in theory")
    error: Array = array("method", "size", about="rms difference of outputs from those at p*")
    slope: Array = array("method", about="measured order: median of the local slopes")
    used: Indices = array("method", "size", about="1 where the point counts for the slope")


@dataclass(frozen=True, eq=False)
class Disturbances:
    """Disturbed weights on the old data, before and after repair.

    Errors are rms differences of the outputs from those at the minimum p*, over inputs that the
    training has not seen.
    """

    kind: ClassVar[str] = "disturbances"
    __repr__ = in_short
    base: BaseFacts
    cases: DisturbedWeights
    noise: RepairedNoise
    length: float = array(about="||p*||")
    output: float = array(about="rms of the outputs at p*")
    test_loss: float | None = array(about="1/2 mean ||f - y||^2 at p*, unseen", optional=True)


def disturbances(
    *,
    base: TrainedNetworkSettings = TEN_POINTS_FROM_60_STARTS,
    formats: Several[Format] = FORMATS,
    ranks: Several[Count] = (1,),
    steps_within: Count = 30,
    sizes: Several[Positive] = QUARTER_DECADES,
    seed: Seed = 0,
) -> Disturbances:
    """Return the errors that rounding, pruning and noise cause, with and without repair.

    The weights are rounded to ``formats`` and pruned to ``ranks``; noise has the ``sizes``. A
    repair within a rank takes ``steps_within`` Newton steps, a repair of the biases one.

    Raises what `trained_network` raises, DataError if the errors for ``sizes`` have no slope.
    """
    of_starts, of_direction = np.random.SeedSequence(seed).generate_state(2)
    network = trained_network(base, int(of_starts))
    reference = _Reference(network)
    cases = [
        DisturbanceCase(name, repair, repair.of(v))
        for name, v, within in _disturbances(reference, formats, ranks, steps_within)
        for repair in (*_repairs(reference.net), within)
    ]
    return Disturbances(
        base=base_facts(base.trained, network.objective, network.base),
        length=float(np.linalg.norm(reference.p)),
        output=rms(reference.outputs),
        cases=_disturbed_weights(reference, cases),
        noise=_repaired_noise(reference, sizes, np.random.default_rng(of_direction)),
        test_loss=reference.test_loss(reference.p),
    )


@dataclass(frozen=True, eq=False)
class _Reference:
    """The trained network at p*, with which disturbed weights are compared."""

    network: TrainedNetwork

    @property
    def net(self) -> Network:
        return self.network.objective.net

    @property
    def p(self) -> Array:
        return self.network.base.p

    @cached_property
    def path(self) -> DataPath:
        return DataPath(self.network.objective)

    @cached_property
    def outputs(self) -> Array:
        return self.network.f(self.p)

    @cached_property
    def hessian(self) -> Array:
        return self.network.objective.hessian(self.p)

    def error(self, q: Array) -> float:
        """Return the rms difference of the outputs from those at p*."""
        return rms(self.network.f(q) - self.outputs)

    def excess(self, q: Array) -> float:
        """Return J(q) - J(p*)."""
        return self.network.objective.value(q) - self.network.base.value

    def quadratic(self, q: Array) -> float:
        """Return 1/2 (q - p*)^T H (q - p*)."""
        return 0.5 * float((q - self.p) @ self.hessian @ (q - self.p))

    def test_loss(self, q: Array) -> float | None:
        """Return 1/2 mean ||f - y||^2 on unseen samples; None where there are none."""
        y = self.network.y
        if y is None:
            return None
        return 0.5 * float(np.mean(np.sum((self.network.f(q) - y) ** 2, axis=0)))


def _disturbed_weights(reference: _Reference, cases: list[DisturbanceCase]) -> DisturbedWeights:
    objective, P = reference.network.objective, reference.net.size
    q = [case.update.along(reference.network.base, reference.path)(1.0) for case in cases]
    counts = [(case.update.counts, case.update.setup) for case in cases]
    losses = [reference.test_loss(p) for p in q]
    return DisturbedWeights(
        disturbance=tuple(case.disturbance for case in cases),
        repair=tuple(case.repair.name for case in cases),
        error=np.array([reference.error(p) for p in q]),
        parameter_error=np.array([np.linalg.norm(p - reference.p) for p in q]),
        residual=np.array([np.linalg.norm(objective.gradient(p)) for p in q]),
        excess=np.array([reference.excess(p) for p in q]),
        quadratic=np.array([reference.quadratic(p) for p in q]),
        work=np.array([work_in_gradients(once, P, objective.N) for once, _ in counts]),
        setup=np.array([work_in_gradients(setup, P, objective.N) for _, setup in counts]),
        test_loss=None if reference.network.y is None else np.array(losses),
    )


def _repaired_noise(
    reference: _Reference, sizes: tuple[float, ...], rng: np.random.Generator
) -> RepairedNoise:
    """Return the errors by noise of all ``sizes`` in one random direction, and of its repairs."""
    base = reference.network.base
    v = add_noise(base.p, 1.0, rng) - base.p
    noisy = [base.p + s * v for s in sizes]
    repairs = _repairs(reference.net)
    curves = [repair.of(v).along(base, reference.path) for repair in repairs]
    error = np.array([[reference.error(curve(s)) for s in sizes] for curve in curves])
    output = rms(reference.outputs)
    floor = round_off(base, output)
    slope, used = measured_slopes(np.array(sizes), error, floor=floor, scale=output)
    return RepairedNoise(
        size=np.array(sizes),
        excess=np.array([reference.excess(p) for p in noisy]),
        quadratic=np.array([reference.quadratic(p) for p in noisy]),
        method=tuple(repair.name for repair in repairs),
        error_order=np.array([repair.error_order for repair in repairs]),
        error=error,
        slope=slope,
        used=used,
    )


def _repairs(net: Network) -> tuple[Repair, ...]:
    return (
        Repair("no repair", 1, None),
        Repair("chord step", 2, ChordStep()),
        Repair("Newton step", 2, NewtonStep()),
        Repair("2 chord steps", 4, ChordStep(), 2),
        Repair("last layer", 1, NewtonStep(last_layer(net))),
    )


def _disturbances(
    reference: _Reference, formats: tuple[Format, ...], ranks: tuple[int, ...], steps: int
) -> Iterator[tuple[str, Array, Repair]]:
    """Yield the name, the change of p and the repair within the set of each disturbance."""
    net, p = reference.net, reference.p
    for number_format in formats:
        within = Repair("within the set", 1, NewtonStep(biases(net)))
        yield number_format, round_to(net, p, number_format) - p, within
    for rank in ranks:
        within = Repair("within the set", 1, FixedRank(rank), steps)
        yield f"rank {rank}", truncate_ranks(net, p, rank) - p, within
