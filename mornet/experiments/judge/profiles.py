"""Waves, fronts and packets on a line by formulas, split by parameters."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import family, halfway, line
from mornet.records import Array
from mornet.snapshots import DataSet


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


def merging(*, parameters: int = 5, times: int = 120, n: int = 180) -> DataSet:
    """Return two fronts that run into each other and vanish; mu is the speed of the second one."""

    def state(x: Array, t: Array, mu: float) -> Array:
        left = np.tanh((x.T - 0.15 - 0.5 * t) / 0.03)
        return np.maximum(0, left - np.tanh((x.T - 0.9 + mu * t) / 0.05))

    mus = np.linspace(0.2, 0.6, parameters)
    few = halfway(mus, 3)
    return family("merging", state, line(n), np.linspace(0, 1, times), mus.tolist(), few)


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


def sloshing(*, parameters: int = 6, times: int = 90, n: int = 160) -> DataSet:
    """Return standing waves of second order; mu is their steepness."""

    def state(x: Array, t: Array, mu: float) -> Array:
        k, omega = 2 * np.pi * x.T, 2 * np.pi * (1 - mu**2 / 8)
        first = np.cos(k) * np.cos(omega * t)
        return first + mu / 2 * np.cos(2 * k) * np.cos(omega * t) ** 2 - mu / 4 * np.cos(2 * k)

    mus = np.linspace(0.1, 0.6, parameters)
    few = halfway(mus, 3)
    return family("sloshing", state, line(n), np.linspace(0, 3, times), mus.tolist(), few)
