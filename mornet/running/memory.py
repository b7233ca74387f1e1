"""Whether the networks of a study fit into the memory of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from mornet.snapshots import DataSet
from mornet.study import Choice, Study

COPIES = 3  # of the parameters in a training at least: themselves, a gradient, a direction


def too_large(study: Study, name: str, data: DataSet) -> Iterator[str]:
    """Yield the networks whose training on the data set ``name`` needs more than all memory.

    The size is a lower bound: layers between the POD coordinates, the hidden units and the code.
    """
    methods = {m: study.methods[m] for m in study.methods_for(name)}
    models = {m: study.roms[m] for m in study.roms_for(name)}
    rank = max(study.ranks.get(name, (1,)))
    for key, choices in (("methods", methods), ("roms", models)):
        yield from _too_large(f"study.{key}", name, choices, data, rank)


def _too_large(
    path: str, name: str, choices: Mapping[str, Choice], data: DataSet, rank: int
) -> Iterator[str]:
    there = memory()
    for key, choice in choices.items():
        hidden = _hidden(choice.settings)
        sizes = (min(data.train.U.shape), *hidden, rank)
        least = 8 * COPIES * sum(a * b for a, b in pairwise(sizes))
        if hidden and least > there:
            units = hidden[0] if isinstance(choice.settings["hidden"], int) else list(hidden)
            yield (
                f"{path}.{key}.hidden = {units} on {name} needs at least {_in_gib(least)} of "
                f"memory, and the machine has {_in_gib(there)}: give fewer units"
            )


def _hidden(settings: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the hidden units of each layer that settings state; () if they state none."""
    hidden = settings.get("hidden") or ()
    return (hidden,) if isinstance(hidden, int) else tuple(hidden)


def memory() -> float:
    """Return the bytes of memory of this machine; infinite where the system does not say it."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return float("inf")


def _in_gib(size: float) -> str:
    return f"{size / 2**30:.3g} GiB"
