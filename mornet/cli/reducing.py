"""Verbs that make snapshots and fit reductions to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from mornet.cli.verb import (
    SEED,
    Options,
    Parser,
    Verb,
    add_kind,
    add_out,
    add_settings,
    chosen,
    entry_name,
    protect,
    read,
    require_different,
    write,
)
from mornet.errors import OptionError, counted


def _snapshots_arguments(parser: Parser) -> None:
    add_out(parser)
    add_kind(parser, _data_sets)
    parser.add_argument("--name", type=entry_name, help="name of the data set in the study")
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
    from mornet.experiments.data_sets import DATA_SETS
    from mornet.experiments.lines import require_a_line

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
    if options.kind == "tree":  # its files may be too large for checksums
        from mornet.running.tree_data_set import root_of

        inputs = [root_of(settings)]
    write(options, data, config, inputs)


def _fit_arguments(parser: Parser) -> None:
    add_out(parser, several=True)
    parser.add_argument("snapshots", type=Path, help="file of the snapshots")
    add_kind(parser, _methods)
    parser.add_argument("--name", type=entry_name, help="name of the method in the study")
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
        counts = counted(len(options.rank), "rank"), counted(len(options.out), "file")
        raise OptionError(f"{counts[0]} for {counts[1]}: give one file by -o for each rank")
    require_different("--rank", options.rank)
    require_different("--seeds", options.seeds)
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


VERBS = (
    Verb("snapshots", "make the snapshots of a data set", _snapshots_arguments, _snapshots),
    Verb("fit", "fit one method for given ranks and seeds", _fit_arguments, _fit),
)
