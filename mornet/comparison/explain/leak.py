"""A split that leaks: test snapshots between training snapshots in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mornet.comparison.explain.cause import Cause, percent, ratio
from mornet.comparison.explain.trials import Trials
from mornet.comparison.neighbours import LEAK, Between
from mornet.records import Array, Indices
from mornet.snapshots import DataSet, Snapshots

STRETCHES = 5


def leak_cause(between: Between, trials: Trials) -> Iterator[Cause]:
    """Yield the cause that a test error is none: stretches of time left out have a larger one."""
    if between.part < LEAK:
        return
    blocks = by_stretches(trials.data)
    if blocks is None:
        return
    own, held_out = (
        trials.of(trials.model, data, trials.settings, trials.steps)
        for data in (replace(trials.data, denominator="snapshots"), blocks)
    )
    yield Cause(
        "Leaked split",
        ratio(held_out.test, own.test),
        f"{100 * between.part:.0f} % of the test snapshots lie between training snapshots in time, "
        f"so that a copy of a neighbour passes the test. In trials of {trials.steps} steps the "
        f"test error is {percent(own.test)} with this split, and {percent(held_out.test)} if whole "
        "stretches of time are left out. Test on other trajectories or parameters, or on the end "
        "of the series (test_fraction instead of test_every).",
    )


def by_stretches(data: DataSet) -> DataSet | None:
    """Return the snapshots of both parts with two of five stretches of time for testing.

    The result is None where neither times nor numbers of columns are known.
    """
    keys = [_key(part) for part in (data.train, data.test)]
    if keys[0] is None or keys[1] is None:
        return None
    key = np.concatenate([keys[0], keys[1]])
    rank = np.argsort(np.argsort(key, kind="stable"), kind="stable")
    test = (rank * STRETCHES // len(key)) % 2 == 1
    both = replace(
        data.train,
        U=np.hstack([data.train.U, data.test.U]),
        trajectory=np.zeros(len(key), dtype=int),
        t=key.astype(float),
        mu=None,
        shift=None,
        column=None,
        weights=_joined(data.train.weights, data.test.weights),
    )
    train, held_out = both.divided(test, "test")
    words = "two of five stretches"
    return DataSet(data.name, train, held_out, words, inner_product=data.inner_product)


def _key(part: Snapshots) -> Array | Indices | None:
    return part.t if part.t is not None else part.column


def _joined(a: Array | None, b: Array | None) -> Array | None:
    return None if a is None or b is None else np.concatenate([a, b])
