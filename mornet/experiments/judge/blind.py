"""Data sets of the group "blind": waves, vortices, images, spectra and a random process."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import family, halfway, line, square
from mornet.records import Array
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.tables import at_random


def breathers(*, parameters: int = 6, times: int = 80, n: int = 200) -> DataSet:
    """Return breathers of the sine-Gordon equation; mu is their frequency.

    u = 4 arctan(sqrt(1 - mu^2) / mu sin(mu t) / cosh(sqrt(1 - mu^2) x)) (M. Ablowitz, D. Kaup, A.
    Newell, H. Segur, Phys. Rev. Lett. 30, 1973).
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        root = np.sqrt(1 - mu**2)
        return 4 * np.arctan(root / mu * np.sin(mu * t) / np.cosh(root * (20 * x.T - 10)))

    mus = np.linspace(0.3, 0.7, parameters)
    few = halfway(mus, 3)
    return family("breathers", state, line(n), np.linspace(0, 12, times), mus.tolist(), few)


def diffusing(*, parameters: int = 5, times: int = 70, n: int = 180) -> DataSet:
    """Return pulses that drift and diffuse; mu is the diffusivity."""

    def state(x: Array, t: Array, mu: float) -> Array:
        width = 0.0016 + 4 * mu * t
        return np.sqrt(0.0016 / width) * np.exp(-((x.T - 0.2 - 0.5 * t) ** 2) / width)

    mus = np.linspace(1e-3, 6e-3, parameters)
    few = halfway(mus, 3)
    return family("diffusing", state, line(n), np.linspace(0, 1, times), mus.tolist(), few)


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


def tilted(*, samples: int = 1400, nodes: int = 20) -> DataSet:
    """Return images of ellipses with random place across, angle and length."""
    rng = np.random.default_rng(31)
    x = square(nodes)
    place, angle, length = rng.random((3, samples))
    u, v = x[0][:, None] - 0.35 - 0.3 * place, x[1][:, None] - 0.5
    turn = np.pi * (angle - 0.5) / 2
    along, across = u * np.cos(turn) + v * np.sin(turn), v * np.cos(turn) - u * np.sin(turn)
    return at_random(
        "tilted", np.exp(-((along / (0.15 + 0.2 * length)) ** 2) - (across / 0.1) ** 2)
    )


def spectra(*, samples: int = 900, n: int = 120, noise: float = 0.01) -> DataSet:
    """Return spectra of two lines whose distance and strength are drawn, with noise."""
    rng = np.random.default_rng(32)
    distance, strength = 0.1 + 0.3 * rng.random(samples), 0.3 + rng.random(samples)
    x = np.linspace(0, 1, n)[:, None]

    def resonance(centre: Array) -> Array:
        return 1 / (1 + ((x - centre) / 0.03) ** 2)

    U = resonance(0.5 - distance / 2) + strength * resonance(0.5 + distance / 2)
    return at_random("spectra", U + noise * rng.standard_normal(U.shape))


def memory(*, steps: int = 400, n: int = 60) -> DataSet:
    """Return one series of a linear process driven by noise: no network can help."""
    rng = np.random.default_rng(33)
    modes = np.linalg.qr(rng.standard_normal((n, n)))[0] / np.arange(1, n + 1)
    states = [np.zeros(n)]
    for _ in range(steps - 1):
        states.append(0.8 * states[-1] + rng.standard_normal(n))
    U, t = modes @ np.stack(states, axis=1), np.arange(float(steps))
    whole = Snapshots.of_trajectories([U], x=line(n), t=t, mu=None)
    last = steps * 3 // 4
    parts = whole.take(np.arange(last)), whole.take(np.arange(last, steps))
    return DataSet("memory", *parts, "one series: the last quarter for testing")
