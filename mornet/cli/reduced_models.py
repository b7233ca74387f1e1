"""The verb that runs reduced-order models."""

from __future__ import annotations

from pathlib import Path

from mornet.cli.comparing import read_case
from mornet.cli.verb import (
    Options,
    Parser,
    Verb,
    add_kind,
    add_out,
    add_settings,
    chosen,
    entry_name,
    read,
    write,
)
from mornet.errors import OptionError


def _rom_arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument("snapshots", type=Path, help="file of the snapshots")
    add_kind(parser, _roms)
    parser.add_argument("cases", type=Path, nargs="+", metavar="FIT", help="files of fits")
    parser.add_argument("--name", type=entry_name, help="name of the model in the study")
    add_settings(parser)


def _roms() -> list[str]:
    from mornet.experiments.roms import ROMS

    return list(ROMS)


def _rom(options: Options) -> None:
    from mornet.experiments.reduced_models import reduced_models
    from mornet.experiments.roms import ROMS
    from mornet.rom.methods.without_equation import NO_EQUATION
    from mornet.running.full_order import behind
    from mornet.snapshots.report import coordinates_lines

    build, settings = chosen(ROMS, options.kind, options.set)
    data = read(options.snapshots, "data_set")
    coarser, modes = behind(options.snapshots)
    if coarser is None and ROMS[options.kind].intrusive:
        raise OptionError(f"{options.snapshots}: {NO_EQUATION}")
    problem = None if coarser is None else coarser.fine
    cases = [read_case(path) for path in options.cases]
    name = options.name or options.kind
    method = build(**settings)
    record = reduced_models(data, problem, cases, name, method, coarser, modes)
    for line in coordinates_lines(data):
        print(line)
    config = {"kind": options.kind, "name": name, **settings}
    write(options, record, config, [options.snapshots, *options.cases])


VERBS = (Verb("rom", "run a reduced-order model on fits to one data set", _rom_arguments, _rom),)
