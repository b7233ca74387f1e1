"""The figures: those of a comparison, and those that the experiments name.

Every module in `FIGURES` has ``draw(figure, *records)``, which fills an empty figure with the
numbers of the records, ``caption(*records)``, which says what it shows, ``RECORD``, the class of
those records, and ``SIZE``, the figure's (width, height) in millimetres. Importing
this module does not import matplotlib.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mornet.errors import DataError, MornetError, OptionError
from mornet.experiments.registry import EXPERIMENTS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mornet.figures.curves import Line

COMPARISON = (
    "comparison.singular_values",
    "comparison.error_versus_rank",
    "comparison.error_versus_cost",
    "comparison.latent_trajectories",
    "comparison.reconstruction",
    "comparison.learning_curves",
)
REDUCED_MODELS = (
    "reduced_models.rom_error_versus_rank",
    "reduced_models.rom_error_versus_time",
    "reduced_models.rom_error_in_time",
)
STATES = ("states.snapshots", "states.modes")
# the name of a figure is the last part of its module's name
FIGURES = {
    name.rpartition(".")[2]: f"mornet.figures.{name}"
    for name in (
        *COMPARISON,
        *REDUCED_MODELS,
        *STATES,
        *(f for e in EXPERIMENTS.values() for f in (*e.figures, *e.overviews)),
    )
}


def drawn(record: Any, line: Line | None = None) -> dict[str, Figure]:
    """Return all figures that show ``record`` alone, by name.

    If there is none, "arrays" shows the arrays of the record, over the ``line`` along which the
    degrees of freedom lie, if it is known. Raises DataError if it has none.
    """
    from mornet.figures import anything, style

    figures = {}
    for name in FIGURES:
        module = figure_module(name)
        if isinstance(record, module.RECORD):
            figure = style.new_figure(module.SIZE)
            with suppress(MornetError, TypeError):  # it shows other records of this class
                inspect.signature(module.draw).bind(figure, record)
                module.draw(figure, record)
                figures[name] = figure
    if not figures:
        figures["arrays"] = style.new_figure(anything.SIZE)
        anything.draw(figures["arrays"], record, line)
    return figures


def draw(
    name: str, records: Sequence[Any], path: str | os.PathLike[str], source: str = ""
) -> tuple[Path, Path]:
    """Return the paths of the PDF and the PNG with figure ``name`` of ``records``.

    The caption stands beside them, as text (.txt) and as a LaTeX float (.tex). ``source`` names the
    results that the figure shows; all files keep it.

    Raises OptionError for a figure that does not exist, or for records that it does not show,
    DataError for numbers that no axis can show, and what the figure raises.
    """
    from mornet.figures import captions, style

    module = figure_module(name)
    figure = style.new_figure(module.SIZE)
    for record in records:
        if not isinstance(record, module.RECORD):
            kind = getattr(record, "kind", type(record).__name__)
            raise OptionError(f"figure {name} shows records {module.RECORD.kind!r}, not {kind!r}")
    try:
        inspect.signature(module.draw).bind(figure, *records)
    except TypeError:
        raise OptionError(f"figure {name} shows one record, not {len(records)}") from None
    try:
        module.draw(figure, *records)
        saved = style.save(figure, path, source)
    except MornetError:
        raise
    except (ValueError, OverflowError) as error:  # of Matplotlib, for numbers near 1e308
        raise DataError(f"figure {name} cannot show these numbers: {error}") from error
    width = module.SIZE[0]
    captions.write(
        module.caption(*records), saved[0].with_suffix(""), width, source,
        double=width > style.SINGLE,
    )  # fmt: skip
    return saved


def figure_module(name: str) -> ModuleType:
    """Return the module that draws the figure ``name``; OptionError if there is none."""
    if name not in FIGURES:
        raise OptionError(f"no figure is called {name!r}; there are {', '.join(sorted(FIGURES))}")
    return import_module(FIGURES[name])
