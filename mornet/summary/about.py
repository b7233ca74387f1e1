"""The beginning and the end of the page: the answer, the data, the methods, how to repeat it."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mornet.comparison.verdicts import rivals, verdicts
from mornet.errors import counted
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.fom.problem import problem_of
from mornet.reduction.best.units import ONE_SERIES
from mornet.settings import plain
from mornet.snapshots.report import data_set_lines
from mornet.tables.costs import minutes
from mornet.tables.words import code, in_words, listed, literal, marked
from mornet.tables.words import plain as plain_words


@dataclass(frozen=True)
class About:
    """What the page says besides the records of a study.

    ``captions`` belong to figures by name, ``data_sets`` and ``methods`` hold the settings that the
    study gave, by name, with the ``kind``. ``environment`` names machine and versions, ``command``
    builds the study.
    """

    captions: Mapping[str, str] = field(default_factory=dict)
    data_sets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    methods: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    command: str = ""


def abstract(kinds: Mapping[str, Sequence[Any]], experiments: Sequence[str]) -> str:
    """Return what was done, the answer, and what it cost, or "" if nothing is known."""
    comparisons = kinds.get("comparison", ())
    sentences = [_compared(comparisons, experiments), *_answer(comparisons)]
    sentences += _untested(comparisons)
    sentences += [
        f"The jobs took {minutes(cost):.1f} minutes of processor time; every number on this page "
        "is in an HDF5 file beside it."
        for cost in kinds.get("cost", ())
    ]
    words = marked(plain_words(" ".join(filter(None, sentences))))
    return f"## In short\n\n{words}\n" if words else ""


def _compared(comparisons: Sequence[Any], experiments: Sequence[str]) -> str:
    parts = []
    if comparisons:
        methods = dict.fromkeys(name for c in comparisons for name in c.method)
        seeds = max(len(c.seed) for c in comparisons)
        parts.append(
            f"compares {listed(list(methods))} on {listed([c.data_set for c in comparisons])} with "
            f"{counted(seeds, 'seed')}"
        )
    if experiments and (parts or len(experiments) > 1):  # a single one is named by its heading
        parts.append(
            f"runs {counted(len(experiments), 'kind of experiment')}: {listed(experiments)}"
        )
    return f"This study {', and '.join(parts)}." if parts else ""


def _answer(comparisons: Sequence[Any]) -> Iterator[str]:
    found = [(c.data_set, v) for c in comparisons if len(rivals(c)) for v in verdicts(c)]
    won = [(name, v) for name, v in found if v.won]
    if not found:
        return
    others = [v.reference for _, v in found if not v.won]
    often = max(set(others), key=others.count) if others else ""
    best = f"; at the others {often} is best most often" if others else ""
    if not won:
        yield (
            "No other method beats the best reference at any rank of any data set; "
            f"{often} is best most often."
        )
        return
    name, top = max(won, key=lambda pair: pair[1].factor)
    yield (
        f"Another method beats the best reference, with or without a model, at {len(won)} of "
        f"{counted(len(found), 'rank')} of all data sets, most clearly {literal(top.method)} on "
        f"{in_words(name)} at r = {top.rank} {top.advantage}{best}."
    )


def _untested(comparisons: Sequence[Any]) -> Iterator[str]:
    """Yield which data sets allow no honest test, although methods are compared on them."""
    names = [in_words(c.data_set) for c in comparisons if c.one_series and len(rivals(c))]
    if names:
        yield f"There is no honest test on {listed(names)}: {ONE_SERIES}."


def data_sets(records: Sequence[Any], about: About) -> str:
    """Return a part on each data set: its equation or file, its sizes, its split."""
    if not records:
        return ""
    parts = [
        f"### {marked(record.name)}\n\n{_origin(about.data_sets.get(record.name, {}))}"
        + "\n".join(f"- {marked(line)}" for line in data_set_lines(record))
        + "\n"
        for record in records
    ]
    return "## Data\n\n" + "\n".join(parts)


def _origin(config: Mapping[str, Any]) -> str:
    """Return where the snapshots come from: the words of the code that makes them, or a file."""
    kind = config.get("kind")
    if kind not in DATA_SETS:
        return ""
    if kind == "file":
        return f"Read from {code(str(config.get('path')))}.\n\n"
    function = DATA_SETS[kind].load()
    said = re.match(r'Return the data set "\w+": (.*)', (function.__doc__ or "").replace("\n", " "))
    if said:
        words = said[1].split(". ")[0].rstrip(".").replace("``", "`")
        return f"{words[0].upper()}{words[1:]}.\n\n"
    module = inspect.getmodule(problem_of(function) or function)
    first, *others = ((module and module.__doc__) or "").split("\n\n")
    equation = others[0] + "\n\n" if others and others[0].startswith("    ") else ""
    return f"{first}\n\n{equation}"


def methods(cases: Sequence[Any], about: About) -> str:
    """Return each method in words, with the settings that differ from its defaults."""
    named = {case.method: case for case in cases}
    items = [_method(case, about.methods.get(name, {})) for name, case in named.items()]
    if not items:
        return ""
    return (
        "## Methods\n\nAll methods have the same training snapshots, seeds and norm. Settings that "
        "are not named have their defaults.\n\n" + "\n".join(items) + "\n"
    )


def _method(case: Any, config: Mapping[str, Any]) -> str:
    kind = config.get("kind")
    if kind not in METHODS:
        return f"- **{marked(case.method)}**"
    build = METHODS[kind].load()
    words = (build.__doc__ or "").split("\n")[0].split(";")[0].rstrip(".").replace("``", "`")
    chosen, defaults = json.loads(case.settings or "{}"), plain(build())
    changed = [
        code(f"{name}: {json.dumps(value)}")
        for name, value in chosen.items()
        if json.loads(json.dumps(defaults.get(name))) != value
    ]
    settings = f". Settings: {', '.join(changed)}" if changed else ""
    return f"- **{marked(case.method)}** (`{kind}`): {words}{settings}."


def environment(about: About) -> str:
    """Return machine, versions and the command that makes the results again."""
    if not about.environment:
        return ""
    facts = "\n".join(f"- {name}: {marked(value)}" for name, value in about.environment.items())
    commit = about.environment.get("commit", "unknown").removesuffix("-dirty")
    checkout = [] if commit == "unknown" else [f"git checkout {commit}"]
    commands = "\n".join([*checkout, about.command]) if about.command else ""
    again = (
        "\n## How to repeat it\n\nThe same commands on the same machine give the same datasets to "
        "the last bit, times aside; `mornet diff` compares two results.\n\n"
        f"```sh\n{commands}\n```\n"
        if commands
        else ""
    )
    return f"## Environment\n\n{facts}\n{again}"
