"""Parameters that an autoencoder shares or leaves out: tied weights and masked decoders."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mornet.errors import OptionError
from mornet.nn import Network
from mornet.records import Array, Indices


def shared_index(network: Network, tied: bool, decoder_density: float | None) -> Indices:
    """Return the index of `Shared` for the network of an autoencoder.

    With ``tied`` weights every decoder matrix is the transpose of its encoder matrix. With a
    ``decoder_density`` in (0, 1] each output is connected to this part of the last hidden layer,
    see `window`. Raises OptionError if both are asked for.
    """
    index: Any = np.arange(network.size)
    layers = [block.views(index) for block in network.blocks]  # of indices, no parameters
    if tied:
        if decoder_density is not None:
            raise OptionError("weights are tied or masked (decoder_density): choose one of them")
        for l in range(network.depth // 2):
            layers[-1 - l].W[...] = layers[l].W.T
    elif decoder_density is not None:
        n, h = network.widths[-1], network.widths[-2]
        layers[-1].W[~window(n, h, decoder_density)] = -1
    return numbered(index)


def numbered(index: Indices) -> Indices:
    """Return an index whose entries are the least numbers 0, 1, ... in their order; -1 stays."""
    kept, number = np.unique(index, return_inverse=True)
    return number - int(kept[0] < 0)


def index_found(network: Network, p: Array) -> Indices | None:
    """Return the index of `Shared` by which the parameters ``p`` are; None if all are free.

    The weights are tied if every decoder matrix is the transpose of its encoder matrix, to the last
    bit. They are masked where the last matrix holds exact zeros.
    """
    if not network.dense:
        return None
    layers = network.layers(p)
    half = range(network.depth // 2)
    if half and all(np.array_equal(layers[-1 - l].W, layers[l].W.T) for l in half):
        return shared_index(network, True, None)
    if layers[-1].W.all():
        return None
    index: Any = np.arange(network.size)
    network.blocks[-1].views(index).W[layers[-1].W == 0] = -1
    return numbered(index)


def window(n: int, h: int, density: float) -> NDArray[np.bool_]:
    """Return a mask (n, h) that connects each of ``n`` outputs to a part of ``h`` units.

    ``density`` is this part. The connected units are consecutive and move along with the outputs,
    so that the mask is a band of the matrix.
    """
    wide = max(1, round(density * h))
    first = np.round(np.linspace(0, h - wide, n)).astype(int)[:, None]
    unit = np.arange(h)
    return (first <= unit) & (unit < first + wide)
