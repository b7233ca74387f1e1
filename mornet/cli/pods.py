"""Verbs that compute PODs of files, which may be larger than memory."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mornet.cli.using import FITTED_TO
from mornet.cli.verb import (
    Options,
    Parser,
    Verb,
    add_kind,
    add_out,
    add_settings,
    chosen,
    protect,
    read,
    write,
)
from mornet.errors import DataError, OptionError, counted

PROCESS_BYTES = 64 * 1024**2  # Python, NumPy and h5py themselves
# options of a tree alone, and of one matrix alone, with the values that they have unless given
OF_TREES = {
    "folder": None,
    "omega": 0.75,
    "fan_in": 8,
    "jobs": 1,
    "blocks": "snapshots",
    "weights": None,
    "inner_product": None,
    "measure": False,
}
OF_ONE = {"energy": None, "method": "auto"}


def _pod_arguments(parser: Parser) -> None:
    parser.add_argument(
        "--tree", action="store_true", help="compute a tree of nodes, each a file, from all FILEs"
    )
    _arguments(parser)


def _tree_arguments(parser: Parser) -> None:
    parser.set_defaults(tree=True)
    _arguments(parser)


def _arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument(
        "matrices",
        nargs="+",
        metavar="FILE[:KEY]",
        help="a file of snapshots, for a tree also several of them; HDF5 and .npy may be "
        "larger than memory",
    )
    parser.add_argument(
        "--axes",
        help='meaning of rows and columns of the matrix: "dof sample" or "sample dof"',
    )
    parser.add_argument("--rank", type=int, help="number of modes, for a tree the largest one")
    parser.add_argument("--tolerance", type=float, help="largest relative error")
    parser.add_argument("--centre", choices=("mean",), help="subtract the mean of the snapshots")
    parser.add_argument(
        "--max-memory", default="1G", metavar="BYTES", help="memory limit of a process"
    )
    _one_arguments(parser.add_argument_group("one matrix"))
    _nodes_arguments(parser.add_argument_group("--tree"))


def _one_arguments(group: Any) -> None:
    group.add_argument(
        "--energy", type=float, help="least energy to keep, as a part of the sum of squares"
    )
    group.add_argument(
        "--method", choices=("auto", "gram", "tsqr"), default="auto", help="algorithm of the POD"
    )


def _nodes_arguments(group: Any) -> None:
    group.add_argument("--folder", type=Path, help="folder of the nodes, by default OUT.nodes")
    group.add_argument(
        "--omega", type=float, default=0.75, help="near 1: fewer modes; near 0: smaller nodes"
    )
    group.add_argument("--fan-in", type=int, default=8, help="nodes that one node joins")
    group.add_argument("--jobs", type=int, default=1, help="processes at the same time")
    group.add_argument(
        "--blocks",
        choices=("snapshots", "rows"),
        default="snapshots",
        help="what the leaves read; rows are for few snapshots of many dofs",
    )
    group.add_argument(
        "--weights", metavar="PLACE", help="weights of the snapshots of a file, FILE or FILE:KEY"
    )
    group.add_argument(
        "--inner-product", metavar="PLACE", help="weights of the dofs, or a matrix of them"
    )
    group.add_argument(
        "--measure", action="store_true", help="measure the error too, by a second pass"
    )


def _pod(options: Options) -> None:
    _refuse(options, OF_ONE if options.tree else OF_TREES)
    (_tree if options.tree else _one)(options)


def _refuse(options: Options, foreign: dict[str, Any]) -> None:
    """Raise OptionError for an option that belongs to the other kind of POD."""
    for name, default in foreign.items():
        if getattr(options, name) != default:
            word = "--" + name.replace("_", "-")
            raise OptionError(
                f"{word} is not for trees" if options.tree else f"{word} is for --tree"
            )


def _size(n: int, m: int) -> str:
    return f"{counted(n, 'dof')} x {counted(m, 'snapshot')}"


def _one(options: Options) -> None:
    from mornet.reduction import StreamSettings, stream_pod
    from mornet.snapshots.formats import files_at, place_of
    from mornet.storage import open_snapshots

    if len(options.matrices) > 1:
        raise OptionError(f"{len(options.matrices)} files need --tree and a --tolerance")
    (matrix_at,) = options.matrices
    path, key = place_of(matrix_at)
    inputs = files_at(matrix_at)
    protect(options, inputs)
    memory = _bytes(options.max_memory)
    size = {name: getattr(options, name) for name in ("rank", "tolerance", "energy", "centre")}
    # 2.5 copies: the modes, their file in memory, and buffers of compression
    settings = StreamSettings(options.method, memory, copies=2.5)
    key, belongs = _part_of_data_set(path, key)
    opened = open_snapshots(path, key, options.axes, max_bytes=memory // 3, scaled=True)
    with opened as (matrix, why):
        print(f"{path}: {_size(*matrix.shape)}; {why}")
        try:
            pod = stream_pod(matrix, **size, settings=settings)
        except DataError as error:
            raise DataError(f"{path}: {error}") from None
    print(
        f"{counted(pod.r, 'mode')} by {pod.method}; truncation error "
        f"{pod.truncation_error:.6e}, energy {pod.energy:.12g}"
    )
    config = {"matrix": matrix_at, "axes": options.axes, **size, "method": options.method}
    config |= belongs
    write(options, pod, config, inputs)


def _part_of_data_set(path: Path, key: str | None) -> tuple[str | None, dict[str, Any]]:
    """Return the key of the matrix, and the identity of a data set whose states are scaled.

    The POD of such a part needs the data set later, as that of a study does.
    """
    from mornet.snapshots.new_files import part_of
    from mornet.storage.results import origin_kind

    if origin_kind(path) != "data_set":
        return key, {}
    data = read(path, "data_set")
    part = part_of(str(path), data, key)
    if part.weights is not None or data.inner_product is not None:
        raise OptionError(
            f"{path} has weights or an inner product, which this verb leaves out: use `mornet fit "
            f"{path} pod`, which takes them"
        )
    scaled = part.scale is not None or part.shift is not None
    name = next(name for name, one in data.parts.items() if one is part)
    return f"{name}/U", {FITTED_TO: data.identity} if scaled else {}


def _tree(options: Options) -> None:
    from mornet.running.pod_tree import bound_of, measured_error, pod_of, run_tree
    from mornet.running.tree_plan import TreeSettings
    from mornet.snapshots.formats import files_at

    if options.tolerance is None:
        raise OptionError("a tree needs a --tolerance, the largest relative error")
    inputs = [path for place in options.matrices for path in files_at(place)]
    protect(options, inputs)
    shared = ("tolerance", "rank", "omega", "fan_in", "axes", "jobs", "blocks", "weights")
    settings = TreeSettings(
        **{name: getattr(options, name) for name in shared},
        inner_product=options.inner_product,
        centred=options.centre == "mean",
        memory=_bytes(options.max_memory),
    )
    folder = options.folder or options.out.with_suffix(".nodes")
    whole = options.measure or options.blocks == "rows"
    tree = run_tree(options.matrices, folder, settings, whole=whole)
    pod = pod_of(tree, settings)
    counts = " + ".join(str(len(jobs)) for jobs in tree.levels)
    print(
        f"{counted(pod.r, 'mode')} by a tree of {counts} nodes and the root; relative error "
        f"at most {bound_of(tree, settings):.6e}"
    )
    if options.measure:
        print(f"measured relative error {measured_error(tree, settings):.6e}")
    write(options, pod, {"matrices": options.matrices, **vars(settings)}, inputs)


class _Block(argparse.Action):
    """Takes two numbers and at least one place."""

    def __call__(self, parser: Parser, namespace: Options, values: Any, *_: Any) -> None:
        if len(values) < 3 or not all(word.isdecimal() for word in values[:2]):
            parser.error("--block needs two numbers and files: 0 100 u.npy")
        namespace.block = values


def _node_arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument("kind", help="leaf, merge, root, coordinates or modes")
    parser.add_argument("below", nargs="*", type=Path, help="nodes from which the node is made")
    parser.add_argument(
        "--block",
        nargs="+",
        action=_Block,
        metavar=("FIRST LAST", "FILE[:KEY]"),
        help="the block from which it is made",
    )
    parser.add_argument(
        "--before", type=int, default=0, help="weights that stand before those of the block's file"
    )
    parser.add_argument("--height", type=int, required=True, help="levels of the tree")
    add_settings(parser)


def _node(options: Options) -> None:
    from mornet.running.tree_nodes import write_node
    from mornet.running.tree_plan import Block, Job, TreeSettings
    from mornet.snapshots.formats import files_at
    from mornet.study import settings_from_words

    settings = TreeSettings(**settings_from_words(TreeSettings, options.set, "pod-node"))
    first, last, *places = options.block or (0, 0)
    ends = int(first), int(last)
    block = Block(settings.blocks, *ends, tuple(places), options.before) if places else None
    protect(options, [path for place in places for path in files_at(place)])
    below = tuple(options.below)
    write_node(Job(options.kind, options.out, block, below, options.height), settings)


def _trajectory_arguments(parser: Parser) -> None:
    add_out(parser)
    add_kind(parser, _data_sets)
    parser.add_argument("--mu", nargs="*", type=float, default=[], help="the parameters")
    add_settings(parser)


def _data_sets() -> list[str]:
    from mornet.experiments.data_sets import DATA_SETS

    return list(DATA_SETS)


def _trajectory(options: Options) -> None:
    from mornet.experiments.data_sets import DATA_SETS
    from mornet.running.trajectories import states_of
    from mornet.settings import Chosen

    _, settings = chosen(DATA_SETS, options.kind, options.set)
    protect(options)
    states = states_of(Chosen(options.kind, settings), options.mu)
    write(options, states, {"kind": options.kind, "mu": options.mu, **settings})


def _bytes(word: str) -> int:
    """Return the bytes that a limit such as "300M" or "2G" leaves for matrices.

    Raises OptionError for other words, and for less than Python and its libraries need themselves.
    """
    factor = {"K": 1024, "M": 1024**2, "G": 1024**3}.get(word[-1:].upper())
    digits = word[:-1] if factor else word
    try:
        memory = int(float(digits) * (factor or 1))
    except (ValueError, OverflowError):
        raise OptionError(f"{word!r} is not a number of bytes: write it as 300M or 2G") from None
    if memory <= PROCESS_BYTES:
        raise OptionError(
            f"--max-memory {word} is not more than the {PROCESS_BYTES // 1024**2}M that Python and "
            "its libraries need themselves: give more, such as 300M"
        )
    return memory - PROCESS_BYTES


VERBS = (
    Verb(
        "pod",
        "compute the POD of a matrix that may be larger than memory, or of many files by a tree",
        _pod_arguments,
        _pod,
    ),
    Verb("pod-tree", "the same as pod --tree", _tree_arguments, _pod),
    Verb(
        "trajectory",
        "solve an equation for one parameter, as the workflow does for a tree",
        _trajectory_arguments,
        _trajectory,
    ),
    Verb("pod-node", "compute one node of a tree, as the workflow does", _node_arguments, _node),
)
