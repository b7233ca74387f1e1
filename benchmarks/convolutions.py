"""Forward and backward of convolutions, pooling and a small network, beside PyTorch.

Both have their own layout: mornet's samples stand last, PyTorch's first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from benchmarks.pairs import Candidates, benchmark
from mornet import kernels
from mornet.experiments.benchmark import Benchmark
from mornet.nn import AveragePool, Convolution, LayerMap, MaxPool, Network, Upsampling, initialise
from mornet.nn.layers import gather, length, spread
from mornet.training import Objective

PLACES: tuple[tuple[int, ...], ...] = ((128,), (1000,), (16000,), (8, 8), (28, 28), (100, 100))
BATCHES, CHANNELS = (1, 32, 240), ((1, 8), (8, 8), (8, 16), (32, 32))
MOST = 8_000_000  # entries of the larger of input and output; larger cases are left out


def convolutions(rounds: int, quick: bool = False) -> Iterator[Benchmark]:
    """Yield the races of the layers and of a network, in float64 and float32."""
    for dtype in (np.float64, np.float32):
        name = np.dtype(dtype).name
        yield benchmark(
            f"convolutions_{name}",
            f"W a + b, W^T delta, delta a^T, the sum for b; kernels with 3 places an axis, {name}",
            {label: candidates(layer, N, dtype) for label, layer, N in cases(quick)},
            rounds,
        )
        yield benchmark(
            f"pools_{name}",
            f"pooling and upsampling, forward and backward, {name}",
            {label: candidates(layer, N, dtype) for label, layer, N in pools(quick)},
            rounds,
        )
        yield benchmark(
            f"convolutional_network_{name}",
            f"the gradient of the log loss of a classifier of images 28 x 28, {name}",
            {f"batch {N}": classifiers(N, dtype) for N in ((1, 32) if quick else BATCHES)},
            rounds,
        )


def cases(quick: bool) -> Iterator[tuple[str, Convolution, int]]:
    for places in ((128,), (8, 8)) if quick else PLACES:
        for N in BATCHES[:2] if quick else BATCHES:
            for channels in CHANNELS:
                if length(places) * N * max(channels) <= MOST:
                    shape = " x ".join(map(str, places))
                    label = f"{shape}, batch {N}, channels {channels[0]} to {channels[1]}"
                    yield label, Convolution(channels, places, (3,), padding=(1,)), N


def pools(quick: bool) -> Iterator[tuple[str, LayerMap, int]]:
    for N in BATCHES[:2] if quick else BATCHES:
        for n in (8,) if quick else (8, 28):
            shape, ceil = (16, n, n), (0, 1, 0, 1)
            yield f"max 3/2, {n} x {n}, batch {N}", MaxPool(shape, (3,), (2,), ceil), N
            yield f"average 3/2, {n} x {n}, batch {N}", AveragePool(shape, (3,), (2,), ceil), N
            yield f"upsampling, {n} x {n}, batch {N}", Upsampling(shape, (2,)), N


def candidates(layer: LayerMap, N: int, dtype: Any) -> Candidates:
    """Return forward and backward of one layer for random arrays."""
    rng = np.random.default_rng(0)
    W, a, delta = (
        rng.standard_normal(shape).astype(dtype)
        for shape in (
            layer.W_shape,
            (length(layer.shape_in), N),
            (length(layer.shape_out), N),
        )
    )
    found = {"mornet": ours(layer, W, a, delta), "PyTorch": theirs(layer, W, a, delta)}
    if not W.size:  # of these layers the maximum has a compiled kernel
        found["mornet compiled"] = compiled(found["mornet"])
    return found


def compiled(run: Callable[[], Any]) -> Callable[[], Any]:
    """Return ``run`` with the compiled kernels."""

    def with_kernels() -> Any:
        with kernels.using("compiled"):
            return run()

    return with_kernels


def ours(
    layer: LayerMap, W: np.ndarray, a: np.ndarray, delta: np.ndarray
) -> Callable[[], tuple[np.ndarray, ...]]:
    b = np.ones(layer.bias_size, W.dtype)

    def both_ways() -> tuple[np.ndarray, ...]:
        z = layer.apply(W, a)
        linear = layer.at(a)
        if not W.size:
            return z, linear.adjoint(W, delta)
        gb = np.empty_like(b)
        gather(delta, gb)
        z += spread(b, len(z))
        return z, linear.adjoint(W, delta), linear.outer(delta, a), gb

    return both_ways


def theirs(
    layer: LayerMap, W: np.ndarray, a: np.ndarray, delta: np.ndarray
) -> Callable[[], tuple[torch.Tensor, ...]]:
    x, gy = batch(a, layer.shape_in).requires_grad_(), batch(delta, layer.shape_out)
    leaves, function = [x], forward(layer)
    if W.size:
        leaves += [torch.from_numpy(W).requires_grad_()]
        leaves += [torch.ones(layer.bias_size, dtype=x.dtype, requires_grad=True)]

    def both_ways() -> tuple[torch.Tensor, ...]:
        for leaf in leaves:
            leaf.grad = None
        y = function(*leaves)
        y.backward(gy)
        return (y, *(leaf.grad for leaf in leaves))

    return both_ways


def batch(a: np.ndarray, shape: tuple[int, ...]) -> torch.Tensor:
    """Return columns as PyTorch's (N, channels, ...)."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(a.reshape(*shape, -1), -1, 0)))


