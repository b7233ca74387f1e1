"""Results on disk, checked by their content before Snakemake looks at their times."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mornet.errors import StorageError, counted
from mornet.origins import code_of
from mornet.running.trajectories import with_trajectories
from mornet.running.tree_data_set import tree_of
from mornet.settings import plain
from mornet.storage import Origin, origin, write_text
from mornet.storage.results import checksum
from mornet.study import Choice, Study

DRAWN = ".drawn.json"  # the checksums of figures, tables and summary
ASIDE = "set_aside"
PAGES = ("summary.md", "summary.html")


class Expected(NamedTuple):
    """What a result file says of itself if this study made it with the present code."""

    code: str
    config: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Found:
    """What `put_right` found: damaged files, which it set aside, and outdated ones, removed."""

    damaged: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield one sentence for each damaged file, and one for all outdated ones."""
        yield from self.damaged
        if self.outdated:
            several = len(self.outdated) > 3
            names = ", ".join(self.outdated[:3]) + (", ..." if several else "")
            yield (
                f"made again, since inputs, settings or code have changed: "
                f"{counted(len(self.outdated), 'result')}, {names}"
            )


def put_right(study: Study, results: Path) -> Found:
    """Take away the results of ``study`` that are damaged or outdated; Snakemake makes them again.

    A damaged file, or one that mornet did not make, is moved into the folder ``set_aside`` of the
    results, a damaged node of a tree into that of the folder of the nodes. A result that says that
    it was made from other settings, other code or other contents of its inputs is removed. Raises
    what `tree_of` raises.
    """
    found, checksums = Found(list(_damaged_nodes(study))), cache(_checksum)
    for name, expected in _expected(study):
        path = results / name
        if _is_no_file(path):
            found.damaged.append(_set_aside(results, name))
        elif path.is_file():
            try:
                fits = _fits(origin(path), expected, checksums)
            except StorageError:
                found.damaged.append(_set_aside(results, name))
            else:
                if not fits:
                    path.unlink()
                    found.outdated.append(name)
    for name in _changed(results):
        found.damaged.append(_set_aside(results, name))
    return found


def _damaged_nodes(study: Study) -> Iterator[str]:
    """Set the damaged nodes of trees aside, and yield a sentence for each; names tell all else."""
    trees = [choice.settings for choice in study.data_sets.values() if choice.kind == "tree"]
    made = [each.out for given in trees for each in with_trajectories(given)["made"]]
    for path in [*made, *(job.out for given in trees for job in tree_of(given)[0].jobs)]:
        if _is_no_file(path) or (path.is_file() and not _is_result(path)):
            yield _set_aside(path.parent, path.name)


def _is_no_file(path: Path) -> bool:
    """Return whether a folder, or a link to nothing, stands where a result is to be."""
    return os.path.lexists(path) and not path.is_file()


def _is_result(path: Path) -> bool:
    try:
        origin(path)
    except StorageError:
        return False
    return True


def _expected(study: Study) -> Iterator[tuple[str, Expected]]:
    """Yield the file of each result of ``study`` with what it says of itself."""
    for data, choice in study.data_sets.items():
        out = {"hold_out": study.hold_out.get(data), "hold_out_by": study.hold_out_by.get(data)}
        yield f"snapshots/{data}.h5", _expected_of("snapshots", data, choice, **out)
        for method in study.methods_for(data):
            yield from _fits_of(study, data, method)
        yield f"comparisons/{data}.h5", Expected(code_of("compare"))
        yield f"close_ups/{data}.h5", Expected(code_of("close-up"))
        for rom in study.roms_for(data):
            yield f"roms/{data}/{rom}.h5", _expected_of("rom", rom, study.roms[rom])
    for name, choice in study.experiments.items():
        code = code_of("experiment", choice.kind, choice.settings)
        yield f"experiments/{name}.h5", Expected(code, {"kind": choice.kind, **choice.settings})
    yield "cost.h5", Expected(code_of("cost"))


def _expected_of(verb: str, name: str, choice: Choice, **more: Any) -> Expected:
    """Return what a result says of itself that ``verb`` makes of one ``choice``."""
    config = {"kind": choice.kind, "name": name, **choice.settings, **more}
    return Expected(code_of(verb, choice.kind), config)


def _fits_of(study: Study, data: str, method: str) -> Iterator[tuple[str, Expected]]:
    choice = study.methods[method]
    for rank in study.ranks.get(data, ()):
        more = {"seeds": study.seeds, "rank": rank}
        yield f"fits/{data}/{method}-r{rank}.h5", _expected_of("fit", method, choice, **more)


def _fits(found: Origin, expected: Expected, checksums: Callable[[str], str | None]) -> bool:
    """Whether a result is what is expected, and its inputs still have their contents."""
    if found.code != expected.code:
        return False
    if expected.config is not None and found.config != json.loads(
        json.dumps(plain(expected.config))
    ):
        return False
    return all(checksums(name) == content for name, content in found.inputs.items())


def _checksum(name: str) -> str | None:
    try:
        return checksum(name)
    except StorageError:
        return None  # the missing or damaged input comes back, and all that follows from it


def note_drawn(results: Path) -> None:
    """Note the checksums of the figures, tables and summary, so that later changes are noticed."""
    sums = {name: checksum(results / name) for name in _drawn(results)}
    write_text(results / DRAWN, json.dumps(sums, indent=1, sort_keys=True))


def _drawn(results: Path) -> list[str]:
    pages = [results / page for page in PAGES]
    paths = [*results.glob("figures/*"), *results.glob("tables/*"), *pages]
    return sorted(path.relative_to(results).as_posix() for path in paths if path.is_file())


def _changed(results: Path) -> list[str]:
    """Return the figures, tables and pages that are not as they were noted, or are empty.

    A folder in the place of one of them is among them.
    """
    try:
        noted = json.loads((results / DRAWN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        noted = {}
    noted = noted if isinstance(noted, dict) else {}
    folders = [name for name in {*noted, *PAGES} if _is_no_file(results / name)]
    return sorted(folders) + [
        name
        for name in _drawn(results)
        if not (path := results / name).stat().st_size
        or (name in noted and checksum(path) != noted[name])
    ]


def _set_aside(results: Path, name: str) -> str:
    """Move a file to a new name in the folder ``set_aside``, and return a sentence that says so."""
    place = results / ASIDE / name
    place.parent.mkdir(parents=True, exist_ok=True)
    number = 0
    while (free := place.with_name(f"{place.name}.{number}" if number else place.name)).exists():
        number += 1
    (results / name).rename(free)
    return f"{results / name} is damaged or was changed: it is now {free}, and is made again"
