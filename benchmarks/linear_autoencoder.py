"""Time of linear autoencoders to a relative excess over the least loss, which theory knows.

The least loss of W_2 W_1 with r codes is the energy of the singular values after the first r
(C. Eckart and G. Young, 1936). All candidates train the same network from the same random W_2, and
from the same W_1 if they need one. No candidate sees a singular vector.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import torch

from benchmarks.goals import GOALS
from benchmarks.peers import torch_network, torch_optimiser
from mornet import kernels
from mornet.experiments.benchmark import Benchmark
from mornet.fom.burgers import burgers_data_set
from mornet.nn import Network
from mornet.reduction import LinearAutoencoderSettings, fit_linear_autoencoder, fit_pod
from mornet.snapshots.digits import digits_data_set
from mornet.training import Adam, Cosine, Descent, FullBatch, Objective, OnBatch, descend, fit_lbfgs

COORDINATES, RANKS = 64, (5, 10)
EXCESS = GOALS["linear_autoencoder"]
EVALUATIONS = 3000  # of J and its gradient, at most
MEMORY = 20  # pairs of L-BFGS
ETA = 3e-2  # of Adam, falling to 0 along a cosine
LOOK = 10  # steps of Adam between two evaluations of J for the record


class Problem(NamedTuple):
    """The network, the snapshots (rms 1), a start, and the loss J to be reached."""

    net: Network
    x: np.ndarray
    p: np.ndarray
    least: float
    seed: int


class GoalReached(Exception):  # noqa: N818
    """J is at the goal."""


class Watch:
    """Checks values of J, and ends a training that has reached the goal."""

    def __init__(self, least: float) -> None:
        self.least, self.value = least, np.inf

    @property
    def excess(self) -> float:
        return self.value / self.least - 1

    def __call__(self, value: float) -> None:
        self.value = value
        if self.excess <= EXCESS:
            raise GoalReached


Solve = Callable[[Problem, int, Watch], None]  # the largest number of gradients


def linear_autoencoder(rounds: int, quick: bool = False) -> Benchmark:
    """Return the times to EXCESS, or of all EVALUATIONS if it is not reached, and the excess."""
    data = {"Burgers": burgers(200 if quick else 1000), "digits": digits()}
    cases = {f"{name}, r = {r}": (x, r) for name, x in data.items() for r in RANKS}
    most = EVALUATIONS // 20 if quick else EVALUATIONS
    measured = np.empty((3, len(cases), len(CANDIDATES), rounds))
    for c, (case, (x, r)) in enumerate(cases.items()):
        for seed in range(rounds):
            order = list(enumerate(CANDIDATES.items()))[:: -1 if seed % 2 else 1]
            for i, (_, solve) in order:
                measured[:, c, i, seed] = to_goal(solve, problem(x, r, seed), most)
        median = np.median(measured[:, c], axis=-1)
        told = zip(CANDIDATES, median[0], median[2], strict=True)
        print(
            f"linear_autoencoder, {case} (s, excess): "
            + ", ".join(f"{name} {cpu:.3g} {excess:.1e}" for name, cpu, excess in told),
            flush=True,
        )
    work = f"a linear autoencoder to relative excess {EXCESS:g}, or {most} gradients if missed"
    cpu, wall, excess = measured
    return Benchmark("linear_autoencoder", work, tuple(cases), tuple(CANDIDATES), cpu, wall, excess)


def burgers(n: int) -> np.ndarray:
    """Return POD coordinates of the training snapshots, turned at random: no axis is a mode."""
    U = burgers_data_set(n=n).train.U
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((COORDINATES, COORDINATES)))[0]
    return unit(turn @ fit_pod(U, rank=COORDINATES).encode(U))


def digits() -> np.ndarray:
    U = digits_data_set().train.U
    return unit(U - U.mean(axis=1, keepdims=True))


def unit(x: np.ndarray) -> np.ndarray:
    return np.asfortranarray(x / np.sqrt(np.mean(x**2)))


def problem(x: np.ndarray, rank: int, seed: int) -> Problem:
    n, N = x.shape
    rng = np.random.default_rng(seed)  # its first numbers are those of `fit_linear_autoencoder`
    W2, W1 = rng.standard_normal((n, rank)), rng.standard_normal((rank, n))
    p = np.concatenate([W1.ravel(), W2.ravel()]) / np.sqrt(n)
    s = np.linalg.svd(x, compute_uv=False)
    net = Network((n, rank, n), "identity", bias=False)
    return Problem(net, x, p, 0.5 * float(np.sum(s[rank:] ** 2)) / N, seed)


def to_goal(solve: Solve, problem: Problem, most: int) -> tuple[float, float, float]:
    """Return processor and wall seconds until J is at the goal, and the excess then."""
    watch = Watch(problem.least)
    begin = time.process_time(), time.perf_counter()
    with suppress(GoalReached):
        solve(problem, most, watch)
    end = time.process_time(), time.perf_counter()
    return end[0] - begin[0], end[1] - begin[1], watch.excess


def alternating(problem: Problem, most: int, watch: Watch) -> None:
    """Alternating least squares, which have a stopping criterion of their own."""
    rng, r = np.random.default_rng(problem.seed), problem.net.widths[1]
    settings = LinearAutoencoderSettings(tolerance=EXCESS / 10, sweeps=most)
    fitted = fit_linear_autoencoder(problem.x, r, settings, rng=rng)
    watch(float(fitted.history.objective[-1]))


class Watched(Objective):
    """An objective that passes its values to a watch."""

    watch: Watch

    def value_and_gradient(self, p: np.ndarray) -> tuple[float, np.ndarray]:
        value, g = super().value_and_gradient(p)
        self.watch(value)
        return value, g


def lbfgs(problem: Problem, most: int, watch: Watch) -> None:
    J = Watched(problem.net, problem.x, problem.x)
    object.__setattr__(J, "watch", watch)
    fit_lbfgs(J, problem.p, steps=most, memory=MEMORY, tolerance=0.0)


def adam(problem: Problem, most: int, watch: Watch) -> None:
    J, p, optimiser = (
        Objective(problem.net, problem.x, problem.x),
        problem.p.copy(),
        Adam(Cosine(ETA, most)),
    )
    at = Descent(OnBatch(J), p, optimiser.init(p), {}, np.random.default_rng(0))
    with kernels.using("compiled"):
        for k in descend(at, optimiser, FullBatch()):
            if k % LOOK == 0:
                watch(J.value(p))
            if k == most:
                return


def torch_problem(problem: Problem) -> tuple[torch.nn.Module, Callable[[], torch.Tensor]]:
    """Return the network, and a function that returns J with its gradient in the parameters."""
    model = torch_network(problem.net, problem.p)
    x = torch.from_numpy(np.ascontiguousarray(problem.x.T))

    def objective() -> torch.Tensor:
        model.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(model(x), x, reduction="sum") * (0.5 / len(x))
        loss.backward()
        return loss

    return model, objective


def torch_adam(problem: Problem, most: int, watch: Watch) -> None:
    model, objective = torch_problem(problem)
    optimiser = torch_optimiser(model, "adam", ETA, "fused")
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, most)
    for k in range(most):
        J = objective()
        if k % LOOK == 0:
            watch(J.item())
        optimiser.step()
        schedule.step()


def torch_lbfgs(problem: Problem, most: int, watch: Watch) -> None:
    model, objective = torch_problem(problem)
    optimiser = torch.optim.LBFGS(
        model.parameters(), history_size=MEMORY, tolerance_grad=0, tolerance_change=0,
        line_search_fn="strong_wolfe",
    )  # fmt: skip
    evaluations = 0

    def told() -> torch.Tensor:
        nonlocal evaluations
        evaluations += 1
        J = objective()
        watch(J.item())
        return J

    while evaluations < most:
        optimiser.step(told)


CANDIDATES: dict[str, Solve] = {
    "mornet alternating least squares": alternating,
    "mornet L-BFGS": lbfgs,
    "mornet Adam": adam,
    "torch LBFGS": torch_lbfgs,
    "torch Adam": torch_adam,
}
