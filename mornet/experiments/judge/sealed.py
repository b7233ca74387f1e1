"""Data sets of the group "sealed", written when all rules were final, and judged then."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import family, halfway, line, square
from mornet.records import Array
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.tables import at_random


def flames(*, parameters: int = 7, times: int = 70, n: int = 200) -> DataSet:
    """Return travelling fronts of Fisher's equation; mu is the rate r of the reaction.

    u = (1 + exp(sqrt(r/6) (x - s) - 5/6 r t))^-2 (M. Ablowitz, A. Zeppetella, Bull. Math. Biol. 41,
    1979).
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        at = 30 * x.T - 5
        return (1 + np.exp(np.sqrt(mu / 6) * at - 5 / 6 * mu * t)) ** -2

    mus = np.linspace(1, 4, parameters)
    few = halfway(mus, 3)
    return family("flames", state, line(n), np.linspace(0, 5, times), mus.tolist(), few)


def chirps(*, parameters: int = 6, times: int = 80, n: int = 220) -> DataSet:
    """Return packets of waves that drift, and whose wave number grows; mu is the first one."""

    def state(x: Array, t: Array, mu: float) -> Array:
        at = x.T - 0.25 - 0.5 * t
        return np.exp(-((at / 0.08) ** 2)) * np.cos(mu * (1 + 0.5 * t) * at)

    mus = np.linspace(20, 40, parameters)
    few = halfway(mus, 3)
    return family("chirps", state, line(n), np.linspace(0, 1, times), mus.tolist(), few)


def rocking(*, parameters: int = 5, times: int = 72, nodes: int = 30) -> DataSet:
    """Return ellipses that turn about their centre; mu is the ratio of their axes."""

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = x[0][:, None] - 0.5, x[1][:, None] - 0.5
        along, across = u * np.cos(t) + v * np.sin(t), v * np.cos(t) - u * np.sin(t)
        return np.exp(-((along / 0.15) ** 2) - (across / (0.15 * mu)) ** 2)

    t = np.linspace(0, np.pi, times, endpoint=False)
    mus = np.linspace(0.3, 0.7, parameters)
    return family("rocking", state, square(nodes), t, mus.tolist(), halfway(mus, 2))


def sloshing(*, parameters: int = 6, times: int = 90, n: int = 160) -> DataSet:
    """Return standing waves of second order; mu is their steepness."""

    def state(x: Array, t: Array, mu: float) -> Array:
        k, omega = 2 * np.pi * x.T, 2 * np.pi * (1 - mu**2 / 8)
        first = np.cos(k) * np.cos(omega * t)
        return first + mu / 2 * np.cos(2 * k) * np.cos(omega * t) ** 2 - mu / 4 * np.cos(2 * k)

    mus = np.linspace(0.1, 0.6, parameters)
    few = halfway(mus, 3)
    return family("sloshing", state, line(n), np.linspace(0, 3, times), mus.tolist(), few)


def two_tones(*, steps: int = 700, n: int = 150, noise: float = 0.002) -> DataSet:
    """Return one long series: a front that two incommensurate tones move and widen, with noise."""
    rng = np.random.default_rng(41)
    t, x = 0.08 * np.arange(steps), line(n)
    centre, width = 0.5 + 0.2 * np.sin(t), 0.05 + 0.02 * np.sin(np.sqrt(2) * t)
    U = np.tanh((x.T - centre) / width) + noise * rng.standard_normal((n, steps))
    whole, last = Snapshots.of_trajectories([U], x=x, t=t, mu=None), steps * 3 // 4
    parts = whole.take(np.arange(last)), whole.take(np.arange(last, steps))
    return DataSet("two_tones", *parts, "one series: the last quarter for testing")


def two_bumps(*, samples: int = 1300, n: int = 100) -> DataSet:
    """Return profiles of two bumps whose places are drawn apart from each other."""
    rng = np.random.default_rng(42)
    left, right = 0.15 + 0.25 * rng.random(samples), 0.6 + 0.25 * rng.random(samples)
    first, second = (np.exp(-(((line(n).T - at) / 0.06) ** 2)) for at in (left, right))
    return at_random("two_bumps", first + second)


def rank_one(*, samples: int = 800, n: int = 70, noise: float = 0.02) -> DataSet:
    """Return products of one random number with four fixed profiles, to its powers, with noise."""
    rng = np.random.default_rng(43)
    a = rng.uniform(-1, 1, samples)
    profiles = np.linalg.qr(rng.standard_normal((n, 4)))[0]
    U = profiles @ np.stack([a, 0.5 * a**2, 0.3 * a**3, 0.2 * a**4])
    return at_random("rank_one", U + noise * np.std(U) * rng.standard_normal(U.shape))


def mixture(*, samples: int = 1000, n: int = 24) -> DataSet:
    """Return mixtures of five substances, whose spectra add up: POD of rank four is exact."""
    rng = np.random.default_rng(44)
    spectra, parts = rng.random((n, 5)), rng.dirichlet(np.ones(5), samples).T
    U = spectra @ parts
    return at_random("mixture", U + 0.01 * rng.standard_normal(U.shape))
