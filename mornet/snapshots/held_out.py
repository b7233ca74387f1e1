"""The choice of the snapshots that are held out of the training part for validation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.snapshots.split import in_brackets

if TYPE_CHECKING:
    from mornet.snapshots.snapshots import Snapshots

HoldOutBy = Literal["parameter", "trajectory", "block", "snapshot"]


def held_out(
    name: str,
    train: Snapshots,
    fraction: float,
    by: HoldOutBy | None,
    rng: np.random.Generator | None,
    names_of: Sequence[str] | None = None,
) -> tuple[NDArray[np.bool_], str]:
    """Return which snapshots of ``train`` are held out, a mask (m,), and the choice in words.

    See `DataSet.hold_out`. ``names_of`` are the names of trajectories, if they have any. Raises
    OptionError for an unknown ``by``, and for fewer than two groups.
    """
    parameters = parameters_of(train.mu, train.m)
    if by is None and not np.ptp(parameters) and not np.ptp(train.trajectory):
        by = "block"
    chosen = by or ("parameter" if np.ptp(parameters) else "trajectory")
    if chosen not in get_args(HoldOutBy):
        raise OptionError(f"by = {by!r} must be one of {', '.join(get_args(HoldOutBy))}")
    if chosen == "block":
        return _blocks(name, train, fraction)
    groups = {
        "parameter": parameters,
        "trajectory": train.trajectory,
        "snapshot": np.arange(train.m),
    }[chosen]
    names = np.unique(groups)
    if len(names) < 2:
        raise OptionError(
            f"{name} has one {chosen} for training, so none can be held out; hold out the last "
            'snapshots by "block"'
        )
    count = min(max(1, round(fraction * len(names))), len(names) - 1)
    rng = np.random.default_rng(0) if rng is None else rng
    drawn = rng.permutation(names)[:count]
    out = np.isin(groups, drawn)
    plural = {"trajectory": "trajectories"}.get(chosen, f"{chosen}s")
    leak = bool(np.isin(train.trajectory[out], train.trajectory[~out]).any())
    called = in_brackets(names_of or (), drawn) if chosen == "trajectory" else ""
    return out, (
        f"{count} of {len(names)} training {plural}{called}, chosen at random, held out for "
        "validation" + (", which has neighbours in time in the training part" if leak else "")
    )


def parameters_of(mu: Array | None, m: int) -> Indices:
    """Return the number (m,) of the parameter of each snapshot; equal columns of mu are one."""
    if mu is None:
        return np.zeros(m, dtype=int)
    return np.unique(mu, axis=1, return_inverse=True)[1].reshape(-1)


def _blocks(name: str, train: Snapshots, fraction: float) -> tuple[NDArray[np.bool_], str]:
    """Return the last part in time of each trajectory that has two snapshots or more."""
    trajectory, out = train.trajectory, np.zeros(train.m, dtype=bool)
    for number in np.unique(trajectory):
        columns = np.flatnonzero(trajectory == number)
        if train.t is not None:
            columns = columns[np.argsort(train.t[columns], kind="stable")]
        if len(columns) > 1:
            out[columns[-max(1, min(round(fraction * len(columns)), len(columns) - 1)) :]] = True
    if not out.any():
        raise OptionError(f"{name} has one training snapshot a trajectory: hold out trajectories")
    last = f"the last {np.count_nonzero(out)} of {len(out)} training snapshots"
    several = " (the last part of each trajectory)" if np.ptp(trajectory) else ""
    return out, f"{last}{several} held out for validation"
