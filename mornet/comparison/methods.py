"""Methods to compare: how a reduction is fitted, as frozen settings.

A method maps training snapshots, a rank and a generator to a `Fit`. ``affine`` says whether the
reduction has an offset, and so whether centred or uncentred POD is its reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar, Literal, NamedTuple, Protocol

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.fit import FittedAutoencoder, fit_autoencoder
from mornet.reduction.autoencoder.linear import fit_linear_autoencoder
from mornet.reduction.dmd import fit_dmd
from mornet.reduction.hybrid.fit import fit_hybrid, hybrid_curve
from mornet.reduction.interface import Reduction
from mornet.reduction.pod import PODMethodName, fit_pod
from mornet.reduction.quadratic.fit import fit_quadratic_manifold
from mornet.settings import Count, Fraction, Positive, Range
from mornet.training import RECIPES, Checkpoint, KeepCheckpoint, Shuffled, even_batch

ActivationName = Literal["sigmoid", "tanh", "identity", "relu", "softplus", "swish"]


class Fit(NamedTuple):
    """A fitted reduction, with the training error on the way if there was any.

    ``error`` (k,) is ||X - G(F(X))||_F after ``epoch`` (k,) epochs or sweeps, in the units of the
    snapshots; ``range`` (n, r) spans the decoder's range if it is a linear space.
    ``sample_gradients`` counts the gradients of single samples that training took.
    """

    reduction: Reduction
    range: Array | None = None
    epoch: Array | None = None
    error: Array | None = None
    sample_gradients: int = 0


class Beside(NamedTuple):
    """What stands beside a fit: held-out snapshots (n, k) to choose by, and checkpoints.

    ``groups`` (m,) says which snapshots to hold out together, see `held_out_folds`; ``followed``
    (p,) after which ones the next in time stands.
    """

    validation: Array | None = None
    keep: KeepCheckpoint | None = None
    resume: Checkpoint | None = None
    groups: Indices | None = None
    followed: Indices | None = None


NOTHING = Beside()


class Method(Protocol):
    """Settings that can be fitted."""

    random: ClassVar[bool]

    @property
    def affine(self) -> bool:
        """Whether centred POD is the reference."""
        ...

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
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

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        pod = fit_pod(
            U, rank=rank, centre="mean" if self.centre else None, method=self.method, rng=rng
        )
        return Fit(pod, pod.V)


@dataclass(frozen=True)
class DMDMethod:
    """Dynamic mode decomposition, for time series only; see `fit_dmd`."""

    random: ClassVar[bool] = False
    affine: ClassVar[bool] = False

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        if beside.followed is None:
            raise OptionError("DMD needs to know which snapshots follow each other in time")
        dmd = fit_dmd(U, rank, beside.followed)
        return Fit(dmd, dmd.Q)


@dataclass(frozen=True)
class LinearAutoencoderMethod:
    """Linear autoencoder by alternating least squares from random weights."""

    random: ClassVar[bool] = True
    bias: bool = False
    tolerance: Positive = 1e-12
    sweeps: Count = 20_000

    @property
    def affine(self) -> bool:
        return self.bias

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        fitted = fit_linear_autoencoder(
            U, rank, rng=rng, centre=self.bias, tolerance=self.tolerance, sweeps=self.sweeps
        )
        _, decoder = fitted.autoencoder.network.layers(fitted.autoencoder.p)
        return _with_curve(fitted, U, decoder.W)


@dataclass(frozen=True)
class AutoencoderMethod:
    """Autoencoder with hidden layers, or none, by mini-batches; see `fit_autoencoder`.

    Every ``optimiser`` has the same budget: ``epochs`` of batches of about ``batch`` samples, and
    by default as many as make 5000 steps. Its
    ``learning_rate`` is that of its recipe unless given. ``patience`` counts records, of which
    there are about a hundred, and needs a data set with a validation part.
    """

    random: ClassVar[bool] = True
    affine: ClassVar[bool] = True
    hidden: tuple[Count, ...] = (128, 64)
    activation: ActivationName = "swish"
    code_activation: ActivationName = "identity"
    pod_tolerance: Annotated[float, Range(0, 1, above=True)] | None = 1e-4
    tied: bool = False
    seen: Fraction | None = None
    epochs: Count | None = None
    batch: Count = 100
    optimiser: Literal["adam", "adamw", "soap"] = "soap"
    learning_rate: Positive | None = None
    clip: Positive | None = None
    patience: Count | None = None

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        rate = {} if self.learning_rate is None else {"eta": self.learning_rate}
        fitted = fit_autoencoder(
            U,
            rank,
            rng=rng,
            hidden=self.hidden,
            activation=self.activation,
            code_activation=self.code_activation,
            pod_tolerance=self.pod_tolerance,
            tied=self.tied,
            seen=self.seen,
            epochs=self.epochs,
            sampling=Shuffled(even_batch(U.shape[1], self.batch)),
            optimiser=partial(RECIPES[self.optimiser], **rate),
            clip=self.clip,
            patience=self.patience,
            validation=beside.validation,
            keep=beside.keep,
            resume=beside.resume,
        )
        return _with_curve(fitted, U, None)


@dataclass(frozen=True)
class QuadraticManifoldMethod:
    """POD modes and a quadratic correction; see `fit_quadratic_manifold`."""

    random: ClassVar[bool] = False
    affine: ClassVar[bool] = True
    greedy: bool = True
    regularisation: Positive = 1e-6
    candidates: Count = 200

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        manifold = fit_quadratic_manifold(
            U,
            rank,
            greedy=self.greedy,
            regularisation=self.regularisation,
            candidates=self.candidates,
        )
        return Fit(manifold)


@dataclass(frozen=True)
class HybridMethod:
    """POD with a learned correction where cross-validation accepts it; see `fit_hybrid`."""

    random: ClassVar[bool] = True
    centre: bool = False
    hidden: Count | None = None
    activation: ActivationName = "swish"
    steps: Count = 5000
    trial_steps: Count = 300
    batch: Count = 100
    learning_rate: Positive = 3e-3

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        hybrid, history, spent = fit_hybrid(
            U,
            rank,
            rng=rng,
            groups=beside.groups,
            centre=self.centre,
            hidden=self.hidden,
            activation=self.activation,
            steps=self.steps,
            trial_steps=self.trial_steps,
            batch=self.batch,
            eta=self.learning_rate,
            keep=beside.keep,
            resume=beside.resume,
        )
        epoch, error = hybrid_curve(hybrid, history, U)
        return Fit(hybrid, None, epoch, error, spent)


METHODS: dict[str, type[Method]] = {
    "pod": PODMethod,
    "dmd": DMDMethod,
    "linear_autoencoder": LinearAutoencoderMethod,
    "autoencoder": AutoencoderMethod,
    "quadratic_manifold": QuadraticManifoldMethod,
    "hybrid": HybridMethod,
}


def _with_curve(fitted: FittedAutoencoder, U: Array, range_: Array | None) -> Fit:
    model, history = fitted
    m = U.shape[1]
    squares = model.scale**2 * 2 * m * history.objective + model.discarded(U) ** 2
    epoch = history.sample_gradients / m
    return Fit(model, range_, epoch, np.sqrt(squares), int(history.sample_gradients[-1]))
