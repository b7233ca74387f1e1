"""Units as files write them: which are the same, and how many seconds those of times have."""

from __future__ import annotations

import re
from collections import Counter

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
FACTOR = re.compile(r"([/]?)\s*([^\W\d]+|[%°µ]\w*|1)(?:\^|\*\*)?([-+]?\d+)?")
UNKNOWN = ("", "1")  # what stands where no unit is known


def same_unit(one: str, other: str) -> bool:
    """Return whether two units are the same, or one of them is not known.

    >>> same_unit("m/s", "m s-1"), same_unit("m/s", "km/h"), same_unit("m", "")
    (True, False, True)
    """
    if one in UNKNOWN or other in UNKNOWN or one.split() == other.split():
        return True
    if one in SECONDS and other in SECONDS:
        return SECONDS[one] == SECONDS[other]
    powers = _powers(one)
    return powers is not None and powers == _powers(other)


def _powers(unit: str) -> Counter[str] | None:
    """Return the powers of the factors of a unit; None if it is written in another way."""
    if FACTOR.sub("", unit).strip(" .*·"):
        return None
    powers: Counter[str] = Counter()
    for divided, name, power in FACTOR.findall(unit):
        powers[name] += (-1 if divided else 1) * int(power or 1)
    del powers["1"]
    return powers
