"""Who wins: the best listed method against the best reference, with what a reader must know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from mornet.comparison.neighbours import LEAK, Between
from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.reduction.best.units import ONE_SERIES

LEAST_FACTOR = 1.02  # a method within two per cent of the reference does not beat it
TINY = np.finfo(float).tiny
PODS = ("POD", "PCA")  # the references that have modes
ROUND_OFF = 1e-12  # relative error that is as good as none
USELESS = 0.5  # a relative error above which nothing describes the test snapshots
NEAR_MEAN = 0.1  # a relative error of the mean below which it is most of the snapshots
ALONE = (
    f"{ONE_SERIES}; the verdict holds for the times that were held out of this one short series "
    "alone, and says nothing about other trajectories or parameters"
)


class Verdict(NamedTuple):
    """The best method at one rank against the best reference, by median test errors.

    ``position`` is that of the method in the comparison. ``warnings`` are phrases. ``pod`` is the
    better one of POD and PCA with its error, ``mean_error`` that of the mean of the training
    snapshots. ``listed`` is the POD or PCA of the study with its error, if it is better than the
    method and is not itself the best reference.
    """

    rank: int
    reference: str
    reference_error: float
    position: int
    method: str
    error: float
    warnings: tuple[str, ...]
    pod: tuple[str, float]
    mean_error: float
    listed: tuple[str, float] | None = None

    @property
    def factor(self) -> float:
        """The error of the reference over that of the method."""
        return self.reference_error / max(self.error, TINY)

    @property
    def won(self) -> bool:
        """Whether the method wins."""
        return self.factor > LEAST_FACTOR

    @property
    def winner(self) -> str:
        """The method if it wins, otherwise the reference."""
        return self.method if self.won else self.reference

    @property
    def least(self) -> float:
        """The error of the winner."""
        return self.error if self.won else self.reference_error

    @property
    def advantage(self) -> str:
        """By what factor the method wins, in words: over the best reference, and over POD."""
        words = f"by a factor of {self.factor:.3g}"
        if self.reference in PODS:
            return words
        name, error = self.pod
        return f"{words}, and of {error / max(self.error, TINY):.3g} over {name}"

    @property
    def beside_mean(self) -> Iterator[str]:
        """Yield what is left of the deviation from the mean, if the mean is most of the norm."""
        name, error = self.pod
        yield from beside_mean(self.mean_error, {self.winner: self.least, name: error})


def beside_mean(mean_error: float, errors: Mapping[str, float]) -> Iterator[str]:
    """Yield what ``errors`` leave of the deviation from the mean, if it is most of the norm."""
    if 0 < mean_error < NEAR_MEAN:
        left = [f"{who} leaves {100 * error / mean_error:.3g} %" for who, error in errors.items()]
        yield (
            "errors are relative to the norm of the snapshots, of which the mean of the training "
            f"snapshots leaves {100 * mean_error:.3g} %; of the deviation from this mean "
            f"{' and '.join(left)}"
        )


def pods(comparison: Any) -> Indices:
    """Return which methods of a comparison are POD, centred (PCA) or not.

    A POD draws nothing at random and reaches the Eckart-Young error at every rank.
    """
    error, optimum = comparison.train_error, comparison.optimum[..., None]
    slack = 1e-6 * optimum + 1e-13 * np.max(comparison.optimum)
    reached = np.all(np.abs(error - optimum) <= slack, axis=(1, 2))
    return np.flatnonzero(reached & ~np.array(comparison.trained, dtype=bool))


def best_references(comparison: Any) -> Iterator[tuple[str, Array]]:
    """Yield the name and the test errors (k,) of each reference that is the best one at a rank.

    Those with the errors of a listed method are left out.
    """
    test, errors = comparison.median("test_error"), comparison.reference_error
    for k in np.unique(np.argmin(errors, axis=0)):
        if not np.isclose(test, errors[k], rtol=1e-6, atol=0).all(axis=1).any():
            yield comparison.reference[k], errors[k]


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
                _least_of(comparison, PODS, j),
                _least_of(comparison, ("mean",), j)[1],
                _better_pod(comparison, test[:, j], i, comparison.reference[k]),
            )
        )
    return found


def _least_of(comparison: Any, names: Sequence[str], j: int) -> tuple[str, float]:
    """Return the best one of the references ``names`` at rank j, and its error."""
    errors = zip(comparison.reference, comparison.reference_error[:, j], strict=True)
    own = [(name, float(error)) for name, error in errors if name in names]
    return min(own, key=lambda found: found[1], default=(names[0], np.inf))


def best_verdict(found: Sequence[Verdict]) -> Verdict:
    """Return the verdict at the rank of the least error."""
    return min(found, key=lambda verdict: verdict.least)


def remarks(comparison: Any) -> Iterator[str]:
    """Yield what the verdict at the rank of the least error means, and for what it holds."""
    yield from best_verdict(verdicts(comparison)).beside_mean
    yield from caution(comparison)


def caution(comparison: Any) -> Iterator[str]:
    """Yield for what the verdicts hold if no honest test is possible, as the judge says."""
    if comparison.one_series:
        yield ALONE


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
    enough = _enough(comparison, error)
    return str(enough.min()) if len(enough) else f"more than {comparison.rank.max()}"


def pod_needs(comparison: Any, error: float) -> str:
    """Return the words on the rank that POD or PCA needs for a test error of at most ``error``.

    Only that one of both is named that reaches it at the least rank.
    """
    enough = _enough(comparison, error)
    if not len(enough):
        return f"POD and PCA need r > {comparison.rank.max()}"
    at = comparison.rank.tolist().index(enough.min())
    able = [
        name
        for name, errors in zip(comparison.reference, comparison.reference_error, strict=True)
        if name in PODS and errors[at] <= error
    ]
    return f"{' and '.join(able)} need{'s' if len(able) == 1 else ''} r = {enough.min()}"


def _enough(comparison: Any, error: float) -> Indices:
    """Return the ranks at which the test error of POD or PCA is at most ``error``."""
    are_pods = [name in PODS for name in comparison.reference]
    least = comparison.reference_error[are_pods].min(axis=0)
    ranks: Indices = comparison.rank[least <= error]
    return ranks


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
    train, test = (comparison.median(f"{part}_error")[i, j] for part in ("train", "test"))
    yield from split_flags(train, test, Between(comparison.between, comparison.between_error))


def split_flags(train: float, test: float, between: Between) -> Iterator[str]:
    """Yield what the split does to a ``test`` error beside the ``train`` error of the same fit."""
    if test < train > ROUND_OFF:
        yield f"the test error is below the training error of {100 * train:.3g} %"
    if between.part >= LEAK:
        yield (
            f"{100 * between.part:.0f} % of the test snapshots lie between training snapshots in "
            "time, and interpolating these in time has an error of "
            f"{100 * (between.error or 0):.3g} %"
        )
