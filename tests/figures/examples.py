"""Synthetic records that look like real ones; run as a script it draws every figure.

python tests/figures/examples.py DIRECTORY
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import numpy as np

from mornet.comparison import Case, Comparison
from mornet.experiments.close_up import CloseUp
from mornet.experiments.ten_points.entering_example import EnteringExample
from mornet.experiments.ten_points.optimiser_race import OptimiserRace
from mornet.experiments.updates.bridge import BridgeStudy
from mornet.experiments.updates.burgers import BurgersStudy
from mornet.experiments.updates.cut_offs import CutOffStudy, Spectrum
from mornet.experiments.updates.damping import DampingStudy
from mornet.experiments.updates.directions import DirectionsStudy
from mornet.experiments.updates.disturbances import DisturbanceStudy
from mornet.experiments.updates.matrix_free import MatrixFreeStudy
from mornet.experiments.updates.multi_start import MultiStartStudy
from mornet.experiments.updates.orders import UpdateStudy
from mornet.experiments.updates.removal import RemovalStudy
from mornet.experiments.updates.stream import StreamStudy
from mornet.figures import FIGURES, draw, figure_module, style
from mornet.nn import Network
from mornet.reduction.pod import POD

SEEDS = np.arange(5)
RANKS = np.array([1, 2, 3, 4, 6, 8, 10])
METHODS = ("POD", "linear", "shallow", "deep")

# trained parameters of the article's ten-point example, to four decimals
TRAINED = np.array(
    [
        -1.6641, 9.1711, -10.8135, -6.893, -5.5121, 6.0093, -3.9899, -6.1916,
        6.9966, 9.3395, -3.2708, -5.4358, 2.5383, -4.0797, 2.1613, -5.5324,
        9.6099, -4.854, 5.9472, -9.3356, 4.8455, 0.1244, -0.4573,
    ]
)  # fmt: skip


def drawn(record: type[Any], **fields: Any) -> Any:
    """Return the record with these fields; the others, which no figure may look at, are None."""
    return record(**({field.name: None for field in dataclasses.fields(record)} | fields))


def entering_example(reference_cost: float | None = 7.3035e-4) -> EnteringExample:
    rng = np.random.default_rng(1)
    network = Network((2, 2, 3, 2))
    step = 1 + 10_000 * np.arange(100)
    fall = 1 / (1 + np.exp(-(step - 1.1e5) / 1.2e4))
    cost = 5.0 * (1 - fall) + fall * 0.01 * (1.5e5 / (step + 5e4)) ** 1.4
    cost *= np.exp(0.12 * rng.standard_normal(100))
    grid = np.linspace(0, 1, 501)
    points = np.array(np.meshgrid(grid, grid)).reshape(2, -1)
    F = network.forward(TRAINED, points)
    return drawn(
        EnteringExample,
        network=network,
        x=np.array(
            [
                [0.1, 0.3, 0.1, 0.6, 0.4, 0.6, 0.5, 0.9, 0.4, 0.7],
                [0.1, 0.4, 0.5, 0.9, 0.2, 0.3, 0.6, 0.2, 0.4, 0.6],
            ]
        ),
        y=np.repeat(np.eye(2), 5, axis=1),
        p=TRAINED,
        step=step,
        cost=cost,
        x1=grid,
        x2=grid,
        region=(F[0] > F[1]).astype(int).reshape(501, 501),
        reference_cost=reference_cost,
    )


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
        method=methods,
        affine=tuple(method == "shallow" for method in methods),
        rank=RANKS,
        seed=SEEDS[:seeds],
        train_error=train,
        test_error=test,
        optimum=optimum,
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
        "optimum": 0.016 if method == "shallow" else 0.02,
    }
    if method not in ("POD", "deep"):
        fields |= {"epoch": epoch, "curve": curve}
    return drawn(Case, **(fields | changes))


def update_study() -> UpdateStudy:
    rng = np.random.default_rng(4)
    t = np.logspace(-4, 0, 9)
    methods = {
        "no update": (1, 0.4),
        "damped first order": (1, 0.03),
        "first order": (2, 0.6),
        "Newton step": (2, 0.25),
        "second order": (3, 0.9),
    }
    order = np.array([k for k, _ in methods.values()])
    constant = np.array([c for _, c in methods.values()])
    error = constant[:, None] * t ** order[:, None] / (1 + 0.5 * t)
    error = error + 2e-13 * (1 + 0.5 * rng.random(error.shape))
    used = (error > 1e-11) & (t < 0.5)
    return drawn(
        UpdateStudy,
        t=t,
        method=tuple(methods),
        order=order,
        error=error,
        slope=order + np.array([0.0, 0.01, -0.01, 0.0, 0.02]),
        used=used.astype(int),
    )


def priced_update_study() -> UpdateStudy:
    study = update_study()
    m = np.arange(len(study.method))
    falling = 1e-3 * np.exp(-np.arange(50) / 8)
    fields = {
        "marginal": 4.0 * m + 5 * (m > 0),
        "setup": 60.0 * (m > 0),
        "floor": 1e-14,
        "retrained_at": np.array([0, 4, 8]),
        "trainer": ("L-BFGS", "Adam, state kept", "Adam, state reset"),
        "retraining_error": np.array([1e-2, 1, 100])[:, None]
        * falling ** np.array([1, 0.5, 0.3])[:, None, None],
    }
    return dataclasses.replace(study, **fields)


def removal_study() -> RemovalStudy:
    rng = np.random.default_rng(5)
    reached = np.where(np.isin(np.arange(10), (3, 6)), [0.4], [1.0])
    methods = ("no update", "first order", "third order", "4 continuation steps")
    return drawn(
        RemovalStudy,
        removed=np.arange(10),
        reached=reached,
        cause=tuple("fold" if t < 1 else "none" for t in reached),
        radius=np.where(reached < 1, 0.41, 2 + rng.random(10)),
        misfit=np.where(np.arange(10) == 8, 0.3, 1e-3),
        possible=np.flatnonzero(reached == 1),
        method=methods,
        error=10.0 ** -np.arange(1, 5)[:, None] * (0.5 + rng.random((4, 8))),
    )


def cut_off_study() -> CutOffStudy:
    t = np.logspace(-3, 0, 9)
    bend = np.array([0.0, 0.0, 0.1, 0.5])[:, None]
    treatment = ("gauge fixed", "known nullity", "cut-off 1e-6", "damping 1e-6")
    return drawn(
        CutOffStudy,
        t=t,
        treatment=treatment,
        no_update=0.05 * t,
        first_order=2e-3 * t**2 + 0.05 * bend * t,
        newton=6e-3 * t**2 + 0.05 * bend * t,
        sound=np.array([1, 0, 0, 0]),
        spectra=(
            Spectrum("linear autoencoder", 3, np.append(np.geomspace(1, 1e-4, 9), [1e-16] * 3)),
            Spectrum("ten points", 0, np.geomspace(0.4, 1e-5, 23)),
        ),
    )


def damping_study() -> DampingStudy:
    t, damping = np.geomspace(1e-5, 1e-1, 33), 10.0 ** np.arange(-6, -1)
    c1 = 50 * damping / (1 + 20 * damping)
    error = np.hypot(c1[:, None] * t, 0.02 * t**2)
    return drawn(
        DampingStudy,
        t=t,
        no_update=0.06 * t,
        exact=0.02 * t**2,
        damping=damping,
        error=error,
        c1=c1,
        c2=np.full(5, 0.02),
        predicted=c1 / 0.02,
        middle=np.sqrt(t[1:] * t[:-1]),
        slope=np.diff(np.log(error)) / np.diff(np.log(t)),
        seen=np.where(c1 / 0.02 < 0.1, c1 / 0.02, 0),
    )


def disturbance_study() -> DisturbanceStudy:
    size = np.geomspace(1e-3, 1, 9)
    disturbances, repairs = ("float16", "int8", "rank 1"), ("no repair", "chord step", "last layer")
    repairs = (*repairs, "within the set")
    length = np.repeat([1e-3, 1e-2, 30.0], len(repairs))
    gain = np.tile([1.0, 0.0, 0.5, 0.2], len(disturbances))
    error = gain * length + (gain == 0) * length**2
    return drawn(
        DisturbanceStudy,
        output=0.6,
        disturbance=tuple(np.repeat(disturbances, len(repairs)).tolist()),
        repair=repairs * len(disturbances),
        error=error,
        excess=0.3 * length**2 * (1 + 0.02 * length),
        quadratic=0.3 * length**2,
        size=size,
        noise_excess=0.2 * size**2 * (1 - 0.1 * size),
        noise_quadratic=0.2 * size**2,
        method=repairs[:3],
        noise_error=np.array([size, size**2, 0.4 * size]),
        slope=np.array([1.0, 2.0, 1.0]),
    )


def stream_study() -> StreamStudy:
    arrived = np.arange(1, 31)
    return drawn(
        StreamStudy,
        arrived=arrived,
        method=("no update", "first order", "Kalman (H)"),
        error=np.array([[0.01], [0.006], [1e-3]]) * arrived**0.5,
        price=np.array([0.0, 0.6, 36.0]),
    )


def matrix_free_study() -> MatrixFreeStudy:
    P, tolerance = np.array([143, 563, 2243]), np.array([1e-1, 1e-3, 1e-6, 1e-9])
    products = 12 * np.sqrt(P)[:, None, None] * -np.log10(tolerance) * np.array([[1.1], [1]])
    return drawn(
        MatrixFreeStudy,
        width=P // 7,
        parameters=P,
        method=("MINRES", "CG"),
        tolerance=tolerance,
        error=10 * np.broadcast_to(tolerance, products.shape) ** 1.1,
        price=3 + 2 * products,
        direct=4 + 2 * P + P**2 / 720,
    )


def bridge_study() -> BridgeStudy:
    t, degree = np.logspace(-3, 0, 9), np.array([0, 1, 2, 3, 5])
    error = 0.05 * 30.0 ** -degree[:, None] * t ** (degree[:, None] + 1) + 3e-15
    return drawn(
        BridgeStudy,
        r=3,
        t=t,
        degree=degree,
        pod_error=error,
        autoencoder_error=1.1 * error,
        change=error[0],
        wedin=np.where(t < 0.5, 10 * error[0], 1e300),
        davis_kahan=13 * error[0],
        cai_zhang=np.minimum(5 * error[0], 2),
        first=np.array([2e-11, 4e-11]),
        second=np.array([8e-10, 1e-9]),
    )


def burgers_study() -> BurgersStudy:
    rng = np.random.default_rng(6)
    t, order = np.array([0.125, 0.25, 0.5, 0.75, 1.0]), np.array([[1], [2], [2]])
    gradients, spent = np.arange(1, 200), np.geomspace(1, 2e4, 60)
    gap = np.array([[3e-2], [6e-4], [4e-3]]) * t**order
    quantile = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    curve = 0.005 + 0.5 / (1 + spent) ** rng.uniform(0.6, 0.9, (9, 1))
    ends, error = 1e4 * rng.uniform(0.6, 1.8, 9), 0.005 * rng.uniform(1, 1.1, 9)
    return drawn(
        BurgersStudy,
        network=Network((14, 10, 2, 10, 14), "tanh"),
        t=t,
        branch_error=0.005 + 0 * t,
        method=("no update", "first order", "Newton step"),
        error=np.sqrt(0.005**2 + gap**2),
        gap=gap,
        marginal=np.array([0.0, 5.0, 1000.0]),
        seconds=np.array([1e-6, 6e-4, 0.03]),
        trainer=("L-BFGS", "Adam, state kept", "Adam, state reset"),
        gradients=gradients,
        warm_error=0.005 + 0.02 / gradients ** np.array([[1.0], [0.8], [0.7]]),
        warm_seconds=np.array([0.04, 0.02, 0.02]),
        quantile=quantile,
        cold_spent=spent.astype(int),
        cold_curve=curve,
        cold_curve_quantiles=np.quantile(curve, quantile, axis=0),
        cold_gradients=ends.astype(int),
        cold_error=error,
        cold_error_quantiles=np.quantile(error, quantile),
        cold_seconds=2e-4 * ends,
        pod_method=("old modes", "new modes"),
        pod_error=np.full((2, 5), 0.148),
    )


def directions_study() -> DirectionsStudy:
    t, gain = np.logspace(-4, -2, 5), np.array([4.8, 1.3, 1.0, 1.2])
    return drawn(
        DirectionsStudy,
        trained="ten_points",
        perturbation="inputs",
        decay=1e-4,
        values=np.append(4.8 * 0.4 ** np.arange(12), 1e-16),
        mean=1.4,
        drawn_gain=np.linspace(0.2, 3.4, 1000),
        direction=("worst", "random 1", "random 2", "random 3"),
        gain=gain,
        t=t,
        move=gain[:, None] * t * (1 - 5 * t),
    )


def multi_start_study() -> MultiStartStudy:
    rng = np.random.default_rng(7)
    t = np.array([0.0, 1e-4, 1e-3, 1e-2, 1e-1])
    apart = np.exp(rng.standard_normal((5, 25))) / 50
    quantile = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    return drawn(
        MultiStartStudy,
        trained="ten_points",
        perturbation="targets",
        decay=1e-4,
        t=t,
        branch_cost=0.0288 + 0.01 * t,
        change=0.04 * t,
        cost=0.0289 + 0.01 * t[:, None] + 2e-3 * rng.integers(4, size=25),
        independent=apart,
        independent_quantiles=np.quantile(apart, quantile, axis=1),
        pair_quantiles=0.05 * t * np.array([[0.8], [0.9], [1], [2], [40]]),
    )


def optimiser_race(starts: int = 5) -> OptimiserRace:
    rng = np.random.default_rng(5)
    work = np.logspace(0, 3.6, 145)
    delay = np.exp(0.2 * rng.standard_normal((4, starts, 1)))
    slow = np.array([[400.0], [60.0], [40.0], [30.0]])[:, None]
    power = np.array([[1.0], [2.0], [0.3], [18.0]])[:, None]
    return drawn(
        OptimiserRace,
        method=("stochastic gradient", "Adam", "L-BFGS", "least squares"),
        work=work,
        cost=5 * (1 + work / (slow * delay)) ** -power + 1e-30,
        spent=np.array([4000.0, 4000.0, 300.0, 120.0])[:, None] * np.ones(starts),
        end_cost=np.array([1e-9, 1e-8, 1.67]),
    )


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
        "x": x[None],
        "t": t,
        "mu": speed[None],
        "states": U,
        "reconstruction": np.array([pod, smooth, ripple]),
        "trajectory": np.repeat([0, 1], 101),
        "units": {"x": "m", "t": "s", "U": "1"},
    }
    return drawn(CloseUp, **(fields | changes))


def front(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 - np.tanh(z / 2))


def records(name: str) -> list[Any]:
    """Return the records that figure ``name`` shows."""
    if name == "singular_values":
        return pod_cases()
    if name == "learning_curves":
        return [case(method) for method in METHODS]
    others = {
        "error_versus_rank": comparison,
        "error_versus_cost": comparison,
        "latent_trajectories": close_up,
        "reconstruction": close_up,
        "update_slopes": update_study,
        "update_costs": priced_update_study,
        "removals": removal_study,
        "spectra": cut_off_study,
        "cut_offs": cut_off_study,
        "damping": damping_study,
        "disturbances": disturbance_study,
        "matrix_free": matrix_free_study,
        "stream": stream_study,
        "bridge": bridge_study,
        "burgers_update": burgers_study,
        "directions": directions_study,
        "multi_start": multi_start_study,
        "optimiser_race": optimiser_race,
    }
    return [others.get(name, entering_example)()]


def figure(name: str) -> Any:
    """Return the figure ``name`` drawn from the examples of this file."""
    module = figure_module(name)
    figure = style.new_figure(module.SIZE)
    module.draw(figure, *records(name))
    return figure


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    directory.mkdir(exist_ok=True)
    for name in FIGURES:
        draw(name, records(name), directory / name)
