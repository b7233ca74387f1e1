"""The honest comparison: several reductions, ranks and seeds on one split and in one norm."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from mornet.checks import require_rank
from mornet.comparison.methods.interface import Beside, Fit, Method
from mornet.errors import OptionError
from mornet.linalg import principal_angles
from mornet.records import Array, Indices, array, held_bytes
from mornet.reduction.hybrid.cross_validation import groups_of
from mornet.reduction.interface import Reduction
from mornet.reduction.measures import column_errors, relative_error
from mornet.reduction.pod import fit_pod
from mornet.snapshots import DataSet
from mornet.training import Checkpoint

ROUND_OFF = 1e-10  # relative errors below it are no optimum to be measured against


@dataclass(frozen=True, eq=False)
class Case:
    """One method at one rank on one data set, for several seeds.

    Errors are relative, in the Frobenius norm, with the data set's denominator. ``optimum`` is the
    Eckart-Young error of rank r, from the SVD that the method has to be compared with: centred for
    an ``affine`` method (one with biases), else uncentred. ``trained`` methods draw a random start;
    ``curve`` is their error on the way. ``obtained`` modes are fewer than ``rank`` where the data
    have no more; ``snapshots`` identifies the data. ``excess`` is left out where the optimum is
    round-off.
    """

    kind: ClassVar[str] = "case"
    data_set: str
    method: str
    denominator: str
    trained: bool
    affine: bool
    rank: int
    obtained: int
    snapshots: str
    seed: Indices = array("seed")
    train_error: Array = array("seed", about="relative error on the training snapshots")
    test_error: Array = array("seed", about="relative error on the test snapshots")
    worst_test_error: Array = array(
        "seed", about="largest error of one test snapshot, over largest norm"
    )
    optimum: float = array(about="training error of the POD of the same rank and centring")
    parameters: int = array(about="numbers that the decoder and encoder hold")
    sample_gradients: Indices = array("seed", about="gradients of single samples in training")
    memory: int = array(units="byte", about="arrays of the fitted reduction")
    models: tuple[Reduction, ...] = ()
    excess: Array | None = array("seed", about="(train_error / optimum)^2 - 1", optional=True)
    angle: Array | None = array(
        "seed",
        units="rad",
        about="largest angle of a linear decoder's range to POD's",
        optional=True,
    )
    epoch: Array | None = array("epoch", about="epochs or sweeps done", optional=True)
    curve: Array | None = array("seed", "epoch", about="training error on the way", optional=True)
    seconds: Array | None = array("seed", units="s", about="time", measured=True, optional=True)


@dataclass(frozen=True, eq=False)
class Comparison:
    """All cases of one data set side by side; a POD has the same error for every seed."""

    kind: ClassVar[str] = "comparison"
    data_set: str
    denominator: str
    split: str
    method: tuple[str, ...] = array("method")
    trained: tuple[bool, ...] = array("method", about="whether the method draws a random start")
    affine: tuple[bool, ...] = array("method", about="whether centred POD is its reference")
    rank: Indices = array("rank")
    seed: Indices = array("seed")
    train_error: Array = array("method", "rank", "seed")
    test_error: Array = array("method", "rank", "seed")
    worst_test_error: Array = array("method", "rank", "seed")
    optimum: Array = array("method", "rank", about="Eckart-Young error the method is held against")
    parameters: Indices = array("method", "rank")
    sample_gradients: Indices = array("method", "rank", "seed")
    memory: Indices = array("method", "rank", units="byte", about="arrays of the reduction")
    seconds: Array = array("method", "rank", "seed", units="s", measured=True)


class Checkpoints(Protocol):
    """Where the last checkpoint of one training is kept."""

    def last(self) -> Checkpoint | None:
        """Return it, if there is one."""
        ...

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep ``checkpoint`` in its place."""
        ...


