"""Paper figures: one module each, all in the house style, the only room that touches matplotlib.

Every module in `FIGURES` has ``draw(figure, *records)``, which fills an empty figure with the
numbers of the records, and ``SIZE``, its (width, height) in millimetres:

    module = figure_module("error_versus_rank")
    figure = style.new_figure(module.SIZE)
    module.draw(figure, comparison)
    style.save(figure, path)

Importing this package does not import matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from mornet.errors import OptionError

FIGURES = {
    "entering_points": "mornet.figures.entering_points",
    "entering_cost": "mornet.figures.entering_cost",
    "entering_region": "mornet.figures.entering_region",
    "network_graph": "mornet.figures.network_graph",
    "singular_values": "mornet.figures.singular_values",
    "error_versus_rank": "mornet.figures.error_versus_rank",
    "reconstruction": "mornet.figures.reconstruction",
    "learning_curves": "mornet.figures.learning_curves",
    "update_slopes": "mornet.figures.update_slopes",
}


def figure_module(name: str) -> ModuleType:
    """Return the module that draws the figure ``name``; OptionError if there is none."""
    if name not in FIGURES:
        raise OptionError(f"no figure is called {name!r}; there are {', '.join(sorted(FIGURES))}")
    return import_module(FIGURES[name])
