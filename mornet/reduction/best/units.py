"""The units that a race holds out together, so that no neighbour in time of a snapshot is known."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mornet.errors import ShapeError, counted
from mornet.records import Array, Indices
from mornet.reduction.context import GROUP, FitContext

FEWEST = 3  # the least number of groups for which a group lies between two others
FEWEST_BLOCKS = 6  # the least number of blocks of time series that are an honest test
MOST_BLOCKS = 20
SMALL = 10  # snapshots; smaller groups are bundled
SERIES = 0.5  # successive snapshots of a series are closer than this part of the mean distance
APART = 5  # steps between two snapshots of a series that are held out at once to fill gaps
SAMPLE = "sample"
GAP = "snapshot whose neighbours in time are known"
BETWEEN = "parameter between others"
SEVERAL = {
    GROUP: "parameters or trajectories",
    GAP: "snapshots whose neighbours in time are known",
    BETWEEN: "parameters between others",
}
ONE_SERIES = "one short series allows no honest test of a network"
TWO_SERIES = "two short series allow no honest test of a network"
BLOCK = 2**20  # numbers of a block of rows that is transformed at once
ALIKE = 0.5  # autocorrelation below which snapshots of a series count as different


class Units(NamedTuple):
    """The unit ``number`` (m,) of each snapshot, and in ``words`` what a unit is.

    The number is -1 for snapshots that are never held out. ``sample`` (m,) numbers the independent
    samples: a unit is one of them, a bundle of them, or a block of time of one. ``together`` (m,)
    numbers what is held out at once: the unit itself, or the parameter of which it is a block of
    time. Units are ``inside`` series of which other times are known: they say little about other
    parameters.
    """

    number: Indices
    words: str
    sample: Indices
    together: Indices
    inside: bool = False

    @classmethod
    def alike(cls, number: Indices, words: str, *, inside: bool = False) -> Units:
        """Return units that are independent samples, each of which is held out alone."""
        return cls(number, words, number, number, inside)

    @property
    def size(self) -> int:
        """How many units there are."""
        return int(self.number.max()) + 1

    def folds(self, most: int, rng: np.random.Generator) -> Indices:
        """Return the fold (m,) of each snapshot, -1 for those that are never held out.

        What is held out together is dealt to at most ``most`` folds.
        """
        count = int(self.together.max()) + 1
        dealt = np.arange(count) % min(most, count)
        return np.where(self.number < 0, -1, rng.permutation(dealt)[self.together])

    def among(self, own: Indices, m: int) -> Units:
        """Return the units of ``m`` snapshots, of which the ``own`` ones alone are held out."""
        numbers = np.full((3, m), -1)
        numbers[:, own] = self.number, self.sample, self.together
        return Units(numbers[0], self.words, numbers[1], numbers[2], self.inside)

    def sums(self, errors: Array) -> Array:
        """Return the sums (units,) of the ``errors`` (m,) of snapshots that are held out."""
        own = self.number >= 0
        return np.bincount(self.number[own], errors[own], self.size).astype(float)


def held_out_units(
    c: Array,
    context: FitContext,
    rng: np.random.Generator,
    present: Indices | slice = slice(None),
) -> Units | None:
    """Return the units of snapshots with coordinates ``c`` (k, m), or None if no test is honest.

    The ``present`` snapshots count alone: others are never held out.

    - Three or more groups of the ``context``, parameters or trajectories, are the units. Groups of
      few snapshots are bundled at random, so that a unit has at least ten snapshots.
    - If what the fit is for lies between the parameters, the outer ones are never held out: a POD
      or a network that knows nothing beyond them shows how it extrapolates. One or two inner
      parameters are held out whole, and their blocks of time are the units.
    - One or two groups are cut into up to twenty blocks of time. Where times are unknown, the
      snapshots of a group are in the order of time. A block is at least as long as the time in
      which the autocorrelation falls to one half, so that most snapshots of a block are far from
      all other blocks. Fewer than six blocks are no honest test.
    - If what the fit is for lies in the gaps of one or two series, single snapshots are held out,
      whose neighbours in time are known too (`_gaps`). They prove nothing about other times.
    - Without groups, snapshots with times are one time series, and so are successive snapshots that
      are close to each other. Others are single samples, which are bundled at random.

    Raises ShapeError for groups or times of another length.
    """
    m = c.shape[1]
    for name, value in (("groups", context.groups), ("times", context.t)):
        if value is not None and np.shape(value) != (m,):
            raise ShapeError(f"{name} have shape {np.shape(value)} for {m} snapshots")
    if isinstance(present, slice):
        return _of_all(c, context, rng)
    found = _of_all(c[:, present], _seen_by(present, context), rng)
    return found and found.among(present, m)


def _seen_by(own: Indices, context: FitContext) -> FitContext:
    """Return the context with the groups, times and outer marks of the ``own`` snapshots."""

    def seen(value: Any) -> Any:
        return None if value is None else np.asarray(value)[own]

    return context._replace(
        groups=seen(context.groups), t=seen(context.t), outer=seen(context.outer)
    )


def _of_all(c: Array, context: FitContext, rng: np.random.Generator) -> Units | None:
    """Return the units of snapshots that all count."""
    m, groups, t = c.shape[1], context.groups, context.t
    number = np.zeros(m, int) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = int(number.max()) + 1
    if count >= FEWEST:
        inner = _inner(c, number, context, rng)
        return inner or _bundled(number, count, context.group, rng)
    if context.gaps:
        return _gaps(number, np.arange(m) if t is None else t)
    if groups is None and t is None and not _is_series(c):
        return _bundled(np.arange(m), m, SAMPLE, rng)
    return _blocks(c, number, np.arange(m) if t is None else t)


def _inner(
    c: Array, number: Indices, context: FitContext, rng: np.random.Generator
) -> Units | None:
    """Return the units of parameters that lie between others; None if there are too few."""
    if context.outer is None or context.outer.all():
        return None
    inner = np.flatnonzero(np.logical_not(context.outer))
    names, own = np.unique(number[inner], return_inverse=True)
    if len(names) >= FEWEST:
        units = _bundled(own, len(names), BETWEEN, rng)
    else:
        t = inner if context.t is None else context.t[inner]
        blocks = _blocks(c[:, inner], own, t, alone=False)
        if blocks is None:
            return None
        units = blocks._replace(words=f"block of time of a {BETWEEN}", sample=own, together=own)
    return units.among(inner, len(number))


def _bundled(number: Indices, count: int, what: str, rng: np.random.Generator) -> Units:
    per = len(number) / count
    if per >= SMALL or count <= MOST_BLOCKS:
        return Units.alike(number, what)
    bundles = max(MOST_BLOCKS, 1)
    names = rng.permutation(np.arange(count) % bundles)
    words = _bundle(count / bundles, what)
    return Units(names[number], words, number, names[number])


def _bundle(size: float, what: str) -> str:
    """Return the words on a bundle of about ``size`` of ``what``."""
    number = round(size)
    return f"bundle of about {number} {what if number == 1 else several(what)}"


def no_test(context: FitContext, present: Indices | slice = slice(None)) -> str:
    """Return why `held_out_units` finds no unit, and what would help."""
    one = context.groups is None or not np.ptp(np.asarray(context.groups)[present])
    reason, longer = (ONE_SERIES, "A longer") if one else (TWO_SERIES, "Longer")
    return f"{reason}. {longer} series, or more parameters or trajectories, would allow one."


def several(unit: str) -> str:
    """Return the plural of what a unit is.

    >>> several("block of time"), several("parameter between others")
    ('blocks of time', 'parameters between others')
    """
    return SEVERAL.get(unit) or counted(2, unit).removeprefix("2 ")


def _gaps(number: Indices, t: Array | Indices) -> Units | None:
    """Return bundles of single snapshots of each series, every fifth of which is held out at once.

    So each of them lies in a gap of two steps. If neighbours could meet in a fold, some gaps would
    have three steps or more, and their errors would rule the sum. The ends of a series lie in no
    gap, and are never held out. Fewer than six bundles are no honest test.
    """
    unit, fold = np.full(len(number), -1), np.full(len(number), -1)
    inside = []
    for k in range(int(number.max()) + 1):
        own = np.flatnonzero(number == k)
        inside.append(own[np.argsort(t[own], kind="stable")][1:-1])
    bundles = min(MOST_BLOCKS, min(map(len, inside))) // APART * APART
    if bundles < FEWEST_BLOCKS:
        return None
    for own in inside:
        unit[own], fold[own] = (np.arange(len(own)) % parts for parts in (bundles, APART))
    words = _bundle(sum(map(len, inside)) / bundles, GAP)
    return Units(unit, words, unit, fold, inside=True)


def _is_series(c: Array) -> bool:
    """Return whether successive columns of ``c`` are close to each other."""
    steps = np.linalg.norm(np.diff(c, axis=1), axis=0)
    spread = np.sqrt(2 * np.mean(np.sum((c - c.mean(axis=1, keepdims=True)) ** 2, axis=0)))
    return bool(np.median(steps) < SERIES * spread)


def _blocks(c: Array, number: Indices, t: Array | Indices, *, alone: bool = True) -> Units | None:
    """Return blocks of time of each series; None if there are too few.

    A block that is held out ``alone`` is longer than the memory of the series. Blocks of a series
    that is held out whole have no neighbours in time among the training snapshots.
    """
    unit, total, count = np.empty(len(number), int), 0, int(number.max()) + 1
    for k in range(count):
        own = np.flatnonzero(number == k)
        own = own[np.argsort(t[own], kind="stable")]
        least = max(memory(c[:, own]), SMALL) if alone else SMALL
        blocks = max(1, min(len(own) // least, MOST_BLOCKS // count))
        unit[own] = total + np.arange(len(own)) * blocks // len(own)
        total += blocks
    if total < FEWEST_BLOCKS:
        return None
    return Units.alike(unit, "block of time", inside=alone)


def memory(c: Array) -> int:
    """Return the lag at which the autocorrelation of the columns of ``c`` (k, m) is below 1/2."""
    m = c.shape[1]
    sums, count = _lagged(c), np.arange(m, 0, -1)
    lags = np.unique(np.geomspace(1, max(1, m - 1), 60).astype(int))
    below = [lag for lag in lags[lags < m] if sums[lag] / count[lag] < ALIKE * sums[0] / m]
    return int(below[0]) if below else m


def _lagged(c: Array) -> Array:
    """Return the sums (m,) of x_j . x_(j + lag) over j for each lag, x_j = c_j - mean.

    Fourier transforms of the rows give all lags in one pass over ``c`` (Wiener and Khinchin).
    """
    m = c.shape[1]
    size = 2 ** int(np.ceil(np.log2(2 * m)))  # zeros after the series, so that ends do not meet
    power, rows = np.zeros(size // 2 + 1), max(1, BLOCK // size)
    for i in range(0, len(c), rows):
        x = c[i : i + rows] - c[i : i + rows].mean(axis=1, keepdims=True)
        f = np.fft.rfft(x, size, axis=1)
        power += np.sum(f.real**2 + f.imag**2, axis=0)
    sums: Array = np.fft.irfft(power, size)[:m]
    return sums
