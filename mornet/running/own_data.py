"""A study of one's own data files: POD, PCA and trained candidates on each of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from mornet.errors import OptionError, StudyError
from mornet.experiments.data_sets import DATA_SETS
from mornet.running.workflow import STUDY, stored
from mornet.settings import as_word, plain
from mornet.snapshots import DataSet
from mornet.snapshots.files import name_of
from mornet.snapshots.formats import READERS, place_of
from mornet.snapshots.formats.members import is_series
from mornet.snapshots.formats.registry import suffix_of
from mornet.storage import write_text
from mornet.study import Study, read, settings_from_words
from mornet.yaml_text import load

RANKS = (1, 2, 5, 10)
LINEAR: dict[str, Any] = {"POD": {"kind": "pod"}, "PCA": {"kind": "pod", "centre": True}}
TRAINED: dict[str, Any] = {"deep": {"kind": "autoencoder"}, "hybrid": {"kind": "hybrid"}}
FEW = 10  # training snapshots; fewer train no network
HEAD = "# Made by `mornet run`. Edit it, and build it again by: mornet run {}\n"


def is_data(path: str) -> bool:
    """Whether ``path`` names data: a file of a known format, FILE:KEY, a folder, or a pattern."""
    file, _ = place_of(path)
    return suffix_of(file) in READERS or is_series(file)


def study_of(files: Sequence[str], words: Sequence[str], results: Path) -> Path:
    """Write a study of the data ``files`` into a new folder of ``results``; return its path.

    ``words`` are settings of the data sets, as key=value. Unless they say which snapshots are for
    testing, `split_columns` chooses: whole parameters or trajectories, or the last fifth. A folder
    that holds the very same study is used again, so that the same command goes on with it.

    Raises StudyError for wrong settings, OptionError for ``words`` that are settings of a study, or
    if there are none and the stored study of the files has some, and the errors of `read_snapshots`
    for wrong data.
    """
    named = _named(files)
    _require_no_study_settings(words)
    if not words:
        _require_no_settings(named.values(), results)
    sets = {name: _data_set(path, words) for name, path in named.items()}
    content = {
        "data_sets": {name: given for name, (given, _) in sets.items()},
        "methods": LINEAR | (TRAINED if min(d.train.m for _, d in sets.values()) >= FEW else {}),
        "ranks": {name: _ranks(data) for name, (_, data) in sets.items()},
        "reconstructions": {name: _middle(data) for name, (_, data) in sets.items()},
    }
    return _write(content, "-".join(sets)[:80], results)


def _require_no_study_settings(words: Sequence[str]) -> None:
    """Raise OptionError for a word that sets what a study has beside its data, such as ranks."""
    keys = [word.partition("=")[0].strip() for word in words]
    if wrong := [key for key in keys if key in Study.__annotations__]:
        raise OptionError(
            f"{wrong[0]} is a setting of the study, and --set holds settings of data files: write "
            f"a study file with {wrong[0]}, or edit the file study.yaml that `mornet run` without "
            "this setting makes in the folder of its results"
        )


def _named(files: Sequence[str]) -> dict[str, str]:
    """Return the files by the names of their data sets.

    Raises OptionError for a file that is given twice.
    """
    named: dict[str, str] = {}
    for path in files:
        if path in named.values():
            raise OptionError(f"{path} is given twice")
        stem = re.sub(r"[^A-Za-z0-9_]+", "_", name_of(place_of(path)[0])).strip("_") or "data"
        named[_free(stem, named)] = path
    return named


def _require_no_settings(files: Collection[str], results: Path) -> None:
    """Raise OptionError if the stored studies of the ``files`` all have settings of their own."""
    own = {path: words for path in stored(results).values() if (words := _words(path, files))}
    if not own or any(not any(words) for words in own.values()):
        return
    path, names = list(own)[-1], " ".join(map(shlex.quote, files))
    given = " ".join(dict.fromkeys(word for words in own[path] for word in words))
    raise OptionError(
        f"{path} holds a study of {names} with settings of its own: --set {given}\n"
        f"  to go on with it: mornet run {path.parent.name}\n"
        f"  to begin another study: mornet run {names} --set KEY=VALUE"
    )


def _words(path: Path, files: Collection[str]) -> list[list[str]]:
    """Return the settings of each data set of a study as words for a shell, apart from its path.

    The list is empty for a study of other files than ``files``, or one that cannot be read.
    """
    try:
        read(path)
    except StudyError:
        return []
    sets = load(path.read_text(encoding="utf-8"))["data_sets"].values()
    if [str(given.get("path")) for given in sets] != [*files]:
        return []
    return [
        [_word(key, given[key]) for key in given if key not in ("kind", "path")] for given in sets
    ]


def _word(key: str, value: Any) -> str:
    """Return a setting as a word for a shell, without the parts that have no value."""
    if isinstance(value, Mapping):
        value = {name: part for name, part in value.items() if part is not None}
    return shlex.quote(as_word(key, value))


def _free(stem: str, taken: Mapping[str, Any]) -> str:
    names = (f"{stem}_{i}" if i > 1 else stem for i in count(1))
    return next(name for name in names if name not in taken)


def _data_set(path: str, words: Sequence[str]) -> tuple[dict[str, Any], DataSet]:
    """Return the settings that differ from their defaults, and the data set."""
    build = DATA_SETS["file"].load()
    bound = settings_from_words(build, [f"path={yaml.safe_dump(path)}", *words], path)
    given = {key: plain(value) for key, value in bound.items() if value is not None}
    defaults = settings_from_words(build, ["path=x"], path)
    changed = {key: value for key, value in given.items() if value != plain(defaults[key])}
    return {"kind": "file", **changed}, build(**bound)


def _ranks(data: DataSet) -> list[int]:
    most = min(data.train.U.shape)
    return [rank for rank in RANKS if rank <= most]


def _middle(data: DataSet) -> int:
    """Return the rank whose reconstructions are drawn."""
    ranks = _ranks(data)
    return ranks[len(ranks) // 2]


def _write(content: Mapping[str, Any], stem: str, results: Path) -> Path:
    for i in count(1):
        name = f"{stem}_{i}" if i > 1 else stem
        folder = results / name
        path = folder / STUDY
        body = yaml.safe_dump({"name": name, **content}, sort_keys=False, default_flow_style=None)
        text = HEAD.format(path) + body
        if not folder.exists():
            write_text(path, text)
            return path
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return path
    raise AssertionError("count() never ends")
