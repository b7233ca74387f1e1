"""Verbs that inspect files."""

from __future__ import annotations

from pathlib import Path

from mornet.cli.verb import Options, Parser, Verb


def _file(parser: Parser) -> None:
    parser.add_argument("file", type=Path)


def _two_files(parser: Parser) -> None:
    parser.add_argument("files", type=Path, nargs=2)


def _info(options: Options) -> None:
    from mornet.storage import info, load
    from mornet.summary.comparison import comparison

    print(info(options.file))
    record = load(options.file)
    if record.kind == "comparison":
        print(f"\n{comparison(record)}")


def _diff(options: Options) -> int:
    from mornet.storage import difference, origin_difference

    differences = difference(*options.files)
    print("\n".join(differences) or "the same results")
    for phrase in origin_difference(*options.files):
        print(f"provenance differs in {phrase}")
    return 1 if differences else 0


def _validate(options: Options) -> None:
    from mornet.running.beforehand import check
    from mornet.study import read

    study = read(options.file)
    check(study)
    print(f"{options.file} is a valid study: {study.title or study.name}")
    print("\n".join(study.lines()))


VERBS = (
    Verb("info", "print the content and the origin of a result file", _file, _info),
    Verb(
        "diff",
        "say in what two results, and their provenances, differ",
        _two_files,
        _diff,
    ),
    Verb("validate", "check a study file and print all its settings", _file, _validate),
)
