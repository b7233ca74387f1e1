"""A case of the comparison: one method at one rank, for several seeds, in the same norm."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

import numpy as np

from mornet.checks import require_rank, whole_numbers
from mornet.comparison.context import context_of
from mornet.comparison.errors import error_on, whole_error
from mornet.comparison.median import median_position
from mornet.comparison.methods.interface import Fit, FitInput, Method
from mornet.comparison.optima import Optima
from mornet.errors import OptionError
from mornet.linalg import InnerProduct, principal_angles
from mornet.records import Array, Indices, array, held_bytes, in_short
from mornet.reduction.interface import Reduction
from mornet.reduction.measures import column_errors
from mornet.reduction.pod.record import POD
from mornet.settings import plain
from mornet.snapshots import DataSet
from mornet.snapshots.snapshots import require_data_set
from mornet.training.checkpoint import Checkpoint

ROUND_OFF = 1e-10  # a smaller optimum is round-off, and no excess is relative to it


@dataclass(frozen=True, eq=False)
class Case:
    """One method at one rank on one data set, for several seeds.

    Errors are relative, in the norm of the data set and with its denominator. ``optimum`` is the
    Eckart-Young error of rank r, from the SVD of the centred snapshots for an ``affine`` method
    (one with an offset), otherwise of the snapshots. A ``trained`` method draws a random start, and
    ``curve`` is its training error after each ``epoch``. ``obtained`` is the number of modes, which
    is less than ``rank`` if the data have a smaller numerical rank. ``snapshots`` identifies the
    data. ``settings`` are those of the method, as JSON. ``excess`` is None if the optimum is
    round-off. ``norm`` is the index of the norm in formulas, see `Norm.symbol`.
    """

    kind: ClassVar[str] = "case"
    __repr__ = in_short
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
    seconds: Array | None = array(
        "seed", units="s", about="processor time", measured=True, optional=True
    )
    norm: str = "F"
    settings: str = ""
    n: int | None = array(about="degrees of freedom", optional=True)
    m: int | None = array(about="training snapshots", optional=True)

    def model(self, position: int) -> Reduction:
        """Return the reduction of the seed at ``position``.

        A method without randomness has one reduction for all seeds.
        """
        return self.models[position if len(self.models) > 1 else 0]

    def median(self, errors: Literal["train_error", "test_error"] = "test_error") -> int:
        """Return the position of the seed to show: that of the median error, or of the lower one.

        Of an even number of seeds two are in the middle, and it is the better of them.
        """
        return median_position(getattr(self, errors))


class Checkpoints(Protocol):
    """The place of the last checkpoint of one training."""

    def last(self) -> Checkpoint | None:
        """Return the last checkpoint; None if there is none."""
        ...

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep ``checkpoint`` in place of the last one."""
        ...


LOADING = 0.1  # s; a quicker fit is timed twice: the first one of a process loads libraries

Places = Callable[[int], Checkpoints | None]


def run_case(
    data: DataSet,
    name: str,
    method: Method,
    rank: int,
    seeds: Sequence[int],
    checkpoints: Places | None = None,
    optima: Optima | None = None,
) -> Case:
    """Return ``method`` (called ``name``) fitted at one rank for every seed, with its errors.

    A fit draws from ``default_rng([seed, rank])``, so that a case does not depend on other cases. A
    method without randomness has one fit, whose errors are the same for all seeds. Fits,
    errors and the optimum use the norm of the data set. If the data set has a validation part,
    methods make their choices on it. ``checkpoints`` maps a seed to the place of its checkpoint;
    with it a run goes on from the last checkpoint after an interruption. ``optima`` are those of
    the data set; cases that share them share their SVD.

    Raises OptionError for a rank out of range, seeds that are not different whole numbers, what is
    no data set or no method, or a method that the data do not suit.
    """
    require_data_set(data)
    require_method(name, method)
    require_rank(rank, data.train.U.shape, f"{data.name}: rank")
    seeds = whole_numbers("seeds", seeds, 0)
    drawn = seeds if method.random else seeds[:1]
    fits = [_timed_fit(data, method, rank, seed, checkpoints) for seed in drawn]
    if not method.random and fits[0].seconds < LOADING:
        again = _timed_fit(data, method, rank, seeds[0], checkpoints)
        fits = [min(*fits, again, key=lambda timed: timed.seconds)]
    pod = (optima or Optima(data, rank)).pod(rank, centred=method.affine)
    case = _case(data, name, method, rank, np.array(seeds), fits, pod)
    return replace(case, settings=json.dumps(plain(method), sort_keys=True))


