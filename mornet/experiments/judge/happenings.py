"""Floods, fronts, packets, patches and swimmers that move in time, for one or two parameters."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from scipy.optimize import brentq
from scipy.special import erf, erfc

from mornet.experiments.judge.waves import family, grid, halfway, line, several, square, two_fields
from mornet.records import Array
from mornet.snapshots import DataSet

Slope = Callable[[Array], Array]


def dam_breaks(*, times: int = 60, n: int = 200) -> DataSet:
    """Return the depth of water after a dam at x = 0 breaks, for its depths on both sides.

    A rarefaction (2 h^(1/2) - x / t)^2 / 9 runs up the reservoir of depth h, and a bore runs down
    the river of depth d (J. Stoker, Water Waves, 1957, section 10.8), with gravity g = 1.
    """

    def state(x: Array, t: Array, h: float, d: float) -> Array:
        s, (middle, bore) = (2 * x.T - 1) / t, bore_of(h, d)
        root = 2 * np.sqrt(h) - np.clip(s, -np.sqrt(h), 2 * np.sqrt(h) - 3 * np.sqrt(middle))
        return np.where(s < bore, root**2 / 9, d)

    train = list(product((0.6, 0.8, 1.0), (0.02, 0.08, 0.2, 0.4)))
    test = [(0.7, 0.04), (0.9, 0.3), (0.7, 0.15), (0.95, 0.06)]
    return several("dam_breaks", state, line(n), np.linspace(0.03, 0.65, times), train, test)


def bore_of(h: float, d: float) -> tuple[float, float]:
    """Return depth and speed of the bore that a reservoir of depth ``h`` sends over depth ``d``."""

    def speed(m: float) -> float:
        return float((m - d) * np.sqrt((m + d) / (2 * m * d)))

    m = brentq(lambda m: speed(m) - 2 * (np.sqrt(h) - np.sqrt(m)), d, h, xtol=1e-14)
    return m, speed(m) * m / (m - d)


def freezing(*, times: int = 70, n: int = 160) -> DataSet:
    """Return the temperature of water that freezes from a wall at x = 0; mu is Stefan's number.

    The ice ends at x = 2 lambda t^(1/2), where the temperature is zero and has a kink (J. Stefan
    and F. Neumann: H. Carslaw, J. Jaeger, Conduction of Heat in Solids, 1959, section 11.2). The
    wall has temperature -1 and the water 0.3 far away. One of the numbers for testing is higher
    than all those for training.
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        s, ice = x.T / (2 * np.sqrt(t)), ice_of(mu)
        water = WARM * (1 - erfc(s / SLOWER) / erfc(ice / SLOWER))
        return np.where(s < ice, erf(s) / erf(ice) - 1, water)

    t = np.linspace(0.01, 0.8, times)
    return family("freezing", state, line(n), t, (0.2, 0.4, 0.6, 0.8), (0.3, 0.7, 1.0))


WARM = 0.3  # temperature of the water, where -1 is that of the wall
CONDUCTS, SLOWER = 0.27, np.sqrt(0.12)  # water to ice: conductivity, root of the diffusivity


def ice_of(mu: float) -> float:
    """Return lambda, the end of the ice at t = 1 / 4, for Stefan's number ``mu``."""

    def excess(z: float) -> float:
        lost = CONDUCTS / SLOWER * WARM * np.exp(-((z / SLOWER) ** 2)) / erfc(z / SLOWER)
        return float(np.exp(-(z**2)) / erf(z) - lost - z * np.sqrt(np.pi) / mu)

    return float(brentq(excess, 1e-3, 2.0, xtol=1e-14))


def invasions(*, times: int = 60, n: int = 160) -> DataSet:
    """Return species that invade a land of good and bad places, for its contrast and its period.

    u_t = u_xx + (1 + a sin(2 pi x / period)) u (1 - u) on (0, 40) (N. Shigesada, K. Kawasaki, E.
    Teramoto, Theor. Popul. Biol. 30, 1986), by Euler's method.
    """
    every, dt, dx = 13, 0.02, 40 / n

    def state(x: Array, t: Array, a: float, period: float) -> Array:
        rate = 1 + a * np.sin(2 * np.pi * 40 * x[0] / period)

        def slope(u: Array) -> Array:
            return second_differences(u) / dx**2 + rate * u * (1 - u)

        return by_euler(slope, np.exp(-((40 * x[0]) ** 2)), dt, every, t.size)

    t = every * dt * np.arange(1.0, times + 1)
    train = list(product((0.1, 0.5, 0.9), (5.0, 9.0, 14.0)))
    test = [(0.3, 7.0), (0.7, 11.0), (0.8, 6.0)]
    return several("invasions", state, line(n), t, train, test)


def second_differences(u: Array) -> Array:
    """Return the second differences along the last axis, where nothing leaves at both ends."""
    flow, change = u[..., 1:] - u[..., :-1], np.zeros_like(u)
    change[..., :-1] += flow
    change[..., 1:] -= flow
    return change


