"""The code that makes each result: the one place for the rules and the command line.

A result is made again when its code changes. Each verb of the command line, together with its KIND,
has the modules that it calls; `mornet.fingerprint` finds what these import.

An experiment may load a data set or a method from a registry. The code of what it loads counts too:
of the entries that its settings name, or of all entries if no setting declares the registry.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.judge.sets import SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.registry import EXPERIMENTS
from mornet.experiments.roms import ROMS
from mornet.figures.registry import FIGURES
from mornet.fingerprint import code_id, modules_of
from mornet.lazy import Lazy
from mornet.settings import Chosen, OneOf, accepted
from mornet.tables.registry import TABLES

LOADED: dict[str, Mapping[str, Lazy]] = {  # module of a registry -> the registry
    "mornet.experiments.data_sets": DATA_SETS,
    "mornet.experiments.methods": METHODS,
    "mornet.experiments.judge.sets": SETS,
    "mornet.experiments.roms": ROMS,
}


def modules(verb: str, kind: str = "", settings: Mapping[str, Any] = {}) -> tuple[str, ...]:
    """Return the modules whose code decides the result of ``verb`` for ``kind``.

    The ``settings`` of an experiment may name data sets and methods; defaults need not be given.
    """
    match verb:
        case "snapshots":
            return DATA_SETS[kind].modules
        case "trajectory":
            return (DATA_SETS[kind].module,)
        case "pod":
            return ("mornet.reduction.pod.stream",)
        case "update":
            return ("mornet.reduction.pod.update",)
        case "pod-tree" | "pod-node":
            return ("mornet.running.pod_tree",)
        case "fit":
            return METHODS[kind].module, "mornet.comparison.cases"
        case "rom":
            return ROMS[kind].module, "mornet.experiments.reduced_models"
        case "compare":
            return ("mornet.comparison.collect",)
        case "close-up":
            return ("mornet.experiments.close_up",)
        case "experiment":
            return tuple(_of_experiment(EXPERIMENTS[kind], settings))
        case "figure":
            return tuple(FIGURES[name] for name in kind.split(","))
        case "table":
            return tuple(TABLES[name].module for name in kind.split(","))
        case "cost":
            return ("mornet.cost",)
        case "summary":
            names = [f"mornet.summary.{e.section}" for e in EXPERIMENTS.values() if e.section]
            called = {lazy.module for lazy in (*map(Lazy, names), *TABLES.values())}
            return "mornet.summary.page", *sorted(called)
    raise KeyError(verb)


def code_of(verb: str, kind: str = "", settings: Mapping[str, Any] = {}) -> str:
    """Return the `code_id` of the code that ``verb`` runs for ``kind`` with these ``settings``."""
    return code_id(*modules(verb, kind, settings))


def _of_experiment(experiment: Lazy, settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield the module of an experiment, and those of what it loads from registries."""
    yield from experiment.modules
    named = list(_named(experiment.load(), settings))
    for registry, kind in named:
        yield from registry[kind].modules if kind is not None else ()
    declared = {id(registry) for registry, _ in named}
    code = modules_of(*experiment.modules)
    for home, registry in LOADED.items():
        if home in code and id(registry) not in declared:
            for entry in registry.values():
                yield from entry.modules


Named = tuple[Mapping[str, Lazy], str | None]  # a registry, and the kind of one of its entries


def _named(function: Callable[..., Any], settings: Mapping[str, Any]) -> Iterator[Named]:
    """Yield what settings of ``function`` name; the kind is None for a setting without a value."""
    for name, (hint, default) in accepted(function).items():
        yield from _in_value(hint, settings.get(name, default))


def _in_value(hint: Any, value: Any) -> Iterator[Named]:
    """Yield what a ``value`` of the type ``hint`` names; settings nest, as in `convert`."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        nested = vars(value) if dataclasses.is_dataclass(value) else {}
        yield from _named(typing.cast(Callable[..., Any], hint), nested)
    elif origin is typing.Annotated and isinstance(arguments[1], OneOf):
        yield from _in_registry(arguments[1].names, value)
    elif origin is typing.Annotated:
        yield from _in_value(arguments[0], value)
    elif origin in (tuple, dict):
        values = value.values() if isinstance(value, Mapping) else value
        for entry in values or (None,):
            yield from _in_value(arguments[-1 if origin is dict else 0], entry)
    elif origin in (typing.Union, types.UnionType):
        yield from _in_value(next(a for a in arguments if a is not type(None)), value)


def _in_registry(registry: Any, value: Any) -> Iterator[Named]:
    """Yield the entry that ``value`` names, and what its own settings name."""
    if registry not in LOADED.values():
        return
    kind = value.kind if isinstance(value, Chosen) else value
    yield registry, kind if isinstance(kind, str) else None
    if isinstance(value, Chosen):
        yield from _named(registry[value.kind].load(), value.settings)