def run_case(
    data: DataSet,
    name: str,
    method: Method,
    rank: int,
    seeds: Sequence[int],
    checkpoints: Callable[[int], Checkpoints | None] | None = None,
) -> Case:
    """Return ``method`` (called ``name``) fitted at one rank for every seed, with its errors.

    A fit draws from ``default_rng([seed, rank])``, so that a case does not depend on which others
    are run. A method without randomness is fitted once, and its errors are the same for all seeds.
    If the data set has a validation part, methods with choices to make make them there. With
    ``checkpoints`` (seed -> their place) an interrupted run goes on where it was.
    """
    require_rank(rank, data.train.U.shape, f"{data.name}: rank")
    if not seeds:
        raise OptionError("give at least one seed")
    validation = None if data.validation is None else data.validation.U
    groups = groups_of(data)
    fits: list[Fit] = []
    seconds: list[float] = []
    for seed in seeds if method.random else seeds[:1]:
        start = time.perf_counter()
        place = checkpoints(seed) if checkpoints else None
        beside = Beside(validation, groups=groups, followed=data.train.followed)
        if place:
            beside = beside._replace(keep=place.keep, resume=place.last())
        fits.append(method.fit(data.train.U, rank, np.random.default_rng([seed, rank]), beside))
        seconds.append(time.perf_counter() - start)
    models = tuple(fit.reduction for fit in fits)
    centre = "mean" if method.affine else None
    optimum = fit_pod(data.train.U, rank=rank, centre=centre, method="svd")

    def for_seeds(values: Any) -> Array:
        return np.broadcast_to(np.array(values, dtype=float), (len(seeds),)).copy()

    train, test = data.norm(data.train), data.norm(data.test)
    largest = float(np.max(data.column_norms(data.test)))
    angles = [principal_angles(fit.range, optimum.V)[0] for fit in fits if fit.range is not None]
    epoch, curve = _curves(fits, train)
    train_error = for_seeds([relative_error(g, data.train.U, train) for g in models])
    return Case(
        data_set=data.name,
        method=name,
        denominator=data.denominator,
        trained=method.random,
        affine=method.affine,
        rank=rank,
        obtained=models[0].r,
        snapshots=data.identity,
        seed=np.array(seeds),
        train_error=train_error,
        test_error=for_seeds([relative_error(g, data.test.U, test) for g in models]),
        worst_test_error=for_seeds([column_errors(g, data.test.U).max() / largest for g in models]),
        optimum=optimum.discarded / train,
        parameters=models[0].parameters,
        sample_gradients=for_seeds([fit.sample_gradients for fit in fits]).astype(int),
        memory=held_bytes(models[0]),
        models=models,
        excess=_excess(train_error, optimum.discarded / train),
        angle=for_seeds(angles) if angles else None,
        epoch=epoch,
        curve=curve,
        seconds=for_seeds(seconds),
    )


def _excess(error: Array, optimum: float) -> Array | None:
    """Return the relative excess of the squared error, None where the optimum is round-off."""
    return None if optimum < ROUND_OFF else (error / optimum) ** 2 - 1


def _curves(fits: Sequence[Fit], denominator: float) -> tuple[Array | None, Array | None]:
    """Return the epochs of the longest training and all errors, a shorter one's last repeated."""
    errors = [fit.error for fit in fits if fit.error is not None]
    epochs = [fit.epoch for fit in fits if fit.epoch is not None]
    if not errors or not epochs:
        return None, None
    epoch = max(epochs, key=len)
    curve = [np.pad(error, (0, len(epoch) - len(error)), mode="edge") for error in errors]
    return epoch, np.array(curve) / denominator


def collect(data: DataSet, cases: Sequence[Case]) -> Comparison:
    """Return the cases of one data set as one table; OptionError where they do not fill it."""
    methods = tuple(dict.fromkeys(case.method for case in cases))
    ranks = sorted({case.rank for case in cases})
    at = {(case.method, case.rank): case for case in cases}
    missing = [(name, r) for name in methods for r in ranks if (name, r) not in at]
    if not cases or missing or len(at) < len(cases):
        raise OptionError(
            f"the cases do not make a table for {data.name!r}: missing (method, rank) {missing}, "
            f"{len(cases) - len(at)} given twice"
        )
    for case in cases:
        if (case.data_set, case.snapshots) != (data.name, data.identity):
            raise OptionError(
                f"{case.method} of rank {case.rank} was fitted to other snapshots "
                f"({case.data_set!r}) than those of {data.name!r}"
            )
        if case.seed.tolist() != cases[0].seed.tolist():
            raise OptionError(
                f"{case.method} of rank {case.rank} has the seeds {case.seed.tolist()}, "
                f"{cases[0].method} {cases[0].seed.tolist()}: a table needs the same"
            )

    def table(field: str) -> Any:
        return np.array([[getattr(at[name, r], field) for r in ranks] for name in methods])

    return Comparison(
        data_set=data.name,
        denominator=data.denominator,
        split=data.split,
        method=methods,
        trained=tuple(at[name, ranks[0]].trained for name in methods),
        affine=tuple(at[name, ranks[0]].affine for name in methods),
        rank=np.array(ranks),
        seed=cases[0].seed,
        train_error=table("train_error"),
        test_error=table("test_error"),
        worst_test_error=table("worst_test_error"),
        optimum=table("optimum"),
        parameters=table("parameters"),
        sample_gradients=table("sample_gradients"),
        memory=table("memory"),
        seconds=table("seconds"),
    )


def compare(
    data: DataSet, methods: Mapping[str, Method], ranks: Sequence[int], seeds: Sequence[int]
) -> Comparison:
    """Return the errors of all ``methods`` (by name) at all ``ranks`` and ``seeds`` on ``data``.

    Every method sees the same training columns; errors are relative Frobenius norms with the data
    set's denominator. See `run_case` for the randomness.
    """
    cases = [
        run_case(data, name, method, rank, seeds)
        for name, method in methods.items()
        for rank in ranks
    ]
    return collect(data, cases)
