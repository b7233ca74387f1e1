"""The hybrid of POD and networks (`mornet.reduction.hybrid.correction`) in mornet and in PyTorch.

Both start as POD with the same random first layers, and have the same POD coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from benchmarks.peers import torch_network
from benchmarks.trainings import Make, Map, Plan, steps, torch_steps
from mornet.reduction.hybrid.correction import (
    Correction,
    CorrectionObjective,
    Design,
    untrained_correction,
)
from mornet.training import Descent, OnBatch, Shuffled

RANK, HIDDEN = 5, 100


def untrained(c: np.ndarray, seed: int) -> tuple[Correction, np.random.Generator]:
    rng = np.random.default_rng(seed)
    start = untrained_correction(c, RANK, Design(True, HIDDEN, "swish"), encoder=True, rng=rng)
    return start, rng


def hybrid(c: np.ndarray, seed: int, plan: Plan, make: Make) -> Iterator[Map]:
    start, rng = untrained(c, seed)
    J, p, sampling = CorrectionObjective(start, c), start.p.astype(np.float32), Shuffled(plan.batch)
    optimiser = make(start.network, plan.epochs * sampling.steps_per_epoch(J.N), plan.eta)
    at = Descent(OnBatch(J), p, optimiser.init(p), sampling.init(J.N), rng)
    for _ in steps(at, optimiser, sampling, plan):
        trained = replace(start, p=p.astype(float))
        yield lambda c, f=trained: f.decode(f.encode(c))


class TorchHybrid(torch.nn.Module):
    """`Correction` with encoder and anchored networks; rows are samples."""

    def __init__(self, start: Correction, dtype: type = np.float32) -> None:
        super().__init__()
        p = start.p.astype(dtype)
        E, M = start.halves
        self.E, self.M = torch_network(E, p[: E.size]), torch_network(M, p[E.size :])
        self.r, self.pad = start.r, E.widths[0] - start.r
        self.a, self.e, self.s = start.input_scale, start.code_step, start.output_scale
        self.b = torch.from_numpy(start.code_scale.astype(dtype))
        self.zero = torch.zeros(1, E.widths[0], dtype=self.b.dtype)

    def forward(self, c: torch.Tensor) -> torch.Tensor:
        z = c[:, : self.r] + self.e * (self.E(c / self.a) - self.E(self.zero))
        correction = self.M(z / self.b) - self.M(self.zero[:, : self.r])
        return torch.nn.functional.pad(z, (0, self.pad)) + self.s * correction


def hybrid_step(
    model: TorchHybrid, optimiser: torch.optim.Optimizer, c: torch.Tensor, _: torch.Tensor
) -> None:
    """Take one step on the J of `CorrectionObjective`."""
    optimiser.zero_grad(set_to_none=True)
    loss = torch.nn.functional.mse_loss(model(c), c, reduction="sum")
    (loss * (0.5 / (len(c) * model.s**2))).backward()
    optimiser.step()


def torch_hybrid(c: np.ndarray, seed: int, plan: Plan) -> Iterator[Map]:
    start, rng = untrained(c, seed)
    model = TorchHybrid(start)
    for _ in torch_steps(model, c, plan, rng, hybrid_step):
        yield lambda c: reconstruct(model, c)


def reconstruct(model: TorchHybrid, c: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model(torch.tensor(c.T, dtype=model.zero.dtype)).numpy().T
