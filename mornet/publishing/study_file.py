"""The study with every setting written out, and the files that it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from mornet.errors import OptionError
from mornet.experiments.data_sets import DATA_SETS
from mornet.settings import plain
from mornet.study import Choice, Study

NAMED = ("mnist", "peers")
"""Extras that a study names, as a kind or as a setting."""
HEAD = "# Every setting, defaults included, as `mornet publish` resolved it.\n"


def resolved(study: Study) -> str:
    """Return the YAML text of ``study`` with all its settings; `mornet.study.parse` reads it."""
    content = {key: _plain(value) for key, value in vars(study).items()}
    return HEAD + yaml.safe_dump(content, sort_keys=False, width=100)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return _entry(value) if isinstance(value, Choice) else plain(value)


def _entry(choice: Choice) -> dict[str, Any]:
    own = {"only": choice.only, "methods": choice.methods}
    named = {key: list(names) for key, names in own.items() if names is not None}
    return {"kind": choice.kind, **named, **{k: plain(v) for k, v in choice.settings.items()}}


def inputs(study: Study) -> dict[str, list[Path]]:
    """Return the files that the data sets of ``study`` read, by the name of the data set.

    Raises OptionError for a path that leads out of the working directory: no other machine has it.
    """
    found = {
        name: list(_files(paths))
        for name, choice in study.data_sets.items()
        if (paths := DATA_SETS[choice.kind].inputs(choice.settings))
    }
    for name, paths in found.items():
        for path in paths:
            if path.is_absolute() or ".." in path.parts:
                raise OptionError(
                    f"data_sets.{name}: {path} leads out of this folder, and no other machine has "
                    "it: copy it beside the study and give a relative path"
                )
    return found


def _files(paths: list[Path]) -> Iterator[Path]:
    """Yield the files themselves, and those in folders."""
    for path in paths:
        yield from sorted(path.rglob("*")) if path.is_dir() else [path]


def extras(study: Study) -> tuple[str, ...]:
    """Return the extras of mornet without which ``study`` cannot run as it did.

    The formats of its files may need ``netcdf`` or ``mesh``. The images of MNIST and the programs
    of other groups have extras of their own.
    """
    text = resolved(study)
    kinds = {choice.kind for choice in (*study.data_sets.values(), *study.experiments.values())}
    of_files = ("netcdf", "mesh") if "file" in kinds else ()
    return ("workflow", *of_files, *(extra for extra in NAMED if re.search(rf"\b{extra}\b", text)))
