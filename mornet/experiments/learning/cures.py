"""Three cures of over-fitting, each chosen on validation samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mornet.linalg import rms
from mornet.nn import Dense, Dropout, LayerMap, Network
from mornet.records import Array
from mornet.settings import Count, Part, Positive, Several
from mornet.training import Adam, Cosine, DroppedOut, Objective, fit_lbfgs, train

CURES = ("none", "early stopping", "weight decay", "dropout")


@dataclass(frozen=True)
class CureSettings:
    """The trainings: L-BFGS, and Adam for dropout, and what validation may choose from."""

    steps: Count = 1000
    adam_steps: Count = 2000
    decays: Several[Positive] = (1e-5, 1e-4, 1e-3, 1e-2)
    rates: Several[Part] = (0.05, 0.2)


class Samples(NamedTuple):
    """Points x (n, N) and values y (n', N)."""

    x: Array
    y: Array


class Fitted(NamedTuple):
    """Parameters of a network, or of its best iterate, and what validation chose."""

    net: Network
    p: Array
    choice: float = 0.0


def misfit(net: Network, p: Array, samples: Samples) -> float:
    """Return the root mean square of f_p(x) - y."""
    return rms(net.forward(p, samples.x) - samples.y)


def growing(widths: Sequence[int], activations: Sequence[str], rate: float | None) -> Network:
    """Return a dense network; with a ``rate``, dropout follows each layer with an activation.

    Layers of the identity (codes and outputs) have no dropout.
    """
    maps: list[LayerMap] = []
    names: list[str] = []
    for n, m, activation in zip(widths[:-1], widths[1:], activations, strict=True):
        maps.append(Dense(n, m))
        names.append(activation)
        if rate is not None and activation != "identity":
            maps.append(Dropout((m,), rate))
            names.append("identity")
    return Network.of(maps, tuple(names), tuple(isinstance(m, Dense) for m in maps))


def cured(
    network: Callable[[float | None], Network],
    start: Array,
    parts: tuple[Samples, Samples],
    cures: CureSettings,
    seed: int,
) -> list[Fitted]:
    """Return the networks for each of `CURES`; all start from the same parameters.

    ``network`` returns the network with dropout of a rate, or without for None. ``parts`` are the
    samples to fit and those for validation.
    """
    net, (fit, validation) = network(None), parts
    last, best = _lbfgs(net, start, fit, validation, cures.steps)
    decayed = [_decayed(net, start, fit, decay, cures.steps) for decay in cures.decays]
    dropped = [_dropped(network(r), start, fit, r, cures.adam_steps, seed) for r in cures.rates]
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
    net: Network, start: Array, fit: Samples, rate: float, steps: int, seed: int
) -> Fitted:
    """Return the network trained with dropout: the parameters are those of the dense one."""
    J = DroppedOut(Objective(net, *fit), seed)
    p = train(J, start, Adam(Cosine(1e-2, steps)), steps=steps, record_every=steps).p
    return Fitted(net, p, rate)
