"""In which direction the data move: random ones, and the one that moves the network most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from mornet.experiments.updates.orders import DIRECTIONS
from mornet.experiments.updates.trained_networks import Trained, trained_network
from mornet.linalg import rms
from mornet.nn import Network
from mornet.nn.curvature import output_jacobian
from mornet.perturbation import (
    DataPath,
    continue_branch,
    measure_slope,
    output_sensitivity,
    parameter_sensitivity,
    tangent,
)
from mornet.records import Array, array
from mornet.settings import Count, NotNegative, Positive, Seed

HALF_DECADES = tuple(float(f"{10 ** (k / 2):.10g}") for k in range(-8, -3))


@dataclass(frozen=True, eq=False)
class DirectionsStudy:
    """How far data that move by t, in the Frobenius norm, move the trained network.

    Moves are root mean squares of the change of the outputs, over inputs that were not trained on;
    gains are moves by t to first order. ``worst`` is the first right singular vector of df/dD.
    """

    kind: ClassVar[str] = "directions_study"
    trained: str
    perturbation: str
    network: Network
    samples: int
    decay: float
    values: Array = array("index", about="singular values of df/dD, rms of the outputs")
    mean: float = array(about="rms gain of the outputs over all directions")
    condition: float = array(about="of training: ||df/dD|| ||D||_F / rms f, relative, at worst")
    parameter_values: Array = array("parameter_index", about="singular values of dp/dD")
    parameter_mean: float = array(about="rms gain of the parameters over all directions")
    parameter_condition: float = array(about="||dp/dD|| ||D||_F / ||p||, relative, at worst")
    drawn_gain: Array = array("drawn", about="gains of random directions, ascending")
    direction: tuple[str, ...] = array("direction", about="that were followed")
    gain: Array = array("direction", about="||df/dt|| at t = 0, rms of the outputs")
    parameter_gain: Array = array("direction", about="||dp/dt|| at t = 0")
    t: Array = array("t", about="size of the perturbation")
    move: Array = array("direction", "t", about="rms change of the outputs on the branch")
    remainder: Array = array("direction", "t", about="rms of that change without its first order")
    slope: Array = array("direction", about="measured order of the remainder; 2 in theory")


def directions_study(
    *,
    trained: Trained = "ten_points",
    perturbation: Literal["targets", "inputs", "snapshots"] = "targets",
    decay: NotNegative = 1e-3,
    t: tuple[Positive, ...] = HALF_DECADES,
    followed: Count = 5,
    drawn: Count = 1000,
    seed: Seed = 0,
    starts: Count = 200,
    scale: Positive = 2.0,
    minimum: NotNegative | None = None,
    grid_points: Count = 21,
) -> DirectionsStudy:
    """Return gains of ``drawn`` random directions and the worst, and ``followed`` of them and it.

    ``starts``, ``scale``, ``minimum`` and ``grid_points`` choose the base of the ten points, as in
    `update_study`. Raises DivergenceError if a branch ends before the last t, DataError where too
    few remainders are left for a slope.
    """
    of_starts, of_directions = np.random.SeedSequence(seed).generate_state(2)
    network = trained_network(
        trained, decay, seed=int(of_starts), starts=starts, scale=scale, minimum=minimum,
        grid_points=grid_points,
    )  # fmt: skip
    start, base, net = network.objective, network.base, network.objective.net
    move = DIRECTIONS[perturbation]
    D = start.y if perturbation == "targets" else start.x
    of_p = parameter_sensitivity(base, start, move, D.shape)
    of_f = output_sensitivity(of_p, start, base.p, network.x)
    rng = np.random.default_rng(of_directions)
    random = [E / np.linalg.norm(E) for E in rng.standard_normal((drawn, *D.shape))]
    directions = {"worst": of_f.worst}
    directions |= {f"random {i + 1}": E for i, E in enumerate(random[:followed])}
    paths = [move(start, E) for E in directions.values()]
    f = net.forward(base.p, network.x)
    output = rms(f)
    J = output_jacobian(net, base.p, network.x)

    def moves(path: DataPath) -> tuple[list[float], list[float]]:
        rate = (J @ tangent(base, path)).reshape(f.T.shape).T
        changes = [net.forward(p, network.x) - f for p in continue_branch(path, base, t).p]
        return [rms(c) for c in changes], [
            rms(c - s * rate) for s, c in zip(t, changes, strict=True)
        ]

    found = np.array([moves(path) for path in paths])
    floor = float(np.finfo(float).eps * np.sqrt(base.eigenvalues[-1] / base.eigenvalues[0]))
    slopes = [
        measure_slope(np.array(t), row, floor=floor * output, scale=output).slope
        for row in found[:, 1]
    ]
    size = float(np.linalg.norm(D))
    return DirectionsStudy(
        trained=trained,
        perturbation=perturbation,
        network=net,
        samples=start.N,
        decay=decay,
        values=of_f.values,
        mean=of_f.rms,
        condition=of_f.norm * size / output,
        parameter_values=of_p.values,
        parameter_mean=of_p.rms,
        parameter_condition=of_p.norm * size / float(np.linalg.norm(base.p)),
        drawn_gain=np.sort([np.linalg.norm(of_f.of(E)) for E in random]),
        direction=tuple(directions),
        gain=np.array([np.linalg.norm(of_f.of(E)) for E in directions.values()]),
        parameter_gain=np.array([np.linalg.norm(of_p.of(E)) for E in directions.values()]),
        t=np.array(t),
        move=found[:, 0],
        remainder=found[:, 1],
        slope=np.array(slopes),
    )
