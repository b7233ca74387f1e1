"""Verbs that publish a study, and repeat a published one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mornet.cli.verb import Options, Parser, Verb, whole

if TYPE_CHECKING:
    from mornet.publishing.replicate import Repeated


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
    parser.add_argument("--doi", type=str, default="", help="the DOI that the archive will have")
    _digits(parser)


def _publish(options: Options) -> int:
    from mornet.publishing.package import Publication, publish

    how = Publication(options.digits, options.doi)
    found = publish(options.study, options.folder, how, sys.stdout, sys.stderr)
    print(f"package: {options.folder / 'README.md'}")
    return _ended(found, options.digits)


def _replicate_arguments(parser: Parser) -> None:
    parser.add_argument("package", type=Path, help="a folder that `mornet publish` made")
    _digits(parser)


def _replicate(options: Options) -> int:
    from mornet.publishing.replicate import replicate, sentence, table, verify

    verify(options.package)
    print("the study runs again, in a folder of its own", file=sys.stderr)
    found = replicate(options.package)
    print(table(found), end="")
    print(sentence(found))
    return _ended(found, options.digits)


def _ended(found: Sequence[Repeated], digits: int) -> int:
    """Return 1 after saying which results share fewer than ``digits`` digits, or 0."""
    from mornet.publishing.replicate import too_few

    if few := too_few(found, digits):
        print(few)
    return 1 if few else 0


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
