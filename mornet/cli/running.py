"""The verb that builds a whole study."""

from __future__ import annotations

import argparse
import sys

from mornet.cli.verb import Options, Parser, Verb, add_settings, whole


class _Studies(argparse.Action):
    """Prints the studies that come with mornet, and ends the process."""

    def __call__(self, parser: Parser, namespace: Options, *_: object) -> None:
        from mornet.running.workflow import studies

        print("\n".join(studies()))
        parser.exit()


def _arguments(parser: Parser) -> None:
    parser.add_argument(
        "what",
        nargs="+",
        metavar="STUDY|DATA",
        help="a study file, the name of a study that comes with mornet or is stored here, or data "
        "files",
    )
    parser.add_argument("--list", action=_Studies, nargs=0, help="print these names and end")
    parser.add_argument(
        "-c",
        "--cores",
        type=whole(1, 2**31 - 1, "a number of cores"),
        help="processor cores (default: all)",
    )
    parser.add_argument(
        "--profile", default="default", help="slurm, cluster-generic, or a folder of Snakemake's"
    )
    add_settings(parser)


def _run(options: Options) -> None:
    from mornet.running.run import How, run

    run(
        options.what,
        How(options.cores, tuple(options.set), options.profile),
        sys.stdout,
        sys.stderr,
    )


VERBS = (Verb("run", "build a study, or a study of your own data files", _arguments, _run),)
