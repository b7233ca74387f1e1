"""Results as labelled arrays of xarray, one by one or across a whole study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mornet.errors import OptionError
from mornet.storage.conversion import OF_FILES
from mornet.storage.export import arrays_of
from mornet.storage.results import Name, load, origin_kind

if TYPE_CHECKING:
    from xarray import Dataset


def labelled(record: Any) -> Dataset:
    """Return the arrays of a record as an `xarray.Dataset`, with named axes, units and meanings.

    Arrays of the records in it are left out, since their axes may have other lengths. Raises
    OptionError if xarray is not installed.
    """
    xarray = _xarray()
    arrays = {
        name: (leaf.dims, leaf.value.astype(str) if leaf.is_text else leaf.value, leaf.attributes)
        for name, leaf in arrays_of(record).items()
        if hasattr(record, OF_FILES.get(name, name))
    }
    return xarray.Dataset(arrays, attrs={"kind": record.kind})


def labelled_study(results: Name, kind: str = "comparison") -> Dataset:
    """Return all results of one ``kind`` in a folder as one dataset, with the axis ``data_set``.

    The errors of a study are ``labelled_study("results/paper")["test_error"]``, with the axes
    data_set, method, rank and seed. An entry that a data set does not have is NaN.

    Raises OptionError if there is no such result, or if xarray is not installed.
    """
    folder, xarray = Path(results), _xarray()
    paths = [path for path in sorted(folder.rglob("*.h5")) if origin_kind(path) == kind]
    if not paths:
        raise OptionError(f"{folder} holds no result of the kind {kind!r}")
    records = {path: load(path) for path in paths}
    names = [str(getattr(record, "data_set", path.stem)) for path, record in records.items()]
    if len(set(names)) < len(names):  # several results of one data set
        names = [path.relative_to(folder).with_suffix("").as_posix() for path in records]
    parts = [labelled(record) for record in records.values()]
    axis = xarray.IndexVariable("data_set", names)
    return xarray.concat(parts, axis, join="outer", combine_attrs="drop_conflicts")


def _xarray() -> Any:
    try:
        import xarray
    except ImportError:
        raise OptionError("labelled arrays need xarray: pip install xarray") from None
    return xarray
