"""Paper figures: one module each, all in the house style, the only room that touches matplotlib.

Every module in `FIGURES` has ``draw(figure, *records)``, which fills an empty figure with the
numbers of the records, ``RECORD``, the class of those records, and ``SIZE``, the figure's (width,
height) in millimetres. Importing this package does not import matplotlib.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from mornet.errors import OptionError

FIGURES = {
    "entering_points": "mornet.figures.ten_points.entering_points",
    "entering_cost": "mornet.figures.ten_points.entering_cost",
    "entering_region": "mornet.figures.ten_points.entering_region",
    "entering_network": "mornet.figures.ten_points.entering_network",
    "optimiser_race": "mornet.figures.ten_points.optimiser_race",
    "singular_values": "mornet.figures.comparison.singular_values",
    "error_versus_rank": "mornet.figures.comparison.error_versus_rank",
    "error_versus_cost": "mornet.figures.comparison.error_versus_cost",
    "latent_trajectories": "mornet.figures.comparison.latent_trajectories",
    "reconstruction": "mornet.figures.comparison.reconstruction",
    "learning_curves": "mornet.figures.comparison.learning_curves",
    "update_slopes": "mornet.figures.updates.update_slopes",
    "update_costs": "mornet.figures.updates.update_costs",
    "removals": "mornet.figures.updates.removals",
    "spectra": "mornet.figures.updates.spectra",
    "cut_offs": "mornet.figures.updates.cut_offs",
    "damping": "mornet.figures.updates.damping",
    "disturbances": "mornet.figures.updates.disturbances",
    "matrix_free": "mornet.figures.updates.matrix_free",
    "stream": "mornet.figures.updates.stream",
    "bridge": "mornet.figures.updates.bridge",
    "burgers_update": "mornet.figures.updates.burgers_update",
    "directions": "mornet.figures.updates.directions",
    "multi_start": "mornet.figures.updates.multi_start",
}


def draw(
    name: str, records: Sequence[Any], path: str | os.PathLike[str], source: str = ""
) -> tuple[Path, Path]:
    """Return the paths of the PDF and the PNG with figure ``name`` of ``records``.

    ``source`` says in the files' own metadata which results they show.

    Raises OptionError for a figure that does not exist, or records that are not its own; and what
    the figure raises.
    """
    from mornet.figures import style

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
    module.draw(figure, *records)
    return style.save(figure, path, source)


def figure_module(name: str) -> ModuleType:
    """Return the module that draws the figure ``name``; OptionError if there is none."""
    if name not in FIGURES:
        raise OptionError(f"no figure is called {name!r}; there are {', '.join(sorted(FIGURES))}")
    return import_module(FIGURES[name])
