"""Verbs that inspect files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from mornet.cli.verb import Options, Parser, Verb, add_settings, read_stored
from mornet.errors import MornetError, in_print


def _file(parser: Parser) -> None:
    parser.add_argument("file", type=Path)


def _two_files(parser: Parser) -> None:
    parser.add_argument("files", type=Path, nargs=2)


def _info(options: Options) -> None:
    from mornet.storage import info, load
    from mornet.summary.comparison import comparison, verdict

    print(info(options.file))
    record = load(options.file)
    if record.kind == "comparison":
        print("\n" + "\n\n".join([*verdict(record)[:1], comparison(record)]))


def _diff(options: Options) -> int:
    """Print in what two results and their provenances differ; return 1 if the results differ."""
    from mornet.storage import difference, origin_difference

    differences = difference(*options.files)
    print("\n".join(differences) or "the same results")
    for phrase in origin_difference(*options.files):
        print(f"provenance differs in {phrase}")
    return 1 if differences else 0


def _data_arguments(parser: Parser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE[:KEY]", help="files, folders, or patterns in quotes"
    )
    add_settings(parser)


def _data(options: Options) -> int:
    """Print what each file holds; return 1 if one of them is refused."""
    status = 0
    for file in options.files:
        print(in_print(file))
        try:
            for line in _lines_of(file, options.set):
                print(f"  {line}")
        except MornetError as error:
            print(f"mornet: {error}", file=sys.stderr)
            status = 1
    return status


def _lines_of(file: str, words: Sequence[str]) -> Iterable[str]:
    """Return the lines on a file of the user, or on a data set that mornet stored."""
    from mornet.experiments.file_data_set import file_data_set
    from mornet.experiments.overview import overview
    from mornet.settings import as_word
    from mornet.snapshots.report import data_set_lines
    from mornet.storage import is_result
    from mornet.study import settings_from_words

    if is_result(file):
        return data_set_lines(read_stored(Path(file), words))
    return overview(settings_from_words(file_data_set, [as_word("path", file), *words], file))


def _validate(options: Options) -> None:
    from mornet.running.beforehand import check
    from mornet.running.estimate import estimate
    from mornet.running.workflow import RESULTS, study_file
    from mornet.study import read

    path = study_file(str(options.file))
    study = read(path)
    found = check(study)
    print(f"{path} is a valid study: {study.title or study.name}")
    print("\n".join(study.lines()), flush=True)
    if expected := estimate(study, found, None, RESULTS / study.name):
        print(f"it takes {expected.line}")


VERBS = (
    Verb("data", "say what data files hold, before a study", _data_arguments, _data),
    Verb("info", "print the content and the origin of a result file", _file, _info),
    Verb(
        "diff",
        "say in what two results, and their provenances, differ",
        _two_files,
        _diff,
    ),
    Verb("validate", "check a study file and print all its settings", _file, _validate),
)
