"""Epochs of autoencoders n-h-5-h-n in mornet, PyTorch and scikit-learn, and matrix products."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from benchmarks.pairs import benchmark
from benchmarks.peers import VARIANTS, sklearn_epoch, torch_epoch
from mornet import kernels
from mornet.experiments.benchmark import Benchmark
from mornet.nn import Network, glorot
from mornet.training import (
    Adam,
    Descent,
    FullBatch,
    Objective,
    OnBatch,
    Shuffled,
    SteepestDescent,
    descend,
)

SAMPLES = 960
ETA = {"sgd": 1e-3, "adam": 1e-3}
ALL = {"n": (256, 1024, 4096), "h": (64, 256), "batch": (32, 240, SAMPLES)}
QUICK = {"n": (256, 1024), "h": (64,), "batch": (32, SAMPLES)}


def autoencoder_epochs(rounds: int, quick: bool = False) -> Iterator[Benchmark]:
    """Yield one record for each optimiser and type of numbers."""
    sizes = QUICK if quick else ALL
    shapes = [(n, h, B) for n in sizes["n"] for h in sizes["h"] for B in sizes["batch"]]
    for optimiser in ("sgd", "adam"):
        for dtype in ("float64", "float32"):
            cases = Lazily(shapes, lambda s, o=optimiser, d=dtype: candidates(*s, o, d))
            yield benchmark(
                f"epochs_{optimiser}_{dtype}",
                f"one epoch of an autoencoder n-h-5-h-n on {SAMPLES} samples, {optimiser}, {dtype}",
                cases,
                rounds,
            )


class Lazily(dict):
    """Cases whose candidates are made when they are needed, and are not kept."""

    def __init__(self, shapes: list, make: Callable) -> None:
        super().__init__({f"{n}-{h}, batch {B}": (n, h, B) for n, h, B in shapes})
        self.make = make

    def items(self):
        return ((name, self.make(shape)) for name, shape in super().items())

    def values(self):
        return (self.make(shape) for shape in super().values())


def candidates(n: int, h: int, batch: int, optimiser: str, dtype: str) -> dict[str, Callable]:
    rng = np.random.default_rng(0)
    # a third of a long epoch of small batches gives the same ratio
    N = SAMPLES // 3 if batch == 32 and n * h > 2**18 else SAMPLES
    net = Network((n, h, 5, h, n), ("sigmoid", "sigmoid", "sigmoid", "identity"))
    x = np.asfortranarray(rng.standard_normal((n, N)).astype(dtype))
    p = glorot(net, rng).astype(dtype)
    eta = ETA[optimiser]
    return {
        "mornet plain": mornet_epoch(net, p, x, batch, optimiser, eta, "plain"),
        "mornet compiled": mornet_epoch(net, p, x, batch, optimiser, eta, "compiled"),
        **{
            f"torch {variant}": torch_epoch(net, p, x, batch, optimiser, eta, variant)
            for variant in VARIANTS
        },
        "sklearn": sklearn_epoch(net, x, batch, optimiser, eta),
        "products alone": products(net, N, batch, dtype),
    }


def mornet_epoch(
    net: Network, p: np.ndarray, x: np.ndarray, batch: int, name: str, eta: float, which: str
) -> Callable[[], np.ndarray]:
    J, N = Objective(net, x, x), x.shape[1]
    sampling = FullBatch() if batch == N else Shuffled(batch)
    optimiser = Adam(eta) if name == "adam" else SteepestDescent(eta)
    p = p.copy()
    at = Descent(OnBatch(J), p, optimiser.init(p), sampling.init(N), np.random.default_rng(0))
    loop, steps = descend(at, optimiser, sampling), sampling.steps_per_epoch(N)

    def epoch() -> np.ndarray:
        with kernels.using(which):
            for _ in range(steps):
                next(loop)
        return p

    return epoch


def products(net: Network, N: int, batch: int, dtype: str) -> Callable[[], None]:
    """The matrix products of an epoch alone: the least time that BLAS needs for it."""
    widths = net.widths
    a = [np.ones((n, batch), dtype, order="F") for n in widths]
    d = [np.ones((n, batch), dtype, order="F") for n in widths]
    W = [np.ones((m, n), dtype) for n, m in pairwise(widths)]
    G = [np.empty_like(w) for w in W]

    def epoch() -> None:
        for _ in range(N // batch):
            for l, w in enumerate(W):
                np.matmul(w, a[l], out=a[l + 1])
            for l in reversed(range(len(W))):
                np.matmul(d[l + 1], a[l].T, out=G[l])
                if l:
                    np.matmul(W[l].T, d[l + 1], out=d[l])

    return epoch
