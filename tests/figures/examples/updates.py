"""Examples of the records of experiments with updates."""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.experiments.updates.accuracy import UpdateAccuracy
from mornet.experiments.updates.base_facts import BaseFacts
from mornet.experiments.updates.bridge import Bridge, ChangeBounds, SeriesErrors
from mornet.experiments.updates.burgers import BurgersAccuracy, BurgersUpdate
from mornet.experiments.updates.burgers_autoencoder import BurgersPOD
from mornet.experiments.updates.burgers_training import ColdStarts, WarmStarts
from mornet.experiments.updates.cut_offs import CutOffs, HessianSpectrum
from mornet.experiments.updates.damping import Crossovers, Damping
from mornet.experiments.updates.directions import Directions, FollowedDirections, Gains
from mornet.experiments.updates.disturbances import (
    Disturbances,
    DisturbedWeights,
    RepairedNoise,
)
from mornet.experiments.updates.matrix_free import MatrixFree
from mornet.experiments.updates.multi_start import (
    BranchChange,
    MultiStart,
    ReachedMinima,
    ReachedQuantiles,
)
from mornet.experiments.updates.orders import UpdateOrders
from mornet.experiments.updates.removal import Removal, RemovalEnds
from mornet.experiments.updates.rivals import Rivals
from mornet.experiments.updates.stream import Stream
from mornet.experiments.updates.work import UpdateWork
from mornet.nn import Network
from tests.figures.examples.drawn import drawn

TRAINERS = ("L-BFGS", "Adam, state kept", "Adam, state reset")
QUANTILES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


def base(**fields: Any) -> BaseFacts:
    net = fields.pop("network", Network((2, 2, 3, 2), "sigmoid"))
    about = {"trained": "ten_points", "decay": 1e-4, "samples": 10, "network": net}
    return drawn(BaseFacts, **(about | {"p": np.zeros(net.size)} | fields))


def accuracy() -> UpdateAccuracy:
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
        UpdateAccuracy,
        t=t,
        method=tuple(methods),
        error_order=order,
        error=error,
        round_off=1e-14,
        slope=order + np.array([0.0, 0.01, -0.01, 0.0, 0.02]),
        used=used.astype(int),
    )


def update_orders() -> UpdateOrders:
    m = np.arange(5)
    falling = 1e-3 * np.exp(-np.arange(50) / 8)
    retraining = falling ** np.array([1, 0.5, 0.3])[:, None, None]
    return drawn(
        UpdateOrders,
        base=base(),
        perturbation="targets",
        seed=0,
        accuracy=accuracy(),
        work=drawn(UpdateWork, update=4.0 * m + 5 * (m > 0), setup=60.0 * (m > 0)),
        rivals=drawn(
            Rivals,
            retrained_at=np.array([0, 4, 8]),
            trainer=TRAINERS,
            error=np.array([1e-2, 1, 100])[:, None] * retraining,
        ),
    )


def removal() -> Removal:
    rng = np.random.default_rng(5)
    reached = np.where(np.isin(np.arange(10), (3, 6)), [0.4], [1.0])
    methods = ("no update", "first order", "third order", "4 continuation steps")
    return drawn(
        Removal,
        base=base(decay=1e-3),
        ends=drawn(
            RemovalEnds,
            removed=np.arange(10),
            reached=reached,
            cause=tuple("fold" if t < 1 else "none" for t in reached),
            radius=np.where(reached < 1, 0.41, 2 + rng.random(10)),
            misfit=np.where(np.arange(10) == 8, 0.3, 1e-3),
            ahead=tuple(i != 9 for i in range(10)),
        ),
        possible=np.flatnonzero(reached == 1),
        method=methods,
        error=10.0 ** -np.arange(1, 5)[:, None] * (0.5 + rng.random((4, 8))),
    )


