"""Rings, spirals, vortices and ellipses in the plane by formulas, split by parameters."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import family, halfway, square
from mornet.records import Array
from mornet.snapshots import DataSet


def rings(*, parameters: int = 6, times: int = 60, nodes: int = 32) -> DataSet:
    """Return rings that grow about a fixed centre; mu is their thickness."""

    def state(x: Array, t: Array, mu: float) -> Array:
        radius = np.hypot(x[0] - 0.45, x[1] - 0.55)[:, None]
        return np.exp(-(((radius - 0.1 - 0.35 * t) / mu) ** 2)) / np.sqrt(1 + 3 * t)

    mus = np.linspace(0.05, 0.11, parameters)
    few = halfway(mus, 3)
    return family("rings", state, square(nodes), np.linspace(0, 1, times), mus.tolist(), few)


def spiral(*, parameters: int = 6, angles: int = 60, nodes: int = 36) -> DataSet:
    """Return rotating spirals with two arms; mu is how tightly they are wound."""

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = x[0][:, None] - 0.5, x[1][:, None] - 0.5
        radius, angle = np.hypot(u, v), np.arctan2(v, u)
        return np.exp(-((radius / 0.3) ** 4)) * np.tanh(2 * np.cos(2 * angle - mu * radius - t))

    t = np.arange(angles) * 2 * np.pi / angles
    mus = np.linspace(4, 10, parameters)
    return family("spiral", state, square(nodes), t, mus.tolist(), halfway(mus, 3))


def vortices(*, parameters: int = 5, times: int = 60, nodes: int = 32) -> DataSet:
    """Return the vorticity of two vortices that turn about each other and spread; mu is their size.

    Each is a vortex of Lamb and Oseen, and both turn as point vortices do.
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = x[0][:, None] - 0.5, x[1][:, None] - 0.5
        size, angle = mu**2 + 0.004 * t, 2 * np.pi * t
        at = 0.2 * np.cos(angle), 0.2 * np.sin(angle)
        squares = [(u - s * at[0]) ** 2 + (v - s * at[1]) ** 2 for s in (1, -1)]
        return (np.exp(-squares[0] / size) + np.exp(-squares[1] / size)) * mu**2 / size

    mus = np.linspace(0.08, 0.14, parameters)
    few = halfway(mus, 2)
    return family("vortices", state, square(nodes), np.linspace(0, 1, times), mus.tolist(), few)


def rocking(*, parameters: int = 5, times: int = 72, nodes: int = 30) -> DataSet:
    """Return ellipses that turn about their centre; mu is the ratio of their axes."""

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = x[0][:, None] - 0.5, x[1][:, None] - 0.5
        along, across = u * np.cos(t) + v * np.sin(t), v * np.cos(t) - u * np.sin(t)
        return np.exp(-((along / 0.15) ** 2) - (across / (0.15 * mu)) ** 2)

    t = np.linspace(0, np.pi, times, endpoint=False)
    mus = np.linspace(0.3, 0.7, parameters)
    return family("rocking", state, square(nodes), t, mus.tolist(), halfway(mus, 2))
