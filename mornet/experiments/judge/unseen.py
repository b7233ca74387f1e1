"""Data sets of the group "unseen": waves, fields and samples that no earlier group holds."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import family, halfway, line, square
from mornet.records import Array
from mornet.snapshots import DataSet
from mornet.snapshots.tables import at_random


def solitons(*, parameters: int = 6, times: int = 80, n: int = 240) -> DataSet:
    """Return two solitons of the Korteweg-de Vries equation; mu is the speed parameter of one.

    u = 2 (log F)_xx with F = 1 + e1 + e2 + A e1 e2, e_i = exp(k_i (x - s_i) - k_i^3 t) and
    A = ((k1 - k2) / (k1 + k2))^2 (R. Hirota, Phys. Rev. Lett. 27, 1971).
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        at, k, shift = 24 * x.T - 12, np.array([1.2, mu]), np.array([-5.0, 0.0])
        A = ((k[0] - k[1]) / (k[0] + k[1])) ** 2
        e = [np.exp(k[i] * (at - shift[i]) - k[i] ** 3 * t) for i in (0, 1)]
        both = k[0] + k[1]
        F = 1 + e[0] + e[1] + A * e[0] * e[1]
        first = k[0] * e[0] + k[1] * e[1] + A * both * e[0] * e[1]
        second = k[0] ** 2 * e[0] + k[1] ** 2 * e[1] + A * both**2 * e[0] * e[1]
        return 2 * (second / F - (first / F) ** 2)

    mus = np.linspace(0.5, 0.8, parameters)
    few = halfway(mus, 3)
    return family("solitons", state, line(n), np.linspace(0, 6, times), mus.tolist(), few)


def spiral(*, parameters: int = 6, angles: int = 60, nodes: int = 36) -> DataSet:
    """Return rotating spirals with two arms; mu is how tightly they are wound."""

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = x[0][:, None] - 0.5, x[1][:, None] - 0.5
        radius, angle = np.hypot(u, v), np.arctan2(v, u)
        return np.exp(-((radius / 0.3) ** 4)) * np.tanh(2 * np.cos(2 * angle - mu * radius - t))

    t = np.arange(angles) * 2 * np.pi / angles
    mus = np.linspace(4, 10, parameters)
    return family("spiral", state, square(nodes), t, mus.tolist(), halfway(mus, 3))


def noisy_fronts(*, parameters: int = 4, times: int = 80, n: int = 150) -> DataSet:
    """Return steep fronts with noise of three per cent; mu is the speed."""
    rng = np.random.default_rng(21)

    def state(x: Array, t: Array, mu: float) -> Array:
        u = np.arctan((x.T - 0.15 - mu * t) / 0.015)
        return u + 0.03 * rng.standard_normal(u.shape)

    mus = np.linspace(0.4, 0.7, parameters)
    few = halfway(mus, 3)
    return family("noisy_fronts", state, line(n), np.linspace(0, 1, times), mus.tolist(), few)


def beams(*, parameters: int = 3, times: int = 120, n: int = 128) -> DataSet:
    """Return vibrating beams with dispersion, for three stiffnesses mu."""
    modes = np.arange(1, 16)

    def state(x: Array, t: Array, mu: float) -> Array:
        first = np.exp(-0.5 * ((modes - 4) / 2.0) ** 2)
        waves = first[:, None] * np.cos(mu * modes[:, None] ** 2 * t)
        return np.sin(np.pi * x.T * modes) @ waves

    mus = np.linspace(0.5, 0.6, parameters)
    few = halfway(mus, 2)
    return family("beams", state, line(n), np.linspace(0, 2, times), mus.tolist(), few)


def s_curve(*, samples: int = 1200, n: int = 50, noise: float = 0.005) -> DataSet:
    """Return samples of a sheet bent to an S, which smooth functions embed, with noise."""
    rng = np.random.default_rng(22)
    angle, height = 3 * np.pi * (rng.random(samples) - 0.5), 2 * rng.random(samples)
    flat = np.stack([np.sin(angle), height, np.sign(angle) * (np.cos(angle) - 1)])
    bent = np.vstack([flat, np.tanh(flat), np.cos(2 * flat)])
    U = np.linalg.qr(rng.standard_normal((n, n)))[0][:, : len(bent)] @ bent
    return at_random("s_curve", U + noise * np.std(U) * rng.standard_normal(U.shape))


def torus(*, samples: int = 1500, n: int = 80) -> DataSet:
    """Return waves whose two phases are drawn at random."""
    rng = np.random.default_rng(23)
    one, two = 2 * np.pi * rng.random((2, samples))
    x = np.linspace(0, 2 * np.pi, n, endpoint=False)[:, None]
    return at_random("torus", np.exp(2 * np.cos(x - one)) + np.exp(np.sin(3 * x - two)))


def clusters(*, samples: int = 600, n: int = 30, count: int = 6) -> DataSet:
    """Return samples of normal distributions about random centres."""
    rng = np.random.default_rng(24)
    centres = rng.standard_normal((n, count))
    U = centres[:, rng.integers(count, size=samples)]
    return at_random("clusters", U + 0.7 * rng.standard_normal((n, samples)))


def ellipsoid(*, samples: int = 400, n: int = 40) -> DataSet:
    """Return normal samples whose variances fall slowly: nothing but POD is right."""
    rng = np.random.default_rng(25)
    return at_random(
        "ellipsoid", (1 / np.arange(1, n + 1))[:, None] * rng.standard_normal((n, samples))
    )
