"""The verb that runs reduced-order models."""

from __future__ import annotations

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
    read,
    write,
)
from mornet.errors import OptionError


def _rom_arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument("snapshots", type=Path, help="file of the snapshots")
    add_kind(parser, _roms)
    parser.add_argument("cases", type=Path, nargs="+", metavar="FIT", help="files of fits")
    parser.add_argument("--name", help="name of the model in the study")
    add_settings(parser)


def _roms() -> list[str]:
    from mornet.experiments.roms import ROMS

    return list(ROMS)


def _rom(options: Options) -> None:
    from mornet.experiments.reduced_models import reduced_models
    from mornet.experiments.roms import ROMS

    build, settings = chosen(ROMS, options.kind, options.set)
    data, coarser = read(options.snapshots, "data_set"), _full_order(options.snapshots)
    cases = [read(path, "case") for path in options.cases]
    name = options.name or options.kind
    record = reduced_models(data, coarser.fine, cases, name, build(**settings), coarser)
    config = {"kind": options.kind, "name": name, **settings}
    write(options, record, config, [options.snapshots, *options.cases])


def _full_order(snapshots: Path) -> Any:
    """Return the full-order models, fine and coarser, behind a file of snapshots."""
    from mornet.experiments.coarser import Coarser
    from mornet.experiments.data_sets import DATA_SETS
    from mornet.fom.problem import problem_of
    from mornet.settings import accepted, bind
    from mornet.storage import origin

    config = dict(origin(snapshots).config or {})
    kind = config.pop("kind", None)
    build = problem_of(DATA_SETS[kind].load()) if kind in DATA_SETS else None
    if build is None:
        raise OptionError(f"{snapshots} has no equation behind it: there is nothing to reduce")
    given = {key: value for key, value in config.items() if key in accepted(build)}
    mistakes: list[str] = []
    settings = bind(build, given, str(snapshots), mistakes)
    if mistakes:
        raise OptionError("; ".join(mistakes))
    return Coarser(build, settings)


VERBS = (Verb("rom", "run a reduced-order model on fits to one data set", _rom_arguments, _rom),)
