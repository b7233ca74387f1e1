"""A verb of the command line, and the parts that verbs share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mornet.errors import OptionError, twice
from mornet.lazy import Lazy

Parser = argparse.ArgumentParser
Options = argparse.Namespace


@dataclass(frozen=True)
class Verb:
    """A verb: its name, one sentence of help, its arguments, and what it runs."""

    name: str
    about: str
    arguments: Callable[[Parser], None]
    run: Callable[[Options], int | None]


class _List(argparse.Action):
    """Prints all names, and ends the process."""

    def __call__(self, parser: Parser, namespace: Options, values: Any, *_: Any) -> None:
        print("\n".join(self.const()))
        parser.exit()


def add_kind(parser: Parser, names: Callable[[], Iterable[str]], *, metavar: str = "KIND") -> None:
    """Add the argument KIND, and the option --list, which prints all its ``names``."""
    parser.add_argument("kind", metavar=metavar, help="see --list")
    parser.add_argument(
        "--list", action=_List, nargs=0, const=names, help="print all names and end"
    )


def add_settings(parser: Parser) -> None:
    """Add the option --set."""
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="KEY=VALUE", help="settings, with values in YAML"
    )


def add_out(parser: Parser, *, several: bool = False) -> None:
    """Add the option --out, for one file or several."""
    many = {"nargs": "+"} if several else {}
    about = "files to write" if several else "file to write"
    parser.add_argument("-o", "--out", type=Path, required=True, help=about, **many)


def add_overwrite(parser: Parser) -> None:
    """Add the option --overwrite, of verbs whose files have no mark of mornet."""
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace OUT if it exists, such as an earlier export; results of mornet are kept",
    )


def whole(least: int, most: int, words: str) -> Callable[[str], int]:
    """Return the type of an argument: an integer from ``least`` to ``most``, which ``words`` name.

    The type raises ArgumentTypeError, which argparse expects, for any other text.
    """

    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not {words}")
        return int(text)

    return number


def entry_name(text: str) -> str:
    """Return a name of a data set or a method, which files may have.

    Raises ArgumentTypeError, which argparse expects, for any other text.
    """
    if not text.strip() or {*"/\\"} & {*text} or not text.isprintable() or len(text) > MOST_LETTERS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name: give letters, digits and _, {MOST_LETTERS} at most"
        )
    return text


MOST_LETTERS = 100  # of a name, as in a study
SEED = whole(0, 2**63 - 1, "a whole number from 0 to 2^63 - 1")


def chosen(
    kinds: Mapping[str, Lazy], kind: str, words: Sequence[str]
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the function of a kind, and its settings from key=value words.

    Raises OptionError for an unknown kind, StudyError for wrong settings.
    """
    from mornet.study import settings_from_words

    function = known(kinds, kind).load()
    return function, settings_from_words(function, words, kind)


def known(kinds: Mapping[str, Any], kind: str) -> Any:
    """Return the entry of a kind; OptionError, with the nearest known kind, if there is none."""
    from mornet.settings import did_you_mean

    if kind not in kinds:
        raise OptionError(f"there is no {kind!r}{did_you_mean(kind, kinds)}")
    return kinds[kind]


def read(path: Path, kind: str | None = None) -> Any:
    """Return the record in a file; StorageError if it is not of this ``kind``."""
    from mornet.storage import load

    return load(path, kind)


def read_stored(path: Path, words: Sequence[str]) -> Any:
    """Return the data set of mornet in a file, which has the settings with which it was made.

    Raises OptionError if ``words`` give it others.
    """
    data = read(path, "data_set")
    if words:
        raise OptionError(
            f"{path} is a data set of mornet, made with its own settings, so that --set "
            f"{' '.join(words)} cannot change it: give the file of the snapshots"
        )
    return data


