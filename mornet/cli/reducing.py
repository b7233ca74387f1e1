"""Verbs that make snapshots and fit reductions to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

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
    whole,
    write,
)
from mornet.errors import DataError, OptionError

SEED = whole(0, 2**63 - 1, "a whole number from 0 on")
PROCESS_BYTES = 64 * 1024**2  # Python, NumPy and h5py themselves


def _snapshots_arguments(parser: Parser) -> None:
    add_out(parser)
    add_kind(parser, _data_sets)
    parser.add_argument("--name", help="name of the data set in the study")
    parser.add_argument(
        "--hold-out",
        type=float,
        help="part of the training snapshots that is held out for validation",
    )
    parser.add_argument(
        "--hold-out-by",
        choices=("parameter", "trajectory", "block", "snapshot"),
        help="what is held out: whole parameters or trajectories, or the last block in time",
    )
    parser.add_argument(
        "--on-a-line",
        action="store_true",
        help="refuse snapshots without times or with several coordinates",
    )
    add_settings(parser)


def _data_sets() -> list[str]:
    from mornet.experiments.data_sets import DATA_SETS

    return list(DATA_SETS)


def _snapshots(options: Options) -> None:
    from mornet.experiments.close_up import require_a_line
    from mornet.experiments.data_sets import DATA_SETS

    build, settings = chosen(DATA_SETS, options.kind, options.set)
    inputs = DATA_SETS[options.kind].inputs(settings)
    protect(options, inputs)
    data = build(**settings)
    data = replace(data, name=options.name or data.name)
    if options.hold_out is not None:
        data = data.hold_out(options.hold_out, by=options.hold_out_by)
    if options.on_a_line:
        require_a_line(data)
    named = {"kind": options.kind, "name": data.name, "hold_out": options.hold_out}
    config = {**named, "hold_out_by": options.hold_out_by, **settings}
    # the names of the nodes of a tree identify its files, which may be too large for checksums
    write(options, data, config, inputs if options.kind == "file" else [])


def _fit_arguments(parser: Parser) -> None:
    add_out(parser, several=True)
    parser.add_argument("snapshots", type=Path, help="file of the snapshots")
    add_kind(parser, _methods)
    parser.add_argument("--name", help="name of the method in the study")
    parser.add_argument(
        "--rank", type=int, nargs="+", required=True, help="ranks, one for each file to write"
    )
    parser.add_argument(
        "--seeds", type=SEED, nargs="+", default=[0], help="seeds, one for each model"
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="DIR",
        help="folder of the states from which killed trainings go on",
    )
    add_settings(parser)


def _methods() -> list[str]:
    from mornet.experiments.methods import METHODS

    return list(METHODS)


def _fit(options: Options) -> None:
    from mornet.comparison.optima import Optima
    from mornet.experiments.methods import METHODS

    if len(options.rank) != len(options.out):
        raise OptionError(f"{len(options.rank)} ranks need as many files, not {len(options.out)}")
    build, settings = chosen(METHODS, options.kind, options.set)
    data, method = read(options.snapshots, "data_set"), build(**settings)
    optima = Optima(data, max(options.rank))
    for rank, out in zip(options.rank, options.out, strict=True):
        named = {"kind": options.kind, "name": options.name or options.kind, "rank": rank}
        _fit_rank(options, optima, method, {**named, **settings}, out)


def _fit_rank(
    options: Options, optima: Any, method: Any, config: dict[str, Any], out: Path
) -> None:
    from mornet.comparison.cases import run_case
    from mornet.training.progress import name_trainings

    name, rank, seeds = config["name"], config["rank"], options.seeds
    name_trainings(f"{name} of rank {rank} on {optima.data.name}")
    places = _checkpoints(options, config) if options.checkpoint else {}
    with _noting_checkpoints(options, places):
        case = run_case(optima.data, name, method, rank, seeds, places.get, optima)
    write(options, case, {**config, "seeds": options.seeds}, [options.snapshots], out=out)
    for place in places.values():
        place.remove()


@contextmanager
def _noting_checkpoints(options: Options, places: dict[int, Any]) -> Iterator[None]:
    """Add to an interrupt, if there are checkpoints, a note that says how to go on."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        if any(place.path.exists() for place in places.values()):
            interrupt.add_note(f"the same command goes on from {options.checkpoint}")
        raise


def _checkpoints(options: Options, config: dict[str, Any]) -> dict[int, Any]:
    """Return the checkpoint file of each seed; its name depends on all that the training uses."""
    from mornet.origins import code_of
    from mornet.settings import plain
    from mornet.storage import CheckpointFile
    from mornet.storage.results import checksum

    code, data = code_of("fit", options.kind), checksum(options.snapshots)
    identity = {**plain(config), "data": data, "code": code}
    return {
        seed: CheckpointFile(options.checkpoint, f"seed-{seed}", {**identity, "seed": seed})
        for seed in options.seeds
    }


