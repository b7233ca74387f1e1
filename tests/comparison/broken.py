"""Autoencoders that are broken in one way each, with the data sets on which they were trained."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mornet.comparison import AutoencoderMethod, Case, run_case
from mornet.comparison.explain import Explanation, explain, explain_case
from mornet.comparison.explain.training import Curve
from mornet.nn import initialise
from mornet.reduction.autoencoder.fit import train_autoencoder
from mornet.snapshots import DataSet, Snapshots

N = 64
x, t = np.arange(N) / N, np.linspace(0, 1, 24)
SOUND = {"hidden": (24,), "epochs": 300, "batch": 40, "learning_rate": 0.03}


def pulse(mu: float, t: np.ndarray) -> np.ndarray:
    """A pulse that moves; mu is its width."""
    return np.exp(-0.5 * ((x[:, None] - 0.25 - 0.5 * t) / (0.1 + 0.05 * mu)) ** 2)


def pulses(train=(0, 0.25, 0.5, 0.75, 1.0), test=(0.125, 0.625), state=pulse) -> DataSet:
    def part(mus):
        states = [state(mu, t) for mu in mus]
        return Snapshots.of_trajectories(states, x=x[None], t=t, mu=[(mu,) for mu in mus])

    return DataSet("pulses", part(train), part(test), "other parameters")


def two_pulses(mu: float, t: np.ndarray) -> np.ndarray:
    """A pulse and another one that mu brings in: two values of mu do not show it."""
    first = np.exp(-0.5 * ((x[:, None] - 0.2 - 0.25 * mu - 0.35 * t * (1 - mu / 2)) / 0.06) ** 2)
    return first + mu / 2 * np.exp(-0.5 * ((x[:, None] - 0.8 + mu / 2 * t) / 0.08) ** 2)


def two_units(mu: float, t: np.ndarray) -> np.ndarray:
    """A pulse in the first half of the rows, and waves ten thousand times smaller in the others."""
    U = pulse(mu, t)
    U[N // 2 :] = 1e-4 * np.sin(6 * (x[: N // 2, None] + t) + mu)
    return U


def shuffled() -> DataSet:
    data, order = pulses(), np.random.default_rng(3).permutation(N)
    parts = {name: getattr(data, name) for name in ("train", "test")}
    return replace(data, **{k: replace(part, U=part.U[order]) for k, part in parts.items()})


def noise() -> DataSet:
    rng = np.random.default_rng(0)
    A = rng.standard_normal((N, 2))

    def part(m):
        U = A @ rng.standard_normal((2, m)) + 0.3 * rng.standard_normal((N, m))
        return Snapshots(U=U, x=x[None], trajectory=np.arange(m))

    return DataSet("noise", part(40), part(40), "independent draws")


def series() -> DataSet:
    """Four pulses that wander, every other snapshot for testing."""
    times, columns = np.linspace(0, 1, 160), np.arange(160)
    w = [0.5 + 0.4 * np.sin((14 + 8 * k) * times + k) for k in range(4)]
    U = sum(
        np.exp(-0.5 * ((x[:, None] - 0.2 * (k + 1) - 0.1 * w[k]) / 0.06) ** 2)
        * (0.3 + w[(k + 1) % 4])
        for k in range(4)
    )
    both = Snapshots(U=U, x=x[None], trajectory=np.zeros(160, dtype=int), t=times)
    return DataSet("series", both.take(columns[::2]), both.take(columns[1::2]), "every second")


def fitted(data: DataSet, rank: int = 2, **changes) -> Case:
    return run_case(data, "net", AutoencoderMethod(**(SOUND | changes)), rank, (0,))


def explained(data: DataSet, rank: int = 2, **changes) -> Explanation:
    return explain_case(fitted(data, rank, **changes), data)


def with_dead_units() -> Explanation:
    """The explanation of a training whose start has 20 of 24 dead units in a layer."""
    data, settings = pulses(), AutoencoderMethod(**SOUND, activation="relu")
    model, rng = fitted(data, activation="relu", epochs=1).model(0), np.random.default_rng(0)
    start = initialise(model.network, "glorot", rng)
    layers = model.network.layers(start)
    for layer in (layers[0], layers[2]):
        layer.b[:20] = -40.0
    trained, history = train_autoencoder(model, data.train.U, settings, rng=rng, start=start)
    curve = Curve(history.sample_gradients / data.train.m, np.sqrt(history.objective))
    return explain(trained, data, settings=settings, curve=curve)


BROKEN: dict[str, Callable[[], Explanation]] = {
    "Learning rate too high": lambda: explained(pulses(), learning_rate=1.0),
    "Learning rate too low": lambda: explained(pulses(), learning_rate=1e-5),
    "Dead units": with_dead_units,
    "Saturated units": lambda: explained(
        pulses(),
        hidden=(64, 64),
        epochs=60,
        activation="tanh",
        initialisation="normal",
        pod_tolerance=None,
        optimiser="adam",
    ),
    "Unscaled variables": lambda: explained(pulses(state=two_units)),
    "Over-fitted": lambda: explained(noise(), hidden=(32,), epochs=500, activation="tanh"),
    "Few parameters": lambda: explained(pulses((0.0, 1.0), (0.5,), two_pulses)),
    "Code too small": lambda: explained(pulses(), rank=1),
    "Leaked split": lambda: explained(series()),
    "Order of degrees of freedom": lambda: explained(
        shuffled(),
        hidden=(12,),
        epochs=150,
        pod_tolerance=None,
        decoder_density=0.2,
        optimiser="adam",
    ),
    "Stopped early": lambda: explained(pulses(), epochs=8),
    "Plateau": lambda: explained(
        pulses(),
        hidden=(24, 24, 24, 24),
        epochs=200,
        activation="sigmoid",
        optimiser="adam",
        learning_rate=None,
    ),
}
