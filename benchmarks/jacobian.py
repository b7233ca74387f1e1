"""The Jacobian of 20000 residuals by 1897 parameters, and the Gauss-Newton matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from scipy.optimize._numdiff import approx_derivative

from benchmarks.pairs import benchmark
from mornet import kernels
from mornet.experiments.benchmark import Benchmark
from mornet.nn import Network, glorot
from mornet.training import Objective

WIDTHS, SAMPLES = (20, 36, 5, 36, 20), 1000


def jacobian(rounds: int, quick: bool = False) -> Iterator[Benchmark]:
    """Yield the race of the Jacobians and that of the Gauss-Newton matrices."""
    N = SAMPLES // 10 if quick else SAMPLES
    case = f"{'-'.join(map(str, WIDTHS))}, {N} samples"
    rng = np.random.default_rng(0)
    net = Network(WIDTHS, ("tanh", "tanh", "tanh", "identity"))
    x = np.asfortranarray(rng.standard_normal((WIDTHS[0], N)))
    p, J = glorot(net, rng), Objective(net, x, x)
    yield benchmark(
        "jacobian",
        "the Jacobian of the residuals by all parameters",
        {
            case: {
                "mornet": lambda: J.jacobian(p),
                "torch jacrev": jacrev(net, p, x),
                "SciPy differences": lambda: approx_derivative(J.residual, p, method="2-point"),
            }
        },
        rounds,
    )
    yield benchmark(
        "gauss_newton", "J^T J for the Jacobian J of the residuals", {case: matrices(J, p)}, rounds
    )


def jacrev(net: Network, p: np.ndarray, x: np.ndarray) -> Callable[[], object]:
    """torch.func's Jacobian of the outputs by p, batched over the samples."""
    at = torch.from_numpy(p)
    inputs = torch.from_numpy(np.ascontiguousarray(x.T))
    shapes = [(W.shape, b is not None) for W, b, *_ in net.layers(p)]

    def output(p: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
        start = 0
        for l, ((m, n), bias) in enumerate(shapes):
            a = p[start : start + m * n].reshape(m, n) @ a
            start += m * n
            if bias:
                a = a + p[start : start + m]
                start += m
            if l < len(shapes) - 1:
                a = torch.tanh(a)
        return a

    derivative = torch.func.vmap(torch.func.jacrev(output), in_dims=(None, 0))
    return lambda: derivative(at, inputs)


def matrices(J: Objective, p: np.ndarray) -> dict[str, Callable[[], object]]:
    def plain() -> np.ndarray:
        DR = J.jacobian(p)
        return DR.T @ DR

    found: dict[str, Callable[[], object]] = {"J, then J^T J": plain}
    if hasattr(J, "gauss_newton"):  # block by block, with the structure of a linear last layer
        for which in kernels.NAMES:

            def structured(which: str = which) -> object:
                with kernels.using(which):
                    return J.gauss_newton(p)

            found[f"mornet {which}"] = structured
    return found