def _pod_arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument(
        "matrix",
        metavar="FILE[:KEY]",
        help="a file of snapshots; HDF5 and .npy may be larger than memory",
    )
    parser.add_argument(
        "--axes",
        help='meaning of rows and columns of the matrix: "dof sample" or "sample dof"',
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--rank", type=int, help="number of modes")
    size.add_argument("--tolerance", type=float, help="largest relative error")
    size.add_argument(
        "--energy", type=float, help="least energy to keep, as a part of the sum of squares"
    )
    parser.add_argument("--centre", choices=("mean",), help="subtract the mean of the snapshots")
    parser.add_argument(
        "--method", choices=("auto", "gram", "tsqr"), default="auto", help="algorithm of the POD"
    )
    parser.add_argument(
        "--max-memory", default="1G", metavar="BYTES", help="memory limit, such as 300M or 2G"
    )


def _pod(options: Options) -> None:
    from mornet.reduction import StreamSettings, stream_pod
    from mornet.snapshots.formats import files_at, place_of
    from mornet.storage import open_snapshots

    path, key = place_of(options.matrix)
    inputs = files_at(options.matrix)
    protect(options, inputs)
    memory = _bytes(options.max_memory)
    size = {name: getattr(options, name) for name in ("rank", "tolerance", "energy", "centre")}
    # 2.5 copies: the modes, their file in memory, and buffers of compression
    settings = StreamSettings(options.method, memory, copies=2.5)
    with open_snapshots(path, key, options.axes, max_bytes=memory // 3) as (matrix, why):
        print(f"{path}: {matrix.shape[0]} dofs x {matrix.shape[1]} snapshots; {why}")
        try:
            pod = stream_pod(matrix, **size, settings=settings)
        except DataError as error:
            raise DataError(f"{path}: {error}") from None
    print(
        f"{pod.r} modes by {pod.method}; truncation error "
        f"{pod.truncation_error:.6e}, energy {pod.energy:.12g}"
    )
    config = {"matrix": options.matrix, "axes": options.axes, **size, "method": options.method}
    write(options, pod, config, inputs)


def _tree_arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument(
        "matrices", nargs="+", metavar="FILE[:KEY]", help="files of snapshots with the same dofs"
    )
    parser.add_argument(
        "--axes",
        help='meaning of rows and columns of the matrices: "dof sample" or "sample dof"',
    )
    parser.add_argument("--tolerance", type=float, required=True, help="largest relative error")
    parser.add_argument("--rank", type=int, help="largest number of modes")
    parser.add_argument("--centre", choices=("mean",), help="subtract the mean of the snapshots")
    parser.add_argument("--folder", type=Path, help="folder of the nodes, by default OUT.nodes")
    parser.add_argument(
        "--omega", type=float, default=0.75, help="near 1: fewer modes; near 0: smaller nodes"
    )
    parser.add_argument("--fan-in", type=int, default=8, help="nodes that one node joins")
    parser.add_argument("--jobs", type=int, default=1, help="processes at the same time")
    parser.add_argument(
        "--measure", action="store_true", help="measure the error too, by a second pass"
    )
    parser.add_argument(
        "--max-memory", default="1G", metavar="BYTES", help="memory limit of one process"
    )


def _tree(options: Options) -> None:
    from mornet.running.pod_tree import measured_error, run_tree
    from mornet.running.tree_plan import TreeSettings
    from mornet.snapshots.formats import files_at

    inputs = [path for place in options.matrices for path in files_at(place)]
    protect(options, inputs)
    settings = TreeSettings(
        tolerance=options.tolerance,
        rank=options.rank,
        omega=options.omega,
        fan_in=options.fan_in,
        centred=options.centre == "mean",
        axes=options.axes,
        memory=_bytes(options.max_memory),
        jobs=options.jobs,
    )
    folder = options.folder or options.out.with_suffix(".nodes")
    pod, tree = run_tree(options.matrices, folder, settings)
    counts = " + ".join(str(len(jobs)) for jobs in tree.levels)
    print(
        f"{pod.r} modes by a tree of {counts} nodes and the root; relative error at most "
        f"{pod.relative_truncation_error:.6e}"
    )
    if options.measure:
        print(f"measured relative error {measured_error(pod, tree, settings):.6e}")
    write(options, pod, {"matrices": options.matrices, **vars(settings)}, inputs)


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
    Verb("snapshots", "make the snapshots of a data set", _snapshots_arguments, _snapshots),
    Verb("fit", "fit one method for given ranks and seeds", _fit_arguments, _fit),
    Verb("pod-tree", "compute the POD of files, by a tree of jobs", _tree_arguments, _tree),
    Verb(
        "pod", "compute the POD of a matrix, which may be larger than memory", _pod_arguments, _pod
    ),
)
