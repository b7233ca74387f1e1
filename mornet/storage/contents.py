"""HDF5 files of the user, as a reader of snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from mornet.errors import OptionError
from mornet.snapshots.formats.archive import Entry, choose
from mornet.snapshots.formats.attributes import tell_apart
from mornet.snapshots.formats.contents import IN_WORDS, Contents
from mornet.snapshots.formats.groups import group_of, last_of
from mornet.snapshots.formats.labelled import read_labelled
from mornet.storage import files
from mornet.storage.attributes import with_attributes, with_names, with_singles
from mornet.storage.foreign import Described, ForeignReader
from mornet.storage.matrices import ADVICE
from mornet.storage.results import MAX_BYTES, blaming
from mornet.storage.steps import field_in, run_names, stacked, steps_of


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
        _require_no_result(path, reader, key)
        with blaming(path, ADVICE):
            found = reader.described()
        steps = steps_of(path, found, key)
        if steps is not None:
            return stacked(path, reader, found, steps)

        def load(name: str) -> Any:
            with blaming(path, ADVICE):
                return reader.array(name)

        contents = chosen_dataset(path, reader, found, key, load)
        require_states(path, reader, contents.name or "")
        return contents


def _require_no_result(path: Path, reader: ForeignReader, key: str | None) -> None:
    """Raise OptionError for a result of mornet that is no data set, unless ``key`` names a part."""
    kind = str(reader.file.attrs.get("kind", ""))
    if key is None and files.is_sealed(path) and kind not in ("", "data_set"):
        raise OptionError(
            f"{path} is a result of mornet of the kind {kind!r}, and no file of snapshots: give "
            "the file from which it was made, or state the key of one of its arrays"
        )


def runs_in_hdf5(path: Path, key: str | None = None) -> list[tuple[str, Contents]]:
    """Return the names and the contents of runs in one file, in order; none if it has no runs.

    They are the datasets of several axes, called ``key`` if it is given, of one name in groups of
    their own, if attributes state other parameters for each. Raises what `read_hdf5` raises.
    """
    if not path.is_file():
        return []
    with blaming(path, ADVICE):
        files.check(path)
        reader = ForeignReader(path, MAX_BYTES)
    with reader:
        with blaming(path, ADVICE):
            found = [] if reader.is_data_set() else reader.described()
            names = run_names(found, key)
            groups = _by_group(found)
            if not tell_apart([_stated(reader, groups[group_of(n)], n) for n in names]):
                return []
        if key is None and steps_of(path, found, None) is not None:
            return []
        of_runs = set(map(group_of, names))
        shared = [e for e in found if group_of(e.name) not in of_runs]
        return [(n, _run(path, reader, [*groups[group_of(n)], *shared], n)) for n in names]


def _by_group(found: Iterable[Described]) -> dict[str, list[Described]]:
    """Return datasets by their group."""
    groups: dict[str, list[Described]] = {}
    for entry in found:
        groups.setdefault(group_of(entry.name), []).append(entry)
    return groups


def _stated(reader: ForeignReader, found: list[Described], name: str) -> Contents:
    """Return what attributes and single numbers state about a dataset, without its numbers."""
    return with_singles(reader, with_attributes(reader, Contents((), name=name)), found)


def _run(path: Path, reader: ForeignReader, near: list[Described], name: str) -> Contents:
    """Return the contents of one run among ``near``, the arrays that are of no other run."""

    def load(key: str) -> Any:
        with blaming(path, ADVICE):
            return reader.array(key)

    contents = chosen_dataset(path, reader, near, name, load)
    with blaming(path, ADVICE):
        contents = with_singles(reader, contents, near)
    require_states(path, reader, name)
    return contents._replace(name=field_in(name))


def require_states(path: Path, reader: ForeignReader, name: str) -> None:
    """Raise OptionError for snapshots of a data set that are scaled or shifted states."""
    if reader.is_scaled(name):
        raise OptionError(
            f"{path}: {name} is scaled or shifted, and its scale would be lost: use the data set "
            "as it is, by `mornet fit`, or read the files from which it was made"
        )


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
    with blaming(path, ADVICE):
        words = reader.in_words((*IN_WORDS, last_of(key or "").lower()))
    if key is not None and key.strip("/") in words:
        return Contents(words[key.strip("/")], name=key)
    name = None if key is None else _plain_name(path, reader, key, found)
    entries = [Entry(e.name, e.shape, e.axes, e.units, e.scales) for e in found]
    if key is None and all(entry.field for entry in entries):
        with blaming(path, ADVICE):
            reader.require_numbers()
    entries += [Entry(name, of.shape) for name, of in words.items()] if entries else []
    contents = choose(str(path), name, entries, lambda n: words[n] if n in words else load(n))
    if not reader.is_sparse(contents.name or ""):
        contents = with_names(reader, with_attributes(reader, contents), found)
    contents = contents._replace(notes=(*contents.notes, *_lost(reader)))
    if not any(entry.transposed for entry in found if name in (None, entry.name)):
        return contents
    note = "MATLAB or Octave wrote the file: axes are in their order"
    return contents._replace(notes=(*contents.notes, note))


def _lost(reader: ForeignReader) -> Iterator[str]:
    """Yield a note on objects of MATLAB whose names mean times or trajectories."""
    for name in reader.objects():
        if last_of(name).lower() in IN_WORDS:
            yield lost_note(name)


def lost_note(name: str) -> str:
    """Return the note on an object of MATLAB that is left out."""
    return (
        f"{name} is left out: MATLAB alone reads its strings and dates; write char({name}) into "
        "the file"
    )


def _plain_name(path: Path, reader: ForeignReader, key: str, found: list[Described]) -> str:
    """Return the name of the dataset that ``key`` reaches, over links inside the file."""
    if reader.is_sparse(key) or any(key.strip("/") == entry.name for entry in found):
        return key.strip("/")
    with blaming(path, ADVICE):
        return reader.name_of(key)
