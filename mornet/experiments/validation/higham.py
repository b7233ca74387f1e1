"""The ten-point example: costs of the published program, step by step, and of least squares.

C. F. Higham and D. J. Higham, Deep Learning: An Introduction for Applied Mathematicians, SIAM
Review 61(4), 2019. Costs are sums of squares, as the published program prints them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from mornet.experiments.ten_points.data import network, points
from mornet.experiments.ten_points.entering_example import published_indices, published_start
from mornet.experiments.validation.published import Program, Published, Reproduction, reproduce
from mornet.nn import Network
from mornet.records import Array, Indices
from mornet.training import Objective, fit_least_squares, single_sample_descent

STEPS = (0, 1000, 10_000, 50_000, 100_000, 120_000, 200_000, 500_000, 1_000_000)
COSTS = {  # stream of start and points -> costs after the STEPS
    "MATLAB rng(5000)": (
        5.328816969901378,
        4.985510075664505,
        4.768706000400451,
        2.5807237136342174,
        2.3069320694356836,
        0.20702896830759832,
        0.012971135115773151,
        0.001962910128520323,
        0.0007303536505282392,
    ),
    "NumPy default_rng(5000)": (
        5.216340425176683,
        5.006929597159553,
        4.993669635002632,
        2.381888666030078,
        0.038282622295905865,
        0.021855058096838888,
        0.006962092190860541,
        0.001650496834893688,
        0.0006711112991762314,
    ),
}
FIRST_BELOW = {  # stream -> cost -> first multiple of 1000 steps after which the cost is below
    "MATLAB rng(5000)": {1e-2: 220_000, 1e-3: 793_000},
    "NumPy default_rng(5000)": {1e-2: 167_000, 1e-3: 730_000},
}
LEAST_SQUARES = 5.4958e-9
RECORD_EVERY = 1000
PUBLISHED = (
    *(
        Published({"stream": stream, "steps": steps}, cost)
        for stream, costs in COSTS.items()
        for steps, cost in zip(STEPS, costs, strict=True)
    ),
    *(
        Published({"stream": stream, "below": level}, steps, 0.0, "absolute")
        for stream, levels in FIRST_BELOW.items()
        for level, steps in levels.items()
    ),
    Published({"stream": "least squares from MATLAB's start"}, LEAST_SQUARES, 1e-4),
)

Stream = Literal["MATLAB rng(5000)", "NumPy default_rng(5000)", "least squares from MATLAB's start"]


def higham() -> Reproduction:
    """Return the costs of two runs of the published program beside those computed here.

    A change of the start by 1e-10 changes a cost of the runs by at most 3e-10, relative.
    """
    return reproduce(
        PUBLISHED,
        higham_cost,
        source="Higham and Higham, SIAM Review 61(4), 860-891, 2019",
        place="programs netbp.m and nlsrun.m, run in GNU Octave 7.3 (stochastic gradient), and "
        "SciPy's least_squares with its defaults (last number)",
        configuration="Network 2-2-3-2, ten points, one point a step, learning rate 0.05.",
        quantity="costs of the ten-point example",
        tolerance=1e-9,
        origin=Program("GNU Octave 7.3 (netbp.m) and SciPy (least_squares)"),
    )


def higham_cost(*, stream: Stream, steps: int = 0, below: float = 0.0) -> float:
    """Return the cost after ``steps``, or the first recorded step with a cost ``below`` it."""
    if stream.startswith("least squares"):
        J = _objective()
        end = fit_least_squares(J, published_start(J.net), "trf", tolerance=1e-8)
        return float(2 * J.N * end.history.objective[-1])
    costs = _costs(stream)
    if below:
        return float(RECORD_EVERY * np.argmax(costs < below))
    return float(costs[steps // RECORD_EVERY])


@lru_cache(maxsize=2)
def _costs(stream: str) -> Array:
    """Return the costs before the first and after every 1000th step."""
    J = _objective()
    p, indices = _start(J.net, stream)
    history = single_sample_descent(J, p, 0.05, indices, record_every=RECORD_EVERY).history
    return 2 * J.N * history.objective


def _start(net: Network, stream: str) -> tuple[Array, Indices]:
    """Return the start and the points of all steps."""
    if stream.startswith("MATLAB"):
        return published_start(net), published_indices(STEPS[-1])
    rng = np.random.default_rng(5000)
    numbers, p = iter(0.5 * rng.standard_normal(net.size)), np.empty(net.size)
    layers = net.layers(p)
    for values in (*(layer.W for layer in layers), *(layer.b for layer in layers)):
        assert values is not None  # all layers have biases
        values[...] = np.reshape([next(numbers) for _ in range(values.size)], values.shape)
    return p, rng.integers(1, 11, size=STEPS[-1]) - 1


def _objective() -> Objective:
    return Objective(network(), *points())
