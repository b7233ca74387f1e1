"""HDF5 files of the user, as a reader of snapshots."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import StorageError
from mornet.records import TIME_AXES, Array
from mornet.snapshots.formats.archive import Entry, choose
from mornet.snapshots.formats.contents import Contents, meaning
from mornet.snapshots.formats.labelled import read_labelled
from mornet.snapshots.layout import real
from mornet.storage import files
from mornet.storage.foreign import Described, ForeignReader
from mornet.storage.matrices import ADVICE
from mornet.storage.results import MAX_BYTES, blaming

STEPS = ("step", "timestep", "time_step", "frame", "snapshot", "snap", "iteration", "iter", "cycle")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def read_hdf5(path: Path, key: str | None) -> Contents:
    """Return the snapshots ``key`` of an HDF5 file, with the arrays beside them.

    Datasets of one step each, whose names differ in one number, are stacked in the order of the
    number if ``key`` is left out or is the name of one of them with {time}, {step} or {} for the
    number. Raises StorageError for a damaged file, OptionError for an unknown key.
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
            return _stacked(path, reader, *steps)

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


def steps_of(path: Path, found: list[Described], key: str | None) -> tuple[list[str], str] | None:
    """Return the datasets of one step each, in order, and the word for what counts them."""
    if key is not None and (place := re.search(r"\{(\w*)\}", key)):
        before, after = re.escape(key[: place.start()]), re.escape(key[place.end() :])
        pattern = re.compile(f"{before}({NUMBER.pattern}){after}")
        matches = [(m, e.name) for e in found if (m := pattern.fullmatch(e.name))]
        if not matches:
            raise StorageError(f"{path}: no dataset has a name like {key}")
        ordered = sorted(matches, key=lambda pair: float(pair[0][1]))
        return [name for _, name in ordered], place[1] or "step"
    if key is not None:
        return None
    wide = [e for e in found if sum(n > 1 for n in e.shape) > 1]
    groups: dict[str, list[str]] = {}
    for entry in found:
        groups.setdefault(NUMBER.sub("#", entry.name), []).append(entry.name)
    several = [names for names in groups.values() if len(names) > 1]
    if len(several) != 1 or (wide and len(wide) != len(several[0])):
        return None
    if wide and not _counts_steps(several[0][0]):
        return None  # such as u1 and u2, or run1 and run2: fields or trajectories
    numbers = {name: [float(n) for n in NUMBER.findall(name)] for name in several[0]}
    return sorted(several[0], key=numbers.__getitem__), "step"


def _counts_steps(name: str) -> bool:
    """Return whether the number in a name counts steps or is a time."""
    word = re.search(r"([A-Za-z]*)[^A-Za-z\d]*\d", name)
    return word is not None and word[1].lower() in ("", *STEPS, *TIME_AXES)


def _stacked(path: Path, reader: ForeignReader, names: list[str], word: str) -> Contents:
    """Return datasets of one step each as one array whose last axis counts the steps."""
    with blaming(path, ADVICE):
        arrays = [_snapshot(reader, name) for name in names]
        shapes = {array.shape for array in arrays}
        if len(shapes) > 1:
            raise StorageError(f"{names[0]}, ... have different shapes: {sorted(shapes)}")
        times = reader.times_of_groups(names)
        if times is None:
            times = _times_beside(reader, len(names))
    if word in ("time", "t"):
        times = [_varying(names, name) for name in names]
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


def _varying(names: list[str], name: str) -> float:
    """Return the number of ``name`` that differs between the names."""
    columns = zip(*[NUMBER.findall(n) for n in names], strict=False)
    places = [i for i, column in enumerate(columns) if len(set(column)) > 1]
    return float(NUMBER.findall(name)[places[0] if places else 0])
