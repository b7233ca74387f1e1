"""The verb that runs an experiment."""

from __future__ import annotations

from mornet.cli.verb import Options, Parser, Verb, add_kind, add_out, add_settings, chosen, write


def _experiment_arguments(parser: Parser) -> None:
    add_out(parser)
    add_kind(parser, _experiments)
    add_settings(parser)


def _experiments() -> list[str]:
    from mornet.experiments.registry import EXPERIMENTS

    return list(EXPERIMENTS)


def _experiment(options: Options) -> None:
    from mornet.experiments.registry import EXPERIMENTS

    run, settings = chosen(EXPERIMENTS, options.kind, options.set)
    write(options, run(**settings), {"kind": options.kind, **settings})


VERBS = (Verb("experiment", "run an experiment", _experiment_arguments, _experiment),)
