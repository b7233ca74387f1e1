"""Verbs that show results to people."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from mornet.cli.verb import Options, Parser, Verb, add_kind, add_out, known, read, write
from mornet.errors import OptionError, counted


def _showing(names: Callable[[], list[str]]) -> Callable[[Parser], None]:
    """Return the function that adds the arguments of a verb with several names and files."""

    def arguments(parser: Parser) -> None:
        add_out(parser, several=True)
        add_kind(parser, names, metavar="NAME[,NAME...]")
        parser.add_argument("results", type=Path, nargs="+", help="files of results to show")
        parser.add_argument(
            "--of",
            type=int,
            nargs="+",
            metavar="COUNT",
            help="how many of the files each name shows, in turn; without it each name shows all",
        )

    return arguments


def _figures() -> list[str]:
    from mornet.figures import FIGURES

    return list(FIGURES)


def _tables() -> list[str]:
    from mornet.tables import TABLES

    return list(TABLES)


def _figure(options: Options) -> None:
    from mornet.figures import draw

    load = cache(read)
    for name, out, paths in _shown(options):
        out.parent.mkdir(parents=True, exist_ok=True)
        draw(name, [load(path) for path in paths], out, _source(paths))


def _table(options: Options) -> None:
    from mornet.tables import TABLES, write

    tables = [(known(TABLES, name), out, paths) for name, out, paths in _shown(options)]
    load = cache(read)
    for table, out, paths in tables:
        write(table.load()([load(path) for path in paths]), out, _source(paths))


def _shown(options: Options) -> list[tuple[str, Path, list[Path]]]:
    """Return the names to be shown, each with its file and the results that it shows.

    Raises OptionError unless there are as many names as files, and as many results as are counted.
    """
    names, results = options.kind.split(","), options.results
    if len(names) != len(options.out):
        counts = counted(len(names), "name"), counted(len(options.out), "file")
        raise OptionError(f"{counts[0]} for {counts[1]}: give one file by -o for each name")
    if options.of is None:
        return [(name, out, results) for name, out in zip(names, options.out, strict=True)]
    if len(options.of) != len(names) or min(options.of) < 1 or sum(options.of) != len(results):
        raise OptionError(
            f"--of {options.of}: give one count for each of {counted(len(names), 'name')}, which "
            f"add up to {counted(len(results), 'file')} of results"
        )
    ends = [0, *accumulate(options.of)]
    parts = [results[a:b] for a, b in pairwise(ends)]
    return list(zip(names, options.out, parts, strict=True))


def _source(paths: Sequence[Path]) -> str:
    """Return the names of results, each with the checksum of its content."""
    from mornet.storage.results import checksum

    return "; ".join(f"{path.as_posix()} ({checksum(path)[:12]})" for path in paths)


NOT_SHOWN = ("time", "inputs", "host")
MARK = "\n<!-- made by mornet -->\n"  # by which mornet knows its own pages


def _summary_arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument("results", type=Path, nargs="+", help="files of all results of the study")
    parser.add_argument("--title", type=str, default="Results", help="title of the page")
    parser.add_argument("--figures", nargs="*", default=[], help="names of the study's figures")
    parser.add_argument("--html", action="store_true", help="write the page as .html too")
    parser.add_argument(
        "--command",
        type=str,
        default="",
        help="the command that builds the study; the page names it and the machine",
    )


def _summary(options: Options) -> None:
    from mornet.storage import write_text
    from mornet.summary import html, summary

    _require_page(options)
    records = [read(path) for path in options.results]
    words = summary(options.title, records, options.figures, _about(options, records)) + MARK
    write_text(options.out, words)
    if options.html:
        write_text(options.out.with_suffix(".html"), html(words, options.out.parent))


def _require_page(options: Options) -> None:
    """Raise OptionError for a result that is given twice, and for what is no page or no figure."""
    from mornet.figures.registry import figure_module

    counts = Counter(map(os.path.realpath, options.results))
    for path in options.results:
        if counts[os.path.realpath(path)] > 1:
            raise OptionError(f"{path} is given twice: give each result once")
    if options.out.suffix.lower() not in (".md", ".markdown"):
        raise OptionError(f"{options.out}: the summary is written in Markdown: give it .md")
    for name in options.figures:  # such as error_versus_rank-burgers
        figure_module(name.partition("-")[0])


def _about(options: Options, records: Sequence[Any]) -> Any:
    """Return the captions beside the figures, the settings of the results, and the machine."""
    from mornet.cost import processor
    from mornet.storage import origin
    from mornet.storage.provenance import provenance
    from mornet.summary import About

    texts = {name: options.out.parent / "figures" / f"{name}.txt" for name in options.figures}
    captions = {
        name: path.read_text("utf-8").strip() for name, path in texts.items() if path.is_file()
    }
    settings: dict[str, dict[str, Any]] = {"data_set": {}, "case": {}}
    for path, record in zip(options.results, records, strict=True):
        name = getattr(record, "name" if record.kind == "data_set" else "method", None)
        if record.kind in settings and name not in settings[record.kind]:
            settings[record.kind][str(name)] = origin(path).config or {}
    facts = {"processor": processor(), **provenance({})} if options.command else {}
    machine = {name: fact for name, fact in facts.items() if name not in NOT_SHOWN}
    return About(captions, settings["data_set"], settings["case"], machine, options.command)


def _cost_arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument(
        "folder", type=Path, help="folder of the study's results, such as results/paper"
    )


def _cost(options: Options) -> None:
    from mornet.cost import cost

    record: Any = cost(options.folder)
    write(options, record, {})


def _resources_arguments(parser: Parser) -> None:
    parser.add_argument(
        "costs", type=Path, nargs="+", help="costs of studies, such as results/*/cost.h5"
    )


def _resources(options: Options) -> None:
    from mornet.resources import measured, need

    table = measured(read(path, "cost") for path in options.costs)
    if not table:
        raise OptionError("no cost holds the memory of its jobs: run the study again")
    print(f"{'work':32} {'input MB':>9} {'threads':>8} {'mem_mb':>8} {'runtime':>8}")
    for work, jobs in table.items():
        for size in sorted(job.size for job in jobs):
            asked = need(table, work, size)
            print(f"{work:32} {size:9.3f} " + " ".join(f"{number:8d}" for number in asked))


VERBS = (
    Verb("figure", "draw figures from results, as PDF and PNG", _showing(_figures), _figure),
    Verb("table", "write tables from results, as LaTeX and CSV", _showing(_tables), _table),
    Verb(
        "summary",
        "write the summary of a study, in Markdown and HTML",
        _summary_arguments,
        _summary,
    ),
    Verb("cost", "sum up the processor time of a study", _cost_arguments, _cost),
    Verb(
        "resources",
        "say what jobs of the next run ask for, from what like jobs used",
        _resources_arguments,
        _resources,
    ),
)
