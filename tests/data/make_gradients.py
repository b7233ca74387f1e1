"""Makes gradients.npz again: derivatives of six networks, from values of the loss alone.

The inputs of the file (widths, activations, points, parameters, directions v) were drawn once and
are kept. The rest came from the automatic differentiation of PyTorch. Here it comes from nothing
but values: f and the loss are loops over decimal numbers of 60 digits, and derivatives are central
differences, whose error h^2 = 1e-36 is far below the double precision of the result.

loss = (1/N) sum_n 1/2 ||y_n - f(x_n)||^2, H its Hessian, (1/N) J^T J v the Gauss-Newton product.

python tests/data/make_gradients.py
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, getcontext
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("gradients.npz")
getcontext().prec = 60
ZERO, ONE, HALF, H = Decimal(0), Decimal(1), Decimal("0.5"), Decimal("1e-18")

Numbers = list[Decimal]
Columns = list[Numbers]
ACTIVATIONS: dict[str, Callable[[Decimal], Decimal]] = {
    "sigmoid": lambda z: ONE / (ONE + (-z).exp()),
    "tanh": lambda z: ONE - 2 / (ONE + (2 * z).exp()),
    "relu": lambda z: max(z, ZERO),
    "linear": lambda z: z,
}


def decimals(array: Any) -> Numbers:
    return [Decimal(float(number)) for number in np.ravel(array)]


def columns(array: Any) -> Columns:
    return [decimals(column) for column in np.asarray(array).T]


def forward(widths: list[int], names: list[str], p: Numbers, x: Numbers) -> Numbers:
    """f_p(x): p holds W (row by row) and b of each layer in turn."""
    start = 0
    for (n, m), name in zip(pairwise(widths), names, strict=True):
        b = start + m * n
        z = [sum((p[start + i * n + j] * x[j] for j in range(n)), p[b + i]) for i in range(m)]
        x, start = [ACTIVATIONS[name](number) for number in z], b + m
    return x


class Derivatives:
    """Values and derivatives of one network of the file."""

    def __init__(self, stored: dict[str, Any]) -> None:
        self.widths = [int(n) for n in stored["sizes"]]
        self.names = [str(name) for name in stored["act"]]
        self.x, self.y = columns(stored["x"]), columns(stored["y"])
        self.p, self.v = (flat(stored, mark) for mark in ("", "v"))

    def outputs(self, p: Numbers) -> Columns:
        return [forward(self.widths, self.names, p, x) for x in self.x]

    def loss(self, p: Numbers) -> Decimal:
        pairs = zip(self.outputs(p), self.y, strict=True)
        squares = [(y - a) ** 2 for f, target in pairs for a, y in zip(f, target, strict=True)]
        return HALF * sum(squares, ZERO) / len(self.x)

    def moved(self, i: int | None, t: Decimal, s: Decimal = ZERO) -> Numbers:
        """p + t e_i + s v."""
        return [
            q + s * w + (t if k == i else ZERO)
            for k, (q, w) in enumerate(zip(self.p, self.v, strict=True))
        ]

    def gradient(self, i: int) -> Decimal:
        return (self.loss(self.moved(i, H)) - self.loss(self.moved(i, -H))) / (2 * H)

    def hessian_product(self, i: int) -> Decimal:
        """d^2 loss / dp_i dv by the mixed central difference."""
        signs = [(a, b) for a in (1, -1) for b in (1, -1)]
        return sum((a * b * self.loss(self.moved(i, a * H, b * H)) for a, b in signs), ZERO) / (
            4 * H * H
        )

    def slopes(self, i: int | None, t: Decimal, s: Decimal) -> Numbers:
        """d f / dt at all points along t e_i + s v."""
        ahead, behind = (self.outputs(self.moved(i, k * t, k * s)) for k in (1, -1))
        pairs = zip(chain(*ahead), chain(*behind), strict=True)
        return [(a - b) / (2 * H) for a, b in pairs]

    def gauss_newton_product(self, i: int) -> Decimal:
        """Entry i of (1/N) J^T J v."""
        Jv = self.slopes(None, ZERO, H)
        Je = self.slopes(i, H, ZERO)
        return sum((a * b for a, b in zip(Je, Jv, strict=True)), ZERO) / len(self.x)


def flat(stored: dict[str, Any], mark: str) -> Numbers:
    layers = range(2, len(stored["sizes"]) + 1)
    return [q for l in layers for kind in "Wb" for q in decimals(stored[f"{mark}{kind}{l}"])]


def split(stored: dict[str, Any], mark: str, numbers: list[Decimal]) -> dict[str, Any]:
    """The arrays {mark}W2, {mark}b2, ... of all numbers in turn."""
    following, found = iter(numbers), {}
    for l in range(2, len(stored["sizes"]) + 1):
        for kind in "Wb":
            shape = stored[f"{kind}{l}"].shape
            values = [float(next(following)) for _ in range(int(np.prod(shape)))]
            found[f"{mark}{kind}{l}"] = np.reshape(values, shape)
    return found


def derived(stored: dict[str, Any]) -> dict[str, Any]:
    """All that the file holds of one network beside its inputs."""
    of, P = Derivatives(stored), range(len(flat(stored, "")))
    return {
        "a": np.array([[float(a) for a in column] for column in of.outputs(of.p)]).T,
        "loss": np.array(float(of.loss(of.p))),
        **split(stored, "g", [of.gradient(i) for i in P]),
        **split(stored, "Hv", [of.hessian_product(i) for i in P]),
        **split(stored, "GGNv", [of.gauss_newton_product(i) for i in P]),
    }


def network(k: int) -> dict[str, Any]:
    """The stored arrays of network k without their prefix."""
    with np.load(FILE) as arrays:
        prefix = f"c{k}_"
        return {name.removeprefix(prefix): arrays[name] for name in arrays if prefix in name}


if __name__ == "__main__":
    cases = {k: network(k) for k in range(6)}
    made = {k: stored | derived(stored) for k, stored in cases.items()}
    for k, stored in cases.items():
        off = max(np.max(np.abs(made[k][name] - stored[name])) for name in derived(stored))
        print(f"c{k}: differs from the stored arrays by {off:.1e} at most")
    np.savez(FILE, **{f"c{k}_{name}": a for k, case in made.items() for name, a in case.items()})
