"""The user's own snapshot matrix as a data set of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from mornet.settings import Range, Seed, Settings
from mornet.snapshots.files import place_of, read_snapshots
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
    axes: Literal["dof sample", "sample dof"] | None = None,
    key: str | None = None,
    test_fraction: Annotated[float, Range(0, 1, above=True)] | None = None,
    test_every: Annotated[int, Range(2)] | None = None,
    test_columns: tuple[Seed, ...] | None = None,
    units: str = "1",
    fields: FileFields = FileFields(),
) -> DataSet:
    """Return the user's own snapshot matrix; the settings are those of `read_snapshots`."""
    return read_snapshots(
        path,
        axes=axes,
        key=key,
        test_fraction=test_fraction,
        test_every=test_every,
        test_columns=test_columns,
        units=units,
        fields=asdict(fields),
    )


def files_of(settings: Mapping[str, Any]) -> list[Path]:
    """Return the files that `file_data_set` reads with these ``settings``."""
    path = Path(settings["path"])
    places = [words for words in asdict(settings["fields"]).values() if words is not None]
    return list(dict.fromkeys([path, *(place_of(path, words)[0] for words in places)]))
