"""Who wins: the best listed method against the best reference, with what a reader must know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from mornet.comparison.neighbours import LEAK
from mornet.errors import OptionError
from mornet.records import Array, Indices

LEAST_FACTOR = 1.02  # a method within two per cent of the reference does not beat it
PODS = ("POD", "PCA")  # the references that have modes
USELESS = 0.5  # a relative error above which nothing describes the test snapshots


class Verdict(NamedTuple):
    """The best method at one rank against the best reference, by median test errors.

    ``position`` is that of the method in the comparison. ``warnings`` are phrases. ``listed`` is
    the POD or PCA of the study with its error, if it is better than the method and is not itself
    the best reference.
    """

    rank: int
    reference: str
    reference_error: float
    position: int
    method: str
    error: float
    warnings: tuple[str, ...]
    listed: tuple[str, float] | None = None

    @property
    def factor(self) -> float:
        """The error of the reference over that of the method."""
        return self.reference_error / max(self.error, np.finfo(float).tiny)

    @property
    def won(self) -> bool:
        """Whether the method wins."""
        return self.factor > LEAST_FACTOR

    @property
    def winner(self) -> str:
        """The method if it wins, otherwise the reference."""
        return self.method if self.won else self.reference


def pods(comparison: Any) -> Indices:
    """Return which methods of a comparison are POD, centred (PCA) or not.

    A POD draws nothing at random and reaches the Eckart-Young error at every rank.
    """
    error, optimum = comparison.train_error, comparison.optimum[..., None]
    slack = 1e-6 * optimum + 1e-13 * np.max(comparison.optimum)
    reached = np.all(np.abs(error - optimum) <= slack, axis=(1, 2))
    return np.flatnonzero(reached & ~np.array(comparison.trained, dtype=bool))


def rivals(comparison: Any) -> Indices:
    """Return which methods of a comparison are not POD."""
    return np.setdiff1d(np.arange(len(comparison.method)), pods(comparison))


def verdicts(comparison: Any) -> list[Verdict]:
    """Return the verdict at every rank; OptionError if all methods are POD."""
    others = rivals(comparison)
    if not len(others):
        raise OptionError(
            f"{comparison.data_set}: a verdict needs a method that is not POD, but there is only "
            f"{', '.join(comparison.method)}"
        )
    test = comparison.median("test_error")
    found = []
    for j, rank in enumerate(comparison.rank):
        i = int(others[np.argmin(test[others, j])])
        k = int(np.argmin(comparison.reference_error[:, j]))
        least = min(float(test[i, j]), float(comparison.reference_error[k, j]))
        found.append(
            Verdict(
                int(rank),
                comparison.reference[k],
                float(comparison.reference_error[k, j]),
                i,
                comparison.method[i],
                float(test[i, j]),
                (*useless(least), *_one_seed(comparison, i), *_warnings(comparison, i, j)),
                _better_pod(comparison, test[:, j], i, comparison.reference[k]),
            )
        )
    return found


def _better_pod(comparison: Any, test: Array, i: int, reference: str) -> tuple[str, float] | None:
    """Return the listed POD of least error of ``test`` (methods,), if it is better than method i.

    If the best ``reference`` is itself a POD, there is nothing to add.
    """
    best = int(np.argmin(test))
    if best == i or reference in PODS:
        return None
    return comparison.method[best], float(test[best])


def pod_rank(comparison: Any, error: float) -> str:
    """Return the least rank at which the test error of POD or PCA is at most ``error``.

    Where no rank of the comparison suffices, the answer is "more than" the largest one.
    """
    are_pods = [name in PODS for name in comparison.reference]
    least = comparison.reference_error[are_pods].min(axis=0)
    enough = comparison.rank[least <= error]
    return str(enough.min()) if len(enough) else f"more than {comparison.rank.max()}"


def useless(error: float) -> Iterator[str]:
    """Yield a warning if the least error of all is large."""
    if error > USELESS:
        yield (
            f"the least of all errors is {100 * error:.3g} %: no method describes the test "
            "snapshots at this rank, and their order means little"
        )


def _one_seed(comparison: Any, i: int) -> Iterator[str]:
    """Yield a warning if method ``i`` draws a random start, and only one was drawn."""
    if comparison.trained[i] and len(comparison.seed) == 1:
        yield "one seed does not show how the error depends on the random start: give more seeds"


def _warnings(comparison: Any, i: int, j: int) -> Iterator[str]:
    """Yield what the split does to the verdict for method ``i`` at rank ``j``."""
    train = comparison.median("train_error")[i, j]
    if comparison.median("test_error")[i, j] < train:
        yield f"the test error is below the training error of {100 * train:.3g} %"
    if comparison.between >= LEAK:
        yield (
            f"{100 * comparison.between:.0f} % of the test snapshots lie between training "
            f"snapshots in time, and interpolating these in time has an error of "
            f"{100 * (comparison.between_error or 0):.3g} %"
        )
