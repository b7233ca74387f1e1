"""Arrays with named axes: NetCDF and Zarr through xarray, and xarray's own objects.

xarray only opens the file. What stored numbers mean, `conventions` decides. Snapshots lie along the
axis of time (CF conventions 1.11, section 4.4) and the axes that `SAMPLE_AXES` names; all other
axes are stacked to degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import DataError, MornetError, OptionError, StorageError
from mornet.records import TIME_AXES
from mornet.snapshots.formats.contents import (
    LETTERS,
    PARTS,
    Contents,
    chosen_key,
    is_date,
    is_doubtful,
    is_sample_axis,
    meaning,
    part_in,
    without_part,
)
from mornet.snapshots.formats.conventions import physical
from mornet.snapshots.formats.curved import (
    has_curved,
    is_in_degrees,
    moving_note,
    over_places,
    places_of,
    with_degrees,
)
from mornet.snapshots.formats.dates import of_words, require_words
from mornet.snapshots.formats.left_notes import left_note
from mornet.snapshots.formats.packed import require_honest
from mornet.snapshots.formats.stated import stating
from mornet.snapshots.formats.variables import (
    is_real,
    is_temperature,
    numbers_of,
    origin_of,
    says_time,
    unit_of,
)

INSTALL = "pip install 'mornet[netcdf]'"
ENGINES = {b"CDF": "scipy", b"\x89HDF": "h5netcdf"}


def read_labelled(path: Path, key: str | None) -> Contents:
    """Return the variable ``key`` of a NetCDF file or a Zarr store; GROUP/NAME is in a group.

    Raises OptionError if xarray is not installed, and for a key that is missing or unknown;
    StorageError for a file that cannot be opened.
    """
    with _opened(path, key) as (data, name):
        name = _variable(str(path), data, name)
        require_honest(f"{path}, array {name!r}", data[name].nbytes, stored_bytes(path))
        contents = of_dataset(str(path), data, name)
        if _engine(path) != "zarr":
            return contents
        return contents._replace(notes=(*contents.notes, *_unwritten(path, key, name)))


def _unwritten(path: Path, key: str | None, name: str) -> Iterator[str]:
    """Yield a note if chunks are not in a Zarr store."""
    import zarr

    from mornet.snapshots.formats.zarr_arrays import unwritten

    group = (key or "").rpartition("/")[0]
    yield from unwritten(zarr.open_group(path, mode="r", path=group)[name])


def variable_of(path: Path, key: str | None) -> tuple[str, Contents]:
    """Return the full name of the variable that `read_labelled` reads, and its axes alone.

    Raises what `read_labelled` raises.
    """
    group = (key or "").rpartition("/")[0]
    with _opened(path, key) as (data, name):
        name = _variable(str(path), data, name)
        whole = of_array(data[name], data.encoding.get("unlimited_dims", ()), numbers=False)
        return f"{group}/{name}".lstrip("/"), whole


@contextmanager
def _opened(path: Path, key: str | None) -> Iterator[tuple[Any, str | None]]:
    """Open the group of a file that a key names; yield it with the name in the key."""
    if not path.exists():
        raise FileNotFoundError(path)
    group, _, name = (key or "").rpartition("/")
    options = {"mask_and_scale": False, "decode_times": False, "group": group or None}
    try:
        with _xarray().open_dataset(path, engine=_engine(path), **options) as data:
            yield _with_dates(str(path), data), name or None
    except MornetError:
        raise
    except Exception as error:  # each engine raises errors of its own
        raise StorageError(
            f"{path} cannot be opened by xarray ({type(error).__name__}: {error}): check where it "
            f"comes from, or {INSTALL}"
        ) from error


def _with_dates(where: str, data: Any) -> Any:
    """Return a Dataset whose times in words, such as 2000-01-31_23:00:00, are dates of NumPy."""
    words = {n: v for n, v in data.variables.items() if v.dtype.kind in "SUO" and _means_time(n)}
    for name, variable in words.items():
        require_words(f"{where}, {name}", _words(variable))
    dates = {name: (v.dims[: of.ndim], of) for name, v in words.items() for of in [_dates(v)]}
    known = {name: of for name, of in dates.items() if of[1].dtype.kind == "M"}
    changed = data.assign({name: of for name, of in known.items() if name in data.data_vars})
    return changed.assign_coords({name: of for name, of in known.items() if name in data.coords})


def _dates(variable: Any) -> Any:
    """Return dates in words or in characters as dates of NumPy; other arrays stay."""
    return of_words(_words(variable))


def _words(variable: Any) -> Any:
    """Return the values of a variable, with the characters of a row as one word."""
    values: Any = np.asarray(variable.values)
    if values.dtype == "S1" and values.ndim == 2:
        values = np.ascontiguousarray(values).view(f"S{values.shape[1]}")[:, 0]
    return values


def _means_time(name: Any) -> bool:
    return meaning(str(name)) == "t" or is_date(str(name))


def stored_bytes(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(p.stat().st_size for p in (path.rglob("*") if path.is_dir() else [path]))


def of_dataset(where: str, data: Any, key: str | None) -> Contents:
    """Return the variable ``key`` of an xarray Dataset."""
    return _of_variable(where, data, _variable(where, data, key))


def of_labelled(where: str, array: Any) -> Contents:
    """Return an xarray DataArray, with the times, parameters, ... among its coordinates."""
    name = str(array.name or "U")
    name = name if name not in array.coords else "snapshots"
    found = _of_variable(where, array.to_dataset(name=name), name)
    return found if array.name is not None else found._replace(name=None)


def _of_variable(where: str, data: Any, name: str) -> Contents:
    """Return a variable of an xarray Dataset, with what belongs to it."""
    data = with_degrees(data, name)
    try:
        contents = of_array(
            data[name], data.encoding.get("unlimited_dims", ()), beside=data.variables
        )
        contents = _with_samples(data, data[name].dims, contents)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    attributes = [*data[name].attrs.items(), *data.attrs.items()]
    return stating(contents._replace(name=name), attributes)


def _variable(where: str, data: Any, key: str | None) -> str:
    """Return the name of the snapshots; OptionError for a key that is missing or unknown."""
    bounds = {str(v.attrs["bounds"]) for v in data.variables.values() if "bounds" in v.attrs}
    numeric = [str(n) for n, v in data.data_vars.items() if v.dtype.kind in "biufc"]
    wide = [n for n in numeric if sum(k > 1 for k in data[n].shape) > 1 and n not in bounds]
    wide = [n for n in wide if not is_in_degrees(data[n])] or wide
    wide = [n for n in wide if not _are_times_of_runs(data, n)] or wide
    over_time = [n for n in wide if any(_is_sample(data, str(dim)) for dim in data[n].dims)]
    if not numeric:
        where = f"{where} (arrays in a group have the keys GROUP/NAME)"
    long = [n for n in numeric if data[n].size > 1 and n not in bounds and not _meaning(n, data[n])]
    words = [str(n) for n, v in data.data_vars.items() if n == key and v.dtype.kind in LETTERS]
    names = [*numeric, *words, *map(str, data.coords)]
    only = numeric if len(numeric) == 1 else []
    return chosen_key(where, key, names, over_time or wide or long or only)


def _are_times_of_runs(data: Any, name: str) -> bool:
    """Return whether a variable holds the times of samples along several axes."""
    times = _meaning(name, data[name]) == "t"
    return times and all(_is_sample(data, str(dim)) for dim in data[name].dims)


def _is_sample(data: Any, dim: str) -> bool:
    """Return whether snapshots lie along an axis of a Dataset."""
    return is_sample_axis(_axis(dim, data.coords.get(dim)))


def of_array(
    array: Any,
    unlimited: Any = (),
    *,
    numbers: bool = True,
    beside: Mapping[Any, Any] | None = None,
) -> Contents:
    """Return an xarray DataArray; ``unlimited`` are the axes along which its file can grow.

    Without ``numbers`` its entries are not read, and stand as zeros. ``beside`` are the variables
    of its file, by default its coordinates.
    """
    names, notes = [], []
    for dim in array.dims:
        names.append(_axis(str(dim), array.coords.get(dim)))
    if not any(map(is_sample_axis, names)) and len(set(unlimited) & set(array.dims)) == 1:
        (grown,) = set(unlimited) & set(array.dims)
        names[list(array.dims).index(grown)] = "sample"
        notes.append(f"snapshots lie along {grown}, the axis along which the file can grow")
    along = {
        n: array.coords[dim]
        for n, dim in zip(names, array.dims, strict=True)
        if dim in array.coords
    }
    beside = array.coords if beside is None else beside
    along |= _of_all_samples(array, names, beside)
    coordinates = {name: numbers_of(coordinate) for name, coordinate in along.items()}
    units = {name: unit_of(coordinate) for name, coordinate in along.items()}
    of_time = [coordinate for name, coordinate in along.items() if name in ("time", "t")]
    places, moving = over_places(array, names)
    notes += moving_note(moving)
    curved = has_curved(array, places) and not _all_known(names, coordinates)
    fields, of_places = places_of(array, names, places) if curved else ({}, {})
    units |= {"U": unit_of(array)} | of_places
    known = {name: unit for name, unit in units.items() if unit}
    stored = np.asarray(array.values) if numbers else np.broadcast_to(0.0, array.shape)
    values = physical(stored, array.attrs) if stored.dtype.kind in "iuf" else stored
    origin = next((origin_of(of) for of in (*of_time, array) if says_time(of)), None)
    axes = " ".join(names)
    parameters = _labels(along["mu"], beside) if "mu" in along and "mu" not in names else ()
    return Contents(
        values,
        axes,
        fields,
        coordinates,
        known,
        tuple(notes),
        origin=origin,
        parameters=parameters,
    )


def _labels(mu: Any, beside: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the names of the entries of mu: the labels along its axis, if it has any."""
    found = [beside[dim] for dim in mu.dims if dim in beside and beside[dim].dtype.kind in LETTERS]
    return tuple(map(str, np.ravel(found[0].values))) if found else ()


