"""Random starting points p of a training, one function per rule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mornet.checks import require_generator
from mornet.errors import OptionError
from mornet.nn.network import Network
from mornet.records import Array


def normal(net: Network, rng: np.random.Generator, scale: float = 0.5) -> Array:
    """Return p with independent entries scale * N(0, 1).

    C. F. Higham and D. J. Higham (SIAM Review 61(4), 2019) start with scale = 0.5.
    """
    return scale * rng.standard_normal(net.size)


def glorot(net: Network, rng: np.random.Generator) -> Array:
    """Return p with weights uniform in +-sqrt(6 / (n_in + n_out)) and zero biases.

    X. Glorot and Y. Bengio, AISTATS 2010, eq. (16).
    """
    return _uniform_weights(net, rng, lambda n_out, n_in: np.sqrt(6 / (n_in + n_out)))


def he(net: Network, rng: np.random.Generator) -> Array:
    """Return p with weights uniform in +-sqrt(6 / n_in) and zero biases, for rectifiers.

    The variance is that of K. He et al., ICCV 2015, eq. (10).
    """
    return _uniform_weights(net, rng, lambda n_out, n_in: np.sqrt(6 / n_in))


def _uniform_weights(
    net: Network, rng: np.random.Generator, bound: Callable[[float, float], float]
) -> Array:
    p = np.zeros(net.size)
    for layer in net.layers(p):
        if layer.W.size:
            layer.W[...] = rng.uniform(-1, 1, layer.W.shape) * bound(*layer.map.fans)
    return p


INITIALISATIONS: dict[str, Callable[[Network, np.random.Generator], Array]] = {
    "normal": normal,
    "glorot": glorot,
    "he": he,
}


def initialise(net: Network, rule: str, rng: np.random.Generator) -> Array:
    """Return p by the ``rule`` "normal", "glorot" or "he".

    Raises OptionError for another name, or if ``rng`` is no generator.
    """
    require_generator(rng)
    if rule not in INITIALISATIONS:
        raise OptionError(f"no initialisation {rule!r}; there are {', '.join(INITIALISATIONS)}")
    return INITIALISATIONS[rule](net, rng)
