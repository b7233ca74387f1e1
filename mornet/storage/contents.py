"""HDF5 files of the user, as a reader of snapshots."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import OptionError, StorageError
from mornet.records import TIME_AXES, Array
from mornet.snapshots.formats.archive import Entry, choose
from mornet.snapshots.formats.contents import NUMBER, ORDER, PART, Contents, meaning
from mornet.snapshots.formats.labelled import read_labelled
from mornet.snapshots.layout import real
from mornet.storage import files
from mornet.storage.foreign import Described, ForeignReader
from mornet.storage.matrices import ADVICE
from mornet.storage.results import MAX_BYTES, blaming

STEPS = ("step", "timestep", "time_step", "frame", "snapshot", "snap", "iteration", "iter", "cycle")


class Steps(NamedTuple):
    """The names of datasets of one step each, in order, and the times that the names state."""

    names: list[str]
    times: list[float] | None = None


def read_hdf5(path: Path, key: str | None) -> Contents:
    """Return the snapshots ``key`` of an HDF5 file, with the arrays beside them.

    Datasets of one step each, whose names differ in one number, are stacked in the order of the
    number if ``key`` is left out or is the name of one of them with {time}, {step} or {} for the
    number. Raises StorageError for a damaged file, OptionError for an unknown key, and for names in
    which several numbers count.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    with blaming(path, ADVICE):
        files.check(path)
        reader = ForeignReader(path, MAX_BYTES)
    with reader:
        with blaming(path, ADVICE):
            found = reader.described()
        steps = steps_of(path, found, key)
        if steps is not None:
            return _stacked(path, reader, steps)

        def load(name: str) -> Any:
            with blaming(path, ADVICE):
                return reader.array(name)

        return chosen_dataset(path, reader, found, key, load)


def read_netcdf(path: Path, key: str | None) -> Contents:
    """Return the variable ``key`` of a NetCDF file, whose numbers lie in the file itself.

    Raises StorageError for links to other files and foreign filters, and what `read_labelled` does.
    """
    require_own(path)
    return read_labelled(path, key)


def require_own(path: Path) -> None:
    """Raise StorageError if the numbers of an HDF5 file lie in other files, or need a plug-in."""
    if path.is_file() and files.is_hdf5(path):
        with blaming(path, ADVICE):
            files.check(path)
            with ForeignReader(path, MAX_BYTES) as reader:
                reader.require_own()


def chosen_dataset(
    path: Path,
    reader: ForeignReader,
    found: list[Described],
    key: str | None,
    load: Callable[[str], Any],
) -> Contents:
    """Return the dataset ``key``, or the only one that can be the snapshots."""
    name = None if key is None else _plain_name(path, reader, key, found)
    entries = [Entry(e.name, e.shape, e.axes, e.units) for e in found]
    contents = choose(str(path), name, entries, load)
    if not any(entry.transposed for entry in found if name in (None, entry.name)):
        return contents
    note = "MATLAB or Octave wrote the file: axes are in their order"
    return contents._replace(notes=(*contents.notes, note))


def _plain_name(path: Path, reader: ForeignReader, key: str, found: list[Described]) -> str:
    """Return the name of the dataset that ``key`` reaches, over links inside the file."""
    if reader.is_sparse(key) or any(key.strip("/") == entry.name for entry in found):
        return key.strip("/")
    with blaming(path, ADVICE):
        return reader.name_of(key)


def steps_of(path: Path, found: list[Described], key: str | None) -> Steps | None:
    """Return the datasets of one step each, in order; None if ``key`` names a single dataset.

    Raises OptionError for a key with other braces than one time or one step, and without a key for
    names in which two numbers count, such as those of two runs; StorageError if no name fits a key.
    """
    if key is None:
        return _steps_by_name(path, found)
    return _steps_of_key(path, found, key) if re.search(r"\{\w*\}", key) else None


