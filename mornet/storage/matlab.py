"""Networks that MATLAB programs stored: MatConvNet's simplenn, netbp.m and nlsrun.m.

MATLAB arrays are column-major, and MatConvNet's images have the axes height, width, channels,
samples. `image_columns` turns such images into columns. Files are those of MATLAB's version 5 to 7
(``save`` without ``-v7.3``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mornet.errors import ShapeError, StorageError
from mornet.nn import AveragePool, Convolution, Dropout, LayerMap, MaxPool, Network
from mornet.nn.losses import softmax
from mornet.nn.pooling import Pooling
from mornet.records import Array
from mornet.storage.matlab_files import Struct, numbers, read_mat, structs

Name = str | os.PathLike[str]
ENDS = ("softmax", "softmaxloss")


class StoredNetwork(NamedTuple):
    """A network with its parameters p (P,), as another program stored them.

    ``probabilities`` says that the program puts a softmax behind the last layer. `Objective` does
    that by its loss "softmax_log".
    """

    network: Network
    p: Array
    probabilities: bool = False

    def outputs(self, x: Array) -> Array:
        """Return what the program gives for columns ``x`` (n_1, N): probabilities, or f_p(x)."""
        a = self.network.forward(self.p, x)
        return softmax(a) if self.probabilities else a


def image_columns(images: Array) -> Array:
    """Return images (height, width, channels, N) as columns (channels height width, N)."""
    if images.ndim != 4:
        raise ShapeError(f"images have shape {images.shape}, not (height, width, channels, N)")
    return np.moveaxis(images, 2, 0).reshape(-1, images.shape[-1])


def read_matconvnet(path: Name, image_size: tuple[int, int, int] | None = None) -> StoredNetwork:
    """Return the simplenn network in ``path``: its layers conv, pool, relu, sigmoid, dropout.

    The file holds the structure ``net``, or its fields. A last layer softmax or softmaxloss makes
    probabilities. ``image_size`` (height, width, channels) is that of ``meta.inputSize`` unless
    given. Raises StorageError, which names the layer, for layers and options that have no
    counterpart.
    """
    stored = read_mat(path)
    net = structs(stored["net"])[0] if "net" in stored else stored
    if "layers" not in net:
        raise StorageError(f"{path} holds {', '.join(net)}, but no layers of a simplenn network")
    height, width, channels = image_size or _input_size(net, path)
    chain = _Chain((channels, height, width))
    layers = structs(net["layers"])
    for number, layer in enumerate(layers, start=1):
        kind = str(layer["type"].item())
        last = number == len(layers)
        if kind in ENDS and last:
            return chain.network(probabilities=True)
        if kind not in READERS:
            raise StorageError(
                f"{path}: layer {number} is of the type {kind!r}; this reads "
                f"{', '.join(READERS)}, and {' or '.join(ENDS)} at the end"
            )
        try:
            READERS[kind](chain, layer)
        except ValueError as error:
            raise StorageError(f"{path}: layer {number} ({kind}): {error}") from None
    return chain.network(probabilities=False)


def read_sigmoid_network(path: Name, widths: Sequence[int] | None = None) -> StoredNetwork:
    """Return the sigmoid network of netbp.m or nlsrun.m that is stored in ``path``.

    netbp.m leaves W2, W3, ... and b2, b3, ... in the workspace. nlsrun.m leaves one vector of
    parameters, for which ``widths`` are needed: see `from_column_major`. Raises StorageError for a
    file with neither.
    """
    stored = read_mat(path)
    found = [stored[f"W{l}"] for l in range(2, 2 + len(stored)) if f"W{l}" in stored]
    if found:
        biases = [numbers(stored[f"b{l}"]) for l in range(2, 2 + len(found))]
        widths = (found[0].shape[1], *(len(W) for W in found))
        vector = np.concatenate([*(W.ravel(order="F") for W in found), *biases])
        return from_column_major(widths, vector)
    vectors = {name: a for name, a in stored.items() if a.size > 1 and max(a.shape) == a.size}
    if widths is None or len(vectors) != 1:
        raise StorageError(
            f"{path} holds {', '.join(stored)}: neither W2, b2, W3, ... nor one vector of "
            "parameters with given widths"
        )
    return from_column_major(widths, numbers(next(iter(vectors.values()))))


def from_column_major(widths: Sequence[int], vector: Array) -> StoredNetwork:
    """Return the sigmoid network whose parameters are [W2(:); W3(:); ...; b2; b3; ...].

    That is the order of nlsrun.m of C. F. Higham and D. J. Higham (2019). Raises ShapeError for
    another number of parameters than that of the ``widths``.
    """
    net = Network(tuple(widths), "sigmoid")
    if vector.shape != (net.size,):
        raise ShapeError(f"the vector has shape {vector.shape}, not ({net.size},) as {widths} need")
    p, start = np.empty(net.size), 0
    for layer, (n, m) in zip(net.layers(p), pairwise(widths), strict=True):
        layer.W[...] = vector[start : start + m * n].reshape(n, m).T
        start += m * n
    for layer in net.layers(p):
        if layer.b is not None:
            layer.b[...] = vector[start : start + layer.b.size]
            start += layer.b.size
    return StoredNetwork(net, p)


class _Chain:
    """The layers read so far, and the shape of their output."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.layers: list[tuple[LayerMap, str, bool]] = []
        self.parameters: list[Array] = []

    def add(self, layer: LayerMap, *parameters: Array) -> None:
        """Append a layer with its W and b, flat."""
        self.layers.append((layer, "identity", len(parameters) > 1))
        self.parameters += parameters
        self.shape = layer.shape_out

    def entrywise(self, name: str) -> None:
        """Put the activation ``name`` behind the last layer; an identity stands between two."""
        if not self.layers or self.layers[-1][1] != "identity":
            self.add(Dropout(self.shape, 0.0))
        layer, _, bias = self.layers[-1]
        self.layers[-1] = layer, name, bias

    def network(self, probabilities: bool) -> StoredNetwork:
        if not self.layers:
            raise StorageError("the network has no layer before its softmax")
        maps, activations, bias = zip(*self.layers, strict=True)
        net = Network.of(maps, activations, bias)
        p = np.concatenate([np.zeros(0, np.float32), *self.parameters])
        return StoredNetwork(net, p, probabilities)


