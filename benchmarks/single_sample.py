"""Steps of the ten-point example, one sample each: mornet, PyTorch, scikit-learn, GNU Octave."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from benchmarks.pairs import race
from benchmarks.peers import torch_network, torch_optimiser, torch_step
from mornet import kernels
from mornet.experiments.benchmark import Benchmark
from mornet.experiments.ten_points.data import network, points
from mornet.experiments.ten_points.entering_example import published_indices, published_start
from mornet.training import (
    Objective,
    Prescribed,
    SteepestDescent,
    single_sample_descent,
    train,
)

OCTAVE = Path(__file__).with_name("ten_points.m")
ETA = 0.05


def single_sample(rounds: int, quick: bool = False) -> Benchmark:
    """Return the time of one step, without and with the sum of squares of every step."""
    columns: dict[str, list[np.ndarray]] = {}
    for every in (False, True):
        for name, (steps, run) in candidates(every, quick).items():
            columns.setdefault(name, []).append((steps, run))
    names = list(columns)
    seconds = np.empty((2, 2, len(names), rounds))  # cpu or wall, case, candidate, round
    for case in range(2):
        runs = {name: columns[name][case] for name in names if name != "Octave"}
        raced = race({name: run for name, (_, run) in runs.items()}, rounds, least=0.0)
        for i, (name, (steps, _)) in enumerate(runs.items()):
            seconds[:, case, i] = raced[:, i] / steps
            print(f"single sample, {name}: {1e6 * np.median(raced[0, i]) / steps:.3g} us a step")
        if "Octave" in names:  # a process of its own, which measures its own time
            seconds[:, case, -1] = np.array([octave(case, quick) for _ in range(rounds)]).T
            print(f"single sample, Octave: {1e6 * np.median(seconds[0, case, -1]):.3g} us a step")
    return Benchmark(
        "single_sample",
        "one stochastic-gradient step of the ten-point example",
        ("steps alone", "sum of squares of every step"),
        tuple(names),
        seconds[0],
        seconds[1],
    )


def candidates(every: bool, quick: bool) -> dict[str, tuple[int, Callable[[], object]]]:
    net, (x, y) = network(), points()
    J, p = Objective(net, x, y), published_start(net)
    some = 10 if quick else 1
    indices = published_indices(200_000 // some)

    def ours(which: str, steps: int) -> tuple[int, Callable[[], object]]:
        def run() -> object:
            with kernels.using(which):
                every_ = 1 if every else steps
                return single_sample_descent(J, p, ETA, indices[:steps], record_every=every_)

        return steps, run

    def reference(steps: int) -> tuple[int, Callable[[], object]]:
        sampling = Prescribed(indices[:steps])
        every_ = 1 if every else steps
        return steps, lambda: train(
            J, p, SteepestDescent(ETA), steps=steps, sampling=sampling, record_every=every_
        )

    found = {
        "mornet plain": ours("plain", 10_000 // some),
        "mornet compiled": ours("compiled", 200_000 // some),
        "mornet general loop": reference(2_000 // some),
        "torch": torch_steps(every, indices[: 1_000 // some]),
        "sklearn": sklearn_steps(indices[: 500 // some]),
    }
    if shutil.which("octave"):
        found["Octave"] = (0, lambda: None)
    return found


def torch_steps(every: bool, indices: np.ndarray) -> tuple[int, Callable[[], object]]:
    net, (x, y) = network(), points()
    model = torch_network(net, published_start(net))
    optimiser = torch_optimiser(model, "sgd", ETA, "eager")
    inputs, targets = (torch.from_numpy(np.ascontiguousarray(v.T)) for v in (x, y))

    def run() -> list[float]:
        sums = []
        for i in indices.tolist():
            torch_step(model, optimiser, inputs[i : i + 1], targets[i : i + 1])
            if every:
                with torch.no_grad():
                    sums.append(float(((model(inputs) - targets) ** 2).sum()))
        return sums

    return len(indices), run


def sklearn_steps(indices: np.ndarray) -> tuple[int, Callable[[], object]]:
    """Return steps of scikit-learn, whose output is linear, without any sum of squares."""
    from sklearn.neural_network import MLPRegressor

    x, y = (np.ascontiguousarray(v.T) for v in points())
    regressor = MLPRegressor(
        hidden_layer_sizes=(2, 3),
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        batch_size=1,
        learning_rate_init=ETA,
        momentum=0.0,
        nesterovs_momentum=False,
    )

    def run() -> None:
        for i in indices.tolist():
            regressor.partial_fit(x[i : i + 1], y[i : i + 1])

    return len(indices), run


def octave(every: int, quick: bool) -> tuple[float, float]:
    """Return processor and wall seconds per step, as Octave measures them."""
    steps = 500 if quick else 2_000
    command = ["octave", "--no-gui", "--norc", "--quiet", str(OCTAVE), str(steps), str(every)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    cpu, wall = (float(t) for t in re.findall(r"[\d.e+-]+", told)[:2])
    return cpu / steps, wall / steps
