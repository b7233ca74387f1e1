"""Synthetic verdicts of the judge, one for each data set."""

import numpy as np

from mornet.experiments.judge.judged import Judged
from tests.figures.examples.drawn import drawn


def judged_sets():
    rng = np.random.default_rng(0)
    sets = []
    for i, pod in enumerate([*10.0 ** rng.uniform(-3, -0.5, 12), 1e-15]):
        full = pod * np.array([1.0, rng.uniform(0.1, 1.2), rng.uniform(0.3, 1.2)])
        won = rng.integers(3) if i % 4 else 0
        sets.append(
            drawn(
                Judged,
                half=("tuning", "earlier", "sealed")[i % 3],
                reference=pod,
                errors=full[won, None],
                in_full=full[None],
            )
        )
    return sets
