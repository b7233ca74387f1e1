"""Trainings that stop every few epochs, in mornet and in PyTorch, by the same plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch

from benchmarks.peers import torch_optimiser
from mornet import kernels
from mornet.nn import Network
from mornet.training import Adam, Cosine, Descent, Optimiser, Shuffled, descend
from mornet.training.recipes import soap

CHECK = 10  # epochs between two evaluations of the error

Map = Callable[[np.ndarray], np.ndarray]
Make = Callable[[Network, int, float], Optimiser]  # a network, a number of steps and eta
Step = Callable[[torch.nn.Module, torch.optim.Optimizer, torch.Tensor, torch.Tensor], None]


class Plan(NamedTuple):
    """The epochs, the batch and the learning rate ``eta``, which falls to 0 along a cosine."""

    epochs: int
    batch: int
    eta: float


OPTIMISERS: dict[str, Make] = {
    "SOAP": soap,
    "Adam": lambda net, steps, eta: Adam(Cosine(eta, steps)),
}


def steps(at: Descent, optimiser: Optimiser, sampling: Shuffled, plan: Plan) -> Iterator[None]:
    """Yield after every CHECK epochs of the descent."""
    loop, per_epoch = descend(at, optimiser, sampling), sampling.steps_per_epoch(at.J.N)
    with kernels.using("compiled"):
        for _ in range(plan.epochs // CHECK):
            for _ in range(CHECK * per_epoch):
                next(loop)
            yield


def torch_steps(
    model: torch.nn.Module, x: np.ndarray, plan: Plan, rng: np.random.Generator, step: Step
) -> Iterator[None]:
    """Yield after every CHECK epochs of PyTorch's Adam."""
    optimiser = torch_optimiser(model, "adam", plan.eta, "fused")
    data = torch.from_numpy(np.ascontiguousarray(x.T, np.float32))
    steps = plan.epochs * -(-len(data) // plan.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for epoch in range(plan.epochs):
        permutation = torch.from_numpy(rng.permutation(len(data)))
        for first in range(0, len(data), plan.batch):
            samples = data[permutation[first : first + plan.batch]]
            step(model, optimiser, samples, samples)
            schedule.step()
        if (epoch + 1) % CHECK == 0:
            yield
