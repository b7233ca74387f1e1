"""What a method is: settings that fit a reduction to snapshots.

A method maps training snapshots, a rank and a generator to a `Fit`. ``affine`` says whether the
reduction has an offset, and so whether centred or uncentred POD is its reference.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, NamedTuple, Protocol

import numpy as np

from mornet.nn.activations import ACTIVATIONS
from mornet.records import Array, Indices
from mornet.reduction.interface import Reduction
from mornet.settings import OneOf
from mornet.training import Checkpoint, KeepCheckpoint

ActivationName = Annotated[str, OneOf(ACTIVATIONS)]


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
