"""One long series each, whose last quarter is for testing."""

from __future__ import annotations

import numpy as np

from mornet.experiments.judge.waves import line
from mornet.snapshots import DataSet, Snapshots


def memory(*, steps: int = 400, n: int = 60) -> DataSet:
    """Return one series of a linear process driven by noise: no network can help."""
    rng = np.random.default_rng(33)
    modes = np.linalg.qr(rng.standard_normal((n, n)))[0] / np.arange(1, n + 1)
    states = [np.zeros(n)]
    for _ in range(steps - 1):
        states.append(0.8 * states[-1] + rng.standard_normal(n))
    U, t = modes @ np.stack(states, axis=1), np.arange(float(steps))
    whole = Snapshots.of_trajectories([U], x=line(n), t=t, mu=None)
    last = steps * 3 // 4
    parts = whole.take(np.arange(last)), whole.take(np.arange(last, steps))
    return DataSet("memory", *parts, "one series: the last quarter for testing")


def two_tones(*, steps: int = 700, n: int = 150, noise: float = 0.002) -> DataSet:
    """Return one long series: a front that two incommensurate tones move and widen, with noise."""
    rng = np.random.default_rng(41)
    t, x = 0.08 * np.arange(steps), line(n)
    centre, width = 0.5 + 0.2 * np.sin(t), 0.05 + 0.02 * np.sin(np.sqrt(2) * t)
    U = np.tanh((x.T - centre) / width) + noise * rng.standard_normal((n, steps))
    whole, last = Snapshots.of_trajectories([U], x=x, t=t, mu=None), steps * 3 // 4
    parts = whole.take(np.arange(last)), whole.take(np.arange(last, steps))
    return DataSet("two_tones", *parts, "one series: the last quarter for testing")
