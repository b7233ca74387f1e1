"""The user's own snapshots as a data set of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from mornet.settings import Count, Range, Seed, Settings
from mornet.snapshots.files import read_snapshots
from mornet.snapshots.formats import files_at, place_of
from mornet.snapshots.snapshots import DataSet


@dataclass(frozen=True)
class FileFields(Settings):
    """Where the other arrays of a file data set are: keys, files, or FILE:KEY.

    `read_snapshots` says what each of them means.
    """

    x: str | None = None
    t: str | None = None
    mu: str | None = None
    trajectory: str | None = None
    weights: str | None = None
    inner_product: str | None = None


def file_data_set(
    *,
    path: str,
    axes: str | None = None,
    key: str | None = None,
    keys: tuple[str, ...] | None = None,
    units: str | None = None,
    fields: FileFields = FileFields(),
    scale: Literal["deviation", "largest"] | None = None,
    scales: tuple[float, ...] | None = None,
    fill_rank: Count | None = None,
    test_fraction: Annotated[float, Range(0, 1, above=True)] | None = None,
    test_every: Annotated[int, Range(2)] | None = None,
    test_columns: tuple[Seed, ...] | None = None,
    test_parameters: tuple[float, ...] | None = None,
    test_trajectories: tuple[int, ...] | None = None,
    test_times: tuple[float, ...] | None = None,
) -> DataSet:
    """Return the user's own snapshots; the settings are those of `read_snapshots`.

    ``keys`` names several fields, ``key`` one; ``scales`` gives the scale of each field.
    """
    return read_snapshots(
        path,
        axes=axes,
        key=keys or key,
        units=units,
        fields=asdict(fields),
        scale=scales or scale,
        fill_rank=fill_rank,
        test_fraction=test_fraction,
        test_every=test_every,
        test_columns=test_columns,
        test_parameters=test_parameters,
        test_trajectories=test_trajectories,
        test_times=test_times,
    )


def files_of(settings: Mapping[str, Any]) -> list[Path]:
    """Return the files that `file_data_set` reads with these ``settings``."""
    files = files_at(settings["path"])
    places = [words for words in asdict(settings["fields"]).values() if words is not None]
    return list(dict.fromkeys([*files, *(place_of(words, files[0])[0] for words in places)]))
