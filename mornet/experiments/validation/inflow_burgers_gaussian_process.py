"""Five coordinates of Barnett and Farhat's Burgers equation; a Gaussian process predicts the rest.

The published program draws the tenth of the snapshots that it holds out with NumPy's generator and
the seed 42, so that the same snapshots are held out here.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from mornet.experiments.validation.inflow import (
    CONFIGURATION,
    PLACE,
    SOURCE,
    inflow_data,
    inflow_pod,
)
from mornet.experiments.validation.inflow_cells import few_cells_run, inflow_cells
from mornet.experiments.validation.inflow_runs import Run, least_squares_run
from mornet.experiments.validation.published import Published, Reproduction, reproduce
from mornet.records import Array, Indices
from mornet.reduction.gaussian_process.fit import fit_gaussian_process
from mornet.reduction.gaussian_process.record import GaussianProcessManifold
from mornet.reduction.gaussian_process.settings import GaussianProcessSettings
from mornet.reduction.measures import relative_error
from mornet.rom.cloud import cloud_of

RANK, HELD_OUT, SEED, SAME = 5, 0.1, 42, 1e-3
"""The coordinates; the part held out, and its seed; how near codes in [-1, 1] count as the same."""
SETTINGS = GaussianProcessSettings(noise=1e-8, points=5000)  # more points than snapshots
TOLERANCE, REACH = 1e-5, 1.5
"""The tolerance of the steps, above the rounding of the decoder; the reach of codes, in radii."""
GAIN = (
    "few cells reproduce the model of all cells here; the published gain of a fifth over it is not "
    "explained"
)
PUBLISHED = (
    Published({"of": "distinct snapshots"}, 4501, 0.0),
    Published({"of": "length of the kernel"}, 1.93, 5e-3, "absolute"),
    Published({"of": "error of held-out coordinates, %"}, 1.46190511e-1, 1e-4),
    Published({"of": "projection"}, 2.74889748e-2, 1e-4),
    Published({"of": "LSPG"}, 4.36000928e-2, 1e-3),
    Published({"of": "LSPG, few cells"}, 3.39832583e-2, relation="at most", reason=GAIN),
    Published(
        {"of": "LSPG, few cells, over that of all cells"}, 1.01, relation="at most", origin="goal"
    ),
    Published({"of": "number of cells"}, 251, relation="at most"),
)


def inflow_burgers_gaussian_process() -> Reproduction:
    """Return published numbers of a Gaussian process over POD coordinates beside ours."""
    return reproduce(
        PUBLISHED,
        inflow_burgers_gaussian_process_number,
        source=SOURCE,
        place=f"{PLACE}, POD-GPR: 5 primary and 148 secondary coordinates; 1.01 is a goal, not "
        "published",
        configuration=f"{CONFIGURATION} A Gaussian process with the Matern kernel of smoothness "
        "3/2, the variance 1000 and the noise 1e-8 predicts 148 POD coordinates from five; its "
        "length is the most likely one. A tenth of the snapshots is held out. The published steps "
        "end where the residual falls by less than 1 %; here they converge. Few cells have weights "
        "that reproduce J^T r of one training trajectory. Errors on the test trajectory.",
        quantity="a Gaussian process for Burgers' equation with an inflow",
        tolerance=0.0,
        origin="repository",
    )


def inflow_burgers_gaussian_process_number(*, of: str) -> float:
    """Return one number of the manifold, or of a least-squares model on it."""
    split = _split()
    match of:
        case "distinct snapshots":
            return float(len(split.trained) + len(split.held_out))
        case "length of the kernel":
            return inflow_process().length
        case "error of held-out coordinates, %":
            return 100 * _held_out_error(split)
        case "number of cells":
            return float(inflow_cells(inflow_process()).number)
        case "projection":
            data = inflow_data()
            return relative_error(inflow_process(), data.test.U, data.norm(data.test))
        case "LSPG, few cells, over that of all cells":
            return _run("LSPG, few cells").error / _run("LSPG").error
    return _run(of).error


class Split(NamedTuple):
    """All training coordinates (q, m); the columns to train on, and those held out."""

    C: Array
    trained: Indices
    held_out: Indices

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The least and the largest codes (r,), (r,) of all training snapshots."""
        return self.C[:RANK].min(axis=1), self.C[:RANK].max(axis=1)


@lru_cache(maxsize=1)
def _split() -> Split:
    """Return the coordinates in all modes, and a random tenth of the distinct ones."""
    C = inflow_pod().encode(inflow_data().train.U)
    low, high = C[:RANK].min(axis=1), C[:RANK].max(axis=1)
    distinct = _distinct((2 * (C[:RANK].T - low) / (high - low)).T)
    order = np.random.default_rng(SEED).permutation(len(distinct))
    few = int(HELD_OUT * len(distinct))
    return Split(C, distinct[order[few:]], distinct[order[:few]])


def _distinct(x: Array) -> Indices:
    """Return the points of ``x`` (r, m) from which no earlier one that is kept is nearer than SAME.

    The initial states of all trajectories are the same.
    """
    from scipy.spatial import cKDTree

    kept = np.ones(x.shape[1], dtype=bool)
    for first, second in sorted(cKDTree(x.T).query_pairs(SAME)):
        kept[second] &= not kept[first]
    return np.flatnonzero(kept)


@lru_cache(maxsize=1)
def inflow_process() -> GaussianProcessManifold:
    """Return the manifold of five modes through the snapshots to train on."""
    split = _split()
    C = split.C[:, split.trained]
    return fit_gaussian_process(inflow_pod(), C, RANK, SETTINGS, bounds=split.bounds)


def _held_out_error(split: Split) -> float:
    """Return the relative error of the predicted coordinates of the snapshots held out."""
    process, C = inflow_process(), split.C[:, split.held_out]
    found = inflow_pod().encode(process.decode(C[:RANK]))[RANK:]
    return float(np.linalg.norm(found - C[RANK:]) / np.linalg.norm(C[RANK:]))


@cache
def _run(of: str) -> Run:
    """Return the run of the model with all cells, or with few."""
    process = inflow_process()
    cloud = cloud_of(_split().C[:RANK]).widened(REACH)
    if of == "LSPG":
        return least_squares_run(process, TOLERANCE, cloud)
    return few_cells_run(process, TOLERANCE, inflow_cells(process), cloud)
