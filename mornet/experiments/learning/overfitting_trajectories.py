"""Over-fitting of autoencoders that see few trajectories of Burgers' equation, and three cures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.experiments.learning.cures import CURES, CureSettings, Samples, cured, growing
from mornet.fom.burgers import burgers_data_set
from mornet.linalg import rms
from mornet.nn import Network, initialise
from mornet.records import Array, Indices, array, in_short
from mornet.reduction import POD, fit_pod, relative_error
from mornet.settings import Count, Fraction, Seed, Several

HEIGHTS = 0.9, 1.1  # the ends of the parameters of training; one trajectory has their mean
VALIDATION, TEST = (0.93, 1.07), (0.92, 0.97, 1.03, 1.08)
SHORTER = CureSettings(adam_steps=1000, decays=(1e-5, 1e-4, 1e-3), rates=(0.02,))


@dataclass(frozen=True, eq=False)
class OverfittingTrajectories:
    """Errors of autoencoders that grow past the number of numbers that they are trained on.

    They map POD coordinates of snapshots to a code and back. ``trajectories`` evenly spaced heights
    of the initial bump are for training, others for validation and for tests. Errors are relative
    to the snapshots and hold the truncation error of the coordinates, the ``floor``.
    """

    kind: ClassVar[str] = "overfitting_trajectories"
    __repr__ = in_short
    code: int
    n: int
    steps: int
    trajectories: Indices = array("number", about="trajectories for training")
    samples: Indices = array("number", about="numbers to fit: coordinates times snapshots")
    width: Indices = array("width", about="units of a hidden layer")
    parameters: Indices = array("number", "width", about="P")
    cure: tuple[str, ...] = array("cure")
    train_error: Array = array("cure", "number", "width", "seed")
    test_error: Array = array("cure", "number", "width", "seed")
    decay: Array = array("number", "width", "seed", about="chosen weight decay")
    rate: Array = array("number", "width", "seed", about="chosen rate of dropout")
    pod_error: Array = array("number", about="test error of centred POD of the size of the code")
    floor: Array = array("number", about="test error of the coordinates alone")
    seconds: Array = array(units="s", about="processor time", measured=True)


class Coordinates(NamedTuple):
    """Snapshots for training, validation and tests, and the POD coordinates of the first."""

    pod: POD
    scale: float
    train: Array
    validation: Array
    test: Array

    def samples(self, U: Array) -> Samples:
        """Return the coordinates of ``U`` as samples of the identity."""
        z = self.pod.encode(U) / self.scale
        return Samples(z, z)

    def error(self, net: Network, p: Array, U: Array) -> float:
        """Return the relative error of the snapshots ``U`` behind the network."""
        x = self.samples(U).x
        return rms(U - self.pod.decode(self.scale * net.forward(p, x))) / rms(U)


def overfitting_trajectories(
    *,
    trajectories: Several[Count] = (1, 2, 5),
    code: Count = 2,
    widths: Several[Count] = (2, 4, 8, 16, 32, 64, 128),
    n: Count = 256,
    steps: Count = 100,
    tolerance: Fraction = 1e-3,
    cures: CureSettings = SHORTER,
    seeds: Several[Seed] = (0, 1, 2),
) -> OverfittingTrajectories:
    """Return the errors of autoencoders q - width - ``code`` - width - q for all ``widths``.

    The q POD coordinates have at most the relative truncation error ``tolerance`` on the training
    snapshots.
    """
    begin = time.process_time()
    parts = [_coordinates(number, n, steps, tolerance) for number in trajectories]
    found = np.array(
        [
            [[_errors(part, code, width, cures, seed) for seed in seeds] for width in widths]
            for part in parts
        ]
    )  # (number, width, seed, cure, [training error, test error, choice])
    train_error, test_error, choice = np.moveaxis(found, (4, 3), (0, 1))
    pods = [fit_pod(part.train, rank=code, centre="mean") for part in parts]
    return OverfittingTrajectories(
        code=code,
        n=n,
        steps=steps,
        trajectories=np.array(trajectories),
        samples=np.array([part.pod.r * part.train.shape[1] for part in parts]),
        width=np.array(widths),
        parameters=np.array(
            [[_network(p.pod.r, w, code, None).size for w in widths] for p in parts]
        ),
        cure=CURES,
        train_error=train_error,
        test_error=test_error,
        decay=choice[CURES.index("weight decay")],
        rate=choice[CURES.index("dropout")],
        pod_error=np.array([relative_error(f, p.test) for f, p in zip(pods, parts, strict=True)]),
        floor=np.array([relative_error(part.pod, part.test) for part in parts]),
        seconds=np.array(time.process_time() - begin),
    )


def _coordinates(number: int, n: int, steps: int, tolerance: float) -> Coordinates:
    heights = tuple(np.linspace(*HEIGHTS, number)) if number > 1 else (float(np.mean(HEIGHTS)),)
    data = burgers_data_set(n=n, steps=steps, train=heights, test=TEST)
    validation = burgers_data_set(n=n, steps=steps, train=VALIDATION).train.U
    pod = fit_pod(data.train.U, tolerance=tolerance, centre="mean")
    scale = rms(pod.encode(data.train.U))
    return Coordinates(pod, scale, data.train.U, validation, data.test.U)


def _network(q: int, width: int, code: int, rate: float | None) -> Network:
    activations = ("tanh", "identity", "tanh", "identity")
    return growing((q, width, code, width, q), activations, rate)


def _errors(
    part: Coordinates, code: int, width: int, cures: CureSettings, seed: int
) -> list[tuple[float, float, float]]:
    """Return training error, test error and choice for each cure."""
    network = partial(_network, part.pod.r, width, code)
    start = initialise(network(None), "glorot", np.random.default_rng([seed, width]))
    samples = part.samples(part.train), part.samples(part.validation)
    return [
        (part.error(net, p, part.train), part.error(net, p, part.test), choice)
        for net, p, choice in cured(network, start, samples, cures, seed)
    ]