def _long_name(mu: Any) -> tuple[str, ...]:
    """Return the name of a single parameter, along one axis, that its variable states."""
    return (str(mu.attrs["long_name"]),) if mu.ndim == 1 and "long_name" in mu.attrs else ()


def _of_all_samples(array: Any, names: Sequence[str], beside: Mapping[Any, Any]) -> dict[str, Any]:
    """Return t, mu and trajectory that are one number for the whole array, or mu (p,), by name."""
    found: dict[str, Any] = {}
    others = {*PARTS} - {part_in(str(array.name))}
    for key, variable in beside.items():
        if part_in(str(key)) in others:
            continue
        word = _meaning(str(key), variable)
        word = word if is_real(variable) or variable.dtype.kind in _kinds(word) else None
        several = word == "mu" and len(variable.dims) == 1 and variable.dims != (key,)
        one = (variable.size == 1 or several) and not set(variable.dims) & set(array.dims)
        if one and word in ("t", "mu", "trajectory") and word not in map(meaning, names):
            found.setdefault(word, variable)
    return found


def _kinds(field: str | None) -> str:
    """Return the kinds of arrays that a field may have beside numbers: dates, and labels."""
    return f"M{LETTERS}" if field == "trajectory" else "M"


def _axis(dim: str, coordinate: Any) -> str:
    """Return one word for an axis; one called as times are, but in kelvins, is of parameters."""
    if coordinate is not None and _is_time(dim, coordinate):
        return "time"
    if coordinate is not None and dim.lower() in TIME_AXES:
        return "parameter"
    if coordinate is not None and coordinate.attrs.get("standard_name") == "realization":
        return "realization"  # of an ensemble; ECMWF calls it number
    word = without_part(dim)
    return word if is_sample_axis(word) else dim.replace(" ", "_")


