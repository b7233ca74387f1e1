"""Verbs that publish a study, and repeat a published one."""

from __future__ import annotations

import sys
from pathlib import Path

from mornet.cli.verb import Options, Parser, Verb, whole


def _digits(parser: Parser) -> None:
    parser.add_argument(
        "--digits",
        type=whole(1, 17, "a number of digits from 1 to 17"),
        default=6,
        help="digits that must agree (default: 6)",
    )


def _publish_arguments(parser: Parser) -> None:
    parser.add_argument("study", help="a study file, or the name of a study that comes with mornet")
    parser.add_argument("folder", type=Path, help="the new folder of the package")
    parser.add_argument("--doi", default="", help="the DOI that the archive will have")
    _digits(parser)


def _publish(options: Options) -> int:
    from mornet.publishing.package import Publication, publish
    from mornet.publishing.replicate import agrees

    how = Publication(options.digits, options.doi)
    found = publish(options.study, options.folder, how, sys.stdout, sys.stderr)
    print(f"package: {options.folder / 'README.md'}")
    return 0 if agrees(found, options.digits) else 1


def _replicate_arguments(parser: Parser) -> None:
    parser.add_argument("package", type=Path, help="a folder that `mornet publish` made")
    _digits(parser)


def _replicate(options: Options) -> int:
    from mornet.publishing.replicate import agrees, replicate, sentence, table, verify

    verify(options.package)
    found = replicate(options.package)
    print(table(found), end="")
    print(sentence(found))
    return 0 if agrees(found, options.digits) else 1


VERBS = (
    Verb(
        "publish",
        "pack a study with code, data, environment and results, and run the package again",
        _publish_arguments,
        _publish,
    ),
    Verb(
        "replicate",
        "run a published package again, and say which digits agree",
        _replicate_arguments,
        _replicate,
    ),
)
