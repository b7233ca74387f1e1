"""Directions in which the data move: random ones, and the one that moves the network most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.accuracy import measured_slopes
from mornet.experiments.updates.base_facts import BaseFacts, base_facts, round_off
from mornet.experiments.updates.grids import HALF_DECADES
from mornet.experiments.updates.moving_data import MOVES, Moved, moving_data
from mornet.experiments.updates.trained_networks import (
    TEN_POINTS,
    TrainedNetwork,
    TrainedNetworkSettings,
    trained_network,
)
from mornet.linalg import rms
from mornet.nn.curvature import output_jacobian
from mornet.perturbation import (
    DataPath,
    continue_branch,
    output_sensitivity,
    parameter_sensitivity,
    tangent,
)
from mornet.perturbation.branch import Sensitivity
from mornet.records import Array, array, in_short
from mornet.settings import Count, Positive, Seed, Several


@dataclass(frozen=True, eq=False)
class Gains:
    """How far data that move by 1, in the Frobenius norm, move the outputs or the parameters.

    The first right singular vector of the derivative by the data D is the worst direction.
    """

    kind: ClassVar[str] = "gains"
    __repr__ = in_short
    singular_values: Array = array(
        "index", about="singular values of the derivative by D, descending"
    )
    mean: float = array(about="rms gain over all directions")
    condition: float = array(about="largest gain times ||D||_F / size of the outputs or of p")


@dataclass(frozen=True, eq=False)
class FollowedDirections:
    """The branch along the worst direction and along random ones, of Frobenius norm 1."""

    kind: ClassVar[str] = "followed_directions"
    __repr__ = in_short
    direction: tuple[str, ...] = array("direction")
    gain: Array = array("direction", about="||df/dt|| at t = 0, rms of the outputs")
    parameter_gain: Array = array("direction", about="||dp/dt|| at t = 0")
    t: Array = array("t", about="size of the perturbation")
    move: Array = array("direction", "t", about="rms change of the outputs on the branch")
    remainder: Array = array("direction", "t", about="rms of that change beyond its first order")
    slope: Array = array("direction", about="measured order of the remainder; 2 in theory")


@dataclass(frozen=True, eq=False)
class Directions:
    """How far data that move by t, in the Frobenius norm, move the trained network.

    Moves are root mean squares of the change of the outputs, over inputs that were not trained on.
    Gains are moves divided by t, as t goes to 0.
    """

    kind: ClassVar[str] = "directions"
    __repr__ = in_short
    perturbation: str
    base: BaseFacts
    outputs: Gains
    parameters: Gains
    followed: FollowedDirections
    drawn_gain: Array = array("drawn", about="gains of random directions, ascending")


def directions(
    *,
    base: TrainedNetworkSettings = TEN_POINTS,
    perturbation: Moved = "targets",
    t: Several[Positive] = HALF_DECADES[1:6],
    followed: Count = 5,
    drawn: Count = 1000,
    seed: Seed = 0,
) -> Directions:
    """Return the gains of ``drawn`` random directions, and the branch along a few directions.

    The branch is followed along the worst direction and along the first ``followed`` random ones.

    Raises what `trained_network` raises, DivergenceError if a branch ends before the last t,
    DataError where too few remainders are left for a slope.
    """
    of_starts, of_directions = np.random.SeedSequence(seed).generate_state(2)
    network = trained_network(base, int(of_starts))
    start, point = network.objective, network.base
    D = moving_data(start, perturbation)
    of_p = parameter_sensitivity(point, start, MOVES[perturbation], D.shape)
    of_f = output_sensitivity(of_p, start, point.p, network.x)
    rng = np.random.default_rng(of_directions)
    random = [E / np.linalg.norm(E) for E in rng.standard_normal((drawn, *D.shape))]
    chosen = {"worst": of_f.worst}
    chosen |= {f"random {i + 1}": E for i, E in enumerate(random[:followed])}
    size = float(np.linalg.norm(D))
    return Directions(
        perturbation=perturbation,
        base=base_facts(base.trained, start, point),
        outputs=_gains(of_f, size, rms(network.f(point.p))),
        parameters=_gains(of_p, size, float(np.linalg.norm(point.p))),
        drawn_gain=np.sort([np.linalg.norm(of_f.of(E)) for E in random]),
        followed=_followed(network, perturbation, chosen, (of_f, of_p), t),
    )


def _gains(sensitivity: Sensitivity, data: float, moved: float) -> Gains:
    """Return the gains; ``data`` is the size of D, ``moved`` that of the outputs or of p."""
    condition = sensitivity.norm * data / moved
    return Gains(sensitivity.values, sensitivity.rms, condition)


def _followed(
    network: TrainedNetwork,
    perturbation: Moved,
    chosen: dict[str, Array],
    sensitivities: tuple[Sensitivity, Sensitivity],
    t: tuple[float, ...],
) -> FollowedDirections:
    of_f, of_p = sensitivities
    moves = [MOVES[perturbation](network.objective, E) for E in chosen.values()]
    found = np.array([_moves(network, path, t) for path in moves])
    output = rms(network.f(network.base.p))
    floor = round_off(network.base, output)
    slope, _ = measured_slopes(np.array(t), found[:, 1], floor=floor, scale=output)
    return FollowedDirections(
        direction=tuple(chosen),
        gain=np.array([np.linalg.norm(of_f.of(E)) for E in chosen.values()]),
        parameter_gain=np.array([np.linalg.norm(of_p.of(E)) for E in chosen.values()]),
        t=np.array(t),
        move=found[:, 0],
        remainder=found[:, 1],
        slope=slope,
    )


def _moves(
    network: TrainedNetwork, path: DataPath, t: tuple[float, ...]
) -> tuple[list[float], list[float]]:
    """Return the rms change of the outputs for every t, and that of its part beyond first order."""
    base, f = network.base, network.f(network.base.p)
    J = output_jacobian(network.objective.net, base.p, network.x)
    rate = (J @ tangent(base, path)).reshape(f.T.shape).T
    changes = [network.f(p) - f for p in continue_branch(path, base, t).p]
    remainders = [rms(change - s * rate) for s, change in zip(t, changes, strict=True)]
    return [rms(change) for change in changes], remainders
