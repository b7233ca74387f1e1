"""What instruments record: seismograms, hearts, spectra, loops, antennas, climate, bent rods."""

from __future__ import annotations

import numpy as np
from scipy.special import ellipeinc, ellipj, ellipk

from mornet.experiments.judge.series import series
from mornet.experiments.judge.waves import grid, line, square
from mornet.fom.steady_burgers import SteadyBurgers
from mornet.records import Array
from mornet.snapshots import DataSet
from mornet.snapshots.tables import at_random


def drawn(seed: int, samples: int, *ranges: tuple[float, float]) -> Array:
    """Return the parameters (d, ``samples``), drawn uniformly from each of the d ``ranges``."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.uniform(low, high, samples) for low, high in ranges])


def seismograms(*, samples: int = 1000, n: int = 300) -> DataSet:
    """Return records of earthquakes, whose distance and depth in km are known: a window of 25 s.

    Wavelets of N. Ricker (Geophysics 18, 1953) arrive along the straight way at 6 and 3.5 km / s,
    and along the surface at 3.1 km / s, the slower for deeper earthquakes (P. Shearer, Introduction
    to Seismology, 2009).
    """
    mu, t = drawn(71, samples, (20.0, 55.0), (2.0, 15.0)), 25 * line(n).T
    (distance, depth), way = mu, np.hypot(*mu)

    def wavelet(arrival: Array, frequency: float) -> Array:
        power = (np.pi * frequency * (t - arrival)) ** 2
        return (1 - 2 * power) * np.exp(-power)

    body = (0.5 * wavelet(way / 6, 1.0) + wavelet(way / 3.5, 0.7)) * 20 / way
    surface = wavelet(distance / 3.1, 0.4) * np.exp(-depth / 8) * np.sqrt(20 / distance)
    return at_random("seismograms", body + surface, mu)


def heartbeats(*, samples: int = 1200, n: int = 180, noise: float = 0.004) -> DataSet:
    """Return electrocardiograms of one beat each, about its highest peak, with noise.

    Five bells follow each other at fixed angles (P. McSharry et al., IEEE Trans. Biomed. Eng. 50,
    2003). The angle of the last bell, all heights, the rate and the baseline are drawn at random.
    """
    rng = np.random.default_rng(72)
    places = np.pi * np.array([-1 / 3, -1 / 12, 0, 1 / 12, 1 / 2])
    heights, widths = [0.075, -0.05, 0.3, -0.075, 0.12], [0.25, 0.1, 0.1, 0.1, 0.4]
    angle = 2 * np.pi * (0.8 + 0.8 * rng.random(samples)) * (line(n).T - 0.4)
    late = 0.3 * (rng.random(samples) - 0.5)
    U = 0.03 * rng.standard_normal(samples) + 0.05 * rng.standard_normal(samples) * line(n).T
    for k, (place, height, width) in enumerate(zip(places, heights, widths, strict=True)):
        bell = np.exp(-(((angle - place - late * (k == 4)) / width) ** 2) / 2)
        U += height * rng.uniform(0.7, 1.3, samples) * bell
    return at_random("heartbeats", U + noise * rng.standard_normal(U.shape))


def scatter(*, samples: int = 700, n: int = 140) -> DataSet:
    """Return near-infrared spectra of mixed powders: scatter scales them and lifts the baseline.

    A spectrum is a + d s + e s^2 + b sum_i c_i k_i(s), where only the four spectra k_i are fixed
    (H. Martens, E. Stark, J. Pharm. Biomed. Anal. 9, 1991): POD of rank seven leaves noise alone.
    """
    rng, s = np.random.default_rng(73), line(n).T
    centres, widths = rng.uniform(0.1, 0.9, (2, 4, 3)) * np.array([1.0, 0.15])[:, None, None]
    bands = np.exp(-(((s[..., None] - centres) / widths) ** 2)).sum(axis=2)
    c, b = rng.dirichlet(np.ones(4), samples).T, rng.uniform(0.6, 1.4, samples)
    a, d, e = np.array([0.3, 0.2, 0.1])[:, None] * rng.standard_normal((3, samples))
    U = a + d * s + e * s**2 + b * (bands @ c)
    return at_random("scatter", U + 0.005 * rng.standard_normal(U.shape))


def hysteresis(*, samples: int = 1200, n: int = 100) -> DataSet:
    """Return forces over one cycle of a spring with memory, for five known parameters.

    F = alpha u + (1 - alpha) z with u = a sin(t) and z' = u' - beta |u'| |z|^(p - 1) z -
    gamma u' |z|^p (Y. Wen, J. Eng. Mech. Div. ASCE 102, 1976), by Euler's method. The parameters
    are a, alpha, beta, gamma and p.
    """
    mu = drawn(74, samples, (0.6, 3.0), (0.05, 0.4), (0.4, 0.9), (-0.3, 0.3), (1.0, 3.0))
    a, alpha, beta, gamma, p = mu
    z, forces, dt = np.zeros(samples), [], 2 * np.pi / (4 * n)
    for k in range(8 * n):  # two cycles, of which the second is taken
        forces.append(alpha * a * np.sin(k * dt) + (1 - alpha) * z)
        speed = a * np.cos(k * dt)
        held = np.abs(z) ** (p - 1) * (beta * np.abs(speed) * z + gamma * speed * np.abs(z))
        z = z + dt * (speed - held)
    return at_random("hysteresis", np.stack(forces[4 * n :: 4]), mu)


def antennas(*, samples: int = 1300, n: int = 181, count: int = 10) -> DataSet:
    """Return patterns in decibels of a row of antennas, for three known parameters.

    The pattern is |sum_k w_k exp(2 pi i k d (sin(theta) - sin(alpha)))| with the weights
    w_k = 1 - c cos(2 pi (k + 1/2) / count) (C. Balanis, Antenna Theory, 2016, chapter 6), cut 30 dB
    below its peak. The parameters are the direction alpha, the distance d and the taper c.
    """
    mu = drawn(75, samples, (-0.6, 0.6), (0.4, 0.6), (0.0, 0.9))
    theta, total = np.pi * (line(n).T - 0.5), np.zeros((n, samples), complex)
    for k in range(count):
        weight = 1 - mu[2] * np.cos(2 * np.pi * (k + 0.5) / count)
        total += weight * np.exp(2j * np.pi * k * mu[1] * (np.sin(theta) - np.sin(mu[0])))
    return at_random("antennas", 20 * np.log10(np.maximum(np.abs(total) / count, 10**-1.5)), mu)


def seasons(*, years: int = 60, nodes: int = 18, noise: float = 0.8) -> DataSet:
    """Return one series: monthly temperatures of a continent with seasons, trend and weather.

    Seasons lag behind the sun by place, a slow index of the ocean has its pattern, and fields of
    red noise are the weather: EOFs are right (H. von Storch, F. Zwiers, Statistical Analysis in
    Climate Research, 1999, chapter 13).
    """
    rng, t = np.random.default_rng(76), np.arange(12.0 * years)
    east, north = square(nodes)[..., None]
    index, weather = [0.0], [np.zeros(nodes * nodes)]
    for _ in t[1:]:
        index.append(0.9 * index[-1] + 0.4 * rng.standard_normal())
        weather.append(0.3 * weather[-1] + noise * rng.standard_normal(nodes * nodes))
    year = np.cos(2 * np.pi * t / 12 - 3.5 - 0.6 * (1 - east))
    U = 28 - 25 * north + (3 + 12 * north) * year + 0.003 * t * (1 + north)
    U += np.exp(-4 * ((east - 0.3) ** 2 + (north - 0.4) ** 2)) * np.array(index)
    return series("seasons", U + np.array(weather).T, np.hstack([east, north]).T, t)


def elasticas(*, samples: int = 600, n: int = 60, noise: float = 1e-3) -> DataSet:
    """Return buckled rods with pinned ends, to both sides, with noise: places x, then y.

    With m = sin(alpha / 2)^2 for the slope alpha at the end and s from 0 to 1, y is
    sin(alpha / 2) / K cn(2 K s - K) and x is the integral of 1 - 2 m sn(2 K s - K)^2, less its
    mean (L. Euler, 1744; A. Love, Mathematical Theory of Elasticity, 1927, section 263).
    """
    rng = np.random.default_rng(77)
    alpha = rng.uniform(-2.2, 2.2, samples)
    m = np.sin(alpha / 2) ** 2
    K = ellipk(m)
    _, cn, _, amplitude = ellipj(K * (2 * line(n).T - 1), m)
    x = ellipeinc(amplitude, m) / K - line(n).T + 0.5
    U = np.vstack([x, np.sin(alpha / 2) / K * cn])
    return at_random("elasticas", U + noise * rng.standard_normal(U.shape))


def rattling(*, steps: int = 640, n: int = 60) -> DataSet:
    """Return one series: a shaken beam of four modes, whose tip hits an elastic stop.

    q_i'' + 0.04 w_i q_i' + w_i^2 q_i = p_i cos(0.8 t) - phi_i(1) F with F = 40 max(0, tip - 0.3)
    (F. Moon, S. Shaw, Int. J. Non-Linear Mech. 18, 1983), by Euler's symplectic method.
    """
    every, dt = 15, 0.01
    modes, omega = clamped(line(n).T)
    q, speed, tip, states = np.zeros(4), np.zeros(4), modes[-1], []
    loads, stiff = 0.25 * modes.mean(axis=0), omega**2
    for push in np.cos(0.8 * dt * np.arange(every * steps)):
        hit = 40 * max(0.0, float(tip @ q) - 0.3)
        speed = speed + dt * (loads * push - tip * hit - 0.04 * omega * speed - stiff * q)
        q = q + dt * speed
        states.append(q)
    t = every * dt * np.arange(1.0, steps + 1)
    return series("rattling", modes @ np.stack(states[every - 1 :: every], axis=1), line(n), t)


def clamped(x: Array) -> tuple[Array, Array]:
    """Return four modes (n, 4) of a beam clamped at x = 0 and free at 1, and their frequencies.

    The first frequency is one (R. Blevins, Formulas for Natural Frequency and Mode Shape, 1979).
    """
    beta = np.array([1.87510407, 4.69409113, 7.85475744, 10.99554073])
    sigma = (np.cosh(beta) + np.cos(beta)) / (np.sinh(beta) + np.sin(beta))
    bent = np.cosh(beta * x) - np.cos(beta * x) - sigma * (np.sinh(beta * x) - np.sin(beta * x))
    return bent, (beta / beta[0]) ** 2


def layers(*, samples: int = 400, columns: int = 60, lines: int = 3) -> DataSet:
    """Return steady states of the full-order model `SteadyBurgers`, for two known parameters.

    The layer is at x = 1 - log(a) / growth or so, and the thinner the larger the growth is. The
    parameters are log(a) and the growth.
    """
    mu = drawn(78, samples, (1.0, 6.0), (5.0, 14.0))
    inner = np.linspace(0, 0.05, lines + 2)[1:-1], np.linspace(-1, 1, columns + 2)[1:-1]
    y, x = grid(*inner)

    def state(a: float, growth: float) -> Array:
        model = SteadyBurgers(float(np.exp(a)), float(growth), columns, lines)
        return model.steady_state(np.concatenate(model.boundary(x, y)))[0]

    return at_random("layers", np.stack([state(*one) for one in mu.T], axis=1), mu)
