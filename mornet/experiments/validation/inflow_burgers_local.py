"""Local POD of Barnett and Farhat's Burgers equation: ten clusters of snapshots, modes for each.

The clusters are those of k-means. A snapshot near the border of two clusters belongs to both: a
tenth of the nearest snapshots of a neighbour is added to each cluster (S. Grimberg, C. Farhat, R.
Tezaur, C. Bou-Mosleh, Int. J. Numer. Methods Eng. 122, 2021).
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.validation.inflow import (
    CONFIGURATION,
    LOST,
    MU,
    PLACE,
    SOURCE,
    inflow_data,
    inflow_pod,
    inflow_problem,
)
from mornet.experiments.validation.published import Published, Reproduction, reproduce
from mornet.fom.time_stepping import Trapezoidal, march
from mornet.records import Array, Indices
from mornet.reduction.pod.fit import fit_pod
from mornet.rom.local import Atlas, LocalSteps
from mornet.rom.trial import trial_manifold

CLUSTERS, OVERLAP, TOLERANCE = 10, 0.1, 1e-7
"""How many clusters, the part of a neighbour that is added to one, and that of the steps."""
SNAPSHOTS = (567, 590, 610, 560, 553, 496, 574, 528, 556, 296)
MODES = (23, 39, 44, 33, 30, 44, 37, 21, 26, 35)
PUBLISHED = (
    *(Published({"number": "snapshots", "cluster": k}, m) for k, m in enumerate(SNAPSHOTS)),
    *(Published({"number": "modes", "cluster": k}, r) for k, r in enumerate(MODES)),
    Published({"number": "projection"}, 1.65137e-4, 1e-6),
    Published({"number": "LSPG"}, 2.40767903e-4, 1e-5),
)


def inflow_burgers_local() -> Reproduction:
    """Return published numbers of local POD and of its least-squares model beside ours.

    Raises OptionError without scikit-learn, whose k-means the publication used.
    """
    return reproduce(
        PUBLISHED,
        inflow_burgers_local_number,
        source=SOURCE,
        place=f"{PLACE}, LocalPOD",
        configuration=f"{CONFIGURATION} k-means of scikit-learn in POD coordinates, ten clusters "
        "that overlap by a tenth, each with its mean and with the modes that lose 1e-6 of its "
        "energy. A step takes the cluster whose mean is nearest. Errors on the test trajectory.",
        quantity="local POD of Burgers' equation with an inflow",
        tolerance=0.0,
        origin="repository",
    )


def inflow_burgers_local_number(*, number: str, cluster: int = 0) -> float:
    """Return the size of a ``cluster``, or an error on the test trajectory."""
    if number == "snapshots":
        return float(len(_overlapping()[cluster]))
    atlas, U = inflow_atlas(), inflow_data().test.U
    if number == "modes":
        return float(atlas.charts[cluster].r)
    W = atlas.followed(U) if number == "projection" else _march()
    return float(np.linalg.norm(U - W) / np.linalg.norm(U))


@cache
def _march() -> Array:
    """Return the states of the local least-squares model for the parameters of the test."""
    problem, atlas = inflow_problem(), inflow_atlas()
    steps = LocalSteps(Trapezoidal(problem.integrator.dt, TOLERANCE), atlas)
    start = atlas.projected(problem.initial(MU))
    return march(problem.model(MU), start, steps, problem.steps)


@lru_cache(maxsize=1)
def inflow_atlas() -> Atlas:
    """Return the local POD of each cluster, about the mean of the snapshots that are only its."""
    U, labels = inflow_data().train.U, _labels()
    means = np.stack([U[:, labels == k].mean(axis=1) for k in range(CLUSTERS)], axis=1)
    charts = []
    for columns, mean in zip(_overlapping(), means.T, strict=True):
        pod = fit_pod(U[:, columns] - mean[:, None], energy=1 - LOST)
        charts.append(trial_manifold(pod, np.ascontiguousarray(mean)))
    return Atlas(means, tuple(charts))


@lru_cache(maxsize=1)
def _labels() -> Indices:
    """Return the cluster (m,) of each training snapshot.

    POD coordinates have the distances of snapshots. The rule to stop refers to the mean variance
    of a coordinate; it is scaled to that of the degrees of freedom.
    """
    try:
        from sklearn.cluster import KMeans
    except ImportError:
        raise OptionError("k-means needs scikit-learn: pip install 'mornet[sklearn]'") from None
    pod = inflow_pod()
    means = KMeans(CLUSTERS, random_state=1, n_init=10, tol=1e-4 * pod.r / pod.n)
    return np.asarray(means.fit(_coordinates().T).labels_)


@lru_cache(maxsize=1)
def _coordinates() -> Array:
    return inflow_pod().encode(inflow_data().train.U)


@lru_cache(maxsize=1)
def _overlapping() -> tuple[Indices, ...]:
    """Return the snapshots of each cluster, with those of its neighbours that are nearest to it.

    Clusters are neighbours if their centres are the two nearest ones of a snapshot.
    """
    c, labels = _coordinates(), _labels()
    centres = np.stack([c[:, labels == k].mean(axis=1) for k in range(CLUSTERS)], axis=1)
    distance = np.linalg.norm(c[:, :, None] - centres[:, None], axis=0)
    pairs = {(int(a), int(b)) for a, b in np.argsort(distance, axis=1)[:, :2]}
    pairs |= {(b, a) for a, b in pairs}
    found = []
    for k in range(CLUSTERS):
        columns = [np.flatnonzero(labels == k)]
        for other in (b for a, b in pairs if a == k):
            own = np.flatnonzero(labels == other)
            few = int(OVERLAP * len(own))
            columns.append(own[np.argsort(distance[own, k], kind="stable")[:few]])
        found.append(np.unique(np.concatenate(columns)))
    return tuple(found)
