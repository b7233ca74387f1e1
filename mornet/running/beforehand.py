"""What can be known of a study before anything is computed: its files, shapes, splits and ranks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mornet.checks import require_rank
from mornet.errors import MornetError, StudyError, counted
from mornet.experiments.close_up import require_a_line
from mornet.experiments.data_sets import DATA_SETS
from mornet.snapshots import DataSet
from mornet.study import Choice, Study


def check(study: Study) -> dict[str, DataSet]:
    """Return the data sets of ``study`` that are files, read and split as its jobs will do it.

    Raises StudyError, which lists all mistakes: files that are missing or refused, impossible
    splits and parts held out, ranks above min(n, m).
    """
    mistakes: list[str] = []
    found = {
        name: data
        for name, choice in study.data_sets.items()
        if choice.kind == "file" and (data := _data_set(study, name, choice, mistakes))
    }
    if mistakes:
        lines = "\n  ".join(mistakes)
        raise StudyError(
            f"{study.name} cannot run, for {counted(len(mistakes), 'reason')}:\n  {lines}"
        )
    return found


def _data_set(study: Study, name: str, choice: Choice, mistakes: list[str]) -> DataSet | None:
    try:
        data: DataSet = DATA_SETS[choice.kind].load()(**choice.settings)
    except MornetError as error:
        mistakes.append(f"study.data_sets.{name}: {error}")
        return None
    mistakes += _of_parts(study, name, data)
    return data


def _of_parts(study: Study, name: str, data: DataSet) -> Iterator[str]:
    """Yield the mistakes that the read ``data`` show in the other keys of the study."""
    try:
        if name in study.hold_out:
            by: Any = study.hold_out_by.get(name)
            data = data.hold_out(study.hold_out[name], by=by)
    except MornetError as error:
        yield f"study.hold_out.{name}: {error}"
    if name in study.reconstructions:
        try:
            require_a_line(data)
        except MornetError as error:
            yield f"study.reconstructions.{name}: {error}"
    for rank in study.ranks.get(name, ()):
        try:
            require_rank(rank, data.train.U.shape, f"study.ranks.{name}:")
        except MornetError as error:
            yield f"{error}; the training part has the shape {data.train.U.shape}"