def _xarray() -> Any:
    try:
        import xarray
    except ImportError:
        raise OptionError(
            f"NetCDF and Zarr are read by xarray, which is missing: {INSTALL}"
        ) from None
    return xarray


def _engine(path: Path) -> str:
    if path.is_dir() or path.suffix == ".zip":
        return "zarr"
    with path.open("rb") as stream:
        start = stream.read(4)
    found = [engine for magic, engine in ENGINES.items() if start.startswith(magic)]
    if not found:
        raise StorageError(f"{path} does not begin as NetCDF files do: check where it comes from")
    return found[0]


def _is_time(name: str, coordinate: Any) -> bool:
    called = name.lower() in TIME_AXES and not is_temperature(coordinate)
    return called or says_time(coordinate)


def _all_known(names: list[str], coordinates: Mapping[str, Any]) -> bool:
    dofs = [name for name in names if not is_sample_axis(name)]
    known = [np.asarray(coordinates.get(name, 0)) for name in dofs]
    return all(numbers.ndim == 1 and is_real(numbers) for numbers in known)


def _with_samples(data: Any, dims: Any, contents: Contents) -> Contents:
    """Return contents with times and parameters that lie along an axis of samples."""
    words = (contents.axes or "").split()
    samples = {dim for dim, word in zip(dims, words, strict=True) if is_sample_axis(word)}
    found: dict[str, Any] = {}
    timed = "t" in map(meaning, contents.coordinates)
    for name, variable in sorted(data.variables.items(), key=_doubt):
        of_time = is_date(str(name)) or says_time(variable)
        field = "t" if of_time and not timed else _meaning(str(name), variable)
        one = [dim for dim in variable.dims if dim in samples]
        fits = len(one) == 1 and len(variable.dims) <= 1 + (field == "mu") and name not in data.dims
        of_runs = field == "t" and not timed and len(one) == len(variable.dims) > 1
        one = [dim for dim in dims if dim in one] if of_runs else one
        fits = fits or of_runs
        known = is_real(variable) or variable.dtype.kind in _kinds(field)
        if fits and field in ("t", "mu", "trajectory") and known:
            found.setdefault(field, variable.transpose(..., *one))
    of_times, left = found.get("t"), _left(data, dims, samples)
    units = {} if of_times is None else {"t": unit_of(of_times)}
    parameters = contents.parameters
    if "mu" in found:
        parameters = _labels(found["mu"], data.variables) or _long_name(found["mu"])
    return contents._replace(
        fields={**contents.fields, **{field: numbers_of(of) for field, of in found.items()}},
        units={**contents.units, **{field: unit for field, unit in units.items() if unit}},
        origin=contents.origin if of_times is None else origin_of(of_times),
        parameters=parameters,
        notes=(*contents.notes, *left_note(left)),
        numbers=dict(_of_file(data)),
    )


