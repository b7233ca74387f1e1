"""Data sets of the group "fresh": waves in one and two dimensions and samples."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import family, halfway, line, square
from mornet.records import Array
from mornet.snapshots import DataSet
from mornet.snapshots.tables import at_random


def packets(*, parameters: int = 6, times: int = 90, n: int = 240, noise: float = 0.0) -> DataSet:
    """Return wave packets that spread in time; mu is their wave number."""
    rng = np.random.default_rng(11)

    def state(x: Array, t: Array, mu: float) -> Array:
        width = np.sqrt(0.004 + 0.02 * t**2)
        at = x.T - 0.2 - 0.5 * t
        u = np.exp(-((at / width) ** 2)) * np.cos(mu * (at - 0.1 * t)) * np.sqrt(0.06 / width)
        return u + noise * rng.standard_normal(u.shape)

    mus = np.linspace(8, 14, parameters)
    few = halfway(mus, 3)
    return family("packets", state, line(n), np.linspace(0, 1, times), mus.tolist(), few)


def rings(*, parameters: int = 6, times: int = 60, nodes: int = 32) -> DataSet:
    """Return rings that grow about a fixed centre; mu is their thickness."""

    def state(x: Array, t: Array, mu: float) -> Array:
        radius = np.hypot(x[0] - 0.45, x[1] - 0.55)[:, None]
        return np.exp(-(((radius - 0.1 - 0.35 * t) / mu) ** 2)) / np.sqrt(1 + 3 * t)

    mus = np.linspace(0.05, 0.11, parameters)
    few = halfway(mus, 3)
    return family("rings", state, square(nodes), np.linspace(0, 1, times), mus.tolist(), few)


def merging(*, parameters: int = 5, times: int = 120, n: int = 180) -> DataSet:
    """Return two fronts that run into each other and vanish; mu is the speed of the second one."""

    def state(x: Array, t: Array, mu: float) -> Array:
        left = np.tanh((x.T - 0.15 - 0.5 * t) / 0.03)
        return np.maximum(0, left - np.tanh((x.T - 0.9 + mu * t) / 0.05))

    mus = np.linspace(0.2, 0.6, parameters)
    few = halfway(mus, 3)
    return family("merging", state, line(n), np.linspace(0, 1, times), mus.tolist(), few)


def roll(*, samples: int = 1500, n: int = 40, noise: float = 0.01) -> DataSet:
    """Return samples of a rolled sheet that smooth functions embed in n dimensions, with noise."""
    rng = np.random.default_rng(12)
    angle, height = 1.5 * np.pi * (1 + 2 * rng.random(samples)), 10 * rng.random(samples)
    flat = np.stack([angle * np.cos(angle), height, angle * np.sin(angle)])
    V = np.linalg.qr(rng.standard_normal((n, n)))[0]
    bent = np.vstack([flat, np.sin(0.3 * flat), flat**2 / 20])
    U = V[:, : len(bent)] @ bent
    return at_random("roll", U + noise * np.std(U) * rng.standard_normal(U.shape))


def factors(*, samples: int = 500, n: int = 25, count: int = 5) -> DataSet:
    """Return samples of linear factors with noise of heavy tails: no network can help."""
    rng = np.random.default_rng(13)
    U = rng.standard_normal((n, count)) @ rng.standard_normal((count, samples))
    return at_random("factors", U + rng.standard_t(4, size=U.shape))
