"""The user's own snapshots as a data set of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, TypedDict, Unpack

from mornet.settings import Count, Fraction, Positive, Range, Seed, Settings
from mornet.snapshots.files import Scaling, data_set, find
from mornet.snapshots.formats import files_at, place_of
from mornet.snapshots.snapshots import DataSet


@dataclass(frozen=True)
class FileFields(Settings):
    """Where the other arrays of a file data set are: keys, files, or FILE:KEY.

    A number as the trajectory is that of all snapshots. Several places are a parameter mu each.
    `read_snapshots` says what each of them means.
    """

    x: str | None = None
    y: str | None = None
    z: str | None = None
    t: str | None = None
    mu: str | tuple[str, ...] | None = None
    trajectory: str | int | None = None
    weights: str | None = None
    inner_product: str | None = None


class FileOptions(TypedDict, total=False):
    """How a file is read and split; `read_snapshots` says what each of them means.

    ``keys`` names several fields, ``key`` one; ``scales`` are the scales of the fields.
    """

    axes: str | None
    key: str | None
    keys: tuple[str, ...] | None
    units: str | None
    scale: Scaling | None
    scales: tuple[Positive, ...] | None
    fill_rank: Count | None
    test_fraction: Fraction | None
    test_every: Annotated[int, Range(2)] | None
    test_columns: tuple[Seed, ...] | None
    test_parameters: tuple[float, ...] | None
    test_trajectories: tuple[int | str, ...] | None
    test_times: tuple[float, ...] | None


def file_data_set(
    *, path: str, fields: FileFields = FileFields(), **options: Unpack[FileOptions]
) -> DataSet:
    """Return the user's own snapshots; the settings are those of `read_snapshots`."""
    of_file, of_data = arguments_of({"path": path, "fields": fields, **options})
    return data_set(find(**of_file), **of_data)


def arguments_of(settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments of `find` and of `data_set` that these ``settings`` mean."""
    given = dict(settings)
    keys, scales = given.pop("keys", None), given.pop("scales", None)
    given |= {"key": keys or given.get("key"), "scale": scales or given.get("scale")}
    of_file = {"path": given.pop("path"), "fields": asdict(given.pop("fields"))}
    of_file |= {name: given.pop(name, None) for name in ("axes", "key", "units")}
    return of_file, given


def files_of(settings: Mapping[str, Any]) -> list[Path]:
    """Return the files that `file_data_set` reads with these ``settings``."""
    files = files_at(settings["path"])
    given = asdict(settings["fields"]).values()
    listed = [[words] if isinstance(words, str) else words for words in given]
    places = [words for one in listed if isinstance(one, list | tuple) for words in one]
    return list(dict.fromkeys([*files, *(place_of(words, files[0])[0] for words in places)]))
