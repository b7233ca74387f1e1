"""What a method is: settings that fit a reduction to snapshots."""

from __future__ import annotations

from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from mornet.linalg import Norm
from mornet.records import Array
from mornet.reduction.context import FitContext
from mornet.reduction.interface import Reduction


class Fit(NamedTuple):
    """A fitted reduction, with the errors of its training if there was one.

    ``error`` (k,) is ||X - G(F(X))|| after ``epoch`` (k,) epochs or sweeps, in the units of the
    snapshots. ``range`` (n, r) spans the range of the decoder if this is a linear space.
    ``sample_gradients`` counts the gradients of single samples that the training took.
    """

    reduction: Reduction
    range: Array | None = None
    epoch: Array | None = None
    error: Array | None = None
    sample_gradients: int = 0


class FitInput(NamedTuple):
    """What a method is fitted to: the snapshots ``U`` (n, m), with this ``rank``, in ``norm``.

    ``rng`` draws random starts, and ``context`` is what the fit may use in addition.
    """

    U: Array
    rank: int
    rng: np.random.Generator
    norm: Norm = Norm()
    context: FitContext = FitContext()


class Method(Protocol):
    """Settings that can be fitted; ``random`` methods draw a random start."""

    random: ClassVar[bool]

    @property
    def affine(self) -> bool:
        """Whether the reduction has an offset, so that centred POD is its reference."""
        ...

    def fit(self, to: FitInput) -> Fit:
        """Return the fit; OptionError for what the method cannot be fitted to."""
        ...
