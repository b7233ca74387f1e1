"""One rank of one data set in detail: test snapshots and their reconstructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from mornet.comparison.cases import Case
from mornet.comparison.median import median_position
from mornet.errors import OptionError
from mornet.experiments.lines import runs_on_a_line
from mornet.records import Array, Indices, array, in_short
from mornet.reduction.interface import Reduction, reconstruct
from mornet.reduction.measures import column_errors
from mornet.reduction.pod import POD
from mornet.snapshots import DataSet, DofLayout

MODES = 4  # leading ones, which are kept


@dataclass(frozen=True, eq=False)
class CloseUp:
    """Test states, and their codes and reconstructions by the median seed of every method.

    Of an even number of seeds the lower one of the middle two is shown (`Case.median`).
    A code with fewer than ``rank`` entries is filled up with zeros.

    The states of all test snapshots are kept if a figure over space and time can show them.
    Otherwise one is kept, and ``shown`` is its number. Its relative error by the method
    ``reference`` is the median of those of all test snapshots, the lower one of two. The
    reference is the first POD without a centre; without one, the first POD or the first method.
    ``modes`` are the leading ones of the reference in the units of the states, if it is a POD.
    """

    kind: ClassVar[str] = "close_up"
    __repr__ = in_short
    data_set: str
    rank: int
    method: tuple[str, ...] = array("method")
    x: Array = array("coordinate", "dof", about="where each degree of freedom lives")
    states: Array = array("dof", "snapshot", about="test states, shift included")
    reconstruction: Array = array("method", "dof", "snapshot", about="decode(encode(.)), as states")
    test_error: Array = array("method", about="relative test error of the seed that is shown")
    code: Array = array("method", "latent", "sample", about="encode(.) of the test snapshots")
    trajectory: Indices = array("sample", about="number of the trajectory of each snapshot")
    t: Array | None = array("sample", about="time", optional=True)
    mu: Array | None = array("parameter", "sample", about="parameters", optional=True)
    units: dict[str, str] = field(default_factory=dict)
    m: int | None = array(about="training snapshots", optional=True)
    reference: str = ""
    shown: Indices | None = array("snapshot", about="number of the sample", optional=True)
    snapshot_error: Array | None = array(
        "method", "sample", about="relative error of each test snapshot", optional=True
    )
    modes: Array | None = array("dof", "mode", about="modes, scale included", optional=True)
    energy: Array | None = array(
        "mode", about="share of the squared singular values", optional=True
    )
    layout: DofLayout | None = None


def close_up(data: DataSet, cases: Sequence[Case]) -> CloseUp:
    """Return the test snapshots of ``data`` beside their reconstructions by ``cases`` of one rank.

    Raises OptionError for cases of several ranks or none.
    """
    test, rank = data.test, _rank(cases)
    seeds = [case.median() for case in cases]
    models = [case.model(i) for case, i in zip(cases, seeds, strict=True)]
    reference = _reference(models)
    errors = np.array([_errors(data, model) for model in models])
    shown = None if runs_on_a_line(data) else np.array([median_position(errors[reference])])
    part = test if shown is None else test.take(shown)
    return CloseUp(
        data_set=data.name,
        rank=rank,
        method=tuple(case.method for case in cases),
        x=test.x,
        states=part.states,
        reconstruction=np.array([part.to_states(reconstruct(model, part.U)) for model in models]),
        code=np.array([_padded(model.encode(test.U), rank) for model in models]),
        test_error=np.array([case.test_error[i] for case, i in zip(cases, seeds, strict=True)]),
        trajectory=test.trajectory,
        t=test.t,
        mu=test.mu,
        m=data.train.m,
        units=test.units | dict.fromkeys(("U", "states", "reconstruction"), test.unit_of_states),
        reference=cases[reference].method,
        shown=shown,
        snapshot_error=errors,
        layout=data.layout,
        **_modes(data, models[reference]),
    )


def _rank(cases: Sequence[Case]) -> int:
    """Return the one rank of the cases; OptionError for several or none."""
    ranks = {case.rank for case in cases}
    if len(ranks) != 1:
        raise OptionError(f"a close-up needs cases of one rank, not of {sorted(ranks)}")
    return ranks.pop()


def _reference(models: Sequence[Reduction]) -> int:
    """Return the position of the first POD without a centre, of the first POD, or 0."""
    pods = [i for i, model in enumerate(models) if isinstance(model, POD)]
    plain = [i for i in pods if getattr(models[i], "centre", None) is None]
    return next(iter([*plain, *pods]), 0)


def _errors(data: DataSet, model: Reduction) -> Array:
    """Return the relative error (m,) of each test snapshot.

    That of a zero snapshot is relative to the largest norm of a test snapshot.
    """
    norms = data.column_norms(data.test)
    errors = column_errors(model, data.test.U, data.inner_product)
    if data.test.left_out is not None:
        errors = np.hypot(errors, data.test.left_out)
    return errors / np.where(norms > 0, norms, norms.max() or 1.0)


def _modes(data: DataSet, model: Reduction) -> dict[str, Array]:
    """Return the leading modes of a POD and their shares of the energy; nothing of others."""
    if not isinstance(model, POD):
        return {}
    V, scale = model.V[:, :MODES], data.train.scale
    V = V if scale is None else scale[:, None] * V
    return {"modes": V, "energy": model.energies[: V.shape[1]]}


def _padded(Z: Array, rank: int) -> Array:
    return np.pad(Z, ((0, rank - len(Z)), (0, 0)))
