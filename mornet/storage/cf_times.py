"""Times and their dates in exports, by the CF conventions: "days since 2000-01-01"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mornet.snapshots.formats.dates import kind_of
from mornet.snapshots.formats.units import OF_DATE, SECONDS
from mornet.snapshots.layout import SINCE
from mornet.snapshots.unsplit import Samples
from mornet.storage.tree import Attributes, Leaf

OF_CF = {1.0: "seconds", 60.0: "minutes", 3600.0: "hours", 86400.0: "days"}


def with_dates(leaves: Mapping[str, Leaf], data: Samples) -> dict[str, Leaf]:
    """Return ``leaves`` whose times have the unit "days since 2000-01-01", if the date is known."""
    about = unit_of_times(data)
    if OF_DATE not in str(about.get("units", "")):
        return dict(leaves)
    times = {name: leaf for name, leaf in leaves.items() if are_times(name)}
    dated = {n: replace(leaf, attributes=leaf.attributes | about) for n, leaf in times.items()}
    return dict(leaves) | dated


def undated(leaves: Mapping[str, Leaf], data: Samples) -> str:
    """Return the unit "days since 2000-01-01" of times that are without it, "" if none are."""
    units = [str(leaf.attributes.get("units", "")) for n, leaf in leaves.items() if are_times(n)]
    known = str(unit_of_times(data).get("units", ""))
    lost = any(OF_DATE not in unit for unit in units)
    return known if lost and OF_DATE in known else ""


def unit_of_times(data: Samples) -> Attributes:
    """Return the unit of times as the CF conventions have it, with the date if it is known."""
    since, unit = data.train.units.get(SINCE, ""), data.train.units.get("t", "")
    if kind_of(since) != "date" or SECONDS.get(unit) not in OF_CF:
        return attribute(unit)
    return attribute(f"{OF_CF[SECONDS[unit]]}{OF_DATE}{since}")


def are_times(name: str) -> bool:
    """Return whether an array holds the times of a part, such as t_train or train_t."""
    return "t" in (name.partition("_")[0], name.rpartition("_")[2])


def attribute(value: str, name: str = "units") -> Attributes:
    """Return a unit, or what ``name`` is, as an attribute of an array, none if it is not known."""
    return {name: value} if value else {}