def _steps_of_key(path: Path, found: list[Described], key: str) -> Steps:
    before, word, after = _parts(path, key)
    pattern = re.compile(f"{re.escape(before)}({NUMBER}){re.escape(after)}")
    matches = [(float(m[1]), e.name) for e in found if (m := pattern.fullmatch(e.name))]
    if not matches:
        raise StorageError(f"{path}: no dataset has a name like {key}")
    numbers, names = zip(*sorted(matches, key=lambda pair: pair[0]), strict=True)
    return Steps(list(names), list(numbers) if word.lower() in TIME_AXES else None)


def _parts(path: Path, key: str) -> list[str]:
    """Return a key as what is before, in and after its braces; OptionError for other braces."""
    parts = re.split(r"\{(\w*)\}", key)
    if len(parts) != 3 or parts[1].lower() not in ("", *TIME_AXES, *STEPS, *ORDER):
        raise OptionError(
            f"{path}: the key {key} may have one pair of braces, {{time}}, {{step}} or {{}}: write "
            "each run or parameter to a file of its own"
        )
    return parts


def _steps_by_name(path: Path, found: list[Described]) -> Steps | None:
    """Return the only datasets whose names differ in a number that counts steps."""
    wide = [e for e in found if sum(n > 1 for n in e.shape) > 1]
    groups: dict[str, list[str]] = {}
    for entry in found:
        groups.setdefault(re.sub(PART, "\0", entry.name), []).append(entry.name)
    several = [names for names in groups.values() if len(names) > 1]
    if len(several) != 1 or (wide and len(wide) != len(several[0])):
        return None
    if wide and not _counts_steps(several[0][0]):
        return None  # such as u1 and u2, or run1 and run2: fields or trajectories
    return Steps(_in_order(path, several[0]))


def _in_order(path: Path, names: list[str]) -> list[str]:
    """Return names in the order of their numbers; OptionError if no single number tells them."""
    numbers = {name: [float(n) for n in re.findall(PART, name)] for name in names}
    counts = [len(set(column)) for column in zip(*numbers.values(), strict=True)]
    if max(counts) < len(names):
        last = max((i for i, count in enumerate(counts) if count > 1), default=0)
        place = list(re.finditer(PART, names[0]))[last]
        key = f"{names[0][: place.start()]}{{step}}{names[0][place.end() :]}"
        raise OptionError(
            f"{path}: no single number tells the datasets {names[0]} to {names[-1]} apart: give "
            f"the key of one run, such as {key}"
        )
    return sorted(names, key=numbers.__getitem__)


def _counts_steps(name: str) -> bool:
    """Return whether the number in a name counts steps or is a time."""
    word = re.search(r"([A-Za-z]*)[^A-Za-z\d]*\d", name)
    return word is not None and word[1].lower() in ("", *STEPS, *TIME_AXES)


def _stacked(path: Path, reader: ForeignReader, steps: Steps) -> Contents:
    """Return datasets of one step each as one array whose last axis counts the steps."""
    names, times = steps
    with blaming(path, ADVICE):
        arrays = [_snapshot(reader, name) for name in names]
        shapes = {array.shape for array in arrays}
        if len(shapes) > 1:
            raise StorageError(f"{names[0]}, ... have different shapes: {sorted(shapes)}")
        if times is None:
            times = reader.times_of_groups(names)
        if times is None:
            times = _times_beside(reader, len(names))
    array = np.stack([a.ravel() for a in arrays], axis=-1)
    fields = {} if times is None else {"t": np.array(times)}
    note = f"{len(names)} datasets {names[0]} to {names[-1]} are one snapshot each"
    return Contents(array, "dof sample", fields, notes=(note,))


def _snapshot(reader: ForeignReader, name: str) -> Array:
    """Return a dataset, with NaN for missing entries; DataError for what is not real."""
    stored = reader.array(name)
    return real(name, stored.astype(float).filled(np.nan) if np.ma.is_masked(stored) else stored)


def _times_beside(reader: ForeignReader, count: int) -> Any:
    """Return the only array of times in the file that has ``count`` entries; None without one."""
    found = [e.name for e in reader.described() if meaning(e.name) == "t" and e.shape == (count,)]
    return reader.array(found[0]) if len(found) == 1 else None
