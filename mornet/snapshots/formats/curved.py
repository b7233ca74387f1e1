"""Places of xarray's arrays whose coordinates lie along several axes, as on a curved grid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mornet.snapshots.formats.contents import is_sample_axis
from mornet.snapshots.formats.variables import is_real, numbers_of, unit_of

DEGREES = re.compile(r"degrees?_?(north|east|[NE])")  # of latitudes and longitudes
STAYS = 1e-6  # relative difference of places that stay, in single precision


def with_degrees(data: Any, name: str) -> Any:
    """Return a Dataset whose latitudes and longitudes are coordinates, by their units (CF 4.1)."""
    in_degrees = [n for n, v in data.data_vars.items() if is_in_degrees(v) and n != name]
    own = any(map(is_in_degrees, data[name].coords.values()))
    return data if own else data.set_coords(in_degrees)


def is_in_degrees(variable: Any) -> bool:
    """Return whether a variable holds latitudes or longitudes, by its unit."""
    return bool(DEGREES.fullmatch(str(variable.attrs.get("units", ""))))


def over_places(array: Any, names: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the coordinates along axes of places, by name, and the names of those that move.

    A coordinate may have an axis of samples too, as in WRF: it is the first one if it stays. If one
    moves, all of these are left out.
    """
    dofs = {dim for dim, name in zip(array.dims, names, strict=True) if not is_sample_axis(name)}
    found = {str(n): of for n, of in array.coords.items() if is_real(of) and set(of.dims) & dofs}
    firsts = {n: of.isel(dict.fromkeys(set(of.dims) - dofs, 0)) for n, of in found.items()}
    moving = [n for n, of in found.items() if not _stays(of, firsts[n])]
    fixed = {n: of for n, of in firsts.items() if found[n].dims == of.dims}
    return fixed if moving else firsts, moving


def _stays(coordinate: Any, first: Any) -> bool:
    """Return whether a coordinate is the ``first`` one along all axes that this does not have."""
    if coordinate.dims == first.dims:
        return True
    order = [dim for dim in coordinate.dims if dim not in first.dims]
    values, known = numbers_of(coordinate.transpose(*order, *first.dims)), numbers_of(first)
    return bool(np.all(np.isclose(values, known, rtol=STAYS, atol=0, equal_nan=True)))


def moving_note(moving: Sequence[str]) -> Iterator[str]:
    """Yield the note on coordinates that are left out, because they move."""
    if moving:
        yield (
            f"coordinates over time are left out, as {moving[0]} differs from snapshot to "
            "snapshot: interpolate the snapshots to fixed places if these matter"
        )


def has_curved(array: Any, places: Mapping[str, Any]) -> bool:
    """Return whether axes of places have other coordinates than those of their names."""
    return any(name not in array.dims for name in places)


def places_of(
    array: Any, names: list[str], places: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return x from coordinates of several axes, such as the longitudes of a curved grid.

    It comes with the units of its rows.
    """
    pairs = list(zip(array.dims, names, strict=True))
    dofs = [(dim, array.sizes[dim]) for dim, name in pairs if not is_sample_axis(name)]
    rows: list[Any] = []
    units: dict[str, str] = {}
    for coordinate in places.values():
        dims = coordinate.dims
        of_dims = numbers_of(coordinate.transpose(*[dim for dim, _ in dofs if dim in dims]))
        shape = [n if dim in dims else 1 for dim, n in dofs]
        full = np.broadcast_to(of_dims.reshape(shape), [n for _, n in dofs])
        units[f"x[{len(rows)}]"] = unit_of(coordinate)
        rows.append(full.ravel().astype(float))
    return {"x": np.array(rows)} if rows else {}, units
