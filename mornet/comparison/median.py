"""The median over seeds: of numbers that are shown, and of seeds of which one must be picked."""

from __future__ import annotations

import numpy as np

from mornet.records import Array


def median(values: Array) -> Array:
    """Return the median over the last axis, which is the mean of the middle two of an even number.

    Infinite values are failures: the median is infinite if one of them is in the middle.

    >>> median(np.array([[3.0, 1.0, 2.0, 6.0], [1.0, 2.0, np.inf, np.inf]]))
    array([2.5, inf])
    """
    return np.asarray(np.median(values, axis=-1))


def median_position(values: Array) -> int:
    """Return the position of the seed to show, where one must be picked: of ``values`` (seeds,).

    Of an even number it is the one with the lower of the middle two values.

    >>> median_position(np.array([3.0, 1.0, 2.0, 6.0]))
    2
    """
    return int(np.argsort(values, kind="stable")[(len(values) - 1) // 2])
