"""Independent samples without time, split at random."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import line, square
from mornet.records import Array
from mornet.snapshots import DataSet
from mornet.snapshots.tables import at_random


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
