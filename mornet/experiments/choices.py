"""Settings of experiments that name a data set, a method or a reduced-order model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.roms import ROMS
from mornet.lazy import Lazy
from mornet.settings import Chosen, OneOf, accepted

DataSetChoice = Annotated[Chosen, OneOf(DATA_SETS)]
MethodChoice = Annotated[Chosen, OneOf(METHODS)]
RomChoice = Annotated[Chosen, OneOf(ROMS)]


def entry(registry: Mapping[str, Lazy], kind: str, **given: Any) -> Chosen:
    """Return an entry of a registry with all its settings, the defaults where none is given."""
    known = accepted(registry[kind].load())
    return Chosen(kind, {name: default for name, (_, default) in known.items()} | given)