def by_euler(slope: Slope, u: Array, dt: float, every: int, times: int) -> Array:
    """Return every ``every``-th state of u' = slope(u) as a column, ``times`` of them."""
    states = [u]
    for _ in range(every * times):
        states.append(states[-1] + dt * slope(states[-1]))
    return np.stack([u.ravel() for u in states[every::every]], axis=1)


def pursuits(*, times: int = 80, n: int = 120) -> DataSet:
    """Return predators that spread among their prey; mu is the least prey on which they live.

    u_t = u_xx + u (1 - u - v), v_t = v_xx + 3 v (u - mu) on (0, 60) (S. Dunbar, J. Math. Biol. 17,
    1983), by Euler's method. A state is the prey u, then the predators v.
    """
    every, dt, dx = 8, 0.05, 60 / n

    def state(x: Array, t: Array, mu: float) -> Array:
        first = np.exp(-((20 * x[0, :n]) ** 2))

        def slope(w: Array) -> Array:
            u, v = w
            grown = np.stack([u * (1 - u - v), 3 * v * (u - mu)])
            return second_differences(w) / dx**2 + grown

        return by_euler(slope, np.stack([1 - 0.5 * first, 0.5 * first]), dt, every, t.size)

    t, mus = every * dt * np.arange(1.0, times + 1), np.linspace(0.2, 0.65, 4)
    return family("pursuits", state, two_fields(line(n)[0]), t, mus.tolist(), halfway(mus, 3))


def tunnelling(*, times: int = 80, n: int = 200) -> DataSet:
    """Return wave packets that meet a barrier, and pass it in part; mu is the height of it.

    i psi_t = -psi_xx / 2 + mu cosh(x)^-2 psi on (-30, 30), periodic, by Strang's splitting (M.
    Feit, J. Fleck, A. Steiger, J. Comput. Phys. 47, 1982). A state is the real part of psi, then
    the imaginary part.
    """
    every, dt = 5, 0.05
    at = 60 * np.arange(n) / n - 30
    free = np.exp(-0.5j * dt * (2 * np.pi * np.fft.fftfreq(n, 60 / n)) ** 2)

    def state(x: Array, t: Array, mu: float) -> Array:
        half = np.exp(-0.5j * dt * mu * np.cosh(at) ** -2)
        states = [np.exp(-(((at + 10) / 4) ** 2) + 1.5j * at)]
        for _ in range(every * t.size):
            states.append(half * np.fft.ifft(free * np.fft.fft(half * states[-1])))
        kept = np.stack(states[every::every], axis=1)
        return np.vstack([kept.real, kept.imag])

    t, mus = every * dt * np.arange(1.0, times + 1), np.linspace(0.4, 2, 5)
    return family("tunnelling", state, two_fields(at), t, mus.tolist(), halfway(mus, 3))


def sheared(*, times: int = 50, nodes: int = 20) -> DataSet:
    """Return patches of dye that a sheared flow carries and draws out, for shear S and diffusion D.

    The variances are s + 2 D t across and s + 2 D t + S^2 (s t^2 + 2/3 D t^3) along the flow, and
    the covariance is S (s t + D t^2) (H. Carter, A. Okubo, Johns Hopkins Univ. report, 1965). The
    shear for testing is higher than all those for training.
    """
    s = 0.004

    def state(x: Array, t: Array, S: float, D: float) -> Array:
        u, v = x[0][:, None] - 0.35 - 0.3 * t, x[1][:, None] - 0.5
        across, both = s + 2 * D * t, S * (s * t + D * t**2)
        along = across + S**2 * (s * t**2 + 2 / 3 * D * t**3)
        det = along * across - both**2
        form = (across * u**2 - 2 * both * u * v + along * v**2) / det
        return s / np.sqrt(det) * np.exp(-form / 2)

    train = list(product((0.0, 0.5, 1.0, 1.5), (0.0005, 0.001, 0.002)))
    test, t = [(1.8, 0.0007), (2.0, 0.0015), (2.2, 0.001)], np.arange(1.0, times + 1) / times
    return several("sheared", state, square(nodes), t, train, test)


def eels(*, parameters: int = 6, times: int = 64, nodes: int = 14) -> DataSet:
    """Return images of eels that swim on the spot; mu is the number of waves on the body.

    The middle of the body is at y = 0.125 (s + 0.03125) / 1.03125 sin(2 pi (mu s - t)) at the
    distance s from the head (J. Carling, T. Williams, G. Bowtell, J. Exp. Biol. 201, 1998).
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        s, y = x[0][:, None], x[1][:, None]
        middle = 0.125 * (s + 0.03125) / 1.03125 * np.sin(2 * np.pi * (mu * s - t))
        return np.exp(-(((y - middle) / 0.05) ** 2)) * np.sqrt(1 - (2 * s - 1) ** 2)

    t, mus = np.arange(times) / times, np.linspace(0.8, 1.8, parameters)
    x = grid(np.linspace(0, 1, 2 * nodes), np.linspace(-0.25, 0.25, nodes))
    return family("eels", state, x, t, mus.tolist(), halfway(mus, 3))