def _convolution(chain: _Chain, layer: Struct) -> None:
    filters, biases = _weights(layer)
    filters = filters.reshape(filters.shape + (1,) * (4 - filters.ndim))
    sizes: tuple[int, ...] = filters.shape
    k_h, k_w, c_in, c_out = sizes
    if c_in != chain.shape[0]:
        raise ValueError(f"its filters take {c_in} channels of {chain.shape[0]}")
    if biases.size not in (0, c_out):
        raise ValueError(f"its filters have {c_out} outputs, but there are {biases.size} biases")
    convolution = Convolution(
        (c_in, c_out),
        chain.shape[1:],
        (k_h, k_w),
        _option(layer, "stride", 1),
        _option(layer, "pad", 0),
        _option(layer, "dilate", 1),
    )
    kernels = filters.transpose(3, 2, 0, 1).ravel()
    chain.add(convolution, *([kernels, biases] if biases.size else [kernels]))


def _pooling(chain: _Chain, layer: Struct) -> None:
    size, stride = _option(layer, "pool", 1), _option(layer, "stride", 1)
    kind = _pooling_kind(str(layer["method"].item()) if "method" in layer else "max")
    chain.add(kind(chain.shape, size, stride, _option(layer, "pad", 0)))


def _pooling_kind(method: str) -> type[Pooling]:
    if method not in ("max", "avg"):
        raise ValueError(f"its method is {method!r}, not 'max' or 'avg'")
    return MaxPool if method == "max" else AveragePool


def _entrywise(chain: _Chain, layer: Struct) -> None:
    if "leak" in layer and numbers(layer["leak"]).any():
        raise ValueError("a relu with a leak has no counterpart")
    chain.entrywise(str(layer["type"].item()))


def _dropout(chain: _Chain, layer: Struct) -> None:
    rate = float(numbers(layer["rate"])[0]) if "rate" in layer else 0.5
    chain.add(Dropout(chain.shape, rate))


READERS: Mapping[str, Callable[[_Chain, Struct], None]] = {
    "conv": _convolution,
    "pool": _pooling,
    "relu": _entrywise,
    "sigmoid": _entrywise,
    "dropout": _dropout,
}


def _weights(layer: Struct) -> tuple[NDArray[Any], Array]:
    """Return the filters (height, width, c_in, c_out) and the biases (c_out,) or (0,)."""
    if "weights" in layer:
        cells = layer["weights"].ravel(order="F")
        return cells[0], numbers(cells[1]) if len(cells) > 1 else np.zeros(0)
    return layer["filters"], numbers(layer["biases"])  # before MatConvNet 1.0-beta13


def _option(layer: Struct, name: str, default: int) -> tuple[int, ...]:
    if name not in layer or not layer[name].size:
        return (default,)
    return tuple(int(number) for number in numbers(layer[name]))


def _input_size(net: Struct, path: Name) -> tuple[int, int, int]:
    """Return ``meta.inputSize``, or the older ``normalization.imageSize``."""
    meta = structs(net["meta"])[0] if "meta" in net else net
    size = meta.get("inputSize")
    if size is None and "normalization" in meta:
        size = structs(meta["normalization"])[0].get("imageSize")
    if size is None:
        raise StorageError(f"{path} does not name the size of its images: give image_size")
    height, width, channels = (*map(int, numbers(size)), 1)[:3]
    return height, width, channels
