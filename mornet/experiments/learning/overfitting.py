"""Over-fitting: errors as networks grow past the number of noisy samples, and three cures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.polynomial import legendre

from mornet.experiments.learning.cures import (
    CURES,
    CureSettings,
    Fitted,
    Samples,
    cured,
    growing,
    misfit,
)
from mornet.linalg import rms
from mornet.nn import Network, initialise
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Count, Positive, Seed, Several

TESTS = 500  # points without noise, evenly spaced


@dataclass(frozen=True, eq=False)
class Overfitting:
    """Errors of networks and polynomials fitted to noisy samples of sin(2 pi x) on [-1, 1].

    Each seed draws samples, noise, validation samples and starts of its own. ``train_error`` is
    the root mean square misfit of the samples, ``test_error`` that of the function without noise.
    Each cure is chosen on the validation samples: the iterate, the decay or the rate of dropout. A
    polynomial with more coefficients than samples is the interpolant of least norm in Legendre
    polynomials of norm 1.
    """

    kind: ClassVar[str] = "overfitting"
    __repr__ = in_short
    samples: int
    noise: float
    depth: Indices = array("depth", about="hidden layers")
    width: Indices = array("width", about="units of a hidden layer")
    parameters: Indices = array("depth", "width", about="P")
    cure: tuple[str, ...] = array("cure")
    train_error: Array = array("cure", "depth", "width", "seed")
    test_error: Array = array("cure", "depth", "width", "seed")
    coefficients: Indices = array("polynomial", about="coefficients of the polynomial")
    polynomial_train_error: Array = array("polynomial", "seed")
    polynomial_test_error: Array = array("polynomial", "seed")
    decay: Array = array("depth", "width", "seed", about="chosen weight decay")
    rate: Array = array("depth", "width", "seed", about="chosen rate of dropout")
    seconds: Array = array(units="s", about="processor time", measured=True)


def overfitting(
    *,
    samples: Count = 20,
    noise: Positive = 0.2,
    depths: Several[Count] = (1, 2),
    widths: Several[Count] = (1, 2, 4, 7, 12, 20, 40, 80),
    degrees: Several[Count] = (1, 2, 3, 5, 7, 9, 12, 15, 17, 18, 19, 20, 22, 25, 30, 40, 80),
    cures: CureSettings = CureSettings(),
    seeds: Several[Seed] = (0, 1, 2, 3, 4),
) -> Overfitting:
    """Return the errors of networks of all ``depths`` and ``widths``, and of polynomials."""
    begin = time.process_time()
    draws = [_drawn(samples, noise, seed) for seed in seeds]
    test = _exact(np.linspace(-1, 1, TESTS))
    shape = (len(CURES), len(depths), len(widths), len(seeds))
    train_error, test_error, choice = np.empty(shape), np.empty(shape), np.empty(shape)
    for d, depth in enumerate(depths):
        for w, width in enumerate(widths):
            for s, (seed, parts) in enumerate(zip(seeds, draws, strict=True)):
                found = _cured(depth, width, parts, cures, seed)
                for c, (net, p, chosen) in enumerate(found):
                    train_error[c, d, w, s] = misfit(net, p, parts[0])
                    test_error[c, d, w, s] = misfit(net, p, test)
                    choice[c, d, w, s] = chosen
    polynomials = np.array(
        [[_polynomial(degree, fit, test) for fit, _ in draws] for degree in degrees]
    )
    return Overfitting(
        samples=samples,
        noise=noise,
        depth=np.array(depths),
        width=np.array(widths),
        parameters=np.array([[_network(d, w, None).size for w in widths] for d in depths]),
        cure=CURES,
        train_error=train_error,
        test_error=test_error,
        coefficients=np.array(degrees) + 1,
        polynomial_train_error=polynomials[..., 0],
        polynomial_test_error=polynomials[..., 1],
        decay=choice[2],
        rate=choice[3],
        seconds=np.array(time.process_time() - begin),
    )


def _exact(x: Array) -> Samples:
    return Samples(x[None], np.sin(2 * np.pi * x)[None])


def _drawn(N: int, noise: float, seed: int) -> tuple[Samples, Samples]:
    """Return N noisy samples to fit, and as many for validation."""
    rng = np.random.default_rng(seed)
    return _noisy(N, noise, rng), _noisy(N, noise, rng)


def _noisy(N: int, noise: float, rng: np.random.Generator) -> Samples:
    x, y = _exact(rng.uniform(-1, 1, N))
    return Samples(x, y + noise * rng.standard_normal(y.shape))


def _network(depth: int, width: int, rate: float | None) -> Network:
    """Return 1 - width - ... - width - 1 with tanh, and dropout behind each hidden layer."""
    return growing((1, *[width] * depth, 1), (*["tanh"] * depth, "identity"), rate)


def _cured(
    depth: int, width: int, parts: tuple[Samples, Samples], cures: CureSettings, seed: int
) -> list[Fitted]:
    network = partial(_network, depth, width)
    start = initialise(network(None), "glorot", np.random.default_rng([seed, depth, width]))
    return cured(network, start, parts, cures, seed)


def _polynomial(degree: int, fit: Samples, test: Samples) -> tuple[float, float]:
    """Return the misfits of the least-squares polynomial, of least norm if it interpolates."""
    bases = [_legendre(part.x[0], degree) for part in (fit, test)]
    c = np.linalg.lstsq(bases[0], fit.y[0])[0]
    errors = [rms(B @ c - part.y[0]) for B, part in zip(bases, (fit, test), strict=True)]
    return errors[0], errors[1]


def _legendre(x: Array, degree: int) -> Array:
    """Return the Legendre polynomials of norm 1 at x, (N, degree + 1)."""
    return np.asarray(legendre.legvander(x, degree) * np.sqrt(np.arange(degree + 1) + 0.5))
