"""Checks at the boundary: each raises one error that says where the fault is, and what it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.errors import DataError, MornetError, OptionError, ShapeError, counted, twice
from mornet.records import SAMPLE_AXES, Array

LARGEST = 1e303  # the norm of 10^9 such numbers is finite


def require_finite(name: str, U: Array) -> None:
    """Raise DataError naming the first entry of ``U`` (n, m) that is NaN or infinite.

    Raises DataError too if an entry is above `LARGEST`, because norms would be infinite.
    """
    if is_finite(U):
        require_range(name, largest_modulus(U))
        return
    column, row = np.argwhere(~np.isfinite(U.T))[0]
    count = np.count_nonzero(~np.isfinite(U))
    raise DataError(
        f"{name} is not finite in {counted(count, 'entry')}; "
        f"the first is row {row} of column (sample) {column}"
    )


def require_range(name: str, largest: float) -> None:
    """Raise DataError if the ``largest`` modulus of the entries of ``name`` is above `LARGEST`."""
    if largest > LARGEST:
        said = f"the largest entry of {name} has the size {largest:.0e}"
        raise DataError(f"{said}, and norms of such numbers are infinite: rescale {name}")


def largest_modulus(U: Array) -> float:
    """Return the largest modulus of the entries of ``U``, without a copy; 0 if there are none."""
    return float(max(np.max(U, initial=0.0), -np.min(U, initial=0.0)))


def is_finite(a: Array) -> bool:
    """Return whether no entry of ``a`` is NaN or infinite."""
    with np.errstate(all="ignore"):
        if np.isfinite(a.sum()):  # NaN and Inf survive a sum; a mask would need memory of a's size
            return True
    return bool(np.isfinite(a).all())


def real_matrix(name: str, U: object, n: int | None = None, *, finite: bool = True) -> Array:
    """Return ``U`` as a finite real matrix with ``n`` rows, for every function that takes columns.

    Lists, data frames, labelled arrays and numbers of other precision are converted as `real_array`
    does. A matrix that is not ``finite`` is let through if that is False. Raises DataError and
    ShapeError as `real_array`, `require_columns` and `require_finite` do.
    """
    A = real_array(name, U)
    require_columns(name, A, n)
    if finite:
        require_finite(name, A)
    return A


def real_array(name: str, U: Any) -> Array:
    """Return ``U`` as an array of float64; float32 stays float32. It is copied only if necessary.

    The axes of a labelled array (xarray's DataArray) are turned so that snapshots are columns, if
    their names say which axis that is. Raises DataError if ``U`` holds complex numbers, text or
    objects, such as a sparse matrix or rows of different length, and for a masked array with masked
    entries, because the mask would be lost.
    """
    require_unmasked(name, U)
    if isinstance(dims := getattr(U, "dims", None), tuple) and len(dims) == 2:
        rows, columns = (str(dim).lower() in SAMPLE_AXES for dim in dims)
        U = U.transpose() if rows and not columns else U
    try:
        A = np.asarray(U)
    except Exception as error:  # lists of different length, tensors of other programs
        raise DataError(f"{name} is not an array of numbers ({error})") from None
    if A.dtype.kind == "c":
        raise DataError(f"{name} is complex; stack real and imaginary parts as rows")
    if A.dtype.kind not in "biuf":
        raise DataError(f"{name} holds {A.dtype}, not real numbers; a dense matrix is needed")
    return A if A.dtype in (np.float32, np.float64) else A.astype(float)


def require_unmasked(name: str, U: Any) -> None:
    """Raise DataError for a masked array with masked entries."""
    if np.ma.is_masked(U):
        raise DataError(f"{name} has masked entries; fill them, or leave their snapshots out")


def require_squares(name: str, U: Array) -> None:
    """Raise DataError if products of entries of ``U`` (n, m) overflow or vanish as doubles.

    If all entries are zero, nothing is raised.
    """
    largest = largest_modulus(U)
    if largest and not 1e-75 < largest < 1e75:
        raise DataError(f"the largest entry of {name} has the size {largest:.0e}: rescale {name}")


def require_columns(name: str, U: Array, n: int | None = None) -> None:
    """Raise ShapeError unless ``U`` is a matrix with ``n`` rows and at least one column.

    If ``n`` is None, any number of rows above 0 is allowed. Raises DataError if ``U`` is complex.
    """
    if np.iscomplexobj(U):
        raise DataError(f"{name} is complex; stack real and imaginary parts as rows")
    if U.ndim != 2 or 0 in U.shape:
        raise ShapeError(f"{name} has shape {U.shape}; a matrix is needed, with samples as columns")
    if n is not None and U.shape[0] != n:
        raise ShapeError(f"{name} has {U.shape[0]} rows, but {n} are needed")


def require_rank(rank: int, shape: tuple[int, ...], name: str = "rank") -> None:
    """Raise OptionError unless 1 <= ``rank`` <= min(n, m) for a matrix of ``shape`` (n, m)."""
    most = min(shape)
    require_count(name, rank, most, f"min(n, m) = {most}")


def require_count(name: str, value: Any, most: int, words: str) -> None:
    """Raise OptionError unless ``value`` is an integer from 1 to ``most``, which ``words`` name."""
    require_integer(name, value)
    if not 1 <= value <= most:
        raise OptionError(f"{name} {value} must be between 1 and {words}")


def require_integer(name: str, value: Any) -> None:
    """Raise OptionError unless ``value`` is an integer of Python or NumPy; True is none."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise OptionError(f"{name} = {value!r} must be an integer")


def require_kind(
    name: str, value: object, kind: type, advice: str, error: type[MornetError] = OptionError
) -> None:
    """Raise ``error`` unless ``value`` is of the ``kind`` that ``advice`` says how to make."""
    if not isinstance(value, kind):
        raise error(f"{name} is of type {type(value).__name__}: {advice}")


def require_array(name: str, value: object) -> None:
    """Raise DataError unless ``value`` is an array of NumPy, as what may be written in place is."""
    advice = f"an array is needed, numpy.array({name}, dtype=float)"
    require_kind(name, value, np.ndarray, advice, DataError)


def require_generator(rng: object) -> None:
    """Raise OptionError unless ``rng`` is a generator of NumPy."""
    advice = "a generator is needed, numpy.random.default_rng(0)"
    require_kind("rng", rng, np.random.Generator, advice)


def require_number(name: str, value: Any) -> None:
    """Raise OptionError unless ``value`` is a finite real number of Python or NumPy."""
    number = isinstance(value, int | float | np.integer | np.floating)
    if isinstance(value, bool) or not number or not np.isfinite(value):
        raise OptionError(f"{name} = {value!r} must be a finite number")


def require_positive(**values: Any) -> None:
    """Raise OptionError naming the first one of ``values`` that is not a finite number above 0."""
    for name, value in values.items():
        require_number(name, value)
        if not value > 0:
            raise OptionError(f"{name} = {value!r} must be positive")


def require_whole(least: int = 1, /, **values: Any) -> None:
    """Raise OptionError naming the first of ``values`` that is not an integer >= ``least``."""
    for name, value in values.items():
        require_integer(name, value)
        if value < least:
            raise OptionError(f"{name} = {value} must be at least {least}")


def whole_numbers(name: str, values: Any, least: int) -> list[int]:
    """Return ``values`` as a list of different integers >= ``least``, at least one.

    Raises OptionError for anything else.
    """
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise OptionError(f"{name} = {values!r} must be a list, such as [{least}]")
    listed = list(values)
    if not listed:
        raise OptionError(f"{name} = []: give at least one")
    for value in listed:
        require_whole(least, **{name: value})
    if said := twice(name, listed):
        raise OptionError(said)
    return [int(value) for value in listed]


def require_entries(name: str, entries: Any, n: int) -> None:
    """Raise an error unless ``entries`` are different integers from 0 to ``n`` - 1, at least one.

    The error is a ShapeError for another shape than (m,), otherwise an OptionError.
    """
    chosen = np.asarray(entries)
    if chosen.ndim != 1 or not chosen.size:
        raise ShapeError(f"{name} has shape {chosen.shape}; a vector with an entry is needed")
    if chosen.dtype.kind not in "iu":
        raise OptionError(f"{name} holds {chosen.dtype}; integers are needed")
    outside = chosen[(chosen < 0) | (chosen >= n)]
    if len(outside):
        raise OptionError(f"{name} has {outside[0]}; integers from 0 to {n - 1} are needed")
    different, times = np.unique(chosen, return_counts=True)
    if times.max() > 1:
        raise OptionError(f"{name} has {different[times.argmax()]} twice: give each entry once")


def require_part(name: str, value: Any) -> None:
    """Raise OptionError unless 0 <= ``value`` < 1, as of the rate at which a memory fades."""
    require_number(name, value)
    if not 0 <= value < 1:
        raise OptionError(f"{name} = {value} must be at least 0 and less than 1")


def require_codes(r: int, z: Array, v: Array | None = None) -> None:
    """Raise ShapeError unless ``z`` is one code (r,), and ``v`` directions (r,) or (r, k)."""
    if np.shape(z) != (r,):
        raise ShapeError(f"a code has shape {np.shape(z)}, but ({r},) is needed")
    if v is not None and (np.ndim(v) not in (1, 2) or len(v) != r):
        raise ShapeError(f"directions have shape {np.shape(v)}, but ({r},) or ({r}, k) is needed")
