"""Networks that MATLAB programs stored: MatConvNet's simplenn, netbp.m and nlsrun.m.

MATLAB arrays are column-major, and MatConvNet's images have the axes height, width, channels,
samples. `image_columns` turns such images into columns. Files are those of MATLAB's version 5 to 7
(``save`` without ``-v7.3``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from mornet.errors import DataError, ShapeError, StorageError, counted
from mornet.nn import (
    AveragePool,
    Convolution,
    Dropout,
    LayerMap,
    MaxPool,
    Network,
    StoredNetwork,
)
from mornet.nn.pooling import Pooling
from mornet.records import Array
from mornet.storage.matlab_files import (
    Struct,
    matrix,
    numbers,
    read_mat,
    struct,
    structs,
    text,
    whole,
)

Name = str | os.PathLike[str]
ENDS = ("softmax", "softmaxloss")


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
    try:
        return _simplenn(stored, image_size)
    except ValueError as error:
        raise StorageError(f"{path}: {error}") from None


def read_sigmoid_network(path: Name, widths: Sequence[int] | None = None) -> StoredNetwork:
    """Return the sigmoid network of netbp.m or nlsrun.m that is stored in ``path``.

    netbp.m leaves W2, W3, ... and b2, b3, ... in the workspace. nlsrun.m leaves one vector of
    parameters, for which ``widths`` are needed: see `from_column_major`. Raises StorageError for a
    file with neither.
    """
    stored = read_mat(path)
    if "W2" in stored:
        try:
            return _netbp(stored)
        except ValueError as error:
            raise StorageError(f"{path}: {error}") from None
    vectors = {name: a for name, a in stored.items() if a.size > 1 and max(a.shape) == a.size}
    if widths is None or len(vectors) != 1:
        raise StorageError(
            f"{path} holds {', '.join(stored)}: neither W2, b2, W3, ... nor one vector of "
            "parameters with given widths"
        )
    name, vector = vectors.popitem()
    try:
        return from_column_major(widths, numbers(name, vector))
    except DataError as error:
        raise StorageError(f"{path}: {error}") from None


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


def _simplenn(stored: Struct, image_size: Sequence[int] | None) -> StoredNetwork:
    """Return the network in the variables of a file; ValueError where it cannot be read."""
    net = struct("net", stored["net"]) if "net" in stored else stored
    if "layers" not in net:
        raise DataError(
            f"it holds {', '.join(net) or 'nothing'}, but no layers of a simplenn network"
        )
    if "params" in net and "vars" in net:
        raise DataError("it holds a DagNN network; this reads simplenn networks, chains of layers")
    chain = _Chain(_shape(net, image_size))
    layers = structs("layers", net["layers"])
    for number, layer in enumerate(layers, start=1):
        if "type" not in layer:
            raise DataError(f"layer {number} has no type")
        kind = text(f"the type of layer {number}", layer["type"])
        if kind in ENDS and number == len(layers):
            return chain.network(probabilities=True)
        if kind not in READERS:
            raise DataError(
                f"layer {number} is of the type {kind!r}; this reads {', '.join(READERS)}, and "
                f"{' or '.join(ENDS)} at the end"
            )
        try:
            READERS[kind](chain, layer)
        except ValueError as error:
            raise DataError(f"layer {number} ({kind}): {error}") from None
    return chain.network(probabilities=False)


def _netbp(stored: Struct) -> StoredNetwork:
    """Return the network of W2, b2, W3, ...; ValueError where they do not fit together."""
    levels = sorted(int(name[1:]) for name in stored if re.fullmatch(r"W\d+", name))
    parts = {f"{part}{l}" for part in "Wb" for l in range(2, max(levels) + 1)}
    if missing := sorted(parts - set(stored)):
        raise DataError(f"it holds W{max(levels)}, but no {', '.join(missing)}")
    found = [matrix(f"W{l}", stored[f"W{l}"]) for l in levels]
    biases = [numbers(f"b{l}", stored[f"b{l}"]) for l in levels]
    widths = (found[0].shape[1], *(len(W) for W in found))
    for l, W, b, shape in zip(levels, found, biases, pairwise(widths), strict=True):
        if W.shape != shape[::-1] or b.shape != shape[1:]:
            raise ShapeError(
                f"W{l} has shape {W.shape} and b{l} {b.size} entries; {shape[::-1]} and {shape[1]} "
                "are needed"
            )
    vector = np.concatenate([*(W.ravel(order="F") for W in found), *biases])
    return from_column_major(widths, vector)


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
            raise DataError("the network has no layer before its softmax")
        if probabilities and self.shape[1:] != (1, 1):
            raise ShapeError(
                f"its softmax stands at {self.shape[1:]} places, each with probabilities of its "
                "own; this reads networks with one place at the end"
            )
        maps, activations, bias = zip(*self.layers, strict=True)
        net = Network.of(maps, activations, bias)
        p = np.concatenate([np.zeros(0, np.float32), *self.parameters])
        return StoredNetwork(net, p, probabilities)


def _convolution(chain: _Chain, layer: Struct) -> None:
    filters, biases = _weights(layer)
    if filters.ndim > 4:
        raise ShapeError(f"its filters have shape {filters.shape}, more than four axes")
    filters = filters.reshape(filters.shape + (1,) * (4 - filters.ndim))
    sizes: tuple[int, ...] = filters.shape
    k_h, k_w, c_in, c_out = sizes
    if c_in != chain.shape[0]:
        raise ShapeError(f"its filters take {c_in} channels of {chain.shape[0]}")
    if biases.size not in (0, c_out):
        raise ShapeError(f"it has {biases.size} biases for {c_out} filters")
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
    if "pool" not in layer:
        raise DataError("it has no field pool, the size of its windows")
    size, stride = _option(layer, "pool", 1), _option(layer, "stride", 1)
    kind = _pooling_kind(text("method", layer["method"]) if "method" in layer else "max")
    chain.add(kind(chain.shape, size, stride, _option(layer, "pad", 0)))


def _pooling_kind(method: str) -> type[Pooling]:
    if method not in ("max", "avg"):
        raise DataError(f"its method is {method!r}, not 'max' or 'avg'")
    return MaxPool if method == "max" else AveragePool


def _entrywise(chain: _Chain, layer: Struct) -> None:
    if "leak" in layer and numbers("leak", layer["leak"]).any():
        raise DataError("a relu with a leak has no counterpart")
    chain.entrywise(text("type", layer["type"]))


def _dropout(chain: _Chain, layer: Struct) -> None:
    rates = numbers("rate", layer["rate"]) if "rate" in layer else np.array([0.5])
    if rates.size != 1:
        raise DataError(f"its rate holds {counted(rates.size, 'number')} instead of one")
    chain.add(Dropout(chain.shape, float(rates[0])))


READERS: Mapping[str, Callable[[_Chain, Struct], None]] = {
    "conv": _convolution,
    "pool": _pooling,
    "relu": _entrywise,
    "sigmoid": _entrywise,
    "dropout": _dropout,
}


def _weights(layer: Struct) -> tuple[Array, Array]:
    """Return the filters (height, width, c_in, c_out) and the biases (c_out,) or (0,)."""
    if "weights" in layer:
        cells = list(layer["weights"].ravel(order="F"))
        if layer["weights"].dtype != object or not cells:
            raise DataError("its weights are no cell of filters and biases")
    elif "filters" in layer:  # before MatConvNet 1.0-beta13
        cells = [layer[name] for name in ("filters", "biases") if name in layer]
    else:
        raise DataError("it has no weights")
    filters, biases, *_ = (*cells, np.zeros(0, np.float32))
    return matrix("filters", filters), numbers("biases", biases)


def _option(layer: Struct, name: str, default: int) -> tuple[int, ...]:
    if name not in layer or not layer[name].size:
        return (default,)
    return whole(name, layer[name])


def _shape(net: Struct, image_size: Sequence[int] | None) -> tuple[int, int, int]:
    """Return (channels, height, width) of ``image_size``, or of the images that the file names."""
    size = _input_size(net) if image_size is None else tuple(np.ravel(image_size).tolist())
    if image_size is None and len(size) in (2, 4):  # MATLAB drops a last 1, and 4 names samples
        size = (*size, 1)[:3]
    if len(size) != 3 or not all(isinstance(n, int) and n > 0 for n in size):
        raise ShapeError(f"the size of its images is {size}, not (height, width, channels)")
    height, width, channels = size
    return channels, height, width


def _input_size(net: Struct) -> tuple[int, ...]:
    """Return ``meta.inputSize``, or the older ``normalization.imageSize``."""
    meta = struct("meta", net["meta"]) if "meta" in net else net
    if "inputSize" in meta:
        return whole("inputSize", meta["inputSize"])
    older = struct("normalization", meta["normalization"]) if "normalization" in meta else {}
    if "imageSize" not in older:
        raise DataError("it does not name the size of its images: give image_size")
    return whole("imageSize", older["imageSize"])
