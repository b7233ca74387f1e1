"""The ten-point example of Higham and Higham: the network 2-2-3-2, a million steps.

C. F. Higham and D. J. Higham, Deep Learning: An Introduction for Applied Mathematicians, SIAM
Review 61(4), 2019, Sections 2 and 6.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from mornet.experiments.ten_points.data import network, points
from mornet.nn import Network, normal
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Count, Positive, Seed
from mornet.training import Objective, single_sample_descent

# 0.5 randn(23, 1) of MATLAB's rng(5000), as drawn by the published programs netbp.m and nlsrun.m:
# W^[2], W^[3], W^[4] by columns, then b^[2], b^[3], b^[4]
PUBLISHED_START = (
    -0.18635217442407603,
    -0.2332309349647661,
    0.2051097158568369,
    -0.8031450343205778,
    0.23117704890278223,
    0.4191159159633245,
    0.3491350195688619,
    -0.9132476669437165,
    0.7767685513646558,
    -0.8961620624007653,
    -0.1221299953179724,
    0.4133758256916411,
    1.236727940810579,
    -0.022999514167748696,
    -0.12499918916433467,
    0.08483371298725845,
    -0.7742422986624591,
    0.1751531892538702,
    -0.06961312593607795,
    0.07905050930747852,
    0.0778982071216578,
    -0.24994008066458395,
    0.43224037126499526,
)
# sum_i ||y_i - F(x_i)||^2 after 10^6 steps of that program, run in GNU Octave 7.3
PUBLISHED_SUM_OF_SQUARES = 7.303536505282e-4


@dataclass(frozen=True, eq=False)
class EnteringExample:
    """The run of the article's ten-point example (Higham and Higham 2019, Sections 2 and 6).

    ``sum_of_squares`` is sum_i ||y_i - F(x_i)||^2, the cost of the article's program, 2 N J.
    ``region`` is 1 where the first output exceeds the second, on the grid of ``x1`` and ``x2``.
    """

    kind: ClassVar[str] = "entering_example"
    __repr__ = in_short
    network: Network
    x: Array = array("coordinate", "point", about="the points")
    y: Array = array("category", "point", about="targets: (1, 0) or (0, 1)")
    p: Array = array("entry", about="trained parameters")
    step: Indices = array("step", about="stochastic-gradient steps done")
    sum_of_squares: Array = array("step", about="sum of squared residual norms, 2 N J")
    x1: Array = array("x1", about="first coordinate of the grid")
    x2: Array = array("x2", about="second coordinate of the grid")
    region: Indices = array("x2", "x1", about="1 where the first output exceeds the second, else 0")
    seconds: float = array(units="s", about="wall time of the training", measured=True)
    reference_sum_of_squares: Array | None = array(
        about="sum of squares after these steps in Octave", optional=True
    )


def entering_example(
    *,
    steps: Count = 1_000_000,
    eta: Positive = 0.05,
    start: Literal["published", "seeded"] = "published",
    seed: Seed = 0,
    record_every: Count = 1000,
    grid: Count = 501,
) -> EnteringExample:
    """Return the run of the stochastic gradient method: each step draws one point of the ten.

    A "published" run takes its start and its points from the random stream of the published
    program, a "seeded" run from ``default_rng(seed)``. With ``record_every=1`` the sum of squares
    of every step is kept; the default keeps the file small.
    """
    net = network()
    x, y = points()
    objective = Objective(net, x, y)
    rng = np.random.default_rng(seed)
    if start == "published":
        p, indices = published_start(net), published_indices(steps)
    else:
        p, indices = normal(net, rng), rng.integers(objective.N, size=steps)
    begin = time.perf_counter()
    p, history = single_sample_descent(objective, p, eta, indices, record_every=record_every)
    seconds = time.perf_counter() - begin
    axis = np.linspace(0, 1, grid)
    published = start == "published" and steps == 1_000_000 and eta == 0.05
    return EnteringExample(
        network=net,
        x=x,
        y=y,
        p=p,
        step=history.step,
        sum_of_squares=2 * objective.N * history.objective,
        x1=axis,
        x2=axis,
        region=region(net, p, axis),
        reference_sum_of_squares=np.array(PUBLISHED_SUM_OF_SQUARES) if published else None,
        seconds=seconds,
    )


def region(net: Network, p: Array, axis: Array) -> Indices:
    """Return 1 where the first output exceeds the second, else 0, at (x2, x1) = axis x axis."""
    x1, x2 = np.meshgrid(axis, axis)
    first, second = net.forward(p, np.vstack([x1.ravel(), x2.ravel()]))
    return (first > second).astype(np.uint8).reshape(x1.shape)


def published_start(net: Network) -> Array:
    """Return the published program's start as p (23,)."""
    return from_columns(net, PUBLISHED_START)


def from_columns(net: Network, numbers: Iterable[float]) -> Array:
    """Return p (P,) of numbers in MATLAB's order: all W by columns, then all b."""
    p = np.empty(net.size)
    following = iter(numbers)
    layers = net.layers(p)
    for W, *_ in layers:
        for column in W.T:
            column[...] = [next(following) for _ in column]
    for _, b, *_ in layers:
        if b is not None:
            b[...] = [next(following) for _ in b]
    return p


def published_indices(steps: int) -> Indices:
    """Return the points that the published program picks, from the stream of its start.

    MATLAB's rng(5000) and randi are NumPy's legacy Mersenne Twister: after the 23 numbers of the
    start, floor(10 u) for uniform u.
    """
    stream = np.random.RandomState(5000)
    stream.random_sample(23)
    return np.floor(10 * stream.random_sample(steps)).astype(np.int64)
