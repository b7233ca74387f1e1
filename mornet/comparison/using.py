"""What a stored fit gives away: its modes, and the codes and reconstructions of snapshots."""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.checks import require_finite
from mornet.comparison.cases import Case
from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.reduction.interface import Reduction, reconstruct
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.unsplit import Samples, Unsplit

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
    V = getattr(model, "V", None)
    if V is None:
        kind = getattr(model, "kind", "")
        raise OptionError(f"the reduction {kind!r} has no modes: take codes or reconstructions")
    centre = getattr(model, "centre", None)
    found: Named = {"modes": (V, ("dof", "mode"))}
    return found if centre is None else found | {"centre": (centre, ("dof",))}


def codes(record: Any, data: DataSet) -> Named:
    """Return the codes of the training and test snapshots, with their times and parameters.

    Raises OptionError for snapshots to which the fit was not made.
    """
    model, found = reduction_of(record), Named()
    require_its_snapshots(record, data)
    for name, part in data.parts.items():
        found[f"codes_{name}"] = (model.encode(part.U), ("latent", f"{name}_sample"))
        found |= _places(name, part, data)
    return found


def reconstructions(record: Any, data: DataSet) -> Named:
    """Return the reconstructed states of the training and test snapshots, scale and shift included.

    Raises OptionError for snapshots to which the fit was not made.
    """
    model, found = reduction_of(record), Named()
    require_its_snapshots(record, data)
    for name, part in data.parts.items():
        states = part.to_states(reconstruct(model, part.U))
        found[f"reconstructions_{name}"] = (states, ("dof", f"{name}_sample"))
        found |= _places(name, part, data)
    return found | {"x": (data.train.x, ("coordinate", "dof"))}


def require_its_snapshots(record: Any, data: DataSet, fitted_to: str = "") -> None:
    """Raise OptionError if ``record`` was fitted to others than ``data``.

    A case knows the identity of its snapshots; of other records it is ``fitted_to``, if known.
    """
    name = f"the {record.kind}"
    if isinstance(record, Case):
        name, fitted_to = record.method, record.snapshots
    if fitted_to not in ("", data.identity):
        raise OptionError(
            f"{name} was fitted to other snapshots than those of {data.name!r}: give its own "
            "snapshots, or fit again"
        )


def as_fitted(record: Any, data: DataSet | None, states: Array, name: str) -> Array:
    """Return ``states`` (rows, m) of a file called ``name`` as the snapshots (n, m) of a fit.

    Rows that ``data`` left out are left out, and the others are divided by their scales.

    Raises OptionError for other snapshots than those of the fit, or if these have shifts;
    ShapeError for other rows; DataError for entries that are not finite.
    """
    if data is None:
        return states
    _require_no_shift(record, data)
    if (layout := data.layout) is not None:
        layout.require_rows(name, states)
        layout.require_numbers(name, states)
        states = states[layout.row]
    require_finite(name, states)
    scale = data.train.scale
    return states if scale is None else states / scale[:, None]


def as_stored(record: Any, data: DataSet | None, U: Array) -> Array:
    """Return snapshots ``U`` (n, m) of a fit as the states of its files; rows left out are NaN.

    Raises as `as_fitted` does.
    """
    if data is None:
        return U
    _require_no_shift(record, data)
    states = U if data.train.scale is None else U * data.train.scale[:, None]
    layout = data.layout
    return states if layout is None or not layout.left_out else layout.put_back(states)


def _require_no_shift(record: Any, data: DataSet) -> None:
    require_its_snapshots(record, data)
    if data.train.shift is not None:
        words = "are differences from a state of each trajectory: use this fit in Python"
        raise OptionError(f"the snapshots of {data.name!r} {words}")


def with_places(word: str, values: Array, axis: str, samples: Unsplit) -> Named:
    """Return ``values`` (k, m) along an ``axis`` and the samples, with their times and parameters.

    They have the names ``word``, trajectory, t and mu.
    """
    found: Named = {word: (values, (axis, "sample"))}
    return found | _places("", samples.train, samples)


def _places(name: str, part: Snapshots, data: Samples) -> Named:
    """Return the places of the samples of a part; their names end with its ``name`` if any."""
    of_part, axis = f"_{name}" if name else "", f"{name}_sample".removeprefix("_")
    found: Named = {f"trajectory{of_part}": (part.trajectory, (axis,))}
    if data.trajectory_name:
        words = np.array([data.name_of(int(k)) for k in part.trajectory], dtype=object)
        found[f"trajectory_name{of_part}"] = (words, (axis,))
    if part.t is not None:
        found[f"t{of_part}"] = (part.t, (axis,))
    if part.mu is not None:
        found[f"mu{of_part}"] = (np.atleast_2d(part.mu), ("parameter", axis))
    return found
