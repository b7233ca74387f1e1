"""Examples of the records of reduced-order models."""

from __future__ import annotations

import numpy as np

from mornet.experiments.reduced_models import ReducedModels
from mornet.experiments.rom_speed import RomSpeed
from tests.figures.examples.drawn import drawn

RANKS = (2, 5, 10)
METHODS = ("POD", "quadratic", "hybrid")
DECAY = {"POD": 0.3, "quadratic": 0.5, "hybrid": 0.7}


def reduced_models(model: str = "least_squares", failing: bool = True) -> ReducedModels:
    """Return a model on three reductions, of which one case fails."""
    rng = np.random.default_rng(3)
    cases = [(m, r, s) for m in METHODS for r in RANKS for s in range(1 if m == "POD" else 3)]
    floor = np.array([[0.1 * np.exp(-DECAY[m] * r)] * 2 for m, r, _ in cases])
    error = floor * (1.1 + 0.5 * rng.random(floor.shape))
    t = np.linspace(0.01, 0.5, 50)
    growth = error[..., None] * np.sqrt(t) * (1 + 0.2 * rng.random((*error.shape, len(t))))
    failed = np.full(error.shape, -1)
    if failing:
        failed[-2:, 1], error[-2:, 1] = 30, 0.2
        growth[-2:, 1, 30:] = 0.2
    return drawn(
        ReducedModels,
        data_set="burgers",
        model=model,
        method=tuple(m for m, _, _ in cases),
        rank=np.array([r for _, r, _ in cases]),
        seed=np.array([s for _, _, s in cases]),
        t=t,
        error=error,
        floor=floor,
        error_in_time=growth,
        failed_step=failed,
        distance=np.ones_like(error),
        failure=("hybrid, r = 10, seed 1, mu = (1): step 30, t = 0.3: no step",) if failing else (),
        seconds=0.5 + rng.random(error.shape) + 0.05 * np.array([[r] * 2 for _, r, _ in cases]),
        full_seconds=np.array([0.3, 0.31]),
        coarsening=np.array([2, 4, 8]),
        coarse_error=np.array([[0.01] * 2, [0.02] * 2, [0.04] * 2]),
        coarse_seconds=np.array([[0.1] * 2, [0.04] * 2, [0.02] * 2]),
        estimate=None if failing else 1.02 * error,
        units={"t": "s"},
    )


def rom_speed() -> RomSpeed:
    """Return two models, of which one is faster than its rival from n = 10 000 on."""
    n = np.array([1000, 10_000, 100_000])
    grow = (n / 1000.0)[:, None]
    rival_n = np.tile(np.array([[500], [2500], [2500]]), 2)
    return drawn(
        RomSpeed,
        problem="burgers",
        method="pod",
        rank=20,
        model=("Galerkin", "Galerkin, DEIM"),
        n=n,
        error=np.full((3, 2), 2e-3),
        failed=np.zeros((3, 2), dtype=int),
        seconds=np.hstack([0.26 * grow**0.7, np.full((3, 1), 0.1)]),
        decoding=np.full((3, 2), 0.01),
        training=np.full((3, 2), 1.0),
        full_seconds=0.1 * grow[:, 0],
        rival_n=rival_n,
        rival_steps=np.full((3, 2), 200),
        rival_seconds=1e-4 * rival_n,
    )
