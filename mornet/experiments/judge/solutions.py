"""Exact solutions of known equations, series of known dynamics, and samples."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import airy, jv

from mornet.experiments.judge.series import series
from mornet.experiments.judge.waves import family, halfway, line, square
from mornet.records import Array
from mornet.snapshots import DataSet
from mornet.snapshots.tables import at_random, table_data_set

GAMMA = 1.4  # the ratio of specific heats of air


def spreading(*, parameters: int = 6, times: int = 70, n: int = 200) -> DataSet:
    """Return Barenblatt's profiles of the porous-medium equation; mu is the exponent m.

    u = s^-1 max(0, 1 - k (x / s)^2)^(1 / (m - 1)) with s = t^(1 / (m + 1)) and
    k = (m - 1) / (2 m (m + 1)) (J. L. Vazquez, The Porous Medium Equation, 2007). The edges of
    its support move.
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        wide, k = t ** (1 / (mu + 1)), (mu - 1) / (2 * mu * (mu + 1))
        inside = np.maximum(0, 1 - k * ((16 * x.T - 8) / wide) ** 2)
        return inside ** (1 / (mu - 1)) / wide

    mus = np.linspace(2, 4, parameters)
    few = halfway(mus, 3)
    return family("spreading", state, line(n), np.linspace(0.2, 8, times), mus.tolist(), few)


def shock_tubes(*, parameters: int = 7, times: int = 60, n: int = 200) -> DataSet:
    """Return the density in Sod's shock tube at other pressures mu of the left half.

    A rarefaction, a contact and a shock leave the middle (E. F. Toro, Riemann Solvers and Numerical
    Methods for Fluid Dynamics, 2009, chapter 4).
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        return _density((x.T - 0.5) / t, mu)

    mus = np.linspace(0.6, 1.8, parameters)
    few = halfway(mus, 3)
    return family("shock_tubes", state, line(n), np.linspace(0.02, 0.2, times), mus.tolist(), few)


def _density(s: Array, left: float, right: float = 0.1, light: float = 0.125) -> Array:
    """Return the density at the speeds s = x / t; gas of density 1 and pressure ``left`` expands.

    ``right`` and ``light`` are pressure and density of the gas at rest on the right.
    """
    g, c = GAMMA, np.sqrt(GAMMA * left)
    ratio = (g - 1) / (g + 1)

    def shocked(p: float) -> float:
        """Return the speed of the gas behind a shock of this pressure."""
        return float((p - right) * np.sqrt((1 - ratio) / (light * (p + ratio * right))))

    def expanded(p: float) -> float:
        """Return the speed of the gas behind a rarefaction to this pressure."""
        return float(2 * c / (g - 1) * (1 - (p / left) ** ((g - 1) / (2 * g))))

    p = brentq(lambda p: shocked(p) - expanded(p), right, left, xtol=1e-14)
    contact, behind = shocked(p), (p / left) ** (1 / g)
    dense = light * (p / right + ratio) / (ratio * p / right + 1)
    shock = contact * dense / (dense - light)
    tail = contact - np.sqrt(g * p / behind)
    fan = ((1 - ratio) - ratio * np.clip(s, -c, tail) / c) ** (2 / (g - 1))
    return np.select([s <= tail, s <= contact, s <= shock], [fan, behind, dense], light)


def petals(*, parameters: int = 6, times: int = 64, nodes: int = 24) -> DataSet:
    """Return two Bessel beams that turn against each other; mu is their wave number.

    u = J_1(mu r) cos(phi - t) + J_3(mu r) cos(3 phi + 2 t) / 2 (J. Durnin, J. Opt. Soc. Am. A 4,
    1987).
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = x[0][:, None] - 0.5, x[1][:, None] - 0.5
        radius, angle = mu * np.hypot(u, v), np.arctan2(v, u)
        return jv(1, radius) * np.cos(angle - t) + 0.5 * jv(3, radius) * np.cos(3 * angle + 2 * t)

    t = np.linspace(0, 2 * np.pi, times, endpoint=False)
    mus = np.linspace(10, 20, parameters)
    return family("petals", state, square(nodes), t, mus.tolist(), halfway(mus, 3))