def cut_offs() -> CutOffs:
    t = np.logspace(-3, 0, 9)
    bend = np.array([0.0, 0.0, 0.1, 0.5])[:, None]
    treatment = ("gauge fixed", "known nullity", "cut-off 1e-6", "damping 1e-6")
    return drawn(
        CutOffs,
        condition=1e5,
        t=t,
        treatment=treatment,
        no_update=0.05 * t,
        first_order=2e-3 * t**2 + 0.05 * bend * t,
        newton_step=6e-3 * t**2 + 0.05 * bend * t,
        sound=np.array([1, 0, 0, 0]),
        spectra=(
            HessianSpectrum(
                "linear autoencoder", 3, np.append(np.geomspace(1, 1e-4, 9), [1e-16] * 3)
            ),
            HessianSpectrum("ten points", 0, np.geomspace(0.4, 1e-5, 23)),
        ),
    )


def damping() -> Damping:
    t, mu = np.geomspace(1e-5, 1e-1, 33), 10.0 ** np.arange(-6, -1)
    c1 = 50 * mu / (1 + 20 * mu)
    error = np.hypot(c1[:, None] * t, 0.02 * t**2)
    return drawn(
        Damping,
        base=base(),
        t=t,
        no_update=0.06 * t,
        exact=0.02 * t**2,
        error=error,
        middle=np.sqrt(t[1:] * t[:-1]),
        slope=np.diff(np.log(error)) / np.diff(np.log(t)),
        crossovers=drawn(
            Crossovers,
            damping=mu,
            c1=c1,
            c2=np.full(5, 0.02),
            predicted=c1 / 0.02,
            observed=np.where(c1 / 0.02 < 0.1, c1 / 0.02, 0),
        ),
    )


def disturbances() -> Disturbances:
    size = np.geomspace(1e-3, 1, 9)
    names, repairs = ("float16", "int8", "rank 1"), ("no repair", "chord step", "last layer")
    repairs = (*repairs, "within the set")
    length = np.repeat([1e-3, 1e-2, 30.0], len(repairs))
    gain = np.tile([1.0, 0.0, 0.5, 0.2], len(names))
    error = gain * length + (gain == 0) * length**2
    return drawn(
        Disturbances,
        base=base(),
        output=0.6,
        cases=drawn(
            DisturbedWeights,
            disturbance=tuple(np.repeat(names, len(repairs)).tolist()),
            repair=repairs * len(names),
            error=error,
            excess=0.3 * length**2 * (1 + 0.02 * length),
            quadratic=0.3 * length**2,
        ),
        noise=drawn(
            RepairedNoise,
            size=size,
            excess=0.2 * size**2 * (1 - 0.1 * size),
            quadratic=0.2 * size**2,
            method=repairs[:3],
            error=np.array([size, size**2, 0.4 * size]),
            slope=np.array([1.0, 2.0, 1.0]),
        ),
    )


def stream() -> Stream:
    arrived = np.arange(1, 31)
    return drawn(
        Stream,
        network=Network((20, 3, 20), "identity"),
        samples=100,
        decay=1e-4,
        arrived=arrived,
        method=("no update", "first order", "Kalman (H)"),
        error=np.array([[0.01], [0.006], [1e-3]]) * arrived**0.5,
        work=np.array([0.0, 0.6, 36.0]),
    )


def matrix_free() -> MatrixFree:
    P, tolerance = np.array([143, 563, 2243]), np.array([1e-1, 1e-3, 1e-6, 1e-9])
    products = 12 * np.sqrt(P)[:, None, None] * -np.log10(tolerance) * np.array([[1.1], [1]])
    return drawn(
        MatrixFree,
        code=3,
        samples=200,
        decay=1e-4,
        width=P // 7,
        parameters=P,
        method=("MINRES", "CG"),
        tolerance=tolerance,
        error=10 * np.broadcast_to(tolerance, products.shape) ** 1.1,
        work=3 + 2 * products,
        direct_work=4 + 2 * P + P**2 / 720,
    )


def bridge() -> Bridge:
    t, degree = np.logspace(-3, 0, 9), np.array([0, 1, 2, 3, 5])
    error = 0.05 * 30.0 ** -degree[:, None] * t ** (degree[:, None] + 1) + 3e-15
    return drawn(
        Bridge,
        r=3,
        series=drawn(SeriesErrors, t=t, degree=degree, pod=error, autoencoder=1.1 * error),
        bounds=drawn(
            ChangeBounds,
            t=t,
            change=error[0],
            wedin=np.where(t < 0.5, 10 * error[0], 1e300),
            davis_kahan=13 * error[0],
            cai_zhang=np.minimum(5 * error[0], 2),
        ),
        first=np.array([2e-11, 4e-11]),
        second=np.array([8e-10, 1e-9]),
    )


