"""Pages that the code writes: rooms, kinds that a study may name, commands, and benchmarks."""

import argparse
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from sphinx.application import Sphinx

import mornet
from benchmarks import scale
from benchmarks.record import page, read, records, where
from benchmarks.report import table
from mornet.cli.main import VERBS
from mornet.experiments import EXPERIMENTS
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.roms import ROMS
from mornet.figures import style
from mornet.lazy import Lazy

MODULES = (
    "mornet.study",
    "mornet.errors",
    "mornet.records",
    "mornet.storage.matlab",
)  # rooms that are one file
ROOM = """# `{name}`

```{{eval-rst}}
.. automodule:: {name}
   :members:
   :show-inheritance:
   :exclude-members: {elsewhere}
{imported}```
"""
KINDS = {
    "Data sets": ("`data_sets: {mine: {kind: NAME, ...}}`", DATA_SETS),
    "Methods": ("`methods: {mine: {kind: NAME, ...}}`", METHODS),
    "Reduced-order models": ("`roms: {mine: {kind: NAME, ...}}`", ROMS),
    "Experiments": ("`experiments: {mine: {kind: NAME, ...}}`", EXPERIMENTS),
}


def rooms() -> Iterator[tuple[str, str]]:
    """Yield name and page of all packages that say what they offer, and of `MODULES`."""
    for module in pkgutil.walk_packages(mornet.__path__, "mornet."):
        parent, _, name = module.name.rpartition(".")
        above = getattr(import_module(parent), "__all__", ())
        shown = module.ispkg and hasattr(import_module(module.name), "__all__")
        if (shown and name not in above) or module.name in MODULES:
            yield module.name, _room(module.name, above, imported=module.ispkg)


def _room(name: str, above: Sequence[str], *, imported: bool) -> str:
    """Return the page of a room; what the room ``above`` shows stands there."""
    option = "   :imported-members:\n" if imported else ""
    return ROOM.format(name=name, elsewhere=", ".join(above), imported=option)


def kinds() -> str:
    """Return the page of all kinds, each with its function or class and all its settings."""
    parts = ["# What a study may name\n"]
    for title, (key, registry) in KINDS.items():
        parts += [f"## {title}\n\nIn the YAML file: {key}.\n", *map("\n".join, _entries(registry))]
    return "\n".join(parts)


def _entries(registry: Mapping[str, object]) -> Iterator[list[str]]:
    for kind, entry in registry.items():
        lazy = entry if isinstance(entry, Lazy) else entry.function
        what = "autoclass" if isinstance(lazy.load(), type) else "autofunction"
        directive = [f".. {what}:: {lazy.name}", "   :no-index:"]
        anchor = f'<span id="{lazy.name}"></span>\n'  # where the page of the source leads back to
        yield [f"### `{kind}`\n", anchor, "```{eval-rst}", *directive, "```\n"]


def commands() -> str:
    """Return the page of all verbs of the command line, as ``--help`` prints them."""
    parts = ["# Commands\n"]
    for verb in VERBS:
        parser = argparse.ArgumentParser(prog=f"mornet {verb.name}", description=verb.about)
        parser.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=88)
        verb.arguments(parser)
        parts.append(f"## `mornet {verb.name}`\n\n```text\n{parser.format_help()}```\n")
    return "\n".join(parts)


def of_trees(source: Path, folder: Path) -> str:
    """Return the page of POD trees, and draw its figure into the ``folder``."""
    rows = read(source)
    found = records(rows)
    style.save(scale.draw_scale(found), folder / "scale")
    return scale.page(found, f"{where(rows)}\n{table(found)}")


def write_pages(app: Sphinx) -> None:
    """Write the pages into ``docs/_generated``; a page that has not changed keeps its time."""
    folder = Path(app.srcdir) / "_generated"
    folder.mkdir(exist_ok=True)
    pages = dict(rooms())
    listed = "\n".join(pages)
    pages["rooms"] = f"# Rooms\n\n```{{toctree}}\n{listed}\n```\n"
    pages |= {"kinds": kinds(), "commands": commands()}
    pages["measured"] = page(read(Path(app.srcdir) / "benchmarks.csv"))
    pages["scale"] = of_trees(Path(app.srcdir) / "scale.csv", folder)
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def is_of_scikit_learn(_app: Sphinx, _what: str, name: str, *_: object) -> bool | None:
    """Return True for methods that scikit-learn adds to every estimator: they are left out."""
    return True if name.startswith("set_") and name.endswith("_request") else None


def site_links(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Let links to pages outside of ``docs`` lead to their copies in the site."""
    source[0] = source[0].replace("](../results/README.md)", "](formats.md)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx looks for sources."""
    app.connect("builder-inited", write_pages)
    app.connect("source-read", site_links)
    app.connect("autodoc-skip-member", is_of_scikit_learn)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
