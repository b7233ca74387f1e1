"""Settings of experiments that name a data set, a method or a reduced-order model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from mornet.errors import OptionError
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.roms import ROMS
from mornet.lazy import Lazy
from mornet.settings import Chosen, OneOf, accepted

DataSetChoice = Annotated[Chosen, OneOf(DATA_SETS)]
MethodChoice = Annotated[Chosen, OneOf(METHODS)]
RomChoice = Annotated[Chosen, OneOf(ROMS)]
GRID = ("n", "cells", "nodes")
"""The setting of a problem that is the size of its grid, whichever it has."""


def entry(registry: Mapping[str, Lazy], kind: str, **given: Any) -> Chosen:
    """Return an entry of a registry with all its settings, the defaults where none is given."""
    known = accepted(registry[kind].load())
    return Chosen(kind, {name: default for name, (_, default) in known.items()} | given)


def grid_setting(data_set: Chosen) -> str:
    """Return the name of the setting that is the size of the grid; OptionError if there is none."""
    for name in GRID:
        if name in data_set.settings:
            return name
    raise OptionError(f"{data_set.kind} has no equation on grids of different sizes")