def require_method(name: str, method: object) -> None:
    """Raise OptionError unless ``method`` holds the settings of a method."""
    if isinstance(method, type) or not hasattr(method, "random") or not hasattr(method, "fit"):
        advice = "give settings, such as PODMethod() of mornet.comparison"
        raise OptionError(f"the method {name!r} is {method!r}: {advice}")


class _TimedFit(NamedTuple):
    fit: Fit
    seconds: float


def _timed_fit(
    data: DataSet, method: Method, rank: int, seed: int, checkpoints: Places | None
) -> _TimedFit:
    start = time.process_time()
    place, context = checkpoints(seed) if checkpoints else None, context_of(data)
    if place:
        context = context._replace(keep=place.keep, resume=place.last())
    rng, norm = np.random.default_rng([seed, rank]), data.measure(data.train)
    fit = method.fit(FitInput(data.train.U, rank, rng, norm, context))
    return _TimedFit(fit, time.process_time() - start)


def _case(
    data: DataSet,
    name: str,
    method: Method,
    rank: int,
    seeds: Indices,
    timed: Sequence[_TimedFit],
    pod: POD,
) -> Case:
    """Return the case of the ``timed`` fits, with their errors; ``pod`` is their reference."""

    def for_seeds(values: Sequence[Any]) -> Array:
        return np.broadcast_to(np.array(values, dtype=float), seeds.shape).copy()

    fits = [fit for fit, _ in timed]
    models = tuple(fit.reduction for fit in fits)
    denominator, product = data.norm(data.train), data.inner_product
    optimum = whole_error(data, pod.truncation_error / denominator, data.train)
    train_error = for_seeds([error_on(data, model, data.train) for model in models])
    angles = [largest_angle(fit.range, pod.V, product) for fit in fits if fit.range is not None]
    epoch, curve = _curves(fits, denominator, data.left_out(data.train))
    return Case(
        data_set=data.name,
        method=name,
        denominator=data.denominator,
        trained=method.random,
        affine=method.affine,
        rank=rank,
        obtained=models[0].r,
        snapshots=data.identity,
        seed=seeds,
        train_error=train_error,
        test_error=for_seeds([error_on(data, model, data.test) for model in models]),
        worst_test_error=for_seeds([_worst_error(data, model) for model in models]),
        optimum=optimum,
        parameters=models[0].parameters,
        sample_gradients=for_seeds([fit.sample_gradients for fit in fits]).astype(int),
        memory=held_bytes(models[0]),
        models=models,
        excess=_excess(train_error, optimum),
        angle=for_seeds(angles) if angles else None,
        epoch=epoch,
        curve=curve,
        seconds=for_seeds([seconds for _, seconds in timed]),
        norm=data.measure(data.train).symbol,
        n=data.train.n,
        m=data.train.m,
    )


def _worst_error(data: DataSet, model: Reduction) -> float:
    """Return the largest error of a test snapshot, over the largest norm of a test snapshot."""
    errors = column_errors(model, data.test.U, data.inner_product)
    if data.test.left_out is not None:
        errors = np.hypot(errors, data.test.left_out)
    return float(errors.max() / float(np.max(data.column_norms(data.test))))


def largest_angle(A: Array, B: Array, product: InnerProduct | None) -> float:
    """Return the largest angle, in radians, between the ranges of ``A`` (n, r) and ``B`` (n, r).

    The angle is that of the inner ``product``.
    """
    if product is not None:
        A, B = product.to_euclidean(A), product.to_euclidean(B)
    return float(principal_angles(A, B)[0])


def _excess(error: Array, optimum: float) -> Array | None:
    """Return the relative excess of the squared error; None if the optimum is round-off."""
    return None if optimum < ROUND_OFF else (error / optimum) ** 2 - 1


def _curves(
    fits: Sequence[Fit], denominator: float, left_out: float
) -> tuple[Array | None, Array | None]:
    """Return the epochs of the longest training, and the errors (seed, epoch) of all trainings.

    The last error of a shorter training is repeated. What coordinates leave out is in the errors.
    """
    errors = [fit.error for fit in fits if fit.error is not None]
    epochs = [fit.epoch for fit in fits if fit.epoch is not None]
    if not errors or not epochs:
        return None, None
    epoch = max(epochs, key=len)
    curve = [np.pad(error, (0, len(epoch) - len(error)), mode="edge") for error in errors]
    return epoch, np.hypot(np.array(curve) / denominator, left_out)
