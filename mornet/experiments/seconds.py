"""Processor times of short computations."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def seconds_of(
    compute: Callable[[], T], repeats: int = 3, enough: float = math.inf
) -> tuple[float, T]:
    """Return the least processor time of up to ``repeats`` calls, and what ``compute`` returns.

    No further call is made once the calls took ``enough`` seconds.
    """
    times: list[float] = []
    while not times or (len(times) < repeats and sum(times) < enough):
        begin = time.process_time()
        result = compute()
        times.append(time.process_time() - begin)
    return min(times), result
