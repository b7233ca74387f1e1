"""Over-fitting: errors as networks grow past the number of noisy samples, and three cures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.polynomial import legendre

from mornet.linalg import rms
from mornet.nn import Dense, Dropout, LayerMap, Network, initialise
from mornet.records import Array, Indices, array
from mornet.settings import Count, Fraction, Positive, Seed
from mornet.training import Adam, Cosine, DroppedOut, Objective, fit_lbfgs, train

CURES = ("none", "early stopping", "weight decay", "dropout")
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


@dataclass(frozen=True)
class CureSettings:
    """The trainings: L-BFGS, and Adam for dropout, and what validation may choose from."""

    steps: Count = 1000
    adam_steps: Count = 2000
    decays: tuple[Positive, ...] = (1e-5, 1e-4, 1e-3, 1e-2)
    rates: tuple[Fraction, ...] = (0.05, 0.2)


class Samples(NamedTuple):
    """Points x (1, N) and values y (1, N)."""

    x: Array
    y: Array


class Fitted(NamedTuple):
    """Parameters of a network, or of its best iterate, and what validation chose."""

    net: Network
    p: Array
    choice: float = 0.0


def overfitting(
    *,
    samples: Count = 20,
    noise: Positive = 0.2,
    depths: tuple[Count, ...] = (1, 2),
    widths: tuple[Count, ...] = (1, 2, 4, 7, 12, 20, 40, 80),
    degrees: tuple[Count, ...] = (1, 2, 3, 5, 7, 9, 12, 15, 17, 18, 19, 20, 22, 25, 30, 40, 80),
    cures: CureSettings = CureSettings(),
    seeds: tuple[Seed, ...] = (0, 1, 2, 3, 4),
) -> Overfitting:
    """Return the errors of networks of all ``depths`` and ``widths``, and of polynomials."""
    begin = time.process_time()
    draws = [_drawn(samples, noise, seed) for seed in seeds]
    test = _exact(np.linspace(-1, 1, TESTS))
    shape = (len(CURES), len(depths), len(widths), len(seeds))
    train_error, test_error, choice = np.empty(shape), np.empty(shape), np.empty(shape)
    for d, depth in enumerate(depths):
        for w, width in enumerate(widths):
            for s, (seed, (fit, validation)) in enumerate(zip(seeds, draws, strict=True)):
                found = _cured(depth, width, fit, validation, cures, seed)
                for c, (net, p, chosen) in enumerate(found):
                    train_error[c, d, w, s] = misfit(net, p, fit)
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


def misfit(net: Network, p: Array, samples: Samples) -> float:
    """Return the root mean square of f_p(x) - y."""
    return rms(net.forward(p, samples.x) - samples.y)


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
    maps: list[LayerMap] = []
    for layer in range(depth):
        maps.append(Dense(1 if layer == 0 else width, width))
        if rate is not None:
            maps.append(Dropout((width,), rate))
    maps.append(Dense(width, 1))
    dense = [isinstance(m, Dense) for m in maps]
    names = ["tanh" if d else "identity" for d in dense[:-1]]
    return Network.of(maps, (*names, "identity"), tuple(dense))


def _cured(
    depth: int, width: int, fit: Samples, validation: Samples, cures: CureSettings, seed: int
) -> list[Fitted]:
    """Return the networks for each of `CURES`; all start from the same parameters."""
    net = _network(depth, width, None)
    start = initialise(net, "glorot", np.random.default_rng([seed, depth, width]))
    last, best = _lbfgs(net, start, fit, validation, cures.steps)
    decayed = [_decayed(net, start, fit, decay, cures.steps) for decay in cures.decays]
    dropped = [_dropped(depth, width, start, fit, rate, cures, seed) for rate in cures.rates]
    return [last, best, *(_least(found, validation) for found in (decayed, dropped))]


def _least(found: list[Fitted], validation: Samples) -> Fitted:
    return min(found, key=lambda one: misfit(one.net, one.p, validation))


def _lbfgs(
    net: Network, start: Array, fit: Samples, validation: Samples, steps: int
) -> tuple[Fitted, Fitted]:
    """Return the last iterate of L-BFGS, and the one of least misfit of the validation samples."""
    best = [misfit(net, start, validation)]
    at = [start]

    def watch(p: Array, J: float) -> None:
        error = misfit(net, p, validation)
        if error < best[0]:
            best[0], at[0] = error, p

    last = fit_lbfgs(Objective(net, *fit), start, steps=steps, watch=watch).p
    return Fitted(net, last), Fitted(net, at[0])


def _decayed(net: Network, start: Array, fit: Samples, decay: float, steps: int) -> Fitted:
    found = fit_lbfgs(Objective(net, *fit, decay=decay), start, steps=steps)
    return Fitted(net, found.p, decay)


def _dropped(
    depth: int, width: int, start: Array, fit: Samples, rate: float, cures: CureSettings, seed: int
) -> Fitted:
    """Return the network trained with dropout: the parameters are those of the dense one."""
    net, steps = _network(depth, width, rate), cures.adam_steps
    J = DroppedOut(Objective(net, *fit), seed)
    p = train(J, start, Adam(Cosine(1e-2, steps)), steps=steps, record_every=steps).p
    return Fitted(net, p, rate)


def _polynomial(degree: int, fit: Samples, test: Samples) -> tuple[float, float]:
    """Return the misfits of the least-squares polynomial, of least norm if it interpolates."""
    bases = [_legendre(part.x[0], degree) for part in (fit, test)]
    c = np.linalg.lstsq(bases[0], fit.y[0])[0]
    errors = [rms(B @ c - part.y[0]) for B, part in zip(bases, (fit, test), strict=True)]
    return errors[0], errors[1]


def _legendre(x: Array, degree: int) -> Array:
    """Return the Legendre polynomials of norm 1 at x, (N, degree + 1)."""
    return np.asarray(legendre.legvander(x, degree) * np.sqrt(np.arange(degree + 1) + 0.5))