def _of_file(data: Any) -> Iterator[tuple[str, float]]:
    """Yield the single numbers of a Dataset that are no known field, and no flags, by name."""
    for name, variable in data.data_vars.items():
        single = variable.dtype.kind == "f" and variable.dims == ()
        if single and not _is_known(str(name), variable):
            yield str(name), float(variable.values)


def _left(data: Any, dims: Any, samples: set[Any]) -> list[str]:
    """Return the variables with one number for each sample that are no known field."""
    beside = {name: v for name, v in data.variables.items() if v.dims != dims and name not in dims}
    along = {n: v for n, v in beside.items() if len(v.dims) == 1 and set(v.dims) <= samples}
    return [str(n) for n, v in along.items() if is_real(v) and not _is_known(str(n), v)]


def _is_known(name: str, variable: Any) -> bool:
    """Return whether a variable is times, parameters or trajectories."""
    return says_time(variable) or is_date(name) or _meaning(name, variable) is not None


def _doubt(variable: tuple[Any, Any]) -> int:
    """Return 0 for the name of times, 1 for that of dates, and 2 for others."""
    name = str(variable[0])
    return 1 if is_date(name) else 0 if meaning(name) == "t" else 2


def _meaning(name: str, variable: Any) -> str | None:
    """Return the field that a variable is by its name; T alone is a temperature, no times."""
    doubtful = is_doubtful(name) or is_temperature(variable)
    field = meaning(without_part(name))
    return None if field == "t" and doubtful and not says_time(variable) else field
