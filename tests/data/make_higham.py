"""Makes higham.npz again: two runs of the published program netbp.m, step by step.

C. F. Higham and D. J. Higham, Deep Learning: An Introduction for Applied Mathematicians, SIAM
Review 61(4), 2019: the sigmoid network 2-2-3-2, one point i a step, and the step
p <- p - 0.05 grad 1/2 ||y_i - F(x_i)||^2, with 10^6 steps. The stored file came from GNU Octave
7.3; here the same sums are loops over Python's floats, with the recursion for delta as printed in
the article. Both agree to 1e-10, relative to the value.

Run A has the published start, 0.5 randn(23, 1) of MATLAB's rng(5000), and the published choice of
points; run B draws both from NumPy's default_rng(5000).

x10, y10, x11, y11    points (2, N) and targets (2, N)
{run}10_init_{W,b}l   start; W^[l] is (n_l, n_{l-1})
{run}10_w1ek_{W,b}l   weights after 10^k steps
{run}10_cost          sum_i ||y_i - F(x_i)||^2 before the first and after each 1000th step
nls_starts            201 starts: W2, W3, W4 by columns, then b2, b3, b4; the first is published

python tests/data/make_higham.py takes a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import exp
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("higham.npz")
WIDTHS, ETA, KEPT = (2, 2, 3, 2), 0.05, {10**3: "w1e3", 10**5: "w1e5", 10**6: "w1e6"}
POINTS = (
    (0.1, 0.3, 0.1, 0.6, 0.4, 0.6, 0.5, 0.9, 0.4, 0.7),
    (0.1, 0.4, 0.5, 0.9, 0.2, 0.3, 0.6, 0.2, 0.4, 0.6),
)
ELEVENTH = (0.3, 0.7)  # of the second category
PUBLISHED_START = (
    -0.18635217442407603, -0.2332309349647661, 0.2051097158568369, -0.8031450343205778,
    0.23117704890278223, 0.4191159159633245, 0.3491350195688619, -0.9132476669437165,
    0.7767685513646558, -0.8961620624007653, -0.1221299953179724, 0.4133758256916411,
    1.236727940810579, -0.022999514167748696, -0.12499918916433467, 0.08483371298725845,
    -0.7742422986624591, 0.1751531892538702, -0.06961312593607795, 0.07905050930747852,
    0.0778982071216578, -0.24994008066458395, 0.43224037126499526,
)  # fmt: skip

Vector = list[float]
Layers = list[tuple[list[Vector], Vector]]  # (W, b) of the layers 2, 3, 4


def points(N: int) -> tuple[Any, Any]:
    x = np.column_stack([np.array(POINTS), ELEVENTH])[:, :N]
    y = np.repeat(np.eye(2), 5, axis=1)
    return x, np.column_stack([y, [0.0, 1.0]])[:, :N]


def activate(W: list[Vector], b: Vector, a: Vector) -> Vector:
    rows = zip(W, b, strict=True)
    z = [sum(w * x for w, x in zip(row, a, strict=True)) + bias for row, bias in rows]
    return [1 / (1 + exp(-number)) for number in z]


def step(layers: Layers, x: Vector, y: Vector) -> None:
    """One stochastic-gradient step, in place: activations up, delta down, then the update."""
    a = [x]
    for W, b in layers:
        a.append(activate(W, b, a[-1]))
    delta = [f * (1 - f) * (f - target) for f, target in zip(a[-1], y, strict=True)]
    for (W, b), below in zip(reversed(layers), reversed(a[:-1]), strict=True):
        back = [sum(row[j] * d for row, d in zip(W, delta, strict=True)) for j in range(len(below))]
        for i, d in enumerate(delta):
            b[i] -= ETA * d
            W[i] = [w - ETA * d * f for w, f in zip(W[i], below, strict=True)]
        delta = [f * (1 - f) * s for f, s in zip(below, back, strict=True)]


def cost(layers: Layers, x: list[Vector], y: list[Vector]) -> float:
    total = 0.0
    for a, target in zip(x, y, strict=True):
        for W, b in layers:
            a = activate(W, b, a)
        total += sum((t - f) ** 2 for f, t in zip(a, target, strict=True))
    return total


def by_columns(numbers: Iterable[float]) -> Layers:
    """The layers of W2, W3, W4 by columns, then b2, b3, b4: the order of MATLAB's programs."""
    following, shapes = iter(numbers), list(zip(WIDTHS[1:], WIDTHS[:-1], strict=True))
    W = [np.reshape(take(following, m * n), (n, m)).T.tolist() for m, n in shapes]
    return [(w, take(following, len(w))) for w in W]


def by_rows(numbers: Iterable[float]) -> Layers:
    """The layers of W2, W3, W4 by rows, then b2, b3, b4."""
    following, shapes = iter(numbers), list(zip(WIDTHS[1:], WIDTHS[:-1], strict=True))
    W = [np.reshape(take(following, m * n), (m, n)).tolist() for m, n in shapes]
    return [(w, take(following, len(w))) for w in W]


def take(following: Iterator[float], count: int) -> Vector:
    return [float(next(following)) for _ in range(count)]


def start(run: str) -> tuple[Layers, Any]:
    """The start of the run and the numbers 0, ..., 9 of the points of all its steps."""
    if run == "A":
        # randi(10) of rng(5000) after 23 uniform numbers, which randn has taken
        stream = np.random.RandomState(5000)
        stream.random_sample(23)
        chosen = np.floor(10 * stream.random_sample(10**6)).astype(int)
        return by_columns(PUBLISHED_START), chosen
    rng = np.random.default_rng(5000)
    layers = by_rows(0.5 * rng.standard_normal(23))
    return layers, rng.integers(1, 11, size=10**6) - 1


def train(run: str, steps: int) -> dict[str, Any]:
    """The arrays of the run as far as the given number of steps."""
    layers, chosen = start(run)
    x, y = (array.T.tolist() for array in points(10))
    found, costs = named(layers, "init"), [cost(layers, x, y)]
    for k, i in enumerate(chosen[:steps].tolist(), start=1):
        step(layers, x[i], y[i])
        if k % 1000 == 0:
            costs.append(cost(layers, x, y))
        if k in KEPT:
            found |= named(layers, KEPT[k])
    arrays = found | {"cost": np.array(costs)}
    return {f"{run}10_{name}": array for name, array in arrays.items()}


def named(layers: Layers, when: str) -> dict[str, Any]:
    return {
        f"{when}_{kind}{l}": np.array(numbers)
        for l, layer in enumerate(layers, start=2)
        for kind, numbers in zip("Wb", layer, strict=True)
    }


def arrays(steps: int = 10**6) -> dict[str, Any]:
    """All arrays of the file; fewer steps give shorter runs."""
    made = {f"{name}{N}": a for N in (10, 11) for name, a in zip("xy", points(N), strict=True)}
    rng = np.random.default_rng(5000)
    further = 0.5 * rng.standard_normal((200, 23))
    made["nls_starts"] = np.vstack([PUBLISHED_START, further])
    return made | train("A", steps) | train("B", steps)


if __name__ == "__main__":
    np.savez_compressed(FILE, **arrays())
