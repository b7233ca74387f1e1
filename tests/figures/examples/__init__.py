"""Synthetic records that look like real ones; run as a module it draws every figure, saves some.

python -m tests.figures.examples DIRECTORY
"""

from __future__ import annotations

from typing import Any

from mornet.figures import FIGURES, figure_module, style
from tests.figures.examples import comparison as comparisons
from tests.figures.examples import learning, states, ten_points, updates
from tests.figures.examples import reduced_models as reduced
from tests.figures.examples.comparison import (
    METHODS,
    case,
    close_up,
    comparison,
    pod_cases,
)
from tests.figures.examples.drawn import drawn
from tests.figures.examples.judged import judged_sets
from tests.figures.examples.reduced_models import reduced_models, rom_speed
from tests.figures.examples.ten_points import EnteringExample, entering_example, optimiser_race
from tests.figures.examples.updates import (
    bridge,
    burgers_update,
    cut_offs,
    damping,
    directions,
    disturbances,
    matrix_free,
    multi_start,
    removal,
    stream,
    update_orders,
)

# saving is the same code for all figures: one of fixed aspect, one with an image, one with curves,
# bands and a legend above
SAVED = ("entering_points", "entering_region", "error_versus_rank")

__all__ = [
    "FIGURES",
    "METHODS",
    "SAVED",
    "EnteringExample",
    "bridge",
    "burgers_update",
    "case",
    "close_up",
    "comparison",
    "cut_offs",
    "damping",
    "directions",
    "disturbances",
    "drawn",
    "entering_example",
    "figure",
    "matrix_free",
    "multi_start",
    "optimiser_race",
    "pod_cases",
    "records",
    "reduced_models",
    "removal",
    "rom_speed",
    "stream",
    "update_orders",
]


def records(name: str) -> list[Any]:
    """Return the records that figure ``name`` shows; an example has the name of its kind."""
    if name == "singular_values":
        return pod_cases()
    if name == "judged":
        return judged_sets()
    if name == "learning_curves":
        return [case(method) for method in METHODS]
    kind = figure_module(name).RECORD.kind
    if kind == "reduced_models":
        return [reduced_models(), reduced_models("galerkin", failing=False)]
    homes = (comparisons, learning, reduced, states, ten_points, updates)
    return [next(getattr(home, kind) for home in homes if hasattr(home, kind))()]


def figure(name: str) -> Any:
    """Return the figure ``name`` drawn from the examples of this package."""
    module = figure_module(name)
    figure = style.new_figure(module.SIZE)
    module.draw(figure, *records(name))
    return figure
