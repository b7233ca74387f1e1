"""Units as files write them: which are the same, and how many seconds those of times have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

SECONDS = {  # of a unit of time
    **dict.fromkeys(("ns", "nanosecond", "nanoseconds"), 1e-9),
    **dict.fromkeys(("us", "µs", "microsecond", "microseconds"), 1e-6),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
    **dict.fromkeys(("week", "weeks"), 604800.0),
}
SEVERAL = "several, see layout"  # instead of one unit
OF_DATE = " since "  # between the unit of times and the date from which they count
INDEX = "index"  # instead of the unit of coordinates that count places
FACTOR = re.compile(r"([/]?)\s*([^\W\d]+|[%°µ]\w*|1)(?:\^|\*\*)?([-+]?\d+)?")
PURE = ("-", "dimensionless", "none", "unitless")  # what stands for "1" in some files


def same_unit(one: str, other: str) -> bool:
    """Return whether two units are the same, or one of them is not known, which is "".

    The unit of a pure number is "1".

    >>> same_unit("m/s", "m s-1"), same_unit("m/s", "km/h"), same_unit("m", "")
    (True, False, True)
    >>> same_unit("1", "%"), same_unit("1", "-"), same_unit("1", "kg/kg")
    (False, True, True)
    """
    if "" in (one, other) or one.split() == other.split():
        return True
    if one in SECONDS and other in SECONDS:
        return SECONDS[one] == SECONDS[other]
    powers = _powers(one)
    return powers is not None and powers == _powers(other)


def _powers(unit: str) -> Counter[str] | None:
    """Return the powers of the factors of a unit; None if it is written in another way."""
    if unit.strip().lower() in PURE:
        return Counter()
    if FACTOR.sub("", unit).strip(" .*·"):
        return None
    powers: Counter[str] = Counter()
    for divided, name, power in FACTOR.findall(unit):
        powers[name] += (-1 if divided else 1) * int(power or 1)
    del powers["1"]
    return powers


def of_rows(units: Mapping[str, str], d: int) -> tuple[str, ...]:
    """Return the units of the rows of coordinates x (d, n): "x[0]", "x[1]", ..., or "x" for all.

    >>> of_rows({"x[0]": "m", "x": "km"}, 2)
    ('m', 'km')
    """
    return tuple(units.get(f"x[{i}]", units.get("x", "")) for i in range(d))


def of_all(units: Sequence[str]) -> str:
    """Return the unit that all have, or where to find their units."""
    return units[0] if len(set(units)) == 1 else SEVERAL
