"""What a file of the user holds and how a study would split it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mornet.experiments.file_data_set import arguments_of
from mornet.snapshots.files import data_set, find
from mornet.snapshots.report import found_lines, split_lines


def overview(settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines on the files that `file_data_set` reads with these ``settings``.

    Lines on what was read come before an error about the gaps or the split. Raises what
    `read_snapshots` raises.
    """
    of_file, of_data = arguments_of(settings)
    found = find(**of_file)
    yield from found_lines(found)
    yield from split_lines(data_set(found, **of_data))
