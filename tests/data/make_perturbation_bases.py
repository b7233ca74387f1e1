"""Makes perturbation_bases.npz again: two minima of J for the article's ten points, with decay.

J(p) = (1/10) sum_i 1/2 ||y_i - F(x_i)||^2 + decay/2 p^T p, with the sigmoid network 2-2-3-2, for
decay = 1e-3 and 1e-4; p holds W (row by row) and b of each layer in turn. A search from many
random starts found the minima; to three decimals they stand below. Newton's method from there
gives all digits. The gradient is the complex step Im J(p + i h e_k) / h with h = 1e-100, exact to
round-off; the Hessian is a central difference of gradients, which decides the rate of Newton's
method alone.

python tests/data/make_perturbation_bases.py
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("perturbation_bases.npz")
WIDTHS = (2, 2, 3, 2)
X = np.array(
    [
        [0.1, 0.3, 0.1, 0.6, 0.4, 0.6, 0.5, 0.9, 0.4, 0.7],
        [0.1, 0.4, 0.5, 0.9, 0.2, 0.3, 0.6, 0.2, 0.4, 0.6],
    ]
)
Y = np.repeat(np.eye(2), 5, axis=1)
NEAR = {
    "1e3": (1e-3, [4.004, 4.980, -2.322, 4.601, -2.848, -2.157, -2.604, 2.630, 3.862, -3.997,
                   -2.604, 2.630, 0.949, -1.513, 0.949, 2.706, -4.296, 2.706, -2.706, 4.296,
                   -2.706, -0.254, 0.254]),
    "1e4": (1e-4, [2.566, -6.854, -7.347, -6.583, 3.354, 4.623, -3.722, 4.670, 5.292, -6.636,
                   -3.722, 4.670, 1.233, -1.834, 1.233, 4.312, -6.565, 4.312, -4.312, 6.565,
                   -4.312, -0.482, 0.482]),
}  # fmt: skip


def objective(p: Any, decay: float) -> Any:
    a, start = X, 0
    for n, m in pairwise(WIDTHS):
        W, b = p[start : start + m * n].reshape(m, n), p[start + m * n : start + m * n + m]
        a = 1 / (1 + np.exp(-(W @ a + b[:, None])))
        start += m * n + m
    return np.sum((Y - a) ** 2) / 20 + decay / 2 * np.sum(p**2)


def gradient(p: Any, decay: float) -> Any:
    h = 1e-100
    return np.array([objective(p + 1j * h * e, decay).imag / h for e in np.eye(p.size)])


def hessian(p: Any, decay: float) -> Any:
    h = 1e-5
    rows = [gradient(p + h * e, decay) - gradient(p - h * e, decay) for e in np.eye(p.size)]
    return np.array(rows) / (2 * h)


def minimum(near: list[float], decay: float) -> Any:
    """The stationary point by Newton's method, which also has positive curvature everywhere."""
    p = np.array(near)
    for _ in range(5):
        p = p - np.linalg.solve(hessian(p, decay), gradient(p, decay))
    assert np.linalg.norm(gradient(p, decay)) < 1e-14
    assert np.linalg.eigvalsh(hessian(p, decay))[0] > 0
    return p


def arrays() -> dict[str, Any]:
    """All arrays of the file."""
    made: dict[str, Any] = {}
    for tag, (decay, near) in NEAR.items():
        p = minimum(near, decay)
        made |= {f"hh_decay_{tag}": p, f"J_{tag}": np.array(objective(p, decay))}
    return made


if __name__ == "__main__":
    np.savez(FILE, **arrays())
