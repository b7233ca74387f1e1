"""One long series each, whose last quarter is for testing."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import line
from mornet.records import Array
from mornet.snapshots import DataSet, Snapshots


def series(name: str, U: Array, x: Array, t: Array) -> DataSet:
    """Return the states ``U`` (n, k) on points ``x`` (d, n) at times ``t`` (k,)."""
    whole, last = Snapshots.of_trajectories([U], x=x, t=t, mu=None), len(t) * 3 // 4
    parts = whole.take(np.arange(last)), whole.take(np.arange(last, len(t)))
    return DataSet(name, *parts, "one series: the last quarter for testing")


def memory(*, steps: int = 400, n: int = 60) -> DataSet:
    """Return one series of a linear process driven by noise: no network can help."""
    rng = np.random.default_rng(33)
    modes = np.linalg.qr(rng.standard_normal((n, n)))[0] / np.arange(1, n + 1)
    states = [np.zeros(n)]
    for _ in range(steps - 1):
        states.append(0.8 * states[-1] + rng.standard_normal(n))
    U, t = modes @ np.stack(states, axis=1), np.arange(float(steps))
    return series("memory", U, line(n), t)


def two_tones(*, steps: int = 700, n: int = 150, noise: float = 0.002) -> DataSet:
    """Return one long series: a front that two incommensurate tones move and widen, with noise."""
    rng = np.random.default_rng(41)
    t, x = 0.08 * np.arange(steps), line(n)
    centre, width = 0.5 + 0.2 * np.sin(t), 0.05 + 0.02 * np.sin(np.sqrt(2) * t)
    U = np.tanh((x.T - centre) / width) + noise * rng.standard_normal((n, steps))
    return series("two_tones", U, x, t)
