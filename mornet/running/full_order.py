"""What stands behind a stored data set: its equation, if known, and the modes of its tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mornet.errors import OptionError, StorageError
from mornet.experiments.coarser import Coarser
from mornet.experiments.data_sets import DATA_SETS
from mornet.fom.problem import problem_of
from mornet.reduction import POD
from mornet.running.pod_tree import pod_of
from mornet.running.tree_data_set import tree_data_set, tree_of
from mornet.settings import accepted, bind
from mornet.storage import origin


class Behind(NamedTuple):
    """The full-order models, fine and ``coarser``, and the ``modes`` whose coordinates are stored.

    Without an equation both are None.
    """

    coarser: Coarser | None = None
    modes: POD | None = None


def behind(snapshots: Path) -> Behind:
    """Return what stands behind a file of snapshots.

    Raises OptionError for settings that its kind does not know any more, StorageError if the nodes
    of its tree are not there.
    """
    config = dict(origin(snapshots).config or {})
    kind = config.pop("kind", None)
    if kind == "tree":
        return _of_tree(snapshots, _bound(tree_data_set, config, snapshots))
    build = problem_of(DATA_SETS[kind].load()) if kind in DATA_SETS else None
    return Behind() if build is None else Behind(Coarser(build, _bound(build, config, snapshots)))


def _bound(build: Callable[..., Any], config: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the settings of ``build`` in ``config``, checked."""
    given = {key: value for key, value in config.items() if key in accepted(build)}
    mistakes: list[str] = []
    settings = bind(build, given, str(path), mistakes)
    if mistakes:
        raise OptionError("; ".join(mistakes))
    return settings


def _of_tree(snapshots: Path, settings: Mapping[str, Any]) -> Behind:
    equation = settings["equation"]
    build = None if equation is None else problem_of(DATA_SETS[equation.kind].load())
    if build is None:
        return Behind()
    tree, of_tree = tree_of(settings)
    missing = [job.out for job in (tree.root, *tree.last) if not job.out.is_file()]
    if missing:
        raise StorageError(
            f"{snapshots}: {missing[0]} of its tree is not there: make the snapshots again"
        )
    return Behind(Coarser(build, equation.settings), pod_of(tree, of_tree))
