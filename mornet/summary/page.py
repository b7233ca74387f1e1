"""The page that a person reads first: one section for each kind of record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.experiments.registry import EXPERIMENTS, Experiment
from mornet.lazy import Lazy
from mornet.summary.comparison import comparison, linear_autoencoders
from mornet.summary.costs import cost
from mornet.summary.data import data_sets, of_coordinates
from mornet.summary.explanations import explanations
from mornet.summary.reduced_models import reduced_models
from mornet.tables import TABLES, markdown

ROM_FIGURES = "rom_error_versus_rank rom_error_versus_time rom_error_in_time"


def summary(title: str, records: Sequence[Any], figures: Sequence[str] = ()) -> str:
    """Return the page for the records of a study; kinds without a section are left out.

    ``figures`` are the names of the study's figures, without ending. Each section shows its own
    figures, and the last section shows the others.
    """
    kinds: dict[str, list[Any]] = {}
    for record in records:
        kinds.setdefault(record.kind, []).append(record)
    page = _Page([f"# {title}\n"], list(figures))
    for record in kinds.get("comparison", []):
        page.add(comparison(record), "error_versus_rank error_versus_cost", record.data_set)
        page.add(of_coordinates(record.data_set, kinds.get("data_set", [])))
        page.add(explanations(record, kinds.get("case", []), kinds.get("data_set", [])))
    page.add(linear_autoencoders(kinds.get("case", [])))
    models: dict[str, list[Any]] = {}
    for record in kinds.get("reduced_models", []):
        models.setdefault(record.data_set, []).append(record)
    for data_set, of_data_set in models.items():
        page.add(reduced_models(of_data_set), ROM_FIGURES, data_set)
    for name, experiment in EXPERIMENTS.items():
        if of_kind := kinds.pop(experiment.record, []):
            shown = (*experiment.figures, *experiment.overviews)
            drawn = " ".join(module.rpartition(".")[2] for module in shown)
            page.add(section(name, experiment, of_kind), drawn)
    page.add(data_sets(kinds.get("data_set", [])))
    for record in kinds.get("cost", []):
        page.add(cost(record))
    if page.left:
        page.parts.append("## Further figures\n\n" + "\n".join(map(_image, page.left)) + "\n")
    return "\n".join(page.parts)


def section(name: str, experiment: Experiment, records: Sequence[Any]) -> str:
    """Return the part of the page on the ``records`` of one kind of experiment.

    An experiment without a section of its own is summarised by its tables.
    """
    if experiment.section:
        return str(Lazy(f"mornet.summary.{experiment.section}").load()(records))
    tables = [TABLES[table.rpartition(".")[2]].load()(records) for table in experiment.tables]
    words = [f"{table.caption}\n\n{markdown(table)}" for table in tables]
    return f"## {name.replace('_', ' ').capitalize()}\n\n" + "\n".join(words)


class _Page:
    """The parts of the page, and the figures that no part shows yet."""

    def __init__(self, parts: list[str], left: list[str]) -> None:
        self.parts = parts
        self.left = left

    def add(self, words: str, drawn: str = "", of: str = "") -> None:
        """Append a part with its figures ``drawn``; ``of`` restricts them to one data set."""
        own = [
            figure
            for figure in self.left
            if figure.partition("-")[0] in drawn.split() and of in ("", figure.partition("-")[2])
        ]
        self.left = [figure for figure in self.left if figure not in own]
        images = ["\n".join(map(_image, own)) + "\n"] if own else []
        self.parts += [part for part in [words, *images] if part]


def _image(figure: str) -> str:
    return f"![{figure}](figures/{figure}.png)"
