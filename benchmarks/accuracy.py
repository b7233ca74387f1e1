"""Time to accuracy: an autoencoder of Burgers' equation to a given error on an unseen parameter."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.goals import GOALS
from benchmarks.hybrids import RANK, hybrid, torch_hybrid
from benchmarks.peers import torch_network, torch_parameters, torch_step
from benchmarks.trainings import CHECK, OPTIMISERS, Make, Map, Plan, steps, torch_steps
from mornet.experiments.benchmark import Benchmark
from mornet.fom.burgers import burgers_data_set
from mornet.nn import Network
from mornet.reduction import fit_pod
from mornet.training import Descent, Objective, OnBatch, Shuffled

COORDINATES, HIDDEN = 64, 200
TARGET = GOALS["accuracy"]
# The quickest of five (autoencoder) to twenty (hybrid) plans, tried with mornet on seeds 0 and 1;
# PyTorch's Adam has the plans of mornet's Adam, since it takes the same steps.
PLANS = {
    ("autoencoder", "Adam"): Plan(epochs=1200, batch=50, eta=2e-3),
    ("autoencoder", "SOAP"): Plan(epochs=200, batch=100, eta=5e-3),
    ("hybrid", "Adam"): Plan(epochs=200, batch=50, eta=2e-2),
    ("hybrid", "SOAP"): Plan(epochs=100, batch=100, eta=8e-3),
}


def accuracy(rounds: int, quick: bool = False) -> Benchmark:
    """Return the times to TARGET of ``rounds`` seeds, or to the last epoch, with the errors.

    The times include the construction of network and optimiser, but neither POD nor the evaluation
    of the error.
    """
    burgers = data(n=200 if quick else 1000)
    candidates = racers(quick)
    seconds = np.empty((2, 1, len(candidates), rounds))
    errors = np.empty(seconds.shape[1:])
    for run in candidates.values():
        next(run(burgers.train, 0))  # the first use loads and compiles code
    for seed in range(rounds):
        order = list(enumerate(candidates.items()))[:: -1 if seed % 2 else 1]
        for i, (name, run) in order:
            cpu, wall, error = to_target(run(burgers.train, seed), burgers)
            seconds[:, 0, i, seed], errors[0, i, seed] = (cpu, wall), error
            reached = "reached" if error <= TARGET else f"not reached ({100 * error:.3f} %)"
            print(f"accuracy, {name}, seed {seed}: {cpu:.2f} s, target {reached}", flush=True)
    work = f"training to {100 * TARGET:.4f} % on the test trajectory, or all epochs if missed"
    case = f"Burgers, r = {RANK}, from {COORDINATES} POD coordinates"
    return Benchmark("accuracy", work, (case,), tuple(candidates), *seconds, errors)


def racers(quick: bool) -> dict[str, Callable[[np.ndarray, int], Iterator[Map]]]:
    """Return functions of snapshots and a seed: trainings that yield reconstructions."""
    runs = {"autoencoder": (autoencoder, torch_autoencoder), "hybrid": (hybrid, torch_hybrid)}
    found: dict[str, Callable[[np.ndarray, int], Iterator[Map]]] = {}
    for (kind, optimiser), plan in PLANS.items():
        ours, theirs = runs[kind]
        if quick:
            plan = plan._replace(epochs=max(CHECK, plan.epochs // 10))
        found[f"mornet {kind}, {optimiser}"] = partial(ours, plan=plan, make=OPTIMISERS[optimiser])
        if optimiser == "Adam":
            found[f"torch {kind}, Adam"] = partial(theirs, plan=plan)
    return found


class Data(NamedTuple):
    """POD coordinates divided by one scale. Errors are relative to the states, as published."""

    train: np.ndarray
    test: np.ndarray
    unit: float  # relative error of a misfit of norm 1 in these coordinates
    floor: float  # relative error of the POD itself

    def error(self, reconstruct: Callable[[np.ndarray], np.ndarray]) -> float:
        misfit = self.unit * np.linalg.norm(self.test - reconstruct(self.test))
        return float(np.hypot(misfit, self.floor))


def data(n: int) -> Data:
    snapshots = burgers_data_set(n=n)
    U, V = snapshots.train.U, snapshots.test.U
    norm = np.linalg.norm(snapshots.test.states)
    pod = fit_pod(U, rank=COORDINATES)
    c, test = pod.encode(U), pod.encode(V)
    scale = float(np.sqrt(np.mean(c**2)))
    floor = float(np.linalg.norm(V - pod.decode(test)) / norm)
    return Data(np.float32(c / scale), np.float32(test / scale), scale / norm, floor)


def to_target(run: Iterator[Map], data: Data) -> tuple[float, float, float]:
    cpu = wall = 0.0
    error = np.inf
    while error > TARGET:
        begin = time.process_time(), time.perf_counter()
        reconstruct = next(run, None)
        cpu, wall = cpu + time.process_time() - begin[0], wall + time.perf_counter() - begin[1]
        if reconstruct is None:
            break
        error = data.error(reconstruct)
    return cpu, wall, error


def network() -> Network:
    return Network(
        (COORDINATES, HIDDEN, RANK, HIDDEN, COORDINATES),
        ("swish", "identity", "swish", "identity"),
        (True, False, True, False),
    )


def start(net: Network, rng: np.random.Generator) -> np.ndarray:
    """Return weights of variance 1 / n_in, and hidden biases spread over (-1/2, 1/2)."""
    p = np.empty(net.size, np.float32)
    for W, b, *_ in net.layers(p):
        W[...] = rng.uniform(-1, 1, W.shape) * np.sqrt(3 / W.shape[1])
        if b is not None:
            b[...] = rng.uniform(-0.5, 0.5, b.shape)
    return p


def autoencoder(x: np.ndarray, seed: int, plan: Plan, make: Make) -> Iterator[Map]:
    net, rng = network(), np.random.default_rng(seed)
    p = start(net, rng)
    x = np.asfortranarray(x)
    J, sampling = Objective(net, x, x), Shuffled(plan.batch)
    optimiser = make(net, plan.epochs * sampling.steps_per_epoch(J.N), plan.eta)
    at = Descent(OnBatch(J), p, optimiser.init(p), sampling.init(J.N), rng)
    for _ in steps(at, optimiser, sampling, plan):
        yield lambda x: net.forward(p, x)


def torch_autoencoder(x: np.ndarray, seed: int, plan: Plan) -> Iterator[Map]:
    net, rng = network(), np.random.default_rng(seed)
    model = torch_network(net, start(net, rng))
    for _ in torch_steps(model, x, plan, rng, torch_step):
        yield lambda x: net.forward(torch_parameters(model), x)