def airy_beams(*, parameters: int = 6, times: int = 80, n: int = 240) -> DataSet:
    """Return the modulus of Airy beams of finite energy, which accelerate; mu is their decay.

    |psi| = |Ai(s - (t / 2)^2 + i mu t) exp(mu s - mu t^2 / 2)| (G. Siviloglou, D. Christodoulides,
    Opt. Lett. 32, 2007).
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        s = 25 * x.T - 15
        return np.asarray(
            np.abs(airy(s - (t / 2) ** 2 + 1j * mu * t)[0]) * np.exp(mu * s - mu * t**2 / 2)
        )

    mus = np.linspace(0.05, 0.25, parameters)
    few = halfway(mus, 3)
    return family("airy_beams", state, line(n), np.linspace(0, 4, times), mus.tolist(), few)


def advected_vortices(
    *, parameters: int = 5, times: int = 100, nodes: int = 16, noise: float = 0.05
) -> DataSet:
    """Return vortices of Taylor and Green that drift, with noise; mu is the direction.

    The vorticity is 2 cos(x - t cos(mu)) cos(y - t sin(mu)) exp(-2 nu t) with nu = 0.05 (G. I.
    Taylor, Phil. Mag. 46, 1923), a sum of four fixed fields: POD of rank four leaves noise alone.
    """
    rng = np.random.default_rng(51)

    def state(x: Array, t: Array, mu: float) -> Array:
        u, v = 2 * np.pi * x[0][:, None], 2 * np.pi * x[1][:, None]
        whole = 2 * np.cos(u - t * np.cos(mu)) * np.cos(v - t * np.sin(mu)) * np.exp(-0.1 * t)
        return whole + noise * rng.standard_normal(whole.shape)

    mus = np.linspace(0.2, 1.2, parameters)
    t = np.linspace(0, 4 * np.pi, times)
    return family("advected_vortices", state, square(nodes), t, mus.tolist(), halfway(mus, 2))


def transient(*, steps: int = 600, n: int = 120, noise: float = 1e-3) -> DataSet:
    """Return one series: a wave that grows from rest to its limit cycle and shifts the mean flow.

    The amplitude a follows a' = 0.1 a (1 - a^2). The mean flow and the second harmonic follow a^2
    (B. Noack et al., J. Fluid Mech. 497, 2003).
    """
    rng, t, x = np.random.default_rng(52), 0.1 * np.arange(steps), 2 * np.pi * line(n).T
    a = 1 / np.sqrt(1 + (0.05**-2 - 1) * np.exp(-0.2 * t))
    phase = x - 2 * t - 0.5 * np.log(a)
    U = a * np.cos(phase) + a**2 * (0.8 * np.sin(x / 2) + 0.3 * np.cos(2 * phase))
    return series("transient", U + noise * rng.standard_normal(U.shape), x.T, t)


def lorenz(*, steps: int = 800, n: int = 128) -> DataSet:
    """Return one series: a jet whose place, width and strength follow Lorenz's chaotic equations.

    x' = 10 (y - x), y' = x (28 - z) - y, z' = x y - 8/3 z (E. Lorenz, J. Atmos. Sci. 20, 1963), by
    the method of Runge and Kutta.
    """
    substeps, dt, t = 3, 0.01, 0.03 * np.arange(steps)

    def slope(s: Array) -> Array:
        return np.stack([10 * (s[1] - s[0]), s[0] * (28 - s[2]) - s[1], s[0] * s[1] - 8 / 3 * s[2]])

    states = [np.array([-6.0, -7.0, 24.0])]
    for _ in range(substeps * (steps - 1)):
        s = states[-1]
        k1 = slope(s)
        k2 = slope(s + dt / 2 * k1)
        k3 = slope(s + dt / 2 * k2)
        k4 = slope(s + dt * k3)
        states.append(s + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    X, Y, Z = np.stack(states[::substeps], axis=1)
    width, place = 0.05 + 0.002 * Z, 0.5 + 0.012 * X
    U = (1 + 0.03 * Y) * np.cosh((line(n).T - place) / width) ** -2
    return series("lorenz", U, line(n), t)


def random_fields(*, samples: int = 1500, n: int = 100, length: float = 0.3) -> DataSet:
    """Return Gaussian random fields whose correlation is exp(-|x - y| / length).

    Their modes are those of Karhunen and Loeve (R. Ghanem, P. Spanos, Stochastic Finite Elements,
    1991): the best approximation is POD.
    """
    x = line(n)
    root = np.linalg.cholesky(np.exp(-np.abs(x - x.T) / length))
    return at_random(
        "random_fields", root @ np.random.default_rng(53).standard_normal((n, samples))
    )


def static(*, samples: int = 900, n: int = 60) -> DataSet:
    """Return noise alone, whose strength is drawn for each sample: no code can help."""
    rng = np.random.default_rng(54)
    return at_random("static", rng.exponential(size=samples) * rng.standard_normal((n, samples)))


def cells() -> DataSet:
    """Return ten means of the nuclei of cells in the table "breast_cancer", split anew.

    Radius, perimeter and area are functions of each other, but for the shape of the nuclei.
    """
    table = table_data_set(table="breast_cancer")
    return at_random("cells", np.hstack([table.train.U, table.test.U])[:10])
