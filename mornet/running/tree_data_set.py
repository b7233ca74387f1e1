"""Snapshots in files, of any size, as the coordinates of their POD tree: a data set of a study.

The modes V of the tree are orthonormal. A snapshot u, less the mean if centred, has the coordinates
z = V^T u and leaves out d = ||u - V z||. A reduction of the coordinates with the error ||z - z'||
therefore is a reduction of the snapshot with the error (||z - z'||^2 + d^2)^{1/2}. The files are
those of a user, or of an equation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from mornet.errors import OptionError, ShapeError, counted
from mornet.experiments.choices import DataSetChoice
from mornet.records import Array
from mornet.running.pod_tree import bound_of, computed, coordinates_of, is_done
from mornet.running.trajectories import problem_behind, with_trajectories, write_trajectory
from mornet.running.tree_nodes import weights_of
from mornet.running.tree_plan import Tree, TreeSettings, for_all, planned
from mornet.settings import Count, Fraction, Positive, Range, Seed, Settings, checked
from mornet.snapshots.formats import files_at, place_of
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.snapshots.split import Mask


@dataclass(frozen=True)
class TreeOptions(Settings):
    """How the tree is computed; `TreeSettings` says what each of them means.

    The arrays of a process take at most ``memory_mb``. The nodes are files in ``folder``.
    """

    rank: Count | None = None
    omega: Fraction = 0.75
    fan_in: Annotated[int, Range(2)] = 8
    centred: bool = False
    memory_mb: Count = 1024
    jobs: Count = 1
    folder: str = "results/pod_trees"
    blocks: Literal["snapshots", "rows"] = "snapshots"
    weights: str | None = None
    inner_product: str | None = None


@checked
def tree_data_set(
    *,
    files: tuple[str, ...] = (),
    test_files: tuple[Seed, ...] = (),
    equation: DataSetChoice | None = None,
    axes: str | None = None,
    mu: tuple[tuple[float, ...], ...] | None = None,
    t: str | None = None,
    tolerance: Positive = 1e-4,
    tree: TreeOptions = TreeOptions(),
) -> DataSet:
    """Return the coordinates of all snapshots in the modes of their POD tree.

    Each of the ``files`` (FILE or ``FILE:KEY``) holds one trajectory, with the parameters ``mu`` of
    the same number; ``test_files`` are the numbers of those for testing. ``t`` is the place of the
    times of every trajectory, or of all one after another. In place of all these, an ``equation``
    (a data set of whole trajectories) makes the files: its states from the initial one on, without
    any shift. The modes are orthonormal in the inner product of the ``tree``, so that the
    coordinates have the Euclidean one. They leave out at most ``tolerance`` of all snapshots,
    relative to their norm. `root_of` is their file, or what makes the rows of modes.

    Raises OptionError for numbers of files that do not exist, for a file that is named twice, if no
    file is left for training or testing, and for an equation without whole trajectories; ShapeError
    if lengths differ; and what `run_tree` raises.
    """
    given: dict[str, Any] = {"files": files, "test_files": test_files, "mu": mu, "axes": axes}
    given |= {"tolerance": tolerance, "tree": tree, "t": t, "equation": equation}
    made = with_trajectories(given)
    for trajectory in made["made"]:
        if not is_done(trajectory.out):
            write_trajectory(trajectory)
    plan, settings = _tree_of(made)
    nodes = computed(plan, settings)
    z, left_out = coordinates_of(nodes, settings)
    whole = Snapshots(
        U=z,
        x=np.arange(len(z))[None].astype(float),
        trajectory=nodes.trajectory,
        t=_times(made, nodes.lengths),
        mu=None if made["mu"] is None else np.transpose(made["mu"])[:, nodes.trajectory],
        weights=weights_of(settings, None, sum(nodes.lengths)),
        left_out=left_out,
        units={"U": "1", "x": "index", "t": "1", "mu": "1"},
    )
    testing = _testing(len(nodes.lengths), made["test_files"])
    of_tests = testing[nodes.trajectory]
    train, test = whole.divided(of_tests, "test")
    split = (
        f"testing: {np.sum(testing)} of {len(testing)} files; coordinates of "
        f"{counted(len(z), 'POD mode')}, which leave out at most {bound_of(nodes, settings):.3g}"
    )
    return DataSet("tree", train, test, split)


def _times(made: Mapping[str, Any], lengths: Sequence[int]) -> Array | None:
    """Return the times of all snapshots, None if they are unknown."""
    if made["equation"] is not None:
        return np.tile(problem_behind(made["equation"]).t, len(lengths))
    return None if made["t"] is None else for_all(made["t"], "time", lengths)


OWN = ("memory_mb", "folder")


def settings_of(given: Mapping[str, Any]) -> TreeSettings:
    """Return the settings of the tree of a data set with these settings; raise as it does.

    The files are those of `with_trajectories`.
    """
    files, tree, mu = given["files"], given["tree"], given["mu"]
    _testing(len(files), given["test_files"])
    if len(set(files)) < len(files):
        raise OptionError(f"files names one file twice: {', '.join(files)}")
    if mu is not None and len(mu) != len(files):
        raise ShapeError(f"{len(files)} files need as many parameters mu, not {len(mu)}")
    own = {name: value for name, value in vars(tree).items() if name not in OWN}
    memory = 1024**2 * tree.memory_mb
    return TreeSettings(given["tolerance"], axes=given["axes"], memory=memory, **own)


def tree_of(given: Mapping[str, Any]) -> tuple[Tree, TreeSettings]:
    """Return the plan of the tree of a data set with these settings; raise as it does."""
    return _tree_of(with_trajectories(given))


def _tree_of(made: Mapping[str, Any]) -> tuple[Tree, TreeSettings]:
    settings = settings_of(made)
    shapes = {trajectory.place: trajectory.shape for trajectory in made["made"]}
    tree = planned(made["files"], Path(made["tree"].folder), settings, shapes)
    if made["t"] is not None:
        for_all(made["t"], "time", tree.lengths)
    return tree, settings


def largest(given: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many modes the tree can have, and the number of its training snapshots.

    Raises what `tree_data_set` raises for these settings.
    """
    made = with_trajectories(given)
    plan, settings = _tree_of(made)
    testing = _testing(len(plan.lengths), made["test_files"])
    trained = int(np.asarray(plan.lengths)[~testing].sum())
    return min(plan.n, sum(plan.lengths), settings.rank or plan.n), trained


def root_of(given: Mapping[str, Any]) -> Path:
    """Return the file of the root of the tree of a data set with these settings."""
    return tree_of(given)[0].root.out


def files_of(given: Mapping[str, Any]) -> list[Path]:
    """Return the files that `tree_data_set` reads with these settings."""
    places = [given["t"], given["tree"].weights, given["tree"].inner_product]
    others = [place_of(place)[0] for place in places if place is not None]
    files = with_trajectories(given)["files"]
    return [path for place in files for path in files_at(place)] + others


def _testing(count: int, chosen: Sequence[int]) -> Mask:
    """Return which files are for testing (count,)."""
    if unknown := [i for i in chosen if i >= count]:
        raise OptionError(f"test_files = {unknown[0]}: the files have the numbers 0 to {count - 1}")
    testing = np.isin(np.arange(count), chosen)
    if not testing.any() or testing.all():
        raise OptionError("test_files: name some of the files, and not all")
    return testing
