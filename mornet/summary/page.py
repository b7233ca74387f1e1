"""The page that a person reads first: one section for each kind of record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any
from urllib.parse import quote

from mornet.experiments.registry import EXPERIMENTS, Experiment
from mornet.lazy import Lazy
from mornet.summary.about import About, abstract, data_sets, environment, methods
from mornet.summary.choices import choices
from mornet.summary.comparison import comparison, linear_autoencoders
from mornet.summary.coordinates import of_coordinates
from mornet.summary.costs import cost
from mornet.summary.explanations import explanations
from mornet.summary.reduced_models import reduced_models
from mornet.summary.reliability import reliability
from mornet.tables import TABLES, markdown
from mornet.tables.words import in_words, marked, plain

COMPARISON_FIGURES = (
    "snapshots modes error_versus_rank error_versus_cost learning_curves reconstruction "
    "latent_trajectories"
)
ROM_FIGURES = "rom_error_versus_rank rom_error_versus_time rom_error_in_time"
OF_NO_EXPERIMENT = {"data_set", "case", "comparison", "reduced_models", "reliability", "cost"}


def summary(
    title: str,
    records: Sequence[Any],
    figures: Sequence[str] = (),
    about: About | None = None,
) -> str:
    """Return the page for the records of a study, in Markdown.

    ``figures`` are the names of the study's figures, without ending. Each section shows its own
    figures with their captions, and the section before the cost shows the others.
    """
    kinds: dict[str, list[Any]] = {}
    for record in records:
        kinds.setdefault(record.kind, []).append(record)
    about = about or About()
    page = _Page([f"# {marked(title)}\n"], list(figures), about.captions)
    page.add(abstract(kinds, _experiments(kinds)))
    page.add(data_sets(kinds.get("data_set", []), about), "singular_values")
    page.add(methods(kinds.get("case", []), about))
    for record in kinds.get("comparison", []):
        page.add(comparison(record), COMPARISON_FIGURES, record.data_set)
        page.add(choices(record, kinds.get("case", [])))
        page.add(of_coordinates(record.data_set, kinds.get("data_set", [])))
        page.add(explanations(record, kinds.get("case", []), kinds.get("data_set", [])))
    page.add(linear_autoencoders(kinds.get("case", [])))
    models: dict[str, list[Any]] = {}
    for record in kinds.get("reduced_models", []):
        models.setdefault(record.data_set, []).append(record)
    for data_set, of_data_set in models.items():
        page.add(reduced_models(of_data_set), ROM_FIGURES, data_set)
    for name, experiment in _experiments_of(kinds).items():
        if of_kind := kinds.pop(experiment.record, []):
            shown = (*experiment.figures, *experiment.overviews)
            drawn = " ".join(module.rpartition(".")[2] for module in shown)
            page.add(section(name, experiment, of_kind), drawn)
    if page.left:
        page.add("## Further figures\n", " ".join({name.partition("-")[0] for name in page.left}))
    if of_kind := kinds.get("reliability", []):
        page.add(reliability(of_kind))
    for record in kinds.get("cost", []):
        page.add(cost(record))
    page.add(environment(about))
    return "\n".join(page.parts)


def _experiments_of(kinds: Mapping[str, Any]) -> dict[str, Experiment]:
    """Return the experiments that records of the ``kinds`` may be of.

    None are if no kind is left for them; then nothing of any experiment is imported.
    """
    return EXPERIMENTS if set(kinds) - OF_NO_EXPERIMENT else {}


def _experiments(kinds: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return the kinds of experiments that were run; tables of published numbers are one kind."""
    possible = reversed(_experiments_of(kinds).items())
    named = {e.record: e.title or name for name, e in possible if kinds.get(e.record)}
    names = {kind: "published numbers" if kind == "reproduction" else named[kind] for kind in named}
    return list(names.values())[::-1]


def section(name: str, experiment: Experiment, records: Sequence[Any]) -> str:
    """Return the part of the page on the ``records`` of one kind of experiment.

    An experiment without a section of its own is summarised by its tables.
    """
    if experiment.section:
        return str(Lazy(f"mornet.summary.{experiment.section}").load()(records))
    tables = [TABLES[table.rpartition(".")[2]].load()(records) for table in experiment.tables]
    words = [f"{marked(plain(table.caption))}\n\n{markdown(table)}" for table in tables]
    if not words:  # the figures follow; the record says what it holds
        said = (type(records[0]).__doc__ or "").partition("\n\n")[0]
        words = [" ".join(said.split()) + "\n"]
    title = experiment.title or name.replace("_", " ")
    return f"## {title[0].upper()}{title[1:]}\n\n" + "\n".join(words)


class _Page:
    """The parts of the page, and the figures that no part shows yet."""

    def __init__(self, parts: list[str], left: list[str], captions: Mapping[str, str]) -> None:
        self.parts = parts
        self.left = left
        self.captions = captions
        self.numbers = count(1)

    def add(self, words: str, drawn: str = "", of: str = "") -> None:
        """Append a part with its figures ``drawn``; ``of`` restricts them to one data set."""
        own = [
            figure
            for figure in self.left
            if figure.partition("-")[0] in drawn.split() and of in ("", figure.partition("-")[2])
        ]
        self.left = [figure for figure in self.left if figure not in own]
        self.parts += [part for part in [words, *map(self._figure, own)] if part]

    def _figure(self, name: str) -> str:
        number, said = next(self.numbers), self.captions.get(name, plain(in_words(name)))
        file = quote(f"figures/{name}.png")
        return f"![{marked(name)}]({file})\n\n*Figure {number}. {marked(said)}*\n"
