"""Examples of the records of the ten points."""

from __future__ import annotations

import numpy as np

from mornet.experiments.ten_points.entering_example import EnteringExample
from mornet.experiments.ten_points.optimiser_race import OptimiserRace
from mornet.nn import Network
from tests.figures.examples.drawn import drawn

# trained parameters of the article's ten-point example, to four decimals
TRAINED = np.array(
    [
        -1.6641, 9.1711, -10.8135, -6.893, -5.5121, 6.0093, -3.9899, -6.1916,
        6.9966, 9.3395, -3.2708, -5.4358, 2.5383, -4.0797, 2.1613, -5.5324,
        9.6099, -4.854, 5.9472, -9.3356, 4.8455, 0.1244, -0.4573,
    ]
)  # fmt: skip


def entering_example(reference: float | None = 7.3035e-4) -> EnteringExample:
    rng = np.random.default_rng(1)
    network = Network((2, 2, 3, 2))
    step = 1 + 10_000 * np.arange(100)
    fall = 1 / (1 + np.exp(-(step - 1.1e5) / 1.2e4))
    squares = 5.0 * (1 - fall) + fall * 0.01 * (1.5e5 / (step + 5e4)) ** 1.4
    squares *= np.exp(0.12 * rng.standard_normal(100))
    grid = np.linspace(0, 1, 501)
    points = np.array(np.meshgrid(grid, grid)).reshape(2, -1)
    F = network.forward(TRAINED, points)
    return drawn(
        EnteringExample,
        network=network,
        x=np.array(
            [
                [0.1, 0.3, 0.1, 0.6, 0.4, 0.6, 0.5, 0.9, 0.4, 0.7],
                [0.1, 0.4, 0.5, 0.9, 0.2, 0.3, 0.6, 0.2, 0.4, 0.6],
            ]
        ),
        y=np.repeat(np.eye(2), 5, axis=1),
        p=TRAINED,
        step=step,
        sum_of_squares=squares,
        x1=grid,
        x2=grid,
        region=(F[0] > F[1]).astype(int).reshape(501, 501),
        reference_sum_of_squares=reference,
    )


def optimiser_race(starts: int = 5) -> OptimiserRace:
    rng = np.random.default_rng(5)
    work = np.logspace(0, 3.6, 145)
    delay = np.exp(0.2 * rng.standard_normal((4, starts, 1)))
    slow = np.array([[400.0], [60.0], [40.0], [30.0]])[:, None]
    power = np.array([[1.0], [2.0], [0.3], [18.0]])[:, None]
    return drawn(
        OptimiserRace,
        method=("stochastic gradient", "Adam", "L-BFGS", "least squares"),
        work=work,
        sum_of_squares=5 * (1 + work / (slow * delay)) ** -power + 1e-30,
        spent=np.array([4000.0, 4000.0, 300.0, 120.0])[:, None] * np.ones(starts),
        end_sum_of_squares=np.array([1e-9, 1e-8, 1.67]),
    )