def protect(options: Options, inputs: Iterable[Path] = ()) -> None:
    """Raise StorageError if a file to be written is an input, or was not made by mornet.

    A result of mornet is replaced by a result of its own kind alone, and a file without a mark of
    mornet only with --overwrite, by verbs that have this option. A record is HDF5. Inputs are all
    paths among the ``options``, and ``inputs``. Raises OptionError for a file that is to be written
    twice, and for a record under another suffix than .h5 and .hdf5.
    """
    from mornet.errors import StorageError

    options.inputs = [*inputs]
    read_files = read_by(options)
    outs = _paths([getattr(options, "out", None)])
    require_different("-o", map(os.path.realpath, outs))
    for out in outs:
        for path in read_files:
            if os.path.realpath(out) == os.path.realpath(path) or (
                out.exists() and path.exists() and out.samefile(path)
            ):
                raise StorageError(f"{out} is read by this command: write to another name")
        for target in (out, *(out.with_suffix(end) for end in BESIDE.get(options.verb, ()))):
            if not (target.suffix in (".csv", ".txt") and _is_of_latex(target)):
                _require_free(options, target)
    if options.verb in OF_RECORDS:
        _require_hdf5(outs)


def _require_hdf5(outs: Iterable[Path]) -> None:
    """Raise OptionError for a record that is to be written under the suffix of another format."""
    for out in outs:
        if out.suffix.lower() not in (".h5", ".hdf5"):
            advice = "give it the suffix .h5; `mornet export` writes other formats"
            raise OptionError(f"{out}: a result is written as HDF5: {advice}")


def _require_free(options: Options, target: Path) -> None:
    """Raise StorageError unless a verb may write to ``target``."""
    from mornet.storage.results import require_kind, require_ours, require_replaceable

    if "overwrite" in options:
        require_replaceable(target, overwrite=options.overwrite)
        return
    require_ours(target)
    if (kind := MAKES.get(options.verb)) is not None:
        require_kind(target, kind)


def require_different(option: str, values: Iterable[Any]) -> None:
    """Raise OptionError if one of the ``values`` of an option is given twice."""
    if said := twice(option, values):
        raise OptionError(said)


def read_by(options: Options) -> list[Path]:
    """Return the files that a call reads: all paths among its options that it does not write."""
    return _paths(value for name, value in vars(options).items() if name not in WRITTEN)


WRITTEN = ("out", "checkpoint", "folder")  # options that name what is written
MAKES = {  # the kind of the records of a verb, if it is known beforehand; "" is no record
    "snapshots": "data_set",
    "fit": "case",
    "pod": "pod",
    "pod-tree": "pod",
    "compare": "comparison",
    "cost": "cost",
    "figure": "",
    "table": "",
    "summary": "",
}
OF_RECORDS = (  # verbs whose output is a record
    "snapshots",
    "fit",
    "pod",
    "pod-tree",
    "pod-node",
    "trajectory",
    "compare",
    "close-up",
    "rom",
    "experiment",
    "cost",
    "update",
)
BESIDE = {
    "figure": (".pdf", ".png", ".tex", ".txt"),
    "table": (".csv", ".txt"),
    "summary": (".html",),
}  # files that are written beside the output


def _paths(values: Iterable[Any]) -> list[Path]:
    """Return the paths among ``values``, and those in lists of paths."""
    found: list[Path] = []
    for value in values:
        listed = value if isinstance(value, list) else [value]
        found += [path for path in listed if isinstance(path, Path)]
    return found


def _is_of_latex(path: Path) -> bool:
    """Return whether a file without comments lies beside its table or figure in LaTeX."""
    from mornet.storage.files import is_ours

    beside = path.with_suffix(".tex")
    return path.is_file() and beside.is_file() and is_ours(beside)


def write(
    options: Options,
    record: Any,
    config: dict[str, Any],
    inputs: Sequence[Path] = (),
    *,
    out: Path | None = None,
) -> None:
    """Write a record with its settings and the id of the code that made it."""
    from mornet.origins import code_of
    from mornet.settings import plain
    from mornet.storage import save
    from mornet.storage.results import require_kind

    code = code_of(options.verb, getattr(options, "kind", ""), config)
    path = out or options.out
    require_kind(path, record.kind)
    save(path, record, config=plain(config), seed=config.get("seed"), inputs=inputs, code=code)
