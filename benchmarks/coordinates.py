"""Training in POD coordinates or in all degrees of freedom: POD leaves a tail of 1e-4."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from benchmarks.pairs import benchmark
from mornet.experiments.benchmark import Benchmark
from mornet.fom.burgers import burgers_data_set
from mornet.reduction import AutoencoderSettings, FittedAutoencoder, fit_autoencoder

RANK, EPOCHS = 5, 3
CANDIDATES = {"POD coordinates": 1e-4, "all degrees of freedom": None}


def coordinates(rounds: int, quick: bool = False) -> Iterator[Benchmark]:
    """Yield the race of a few epochs of an autoencoder, with its POD."""
    cases = {f"n = {n}": fits(n) for n in ((100, 200) if quick else (1000, 10_000))}
    work = f"{EPOCHS} epochs of an autoencoder of Burgers' equation, r = {RANK}, with its POD"
    yield benchmark("coordinates", work, cases, rounds)


def fits(n: int) -> dict[str, Callable[[], object]]:
    """Return the candidates for ``n`` degrees of freedom."""
    U = burgers_data_set(n=n).train.U
    return {
        name: partial(fit, U, pod_tolerance=tolerance) for name, tolerance in CANDIDATES.items()
    }


def fit(U: np.ndarray, pod_tolerance: float | None) -> FittedAutoencoder:
    rng = np.random.default_rng(0)
    settings = AutoencoderSettings(epochs=EPOCHS, pod_tolerance=pod_tolerance)
    return fit_autoencoder(U, RANK, settings, rng=rng)
