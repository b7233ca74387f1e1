"""What users measure and compute: traffic, profiles, beams, orbits, fringes, patterns, series."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.series import series
from mornet.experiments.judge.waves import family, halfway, line, square
from mornet.records import Array
from mornet.snapshots import DataSet
from mornet.snapshots.digits import digits_classes, digits_data_set
from mornet.snapshots.tables import at_random


def jams(*, parameters: int = 7, times: int = 70, n: int = 220) -> DataSet:
    """Return the density of cars after a queue gets a green light; mu is that of arriving cars.

    The density rho follows rho_t + (rho (1 - rho))_x = 0. A fan (1 - s / t) / 2 leaves the light at
    s = 0. The shock at the end of the queue meets the fan at t = 0.2 / (1 - mu), and is at
    (1 - 2 mu) t - 2 ((1 - mu) 0.2 t)^(1/2) from then on (M. Lighthill, G. Whitham, Proc. R. Soc.
    Lond. A 229, 1955).
    """

    def state(x: Array, t: Array, mu: float) -> Array:
        s, meet = 2 * x.T - 1, 0.2 / (1 - mu)
        later = (1 - 2 * mu) * t - 2 * np.sqrt((1 - mu) * 0.2 * t)
        end = np.where(t < meet, -0.2 - mu * t, later)
        return np.where(s < end, mu, np.clip((1 - s / t) / 2, 0, 1))

    mus = np.linspace(0.1, 0.55, parameters)
    few = halfway(mus, 4)
    return family("jams", state, line(n), np.linspace(0.02, 1, times), mus.tolist(), few)


def aerofoils(*, samples: int = 1100, n: int = 128) -> DataSet:
    """Return the pressure on ellipses in a stream, with thickness and angle drawn at random.

    C_p = 1 - q^2 with q = 2 (sin(theta - alpha) + sin(alpha)) / |1 - k exp(-2 i theta)| and
    k = (1 - b) / (1 + b) for the ratio b of the axes; theta is the angle on the circle of Joukowski
    (L. Milne-Thomson, Theoretical Hydrodynamics, 1968, chapter 6).
    """
    rng, theta = np.random.default_rng(61), 2 * np.pi * (np.arange(n)[:, None] + 0.5) / n
    b, alpha = 0.08 + 0.32 * rng.random(samples), 0.3 * rng.random(samples) - 0.15
    k = (1 - b) / (1 + b)
    stream = np.sin(theta - alpha) + np.sin(alpha)
    return at_random("aerofoils", 1 - (2 * stream / np.abs(1 - k * np.exp(-2j * theta))) ** 2)


def reflected(*, parameters: int = 6, times: int = 80, n: int = 200) -> DataSet:
    """Return a train of narrow crests and its reflection, whose coefficient is mu.

    u = c(2 x - t) + mu c(2 x + t) with c(s) = exp(6 cos(2 pi s) - 6). The wave travels at mu = 0
    and stands at mu = 1. Coefficients up to 0.5 are for training, higher ones for testing.
    """

    def crests(s: Array) -> Array:
        return np.exp(6 * np.cos(2 * np.pi * s) - 6)

    def state(x: Array, t: Array, mu: float) -> Array:
        return crests(2 * x.T - t) + mu * crests(2 * x.T + t)

    t, mus = np.linspace(0, 1.5, times), np.linspace(0, 0.5, parameters)
    return family("reflected", state, line(n), t, mus.tolist(), [0.6, 0.75, 0.9])


def strains(*, samples: int = 1200, n: int = 160) -> DataSet:
    """Return the strain of rods of a layered material, with period and phase drawn at random.

    (a u')' = -1 on (0, 1) with u(0) = u(1) = 0 and 1 / a = 2 + 1.8 sin(2 pi x / period + phase) has
    u' = (C - x) / a, where C makes the integral of u' vanish (A. Bensoussan, J.-L. Lions, G.
    Papanicolaou, Asymptotic Analysis for Periodic Structures, 1978).
    """
    rng = np.random.default_rng(62)
    period, phase = 0.12 + 0.1 * rng.random(samples), 2 * np.pi * rng.random(samples)
    x = (np.arange(n)[:, None] + 0.5) / n
    soft = 2 + 1.8 * np.sin(2 * np.pi * x / period + phase)
    C = (x * soft).mean(axis=0) / soft.mean(axis=0)
    return at_random("strains", (C - x) * soft)


def bending(*, samples: int = 500, n: int = 50, noise: float = 1e-3) -> DataSet:
    """Return deflections of a cantilever under two loads of random place and size, with noise.

    A load F at a adds F (3 a - x) x^2 / 6 for x < a, and F (3 x - a) a^2 / 6 beyond (S. Timoshenko,
    Strength of Materials, 1930). The modes of POD decay fast.
    """
    rng, x = np.random.default_rng(63), line(n).T
    places, loads = 0.2 + 0.8 * rng.random((2, samples)), rng.standard_normal((2, samples))

    def deflected(a: Array) -> Array:
        return np.where(x < a, (3 * a - x) * x**2, (3 * x - a) * a**2) / 6

    U = sum(F * deflected(a) for a, F in zip(places, loads, strict=True))
    return at_random("bending", U + noise * rng.standard_normal((n, samples)))


def sensors(*, steps: int = 640, n: int = 60) -> DataSet:
    """Return one series: n sensors see a pulse that runs round unevenly, n others see noise alone.

    The pulse is exp(3 cos(2 pi x - phase) - 3) with phase = t + 0.5 sin(0.37 t).
    """
    rng, t = np.random.default_rng(64), 0.15 * np.arange(steps)
    phase = t + 0.5 * np.sin(0.37 * t)
    seen = np.exp(3 * np.cos(2 * np.pi * line(n).T - phase) - 3)
    U = np.vstack([seen, 0.15 * rng.standard_normal((n, steps))])
    return series("sensors", U, line(2 * n), t)


def mackey_glass(*, steps: int = 700, n: int = 60) -> DataSet:
    """Return one series of windows of a chaotic signal: its values at n successive units of time.

    z'(t) = 0.2 z(t - 17) / (1 + z(t - 17)^10) - 0.1 z(t) (M. Mackey, L. Glass, Science 197, 1977),
    by Euler's method with ten steps in a unit. A window begins three units after the one before.
    """
    per_unit, apart, transient = 10, 3, 300
    z = [1.2] * (17 * per_unit + 1)
    for _ in range(per_unit * (transient + apart * steps + n)):
        late = z[-1 - 17 * per_unit]
        z.append(z[-1] + (0.2 * late / (1 + late**10) - 0.1 * z[-1]) / per_unit)
    signal = np.array(z)[transient * per_unit :: per_unit]
    windows = np.lib.stride_tricks.sliding_window_view(signal, n)[::apart][:steps]
    return series("mackey_glass", windows.T, line(n), apart * np.arange(float(steps)))


def velocities(*, samples: int = 1300, n: int = 100, noise: float = 0.01) -> DataSet:
    """Return curves of the velocity of stars that planets move, over one period, with noise.

    v = K (cos(nu + omega) + e cos(omega)), where the true anomaly nu follows from Kepler's equation
    E - e sin(E) = M (C. Murray, S. Dermott, Solar System Dynamics, 1999, chapter 2). The amplitude
    K, the eccentricity e, omega and the time of the nearest passage are drawn at random.
    """
    rng = np.random.default_rng(65)
    K, e = 0.5 + rng.random(samples), 0.6 * rng.random(samples)
    omega, passage = 2 * np.pi * rng.random((2, samples))
    nu = true_anomaly(2 * np.pi * np.arange(n)[:, None] / n - passage, e)
    v = K * (np.cos(nu + omega) + e * np.cos(omega))
    return at_random("velocities", v + noise * rng.standard_normal(v.shape))


def true_anomaly(M: Array, e: Array) -> Array:
    """Return the true anomaly at the mean anomaly ``M``, both in radians, by Newton's method."""
    E = M + e * np.sin(M)
    for _ in range(8):
        E = E - (E - e * np.sin(E) - M) / (1 - e * np.cos(E))
    return 2 * np.arctan2(np.sqrt(1 + e) * np.sin(E / 2), np.sqrt(1 - e) * np.cos(E / 2))


def fringes(*, parameters: int = 9, phases: int = 40, nodes: int = 30) -> DataSet:
    """Return the intensity of two waves that interfere; mu is the distance of their sources.

    The intensity is |exp(30 i r_1) / r_1^(1/2) + exp(30 i r_2 + i t) / r_2^(1/2)|^2 with the
    distances r_1, r_2 from the sources; t is the phase of one (M. Born, E. Wolf, Principles of
    Optics, 1999, chapter 7).
    """

    def wave(x: Array, y: float) -> Array:
        r = np.hypot(x[0] + 0.2, x[1] - y)[:, None]
        return np.asarray(np.exp(30j * r) / np.sqrt(r))

    def state(x: Array, t: Array, mu: float) -> Array:
        both = wave(x, 0.5 - mu / 2) + wave(x, 0.5 + mu / 2) * np.exp(1j * t)
        return np.asarray(np.abs(both) ** 2)

    t, mus = 2 * np.pi * np.arange(phases) / phases, np.linspace(0.2, 0.5, parameters)
    return family("fringes", state, square(nodes), t, mus.tolist(), halfway(mus, 4))


def replicating(*, parameters: int = 6, times: int = 60, n: int = 160) -> DataSet:
    """Return pulses of a reaction that divide, and divide again; mu is the rate F of the feed.

    u_t = 0.2 u_xx - u v^2 + F (1 - u), v_t = 0.1 v_xx + u v^2 - (F + 0.06) v on n nodes at distance
    1, periodic, by Euler's method with dt = 1 (J. Pearson, Science 261, 1993). A state is v.
    """
    every, nodes = 50, np.arange(n)
    left, right = np.roll(nodes, 1), np.roll(nodes, -1)

    def state(x: Array, t: Array, mu: float) -> Array:
        v = 0.25 * np.exp(-((n * (x[0] - 0.5) / 6) ** 2))
        u, states = 1 - 2 * v, [v]
        for _ in range(every * t.size):
            made = u * v**2
            u = u + 0.2 * (u[left] - 2 * u + u[right]) - made + mu * (1 - u)
            v = v + 0.1 * (v[left] - 2 * v + v[right]) + made - (mu + 0.06) * v
            states.append(v)
        return np.stack(states[every::every], axis=1)

    t, mus = every * np.arange(1.0, times + 1), np.linspace(0.034, 0.044, parameters)
    return family("replicating", state, line(n), t, mus.tolist(), halfway(mus, 3))


def threes() -> DataSet:
    """Return the images of the digit 3 among "digits", split anew: few samples."""
    data = digits_data_set()
    shown = np.concatenate(digits_classes())
    return at_random("threes", np.hstack([data.train.U, data.test.U])[:, shown == 3])
