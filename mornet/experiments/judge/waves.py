"""Families of waves, fronts, blobs and vortex streets by formulas, split by parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mornet.records import Array
from mornet.snapshots import DataSet, Snapshots

State = Callable[..., Array]  # x (d, n), t (1, k), each parameter -> states (n, k)
Mus = Sequence[tuple[float, ...]]


def family(
    name: str, state: State, x: Array, t: Array, train: Sequence[float], test: Sequence[float]
) -> DataSet:
    """Return the trajectories state(x, t; mu) on points ``x`` (d, n) at times ``t`` (k,)."""
    return several(name, state, x, t, [(mu,) for mu in train], [(mu,) for mu in test])


def several(name: str, state: State, x: Array, t: Array, train: Mus, test: Mus) -> DataSet:
    """Return the trajectories state(x, t; mu_1, mu_2, ...), otherwise as `family`."""

    def part(mus: Mus) -> Snapshots:
        states = [state(x, t[None], *mu) for mu in mus]
        return Snapshots.of_trajectories(states, x=x, t=t, mu=mus)

    words = f"whole trajectories: {len(train)} parameters for training, {len(test)} for testing"
    known = part(train)
    return DataSet(name, known, part(test).after(known), words)


def halfway(mus: Array, count: int) -> list[float]:
    """Return ``count`` values half way between successive ``mus``."""
    middle = 0.5 * (mus[1:] + mus[:-1])
    return [float(m) for m in middle[np.linspace(0, len(middle) - 1, count).astype(int)]]


def line(n: int) -> Array:
    """Return n points of [0, 1], as (1, n)."""
    return np.linspace(0, 1, n)[None]


def front(*, parameters: int = 20, times: int = 100, n: int = 256) -> DataSet:
    """Return fronts whose width and speed depend on mu."""

    def state(x: Array, t: Array, mu: float) -> Array:
        return np.tanh((x.T - 0.2 - 0.5 * t * (1 + 0.3 * mu)) / (0.02 + 0.02 * mu))

    mus = np.linspace(0, 1, parameters)
    few = halfway(mus, min(6, parameters - 1))
    return family("front", state, line(n), np.linspace(0, 1, times), mus.tolist(), few)


def decaying_wave(*, parameters: int = 8, times: int = 80, n: int = 200) -> DataSet:
    """Return standing waves that decay; their frequency is mu."""

    def state(x: Array, t: Array, mu: float) -> Array:
        first = np.sin(np.pi * x.T) * np.cos(2 * np.pi * mu * t)
        return np.exp(-0.5 * t) * (first + 0.3 * np.sin(3 * np.pi * x.T) * np.sin(np.pi * mu * t))

    mus = np.linspace(1, 2, parameters)
    return family(
        "decaying_wave", state, line(n), np.linspace(0, 2, times), mus.tolist(), halfway(mus, 4)
    )


def two_pulses(*, parameters: int = 9, times: int = 80, n: int = 200) -> DataSet:
    """Return two pulses that pass each other; mu is the ratio of their speeds."""

    def state(x: Array, t: Array, mu: float) -> Array:
        def pulse(centre: Array) -> Array:
            return np.exp(-(((x.T - centre) / 0.06) ** 2))

        return pulse(0.15 + 0.6 * t) + 0.6 * pulse(0.85 - 0.6 * mu * t)

    mus = np.linspace(0.5, 1.2, parameters)
    return family(
        "two_pulses", state, line(n), np.linspace(0, 1, times), mus.tolist(), halfway(mus, 4)
    )


def steepening(*, parameters: int = 7, times: int = 60, n: int = 200) -> DataSet:
    """Return smooth waves that steepen in time; mu is their amplitude."""

    def state(x: Array, t: Array, mu: float) -> Array:
        return np.arctan(mu * (1 + 8 * t) * np.sin(2 * np.pi * (x.T - 0.4 * t)))

    mus = np.linspace(0.5, 2, parameters)
    return family(
        "steepening", state, line(n), np.linspace(0, 1, times), mus.tolist(), halfway(mus, 3)
    )


def square(nodes: int) -> Array:
    """Return the nodes (2, nodes^2) of a square grid on [0, 1]^2."""
    return grid(np.linspace(0, 1, nodes), np.linspace(0, 1, nodes))


def grid(x: Array, y: Array) -> Array:
    """Return the nodes (2, n) of the grid of ``x`` and ``y``, along y first."""
    return np.stack([a.ravel() for a in np.meshgrid(x, y, indexing="ij")])


def two_fields(x: Array) -> Array:
    """Return the places (2, 2 n) of two fields at ``x`` (n,); the second row tells the field."""
    return np.stack([np.tile(x, 2), np.repeat([0.0, 1.0], len(x))])


def blob(*, nodes: int = 64, angles: int = 100, background: float = 1.0) -> DataSet:
    """Return blobs on circles of radius mu over a fixed background."""

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = x[0][:, None], x[1][:, None]
        still = 1 + 0.5 * np.sin(3 * u + 1) * np.cos(5 * v) + 0.3 * u
        square = (u - 0.5 - mu * np.cos(t)) ** 2 + (v - 0.5 - mu * np.sin(t)) ** 2
        return background * still + np.exp(-square / (2 * 0.06**2))

    t = np.arange(angles) * 2 * np.pi / angles
    train, test = (0.18, 0.22, 0.26, 0.3, 0.34), (0.2, 0.24, 0.28, 0.32)
    return family("blob", state, square(nodes), t, train, test)


def bar(*, nodes: int = 32, angles: int = 60) -> DataSet:
    """Return rotating bars of width mu."""

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = x[0][:, None] - 0.5, x[1][:, None] - 0.5
        across = u * np.sin(t) - v * np.cos(t)
        along = u * np.cos(t) + v * np.sin(t)
        return np.exp(-((across / mu) ** 2) - (along / 0.35) ** 4)

    t = np.arange(angles) * np.pi / angles
    mus = np.linspace(0.06, 0.15, 7)
    return family("bar", state, square(nodes), t, mus.tolist(), halfway(mus, 3))


def street(*, parameters: int = 1, times: int = 300, noise: float = 1e-3) -> DataSet:
    """Return vortex streets; mu is the distance of both rows of vortices.

    One parameter gives one series, whose last quarter is for testing.
    """
    x = grid(np.linspace(0, 10, 50), np.linspace(-2, 2, 20))
    rng = np.random.default_rng(1)

    def state(x: Array, t: Array, mu: float) -> Array:
        total = np.zeros((x.shape[1], t.shape[1]))
        moved = 0.9 * t + 0.2 * np.sin(0.23 * t)
        for k in range(-12 - int(moved.max()), 9):
            for sign in (1, -1):
                at = moved + 1.4 * k + (0.7 if sign < 0 else 0.0)
                wide = 0.1 + 0.02 * np.maximum(at, 0)
                y = x[1][:, None] - sign * mu
                total += sign * np.exp(-((x[0][:, None] - at) ** 2 + y**2) / wide)
        total *= 1 - np.exp(-x[0][:, None])
        return total + noise * rng.standard_normal(total.shape)

    t = np.arange(times) * 0.05
    if parameters > 1:
        mus = np.linspace(0.35, 0.55, parameters)
        return family("street", state, x, t, mus.tolist(), halfway(mus, 2))
    whole = Snapshots.of_trajectories([state(x, t[None], 0.45)], x=x, t=t, mu=[(0.45,)])
    last = times * 3 // 4
    parts = whole.take(np.arange(last)), whole.take(np.arange(last, times))
    return DataSet("street", *parts, "one series: the last quarter for testing")
