"""Several methods, ranks and seeds side by side."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mornet.checks import whole_numbers
from mornet.comparison.cases import Case, require_method, run_case
from mornet.comparison.median import median
from mornet.comparison.methods.interface import Method
from mornet.comparison.neighbours import between_in_time
from mornet.comparison.optima import Optima
from mornet.comparison.references import references
from mornet.comparison.series import is_short_series
from mornet.errors import OptionError
from mornet.records import Array, Indices, array, in_short
from mornet.snapshots import DataSet
from mornet.snapshots.snapshots import require_data_set


@dataclass(frozen=True, eq=False)
class Comparison:
    """All cases of one data set side by side; a POD has the same error for every seed.

    The references, which no study has to list, stand beside them. ``one_series`` says that all
    snapshots are times of one series, too short for an honest test; see `comparison.series`.
    """

    kind: ClassVar[str] = "comparison"
    __repr__ = in_short
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
    reference: tuple[str, ...] = array("reference", about="see mornet.comparison.references")
    reference_error: Array = array("reference", "rank", about="test error of the reference")
    between: float = array(about="part of the test snapshots between training snapshots in time")
    seconds: Array = array(
        "method", "rank", "seed", units="s", about="processor time of the fit", measured=True
    )
    between_error: float | None = array(
        about="relative error of interpolating these test snapshots in time", optional=True
    )
    norm: str = "F"
    one_series: bool = False
    n: int | None = array(about="degrees of freedom", optional=True)
    m: int | None = array(about="training snapshots", optional=True)
    m_test: int | None = array(about="test snapshots", optional=True)

    def median(self, field: str) -> Array:
        """Return the median over the seeds of a field (method, rank, seed)."""
        return median(getattr(self, field))


def _require_table(data_set: str, cases: Sequence[Case], table: Iterable[tuple[str, int]]) -> None:
    """Raise OptionError unless there is one case for each method and rank of the ``table``."""
    counts = Counter((case.method, case.rank) for case in cases)
    wrong = [
        f"{name} of rank {rank} is {'given twice' if counts[name, rank] else 'missing'}"
        for name, rank in table
        if counts[name, rank] != 1
    ]
    if wrong or not cases:
        raise OptionError(
            f"the cases do not make a table for {data_set!r}: "
            f"{', '.join(wrong) or 'there are none'}; give each method at each rank once"
        )


def collect(data: DataSet, cases: Sequence[Case]) -> Comparison:
    """Return the cases of one data set as one table.

    Raises OptionError unless there is exactly one case for each method and rank, and all cases have
    the same snapshots and seeds.
    """
    methods = tuple(dict.fromkeys(case.method for case in cases))
    ranks = sorted({case.rank for case in cases})
    at = {(case.method, case.rank): case for case in cases}
    _require_table(data.name, cases, itertools.product(methods, ranks))
    for case in cases:
        _require_comparable(data, case, cases[0])

    def table(field: str) -> Any:
        return np.array([[getattr(at[name, r], field) for r in ranks] for name in methods])

    standard = references(data, ranks)
    between = between_in_time(data)
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
        reference=tuple(reference.name for reference in standard),
        reference_error=np.array([reference.error for reference in standard]),
        between=between.part,
        between_error=between.error,
        seconds=table("seconds"),
        norm=cases[0].norm,
        one_series=is_short_series(data),
        n=data.train.n,
        m=data.train.m,
        m_test=data.test.m,
    )


def _require_comparable(data: DataSet, case: Case, other: Case) -> None:
    """Raise OptionError unless ``case`` is of ``data``, with the seeds of ``other``."""
    if (case.data_set, case.snapshots) != (data.name, data.identity):
        raise OptionError(
            f"{case.method} of rank {case.rank} was fitted to other snapshots "
            f"({case.data_set!r}) than those of {data.name!r}"
        )
    if case.seed.tolist() != other.seed.tolist():
        raise OptionError(
            f"{case.method} of rank {case.rank} has the seeds {case.seed.tolist()}, "
            f"{other.method} has {other.seed.tolist()}: a table needs the same seeds"
        )


def compare(
    data: DataSet, methods: Mapping[str, Method], ranks: Sequence[int], seeds: Sequence[int]
) -> Comparison:
    """Return the errors of all ``methods`` (by name) at all ``ranks`` and ``seeds`` on ``data``.

    Every method sees the same training columns. Errors are relative, in the norm of the data set
    and with its denominator. See `run_case` for the randomness.

    Raises OptionError without a method, a rank or a seed, and as `run_case` does.
    """
    require_data_set(data)
    _require_methods(methods)
    ranks = whole_numbers("ranks", ranks, 0)
    optima = Optima(data, max(ranks))
    cases = [
        run_case(data, name, method, rank, seeds, optima=optima)
        for name, method in methods.items()
        for rank in ranks
    ]
    return collect(data, cases)


def _require_methods(methods: object) -> None:
    """Raise OptionError unless there are methods, by name."""
    if not isinstance(methods, Mapping) or not methods:
        words = "must hold a method by its name, such as {'POD': PODMethod()}"
        raise OptionError(f"methods = {methods!r} {words}")
    for name, method in methods.items():
        require_method(name, method)
