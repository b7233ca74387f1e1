"""Examples of the records of a comparison."""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.comparison import Case, Comparison
from mornet.experiments.close_up import CloseUp
from mornet.reduction.pod import POD
from tests.figures.examples.drawn import drawn

SEEDS = np.arange(5)
RANKS = np.array([1, 2, 3, 4, 6, 8, 10])
METHODS = ("POD", "linear", "shallow", "deep")


def decays() -> dict[str, np.ndarray]:
    k = np.arange(1, 61)
    return {
        "heat": np.maximum(10 * np.exp(-0.9 * (k - 1)), 4e-16 * 10),
        "burgers": 30 * np.exp(-0.22 * (k - 1)),
        "advection": 5 * k**-1.0,
        "fitzhugh_nagumo": 8 * np.exp(-1.6 * (k - 1) ** 0.62),
    }


def pod_cases() -> list[Case]:
    def with_values(name: str, values: np.ndarray) -> Case:
        pod = drawn(POD, V=np.eye(60)[:, :5], singular_values=values)
        return drawn(Case, data_set=name, method="POD", models=(pod,))

    return [with_values(*item) for item in decays().items()]


def comparison(methods: tuple[str, ...] = METHODS, seeds: int = 5) -> Comparison:
    rng = np.random.default_rng(2)
    pod = 0.5 * np.exp(-0.42 * RANKS)
    centred = 0.8 * pod
    shape = (len(methods), len(RANKS), seeds)
    train, test = np.empty(shape), np.empty(shape)
    optimum = np.empty(shape[:2])
    factor = {"POD": 1.0, "linear": 1.02, "shallow": 0.5}
    for i, method in enumerate(methods):
        spread = 0.0 if method == "POD" else 0.15
        floor = 0.006 if method == "shallow" else 0.0
        scatter = np.exp(spread * np.abs(rng.standard_normal(shape[1:])))
        train[i] = (factor.get(method, 0.75) * pod + floor)[:, None] * scatter
        test[i] = train[i] * (1.25 + 0.05 * RANKS[:, None])
        optimum[i] = centred if method == "shallow" else pod
    return drawn(
        Comparison,
        data_set="burgers",
        denominator="snapshots",
        norm="F",
        split="the middle parameter is for testing",
        method=methods,
        trained=tuple(method != "POD" for method in methods),
        affine=tuple(method == "shallow" for method in methods),
        rank=RANKS,
        seed=SEEDS[:seeds],
        train_error=train,
        test_error=test,
        optimum=optimum,
        reference=("POD", "PCA", "mean"),
        reference_error=np.array([1.25 * pod, 1.25 * centred, np.full(len(RANKS), 0.9)]),
        between=0.0,
        sample_gradients=np.full(shape, 30_000),
        memory=np.full(shape[:2], 8_000),
        seconds=0.02
        * 6.0 ** np.arange(len(methods))[:, None, None]
        * (1 + RANKS)[:, None] ** 0.3
        * np.exp(0.1 * rng.standard_normal(shape)),
    )


def case(method: str, **changes: Any) -> Case:
    rng = np.random.default_rng(3)
    limit = {"POD": 0.02, "linear": 0.0201, "shallow": 0.012}
    rate = {"linear": 0.9, "shallow": 0.55}
    last = limit.get(method, 0.017) * np.exp(0.2 * np.abs(rng.standard_normal(5)))
    epoch = np.unique(np.round(np.geomspace(1, 5000, 120))) - 1
    curve = last[:, None] + 0.9 * (1 + epoch) ** -rate.get(method, 0.7)
    curve *= np.exp(0.05 * rng.standard_normal(curve.shape))
    fields = {
        "data_set": "burgers",
        "method": method,
        "denominator": "snapshots",
        "affine": method == "shallow",
        "rank": 5,
        "seed": SEEDS,
        "train_error": last,
        "test_error": 1.3 * last,
        "trained": True,
        "angle": np.full(5, 1e-7),
        "excess": np.full(5, 1e-12),
        "optimum": 0.016 if method == "shallow" else 0.02,
    }
    if method not in ("POD", "deep"):
        fields |= {"epoch": epoch, "curve": curve}
    return drawn(Case, **(fields | changes))


def close_up(**changes: Any) -> CloseUp:
    """Return two trajectories of a front that travels at the speeds 0.3 and 0.2."""
    x, t, speed = np.linspace(0, 1, 256), np.linspace(0, 2, 101), np.repeat([0.3, 0.2], 101)
    t = np.tile(t, 2)
    s = x[:, None] - 0.2 - speed * t
    U = front(s / 0.02)
    V = np.linalg.svd(U, full_matrices=False)[0][:, :5]
    pod = V @ (V.T @ U)
    smooth = front((s - 0.002 * np.sin(9 * t)) / 0.022)
    ripple = U + 0.03 * (pod - U) + 0.002 * np.sin(40 * x)[:, None] * np.cos(3 * t)
    phase = np.tile(np.linspace(0, 1, 101), 2) * (1 + speed)
    code = [
        V.T @ U,
        np.stack([phase, 0.1 * phase**2, *np.zeros((3, 202))]),
        np.stack([np.cos(3 * phase), np.sin(3 * phase), *np.zeros((3, 202))]),
    ]
    fields = {
        "data_set": "travelling_front",
        "code": np.array(code),
        "rank": 5,
        "method": ("POD", "shallow", "deep"),
        "test_error": np.array([0.1, 0.02, 0.01]),
        "x": x[None],
        "t": t,
        "mu": speed[None],
        "states": U,
        "reconstruction": np.array([pod, smooth, ripple]),
        "reference": "POD",
        "modes": V[:, :4],
        "energy": np.array([0.8, 0.1, 0.05, 0.02]),
        "trajectory": np.repeat([0, 1], 101),
        "units": {"x": "m", "t": "s", "U": "1"},
    }
    return drawn(CloseUp, **(fields | changes))


def front(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 - np.tanh(z / 2))