def forward(layer: LayerMap) -> Callable[..., torch.Tensor]:
    match layer:
        case Convolution():
            convolve = F.conv1d if len(layer.places) == 1 else F.conv2d
            return lambda x, w, b: convolve(x, w, b, padding=1)
        case MaxPool():
            return lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True)
        case AveragePool():
            return lambda x: F.avg_pool2d(x, 3, 2, ceil_mode=True, count_include_pad=False)
        case _:
            return lambda x: F.interpolate(x, scale_factor=2, mode="nearest")


def network() -> Network:
    """Return a small classifier: 1 - 8 - 16 channels, two poolings, ten classes."""
    ceil = (0, 1, 0, 1)
    return Network.of(
        (
            Convolution((1, 8), (28, 28), (5,), padding=(2,)),
            MaxPool((8, 28, 28), (3,), (2,), ceil),
            Convolution((8, 16), (14, 14), (5,), padding=(2,)),
            AveragePool((16, 14, 14), (3,), (2,), ceil),
            Convolution((16, 10), (7, 7), (7,)),
        ),
        ("identity", "relu", "relu", "identity", "identity"),
        (True, False, True, False, True),
    )


def classifiers(N: int, dtype: Any) -> Candidates:
    """Return the gradient of the log loss of ``N`` random images."""
    net, rng = network(), np.random.default_rng(0)
    p = initialise(net, "he", rng).astype(dtype)
    x = np.asfortranarray(rng.standard_normal((784, N)).astype(dtype))
    label = rng.integers(10, size=N)
    J = Objective(net, x, np.eye(10, dtype=dtype)[label].T, loss="softmax_log")
    views = [layer for layer in net.layers(p) if layer.W.size]
    leaves = [torch.tensor(v).requires_grad_() for W, b, *_ in views for v in (W, b)]
    images, labels = batch(x, (1, 28, 28)), torch.from_numpy(label)

    def both_ways() -> list[torch.Tensor]:
        for leaf in leaves:
            leaf.grad = None
        w1, b1, w2, b2, w3, b3 = leaves
        a = F.relu(F.max_pool2d(F.conv2d(images, w1, b1, padding=2), 3, 2, ceil_mode=True))
        a = F.relu(F.conv2d(a, w2, b2, padding=2))
        a = F.avg_pool2d(a, 3, 2, ceil_mode=True, count_include_pad=False)
        F.cross_entropy(F.conv2d(a, w3, b3).flatten(1), labels).backward()
        return [leaf.grad for leaf in leaves]

    return {"mornet": lambda: J.gradient(p), "PyTorch": both_ways}
