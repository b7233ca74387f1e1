"""What a verdict is held against: POD, PCA, and predictions of test snapshots without a model.

A method that loses to one of these references has nothing to offer on the data, whether or not a
study lists the reference.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mornet.comparison.errors import error_on, whole_error
from mornet.comparison.interpolation import over_parameters
from mornet.comparison.neighbours import nearest
from mornet.errors import RankWarning
from mornet.linalg import column_mean
from mornet.records import Array, Indices
from mornet.reduction.pod.fit import fit_pod
from mornet.snapshots import DataSet

PODS = {"POD": None, "PCA": "mean"}  # the name of a POD -> its centre


class Reference(NamedTuple):
    """The relative test errors (k,) of a reference at k ranks; without a model all are equal."""

    name: str
    error: Array


def references(data: DataSet, ranks: Sequence[int] | Indices) -> list[Reference]:
    """Return the references of ``data`` at all ``ranks``, in its norm and with its denominator.

    They are POD, centred POD, the mean of the training snapshots, the nearest training snapshot,
    and, where times and parameters are known, the training trajectories at the same time
    interpolated over the parameters (`interpolation.over_parameters`).
    """
    pods = [Reference(name, _pod_errors(data, ranks, centre)) for name, centre in PODS.items()]
    without = [
        Reference(name, np.full(len(ranks), prediction_error(data, guess)))
        for name, guess in _predictions(data)
    ]
    return pods + without


def prediction_error(data: DataSet, guess: Array) -> float:
    """Return the relative error of predictions ``guess`` (n, m) of all test snapshots."""
    error = data.measure(data.test).of(data.test.U - guess) / data.norm(data.test)
    return whole_error(data, error, data.test)


def _pod_errors(data: DataSet, ranks: Sequence[int] | Indices, centre: str | None) -> Array:
    if centre == "mean" and not np.ptp(data.train.U, axis=1).any():  # PCA has no mode
        return np.full(len(ranks), prediction_error(data, data.train.U[:, :1]))
    most, norm = min(int(max(ranks)), *data.train.U.shape), data.measure(data.train)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RankWarning)  # further modes would be zero
        pod = fit_pod(data.train.U, rank=most, centre=centre, **norm._asdict())
    cut = [pod.truncate(min(int(rank), pod.r)) for rank in ranks]
    return np.array([error_on(data, each, data.test) for each in cut])


def _predictions(data: DataSet) -> Iterator[tuple[str, Array]]:
    train, test = data.train, data.test
    mean = column_mean(train.U, train.weights)
    yield "mean", mean[:, None]
    yield "nearest snapshot", train.U[:, nearest(data, test)]
    weights = over_parameters(train, test)
    if weights is not None:
        yield "interpolation over mu", train.U @ weights