def burgers_update() -> BurgersUpdate:
    rng = np.random.default_rng(6)
    t, order = np.array([0.125, 0.25, 0.5, 0.75, 1.0]), np.array([[1], [2], [2]])
    gap = np.array([[3e-2], [6e-4], [4e-3]]) * t**order
    return drawn(
        BurgersUpdate,
        mu=1.0,
        new_mu=1.01,
        base=base(network=Network((14, 10, 2, 10, 14), "tanh")),
        accuracy=drawn(
            BurgersAccuracy,
            t=t,
            branch_error=0.005 + 0 * t,
            method=("no update", "first order", "Newton step"),
            error=np.sqrt(0.005**2 + gap**2),
            gap=gap,
        ),
        work=drawn(
            UpdateWork, update=np.array([0.0, 5.0, 1000.0]), seconds=np.array([1e-6, 6e-4, 0.03])
        ),
        warm=warm_starts(),
        cold=cold_starts(rng),
        pod=drawn(BurgersPOD, method=("old modes", "new modes"), error=np.full((2, 5), 0.148)),
    )


def warm_starts() -> WarmStarts:
    gradients = np.arange(1, 200)
    return drawn(
        WarmStarts,
        trainer=TRAINERS,
        gradients=gradients,
        error=0.005 + 0.02 / gradients ** np.array([[1.0], [0.8], [0.7]]),
        seconds=np.array([0.04, 0.02, 0.02]),
    )


def cold_starts(rng: np.random.Generator) -> ColdStarts:
    spent = np.geomspace(1, 2e4, 60)
    curve = 0.005 + 0.5 / (1 + spent) ** rng.uniform(0.6, 0.9, (9, 1))
    ends, error = 1e4 * rng.uniform(0.6, 1.8, 9), 0.005 * rng.uniform(1, 1.1, 9)
    return drawn(
        ColdStarts,
        quantile=QUANTILES,
        spent=spent.astype(int),
        curve=curve,
        curve_quantiles=np.quantile(curve, QUANTILES, axis=0),
        gradients=ends.astype(int),
        error=error,
        error_quantiles=np.quantile(error, QUANTILES),
        seconds=2e-4 * ends,
    )


def directions() -> Directions:
    values = np.append(4.8 * 0.4 ** np.arange(12), 1e-16)
    t, gain = np.logspace(-4, -2, 5), np.array([4.8, 1.3, 1.0, 1.2])
    return drawn(
        Directions,
        perturbation="inputs",
        base=base(),
        outputs=drawn(Gains, singular_values=values, mean=1.4),
        drawn_gain=np.linspace(0.2, 3.4, 1000),
        followed=drawn(
            FollowedDirections,
            direction=("worst", "random 1", "random 2", "random 3"),
            gain=gain,
            t=t,
            move=gain[:, None] * t * (1 - 5 * t),
        ),
    )


def multi_start() -> MultiStart:
    rng = np.random.default_rng(7)
    t = np.array([0.0, 1e-4, 1e-3, 1e-2, 1e-1])
    apart = np.exp(rng.standard_normal((5, 25))) / 50
    return drawn(
        MultiStart,
        perturbation="targets",
        base=base(),
        branch=drawn(BranchChange, t=t, objective=0.0288 + 0.01 * t, change=0.04 * t),
        reached=drawn(
            ReachedMinima,
            objective=0.0289 + 0.01 * t[:, None] + 2e-3 * rng.integers(4, size=25),
            independent=apart,
        ),
        quantiles=drawn(
            ReachedQuantiles,
            independent=np.quantile(apart, QUANTILES, axis=1),
            pair=0.05 * t * np.array([[0.8], [0.9], [1], [2], [40]]),
        ),
    )
