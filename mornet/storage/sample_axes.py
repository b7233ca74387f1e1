"""Snapshots of a part of a data set along axes of trajectories and times, for NetCDF.

The axes are "trajectory" and "time" if all trajectories have the same times; one trajectory has the
axis "time" alone. Otherwise snapshots stay along the axis "sample". Times, trajectories and
parameters stand beside them as coordinates, by the CF conventions. In a file with several parts,
the names begin with that of the part, as in train_time. Snapshots without a split are one part
without a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.errors import ShapeError
from mornet.records import Indices
from mornet.snapshots import Snapshots
from mornet.snapshots.unsplit import Samples
from mornet.storage.cf_times import attribute, unit_of_times
from mornet.storage.tree import Attributes, Leaf

PLACES = ("t", "trajectory", "trajectory_name", "mu")  # of samples, which become coordinates
OF_TIME: Attributes = {"standard_name": "time", "axis": "T"}
OF_RUNS: Attributes = {"standard_name": "realization", "long_name": "number of the trajectory"}

Leaves = Mapping[str, Leaf]


@dataclass(frozen=True, eq=False)
class Axes:
    """The axes of the samples of a part: their names and lengths.

    ``order`` (m,) sorts the snapshots, so that the last axis runs fastest. ``prefix`` is the name
    of the part before that of each axis, or "".
    """

    part: Snapshots
    prefix: str
    order: Indices
    names: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def dims(self) -> tuple[str, ...]:
        """The names of the axes in the file."""
        return tuple(map(self.named, self.names))

    @property
    def dims_of_runs(self) -> tuple[str, ...]:
        """The axis of what has one number for each trajectory, or for each sample; () for one."""
        return () if self.names == ("time",) else self.dims[:1]

    @property
    def runs(self) -> Indices:
        """One snapshot of each trajectory, or all of them along the axis of samples."""
        if "time" not in self.names:
            return self.order
        return self.order.reshape(-1, self.shape[-1])[:, 0]

    def named(self, word: str) -> str:
        """Return the name of a coordinate or an axis in the file."""
        return f"{self.prefix}{word}"


def along_samples(leaves: Leaves, data: Samples) -> dict[str, Leaf]:
    """Return ``leaves`` with the axes of trajectories and times first, and their coordinates.

    Arrays of a part of which no array has snapshots stay as they are, such as times alone. Raises
    ShapeError for an array of other snapshots than those of ``data``.
    """
    of_parts = {p: _of_part(p, leaves) for p in data.parts}
    shown = [p for p, of in of_parts.items() if any(len(leaf.dims) > 1 for leaf in of.values())]
    found = dict(leaves)
    for part in shown:
        axes = axes_of(data.parts[part], f"{part}_" if len(shown) > 1 else "")
        for name in [name for name in leaves if _is_place(name, part)]:
            found.pop(name)
        beside = coordinates(axes, data)
        named = " ".join(name for name in beside if name not in axes.dims)
        found |= {n: _arranged(n, leaf, axes, named) for n, leaf in of_parts[part].items()}
        found |= beside | _names_of_parameters(axes.part)
    return found


def snapshots_of_part(part: str, leaves: Leaves) -> dict[str, Leaf]:
    """Return the arrays over degrees of freedom and the snapshots of a part, dofs first.

    Their names are without that of the part: U of train_U, reconstructions of
    reconstructions_train.
    """
    found = {}
    for name, leaf in _of_part(part, leaves).items():
        if len(leaf.dims) == 2 and "dof" in leaf.dims:
            word = "_".join(word for word in name.split("_") if word != part)
            found[word] = Leaf(np.moveaxis(leaf.value, leaf.dims.index("dof"), 0), leaf.dims)
    return found


def _of_part(part: str, leaves: Leaves) -> dict[str, Leaf]:
    """Return the arrays along the samples of a part, without their times and parameters."""
    own = {name: leaf for name, leaf in leaves.items() if _is_of(name, part)}
    return {
        name: leaf
        for name, leaf in own.items()
        if any(map(_of_samples, leaf.dims)) and not _is_place(name, part)
    }


def _is_of(name: str, part: str) -> bool:
    words = name.split("_")
    return not part or part in (words[0], words[-1])


def _is_place(name: str, part: str) -> bool:
    forms = [form for word in PLACES for form in (f"{word}_{part}", f"{part}_{word}")]
    return name in (forms if part else PLACES)


def _of_samples(dim: str) -> bool:
    return dim.rpartition("_")[2] == "sample"


def axes_of(part: Snapshots, prefix: str) -> Axes:
    """Return the axes along which the snapshots of a part lie."""
    numbers, counts = np.unique(part.trajectory, return_counts=True)
    flat = Axes(part, prefix, np.arange(part.m), ("sample",), (part.m,))
    if part.t is None or len(set(counts)) > 1:
        return flat
    order, shape = np.lexsort((part.t, part.trajectory)), (len(numbers), int(counts[0]))
    times = part.t[order].reshape(shape)
    if np.any(times != times[0]) or np.any(np.diff(times[0]) == 0) or not _is_fixed(part, order):
        return flat
    names = ("trajectory", "time")
    alone = len(numbers) == 1
    return Axes(part, prefix, order, names[alone:], shape[alone:])


def _is_fixed(part: Snapshots, order: Indices) -> bool:
    """Return whether each trajectory has one parameter."""
    if part.mu is None:
        return True
    mu, number = part.mu[:, order], part.trajectory[order]
    return not np.any(np.diff(mu, axis=1)[:, np.diff(number) == 0])


def _arranged(name: str, leaf: Leaf, axes: Axes, beside: str) -> Leaf:
    """Return an array with its axes of samples first; coordinates that are no axis are beside."""
    at = next(i for i, dim in enumerate(leaf.dims) if _of_samples(dim))
    if leaf.value.shape[at] != axes.part.m:
        raise ShapeError(
            f"{name} has {leaf.value.shape[at]} snapshots, but its part has {axes.part.m}"
        )
    values = np.moveaxis(leaf.value, at, 0)[axes.order]
    others = leaf.dims[:at] + leaf.dims[at + 1 :]
    about: Attributes = {"coordinates": beside} if beside else {}
    shape = axes.shape + values.shape[1:]
    return Leaf(values.reshape(shape), (*axes.dims, *others), leaf.attributes | about)


def coordinates(axes: Axes, data: Samples) -> dict[str, Leaf]:
    """Return the times, the numbers of trajectories and the parameters of the samples."""
    part, runs, found = axes.part, axes.runs, dict[str, Leaf]()
    if part.t is not None and "time" in axes.names:
        times = part.t[axes.order[: axes.shape[-1]]]
        found["time"] = Leaf(times, axes.dims[-1:], OF_TIME | unit_of_times(data))
    elif part.t is not None:
        found["t"] = Leaf(part.t, axes.dims, unit_of_times(data))
    if axes.dims_of_runs or part.trajectory.any():  # a single one is 0 if nobody counted it
        found["trajectory"] = _of_runs(part.trajectory[runs], (), axes, OF_RUNS)
    if data.trajectory_name:
        names = np.array([data.name_of(k) for k in part.trajectory[runs]], dtype=object)
        found["trajectory_name"] = _of_runs(names, (), axes, {})
    if part.mu is not None:
        mu = part.mu[:, runs] if len(part.mu) > 1 else part.mu[0, runs]
        unit = attribute(data.train.units.get("mu", ""))
        called = attribute(", ".join(part.names_of_mu), "long_name")
        found["mu"] = _of_runs(mu, ("parameter",) * (mu.ndim - 1), axes, unit | called)
    return {axes.named(word): leaf for word, leaf in found.items()}


def _names_of_parameters(part: Snapshots) -> dict[str, Leaf]:
    """Return the names of several parameters, if they are known, along their axis."""
    names = part.names_of_mu
    values = np.array(names, dtype=object)
    return {"parameter": Leaf(values, ("parameter",))} if len(names) > 1 else {}


def _of_runs(values: Any, dims: tuple[str, ...], axes: Axes, about: Attributes) -> Leaf:
    """Return numbers (..., K) of the trajectories; those of a single one have no axis for it."""
    of_runs = axes.dims_of_runs
    return Leaf(values if of_runs else values[..., 0], (*dims, *of_runs), about)
