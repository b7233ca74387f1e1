"""Fitting a Gaussian process to coordinates in POD modes, by maximum likelihood.

The work is O(m^3) for m points, some fifteen times, and some sixty times without a stated noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.checks import real_matrix, require_count, require_squares
from mornet.errors import DataError
from mornet.linalg import equally_spaced, rms, root_weights, safe_norm
from mornet.records import Array
from mornet.reduction.gaussian_process.kernel import mean
from mornet.reduction.gaussian_process.likelihood import Likelihood, most_likely
from mornet.reduction.gaussian_process.record import GaussianProcessManifold
from mornet.reduction.gaussian_process.settings import GaussianProcessSettings
from mornet.reduction.pod.record import POD


class Regressed(NamedTuple):
    """The mean of a process: coefficients k((z - middle) / half), with kernels of the ``length``.

    Its ``points`` are (r, m), ``middle`` and ``half`` (r,), and the ``coefficients`` (k, m).
    """

    points: Array
    middle: Array
    half: Array
    length: float
    coefficients: Array

    @classmethod
    def zero(cls, r: int, k: int) -> Regressed:
        """Return the process without points, which predicts ``k`` zeros from ``r`` codes."""
        return cls(np.empty((r, 0)), np.zeros(r), np.ones(r), 1.0, np.empty((k, 0)))

    def predict(self, z: Array) -> Array:
        """Return the values (k, l) at codes ``z`` (r, l)."""
        x = (z - self.middle[:, None]) / self.half[:, None]
        return mean(self.coefficients, self.points, x, self.length)


def fit_gaussian_process(
    pod: POD,
    C: Array,
    rank: int,
    settings: GaussianProcessSettings = GaussianProcessSettings(),
    *,
    bounds: tuple[Array, Array] | None = None,
    relative: bool = False,
    weights: Array | None = None,
) -> GaussianProcessManifold:
    """Return the manifold on the first ``rank`` modes of ``pod`` through coordinates ``C`` (q, m).

    A Gaussian process with one length for all outputs regresses the last q - rank coordinates over
    the first ones. The length maximises the likelihood, and so does the noise unless the settings
    state it. The ``bounds`` (r,), (r,) of the codes are scaled to -1 and 1; they are those of the
    points unless given. If ``relative``, the variance and the noise of the settings are relative to
    the mean square of what is predicted.

    With ``weights`` (m,) of the snapshots, the noise of a snapshot is divided by its weight over
    the mean weight, and the mean square is the weighted one. A snapshot without weight counts
    nowhere. Without further modes the manifold is POD.

    Raises OptionError unless 1 <= rank <= q; ShapeError unless C has q = pod.r rows; ShapeError and
    DataError for bad weights; DataError where a code is constant, where points are so near to each
    other that the covariance is singular, and, unless ``relative``, where squares of C overflow or
    vanish.
    """
    C = real_matrix("C", C, pod.r)
    if not relative:
        require_squares("C", C)
    require_count("rank", rank, pod.r, f"{pod.r}, the number of modes of the POD")
    process = regress(C[:rank], C[rank:], settings, bounds, relative, weights)
    return in_modes(process, pod, rank)


def regress(
    z: Array,
    Y: Array,
    settings: GaussianProcessSettings,
    bounds: tuple[Array, Array] | None = None,
    relative: bool = False,
    weights: Array | None = None,
) -> Regressed:
    """Return the process through values ``Y`` (k, m) at codes ``z`` (r, m).

    `fit_gaussian_process` says what the other arguments are, and when an error is raised.
    """
    if not len(Y):
        return Regressed.zero(len(z), 0)
    z, Y, root = _chosen(z, Y, weights, settings.points)
    middle, half = _middle_and_half(z, bounds)
    points = np.ascontiguousarray((z - middle[:, None]) / half[:, None])
    unit = (float(safe_norm(Y * root)) / Y.size**0.5 or 1.0) if relative else 1.0
    likelihood = Likelihood.of(points, Y / unit, root, settings)
    length, noise = most_likely(likelihood)
    return Regressed(points, middle, half, length, unit * likelihood.coefficients(length, noise))


def in_modes(process: Regressed, pod: POD, rank: int) -> GaussianProcessManifold:
    """Return the manifold on ``rank`` modes of ``pod``, whose other modes the process predicts."""
    return GaussianProcessManifold(
        V=pod.V[:, :rank].copy(),
        W=pod.V[:, rank:].copy(),
        centre=pod.centre,
        inner_product=pod.inner_product,
        **process._asdict(),
    )


def _chosen(z: Array, Y: Array, weights: Array | None, most: int) -> tuple[Array, Array, Array]:
    """Return the columns of ``z`` and ``Y`` that are points, and the roots of their weights.

    At most so many columns of positive weight are points. The mean of their weights is one.
    """
    root = root_weights(weights, z.shape[1])
    root = np.ones(z.shape[1]) if root is None else root
    positive = np.flatnonzero(root)
    chosen = positive[equally_spaced(len(positive), most)]
    return z[:, chosen], Y[:, chosen], root[chosen] / rms(root[chosen])


def _middle_and_half(z: Array, bounds: tuple[Array, Array] | None) -> tuple[Array, Array]:
    """Return the middles (r,) and the half widths (r,) of the codes ``z``, or of the bounds."""
    low, high = (z.min(axis=1), z.max(axis=1)) if bounds is None else bounds
    middle, half = (low + high) / 2, (high - low) / 2
    if not np.all(half > 0):
        raise DataError("a code is constant: a Gaussian process needs codes that vary")
    return middle, half
