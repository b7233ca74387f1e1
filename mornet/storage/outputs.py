"""One path from the arrays of a fit or a data set to a file of any format.

`FORMS` is a table: what each format adds to the arrays, and how it is written. A format that is not
in the table holds the arrays as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mornet.comparison.using import Named
from mornet.errors import OptionError
from mornet.snapshots import DataSet
from mornet.snapshots.formats.contents import OF_PARAMETERS
from mornet.snapshots.unsplit import Samples, Unsplit
from mornet.storage.cf_times import are_times, undated, with_dates
from mornet.storage.code_tables import are_codes, codes_in_columns
from mornet.storage.export import Leaves, export
from mornet.storage.grids import on_grid
from mornet.storage.meshes import (
    OF_STEPS,
    READ,
    SUFFIXES,
    Ground,
    is_field,
    kept_rows,
    on_mesh,
    on_points,
)
from mornet.storage.paraview import export_collections
from mornet.storage.results import origin
from mornet.storage.sample_axes import PLACES, along_samples
from mornet.storage.tree import Leaf

ON_MESH = (*SUFFIXES, OF_STEPS)
Notes = list[str]


@dataclass(frozen=True, eq=False)
class Context:
    """What belongs to arrays and is not among them.

    ``find_data`` returns the data set whose degrees of freedom the arrays have, or None. The
    snapshots are those of this data set, or ``new``. ``source`` is the file of the data set,
    and ``mesh`` that of a mesh. ``labels`` and ``along`` name the entries of axes.
    """

    find_data: Callable[[], DataSet | None]
    new: Unsplit | None = None
    source: Path | None = None
    mesh: Path | None = None
    labels: Leaves = field(default_factory=dict)
    along: Leaves = field(default_factory=dict)
    overwrite: bool = False

    @cached_property
    def data(self) -> DataSet | None:
        """The data set whose degrees of freedom the arrays have, if it is known."""
        return self.find_data()

    @property
    def samples(self) -> Samples | None:
        """What says where, when and for which parameter the snapshots of the arrays are."""
        return self.new or self.data

    def ground(self, out: Path) -> tuple[Ground, DataSet]:
        """Return the mesh of the user, that of the snapshots, or points, and the data set on it.

        Raises OptionError, which names the file ``out``, if the data set is not known, and as
        `on_mesh` and `on_points` do.
        """
        if self.data is None or self.source is None:
            raise OptionError(f"{out} needs --snapshots FILE, which says where the dofs are")
        inputs = map(Path, origin(self.source).inputs)
        meshes = [path for path in inputs if path.suffix.lower() in READ and path.is_file()]
        mesh = self.mesh or next(iter(meshes), None)
        on = on_points(self.data) if mesh is None else on_mesh(mesh, self.data)
        return on, self.data


def leaves_of(arrays: Named) -> dict[str, Leaf]:
    """Return arrays with the names of their axes as leaves."""
    return {name: Leaf(values, dims) for name, (values, dims) in arrays.items()}


def deliver(out: Path, leaves: Leaves, context: Context) -> Notes:
    """Write arrays to the file ``out`` with what its format adds; return lines that say what.

    Raises OptionError for a format that cannot hold the arrays, and for a mesh that it does not
    need; StorageError if the file cannot be written.
    """
    suffix = out.suffix.lower()
    if context.mesh is not None and suffix not in ON_MESH:
        there = f"{', '.join(SUFFIXES)} and {OF_STEPS}"
        raise OptionError(f"--mesh is for {there}, not for {out}")
    form = FORMS.get(suffix, Form())
    return form.write(out, form.add(leaves, context), context)


def _as_they_are(leaves: Leaves, context: Context) -> Leaves:
    return leaves


def _one_array(leaves: Leaves, context: Context) -> Leaves:
    """Return arrays without the times and parameters of new snapshots."""
    if context.new is None:
        return leaves
    return {name: leaf for name, leaf in leaves.items() if name not in PLACES}


def _with_names(leaves: Leaves, context: Context) -> Leaves:
    """Return arrays with the names of the parameters, if they are known and mu is an array."""
    samples = context.samples if any("parameter" in leaf.dims for leaf in leaves.values()) else None
    names = () if samples is None else samples.train.names_of_mu
    words = Leaf(np.array(names, dtype=object), ("parameter",))
    return {**leaves, **({OF_PARAMETERS: words} if names else {})}


def _in_columns(leaves: Leaves, context: Context) -> Leaves:
    """Return codes as columns with their times and parameters, other arrays with coordinates."""
    if are_codes(leaves):
        samples = context.samples
        names = () if samples is None else samples.train.names_of_mu
        return codes_in_columns(leaves, names)
    return _one_array({**leaves, **context.along}, context)


def _on_axes(leaves: Leaves, context: Context) -> Leaves:
    """Return arrays along trajectories, times and the axes of the grid, with all coordinates."""
    leaves = {**leaves, **context.along}
    if (samples := context.samples) is not None:
        leaves = along_samples(with_dates(leaves, samples), samples)
    return leaves if context.data is None else on_grid(leaves, context.data)


def _on_mesh(leaves: Leaves, context: Context) -> Leaves:
    """Return the fields over the degrees of freedom; OptionError if there are none."""
    fields = {name: leaf for name, leaf in leaves.items() if is_field(leaf)}
    if not fields:
        raise OptionError(f"{', '.join(leaves)}: none of these arrays is a field on a mesh")
    return fields if context.data is None else kept_rows(fields, context.data)


def _write(out: Path, leaves: Leaves, context: Context) -> Notes:
    export(out, leaves, overwrite=context.overwrite)
    return [f"{out}: {', '.join(leaves)}", *_lacks(out, leaves, context)]


def _write_named(out: Path, leaves: Leaves, context: Context) -> Notes:
    """Write arrays with the names of the entries of their axes."""
    export(out, leaves, None, context.labels, overwrite=context.overwrite)
    return [f"{out}: {', '.join([*context.labels, *leaves])}", *_lacks(out, leaves, context)]


def _lacks(out: Path, leaves: Leaves, context: Context) -> Notes:
    """Return a note on known dates, times and parameters of snapshots that a file does not hold."""
    samples = context.samples if any(map(are_times, leaves)) else None
    if samples is not None and (unit := undated(leaves, samples)):
        return [f"note: the times in {out} are {unit}, which the file does not say; .nc does"]
    if context.new is None or len(leaves) > 1:
        return []
    part = context.new.train
    known = {"times": part.t, "parameters": part.mu}
    words = " and no ".join(word for word, values in known.items() if values is not None)
    return [f"note: {out} holds no {words}; take .npz, .mat or .nc for them"] if words else []


def _write_mesh(out: Path, leaves: Leaves, context: Context) -> Notes:
    export(out, leaves, context.ground(out)[0], overwrite=context.overwrite)
    lines = [f"{out}: {', '.join(leaves)}"]
    if any("sample" in dim for leaf in leaves.values() for dim in leaf.dims):
        lines += [f"note: each snapshot is an array of its own; {OF_STEPS} is for animations"]
    return lines


def _write_steps(out: Path, leaves: Leaves, context: Context) -> Notes:
    """Write each trajectory as a collection of ParaView."""
    ground, data = context.ground(out)
    samples = context.new or data
    outs, note = export_collections(out, leaves, ground, samples, overwrite=context.overwrite)
    lines = [f"{o}: the files of its snapshots are in {o.with_name(out.stem)}" for o in outs]
    return [*lines, f"note: {note}"] if note else lines


class Form(NamedTuple):
    """What a format adds to arrays, or takes from them, and how it is written."""

    add: Callable[[Leaves, Context], Leaves] = _as_they_are
    write: Callable[[Path, Leaves, Context], Notes] = _write


FORMS: Mapping[str, Form] = {
    ".npy": Form(_one_array),
    **dict.fromkeys((".npz", ".mat"), Form(_with_names)),
    ".csv": Form(_in_columns, _write_named),
    ".nc": Form(_on_axes, _write_named),
    **dict.fromkeys(SUFFIXES, Form(_on_mesh, _write_mesh)),
    OF_STEPS: Form(_on_mesh, _write_steps),
}
