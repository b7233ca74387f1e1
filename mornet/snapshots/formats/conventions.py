"""Physical numbers from stored ones, as the CF conventions and netCDF define them.

CF conventions 1.11, sections 2.5 and 8.1: physical = scale_factor * stored + add_offset. An entry
that equals ``_FillValue`` or ``missing_value``, or lies outside of the valid range, is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mornet.errors import DataError

PACKING = ("scale_factor", "add_offset", "_Unsigned")
MISSING = ("_FillValue", "missing_value")
VALID = ("valid_range", "valid_min", "valid_max")
NAMES = (*PACKING, *MISSING, *VALID)
DEFAULT_FILL = {  # what netCDF writes where nothing was written
    "f4": 9.969209968386869e36,
    "f8": 9.969209968386869e36,
    "i1": -127,
    "u1": 255,
    "i2": -32767,
    "u2": 65535,
    "i4": -2147483647,
    "u4": 4294967295,
    "i8": -9223372036854775806,
    "u8": 18446744073709551614,
}


def physical(stored: NDArray[Any], attributes: Mapping[str, Any], fill: Any = None) -> NDArray[Any]:
    """Return the numbers that ``stored`` means; a masked array if entries are missing.

    ``attributes`` are those of the variable. ``fill`` is one more value of missing entries. Packed
    numbers become float64. Other numbers keep their type. Raises DataError for a scale factor or an
    offset that is not one number.
    """
    stored = _signed(stored, attributes)
    missing = _missing(stored, attributes, fill)
    values: NDArray[Any] = stored
    if "scale_factor" in attributes or "add_offset" in attributes:
        scale, offset = _one(attributes, "scale_factor", 1.0), _one(attributes, "add_offset", 0.0)
        values = scale * stored.astype(float) + offset
    low, high = _valid(attributes)
    of_physical = _kind(low, high) == "f" and stored.dtype.kind != "f"
    missing |= _outside(values if of_physical else stored, low, high)
    return np.ma.masked_array(values, missing) if missing.any() else values


def default_fill(dtype: np.dtype[Any], value: Any) -> Any:
    """Return ``value``, the fill value of a dataset, if it is netCDF's own; otherwise None."""
    known = DEFAULT_FILL.get(f"{dtype.kind}{dtype.itemsize}")
    if known is None or value is None:
        return None
    return value if dtype.type(value) == dtype.type(known) else None


def _one(attributes: Mapping[str, Any], name: str, otherwise: float) -> float:
    """Return an attribute that is one number for all entries; DataError for any other one."""
    values = np.ravel(attributes.get(name, otherwise))
    try:
        (number,) = map(float, values)
    except (TypeError, ValueError):
        raise DataError(
            f"{name} is {values.tolist()}, and one number for all entries is needed: save the "
            "numbers unpacked"
        ) from None
    return number


def _signed(stored: NDArray[Any], attributes: Mapping[str, Any]) -> NDArray[Any]:
    """Return integers as the attribute ``_Unsigned`` says: netCDF-3 has no unsigned types."""
    unsigned = _word(attributes.get("_Unsigned", "")).lower()
    if unsigned == "true" and stored.dtype.kind == "i":
        return stored.view(stored.dtype.str.replace("i", "u"))
    if unsigned == "false" and stored.dtype.kind == "u":
        return stored.view(stored.dtype.str.replace("u", "i"))
    return stored


def _word(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _missing(stored: NDArray[Any], attributes: Mapping[str, Any], fill: Any) -> NDArray[np.bool_]:
    """Return which entries are missing; all attributes hold stored numbers, not physical ones."""
    values = [np.ravel(attributes[name]) for name in MISSING if name in attributes]
    values += [np.ravel(fill)] if fill is not None else []
    values += [np.ravel(DEFAULT_FILL["f8"])] if stored.dtype.kind == "f" else []
    missing = np.zeros(stored.shape, dtype=bool)
    for value in chain.from_iterable(_comparable(v, stored.dtype) for v in values):
        missing |= stored == value
    return missing


def _outside(numbers: NDArray[Any], low: Any, high: Any) -> NDArray[np.bool_]:
    """Return which entries lie outside of the valid range.

    The range is that of packed numbers, unless its type is that of unpacked ones.
    """
    outside = np.zeros(numbers.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        for least in _comparable(low, numbers.dtype):
            outside |= numbers < least
        for most in _comparable(high, numbers.dtype):
            outside |= numbers > most
    return outside


def _kind(low: Any, high: Any) -> str:
    known = [np.asarray(bound).dtype.kind for bound in (low, high) if bound is not None]
    return known[0] if known else ""


def _comparable(values: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return ``values`` as numbers to compare with those of a type; signed ones may mean unsigned.

    Numbers that an integer type cannot hold stay as they are, and equal none of its numbers.
    """
    values = np.ravel(values)
    if values.dtype.kind not in "biuf":
        return np.empty(0, dtype)
    if dtype.kind == "u" and values.dtype.kind == "i" and values.dtype.itemsize == dtype.itemsize:
        return values.view(dtype)
    with np.errstate(all="ignore"):
        return values.astype(dtype) if dtype.kind == "f" else values


def _valid(attributes: Mapping[str, Any]) -> tuple[Any, Any]:
    if "valid_range" in attributes:
        bounds = np.ravel(attributes["valid_range"])
        if len(bounds) == 2:
            return bounds[:1], bounds[1:]
    low, high = attributes.get("valid_min"), attributes.get("valid_max")
    return (
        None if low is None else np.ravel(low)[:1],
        None if high is None else np.ravel(high)[:1],
    )
