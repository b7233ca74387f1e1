"""In what two results differ, in sentences: their numbers, their settings and their origins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mornet.cli.using import is_update
from mornet.cli.verb import read

KINDS = {"data_set": "a data set", "case": "a fit", "comparison": "a comparison of fits"}
WORDS = {  # the names of the arrays of a part of a data set
    "U": "snapshots",
    "x": "coordinates",
    "t": "times",
    "mu": "parameters",
    "trajectory": "trajectories",
    "weights": "weights",
    "scale": "scales",
    "shift": "shifts",
}
PARTS = {"train": "training"}
Pair = Sequence[Path]


def sentences(pair: Pair, differences: Sequence[str]) -> Iterator[str]:
    """Yield in what two results differ; ``differences`` are those of `mornet.storage.difference`.

    All arrays are those of `mornet diff`.
    """
    if not differences:
        yield "both hold the same results"
    else:
        yield from _of_numbers([read(path) for path in pair], pair, differences)
    yield from _of_origins(pair)
    if differences:
        yield "`mornet diff {} {}` lists all arrays that differ".format(*pair)


def _of_numbers(records: Sequence[Any], pair: Pair, differences: Sequence[str]) -> Iterator[str]:
    from mornet.comparison.cases import Case
    from mornet.reduction.interface import Reduction

    if all(record.kind == "data_set" for record in records):
        yield from _of_data_sets(records, pair, differences)
    elif all(isinstance(record, Case | Reduction) for record in records):
        yield from _of_fits(records, pair)
    elif records[0].kind != records[1].kind:
        yield "{} holds {}, and {} {}".format(
            *(word for path, one in zip(pair, records, strict=True) for word in (path, _kind(one)))
        )
    else:
        yield from (phrase for phrase in differences if not phrase.startswith(("/config", "/ ")))
        yield from _of_settings(pair)


def _kind(record: Any) -> str:
    return KINDS.get(record.kind, f"a record {record.kind!r}")


def _of_data_sets(records: Sequence[Any], pair: Pair, differences: Sequence[str]) -> Iterator[str]:
    """Yield the sizes and splits of two data sets, and which of their arrays differ."""
    for path, data in zip(pair, records, strict=True):
        parts = " and ".join(f"{p.m} {PARTS.get(n, n)}" for n, p in data.parts.items())
        yield f"{path}: {parts} snapshots of {data.train.n} degrees of freedom; {data.split}"
    for phrase in differences:
        found = OF_PART.match(phrase)
        if found and found["name"] in WORDS and not found["what"].startswith("has long_name"):
            part = PARTS.get(found["part"], found["part"])
            yield f"{part} {WORDS[found['name']]} {_of_several(found['what'])}"
    if any(phrase.startswith("/inner_product") for phrase in differences):
        yield "their inner products differ"
    yield from _of_settings(pair)


OF_PART = re.compile(r"/(?P<part>train|validation|test)/(?P<name>\w+) (?P<what>.*)")


def _of_several(phrase: str) -> str:
    """Return what is said of an array as it is said of snapshots, or of times.

    >>> _of_several("differs in 3 of 8 entries, by 2 at most")
    'differ in 3 of 8 entries, by 2 at most'
    """
    if phrase.startswith("has axes"):
        return "have other sizes"
    for one, several in OF_SEVERAL.items():
        phrase = phrase.replace(one, several)
    return phrase


OF_SEVERAL = {
    "differs": "differ",
    "is only": "are only",
    "has units": "have units",
    "None": "unknown",
}


def _of_fits(records: Sequence[Any], pair: Pair) -> Iterator[str]:
    """Yield the sizes of two fits, the angle between their modes, and their settings."""
    from mornet.comparison.using import reduction_of
    from mornet.storage import origin

    models = [reduction_of(record) for record in records]
    if models[0].n != models[1].n:
        yield f"degrees of freedom: {models[0].n} and {models[1].n}"
    yield from _of_modes(models)
    for path in filter(is_update, pair):
        config = origin(path).config
        yield f"{path} is an update of {config['fit']} by the snapshots in {config['data']}"
    if not any(map(is_update, pair)):
        yield from _of_settings(pair)


def _of_modes(models: Sequence[Any]) -> Iterator[str]:
    """Yield the largest angle between the spaces of two sets of as many modes, in degrees."""
    from math import degrees

    from mornet.comparison.cases import largest_angle

    V, W = (getattr(model, "V", None) for model in models)
    if V is not None and W is not None and V.shape == W.shape:
        angle = degrees(largest_angle(V, W, getattr(models[0], "inner_product", None)))
        yield f"largest angle between the spaces of both sets of modes: {angle:.4g} degrees"


def _of_settings(pair: Pair) -> Iterator[str]:
    """Yield the settings of two results that differ, and those that one of them alone has."""
    from mornet.storage import origin

    a, b = (_flat(origin(path).config or {}) for path in pair)
    for name in sorted(a.keys() & b.keys()):
        if a[name] != b[name]:
            yield f"setting {name}: {_word(a[name])} and {_word(b[name])}"
    for path, own, other in ((pair[0], a, b), (pair[1], b, a)):
        alone = [f"{k} = {_word(v)}" for k, v in own.items() if k not in other and v is not None]
        if alone:
            yield f"settings of {path} alone: {', '.join(sorted(alone))}"


def _flat(config: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return settings by their names; those inside another one are its name, a point, and theirs.

    >>> _flat({"rank": 3, "fields": {"t": "time"}})
    {'rank': 3, 'fields.t': 'time'}
    """
    found: dict[str, Any] = {}
    for name, value in config.items():
        inside = isinstance(value, Mapping)
        found |= _flat(value, f"{before}{name}.") if inside else {f"{before}{name}": value}
    return found


def _word(value: Any) -> str:
    return "none" if value is None else value if isinstance(value, str) else json.dumps(value)


def _of_origins(pair: Pair) -> Iterator[str]:
    """Yield the inputs, the times, the commits and the programs of two results, if they differ."""
    from mornet.storage.results import provenance_of

    a, b = (provenance_of(path) for path in pair)
    yield from _of_inputs(*(json.loads(facts.get("inputs", "{}")) for facts in (a, b)))
    for name in sorted((a.keys() | b.keys()) - {"inputs", "code_id"}):
        both = [_fact(name, facts.get(name, "unknown")) for facts in (a, b)]
        parts = [{*value.split("; ")} for value in both]  # BLAS of the libraries that a run loaded
        if not (parts[0] <= parts[1] or parts[1] <= parts[0]):
            yield f"{FACTS.get(name, name)}: {both[0]} and {both[1]}"


FACTS = {"time": "made at", "commit": "commit of mornet", "mornet": "version of mornet"}


def _fact(name: str, value: str) -> str:
    """Return a fact of the provenance as a reader writes it: a short commit, a time in UTC."""
    if name == "time":
        return value.replace("T", " ").replace("+00:00", " UTC")
    if name == "commit" and (found := re.fullmatch(r"([0-9a-f]{40})(-dirty)?", value)):
        return f"{found[1][:10]}{' with changes' if found[2] else ''}"
    return value


def _of_inputs(a: Mapping[str, str], b: Mapping[str, str]) -> Iterator[str]:
    """Yield the files from which two results were made, and those that had another content."""
    if a.keys() != b.keys():
        yield "made from: {} and {}".format(*(", ".join(sorted(x)) or "no file" for x in (a, b)))
    for name in sorted(a.keys() & b.keys()):
        if a[name] != b[name]:
            yield f"the file {name} had another content when the second result was made"
