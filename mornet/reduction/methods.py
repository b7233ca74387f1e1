"""Methods to compare: how a reduction is fitted, as frozen settings.

A method maps training snapshots, a rank and a generator to a `Fit`. ``affine`` says whether the
reduction has an offset, and so whether centred or uncentred POD is its reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from mornet.records import Array
from mornet.reduction.autoencoder import FittedAutoencoder, fit_autoencoder
from mornet.reduction.interface import Reduction
from mornet.reduction.linear_autoencoder import fit_linear_autoencoder
from mornet.reduction.pod import PODMethodName, fit_pod
from mornet.reduction.quadratic import fit_quadratic_manifold
from mornet.settings import Count, Positive
from mornet.training import Adam, Cosine, Shuffled


class Fit(NamedTuple):
    """A fitted reduction, with the training error on the way if there was any.

    ``error`` (k,) is ||X - G(F(X))||_F after ``epoch`` (k,) epochs or sweeps, in the units of the
    snapshots; ``range`` (n, r) spans the decoder's range if it is a linear space.
    """

    reduction: Reduction
    range: Array | None = None
    epoch: Array | None = None
    error: Array | None = None


class Method(Protocol):
    """Settings that can be fitted."""

    random: ClassVar[bool]

    @property
    def affine(self) -> bool:
        """Whether centred POD is the reference."""
        ...

    def fit(self, U: Array, rank: int, rng: np.random.Generator) -> Fit:
        """Return the fit of rank ``rank`` to the snapshots ``U`` (n, m)."""
        ...


@dataclass(frozen=True)
class PODMethod:
    """POD, by the direct SVD unless ``method`` says otherwise; ``centre`` makes it PCA."""

    random: ClassVar[bool] = False
    centre: bool = False
    method: PODMethodName = "svd"

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, U: Array, rank: int, rng: np.random.Generator) -> Fit:
        pod = fit_pod(
            U, rank=rank, centre="mean" if self.centre else None, method=self.method, rng=rng
        )
        return Fit(pod, pod.V)


@dataclass(frozen=True)
class LinearAutoencoderMethod:
    """Linear autoencoder by alternating least squares from random weights."""

    random: ClassVar[bool] = True
    bias: bool = False
    tolerance: float = 1e-12

    @property
    def affine(self) -> bool:
        return self.bias

    def fit(self, U: Array, rank: int, rng: np.random.Generator) -> Fit:
        fitted = fit_linear_autoencoder(
            U, rank, rng=rng, centre=self.bias, tolerance=self.tolerance
        )
        _, decoder = fitted.autoencoder.network.layers(fitted.autoencoder.p)
        return _with_curve(fitted, U.shape[1], decoder.W)


@dataclass(frozen=True)
class AutoencoderMethod:
    """Sigmoid (or other) autoencoder by mini-batch Adam; see `fit_autoencoder`."""

    random: ClassVar[bool] = True
    affine: ClassVar[bool] = True
    hidden: tuple[int, ...] = ()
    activation: str = "sigmoid"
    code_activation: str = "identity"
    pod_tolerance: float | None = None
    epochs: int = 500
    batch: int = 50
    learning_rate: float = 5e-3

    def fit(self, U: Array, rank: int, rng: np.random.Generator) -> Fit:
        sampling = Shuffled(self.batch)
        steps = self.epochs * sampling.steps_per_epoch(U.shape[1])
        fitted = fit_autoencoder(
            U,
            rank,
            rng=rng,
            hidden=self.hidden,
            activation=self.activation,
            code_activation=self.code_activation,
            pod_tolerance=self.pod_tolerance,
            epochs=self.epochs,
            sampling=sampling,
            optimiser=Adam(Cosine(self.learning_rate, steps)),
        )
        return _with_curve(fitted, U.shape[1], None)


@dataclass(frozen=True)
class QuadraticManifoldMethod:
    """POD modes and a quadratic correction; see `fit_quadratic_manifold`."""

    random: ClassVar[bool] = False
    affine: ClassVar[bool] = True
    greedy: bool = True
    regularisation: Positive = 1e-6
    candidates: Count = 200

    def fit(self, U: Array, rank: int, rng: np.random.Generator) -> Fit:
        manifold = fit_quadratic_manifold(
            U,
            rank,
            greedy=self.greedy,
            regularisation=self.regularisation,
            candidates=self.candidates,
        )
        return Fit(manifold)


METHODS: dict[str, type[Method]] = {
    "pod": PODMethod,
    "linear_autoencoder": LinearAutoencoderMethod,
    "autoencoder": AutoencoderMethod,
    "quadratic_manifold": QuadraticManifoldMethod,
}


def _with_curve(fitted: FittedAutoencoder, m: int, range_: Array | None) -> Fit:
    model, history = fitted
    error = model.scale * np.sqrt(2 * m * history.cost)
    return Fit(model, range_, history.sample_gradients / m, error)
