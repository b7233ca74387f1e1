"""What a stored fit gives away: its modes, and the codes and reconstructions of snapshots."""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.comparison.cases import Case
from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.reduction.interface import Reduction, reconstruct
from mornet.snapshots import DataSet, Snapshots

Named = dict[str, tuple[Array | Indices, tuple[str, ...]]]
"""Arrays with the names of their axes, by name."""


def reduction_of(record: Any) -> Reduction:
    """Return a reduction itself, or that of the median seed of a case.

    Raises OptionError for any other record.
    """
    if isinstance(record, Case):
        return record.model(record.median())
    if isinstance(record, Reduction):
        return record
    raise OptionError(f"a record {record.kind!r} holds no reduction: give the file of a fit")


def modes(record: Any) -> Named:
    """Return the modes V (n, r) of a fit, and its centre if it has one.

    Raises OptionError for a reduction that is not in modes.
    """
    model = reduction_of(record)
    V = getattr(model, "V", getattr(model, "basis", None))
    if V is None:
        raise OptionError(f"the reduction {getattr(model, 'kind', '')!r} has no modes")
    centre = getattr(model, "centre", None)
    found: Named = {"modes": (V, ("dof", "mode"))}
    return found if centre is None else found | {"centre": (centre, ("dof",))}


def codes(record: Any, data: DataSet) -> Named:
    """Return the codes of the training and test snapshots, with their times and parameters.

    Raises OptionError for snapshots to which the fit was not made.
    """
    model, found = reduction_of(record), Named()
    for name, part in _parts(record, data).items():
        found[f"codes_{name}"] = (model.encode(part.U), ("latent", f"{name}_sample"))
        found |= _places(name, part)
    return found


def reconstructions(record: Any, data: DataSet) -> Named:
    """Return the reconstructed states of the training and test snapshots, scale and shift included.

    Raises OptionError for snapshots to which the fit was not made.
    """
    model, found = reduction_of(record), Named()
    for name, part in _parts(record, data).items():
        states = part.to_states(reconstruct(model, part.U))
        found[f"reconstructions_{name}"] = (states, ("dof", f"{name}_sample"))
        found |= _places(name, part)
    return found | {"x": (data.train.x, ("coordinate", "dof"))}


def _parts(record: Any, data: DataSet) -> dict[str, Snapshots]:
    require_its_snapshots(record, data)
    parts = {"train": data.train, "validation": data.validation, "test": data.test}
    return {name: part for name, part in parts.items() if part is not None}


def require_its_snapshots(record: Any, data: DataSet) -> None:
    """Raise OptionError if ``record`` is a case that was fitted to others than ``data``."""
    if isinstance(record, Case) and record.snapshots != data.identity:
        raise OptionError(
            f"{record.method} of rank {record.rank} was fitted to other snapshots "
            f"({record.data_set!r}) than those of {data.name!r}"
        )


def _places(name: str, part: Snapshots) -> Named:
    found: Named = {f"trajectory_{name}": (part.trajectory, (f"{name}_sample",))}
    if part.t is not None:
        found[f"t_{name}"] = (part.t, (f"{name}_sample",))
    if part.mu is not None:
        found[f"mu_{name}"] = (np.atleast_2d(part.mu), ("parameter", f"{name}_sample"))
    return found
