"""POD of a matrix larger than memory, in two passes over blocks of its rows or columns."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np

from mornet.checks import real_array
from mornet.errors import DataError, OptionError, ShapeError, SlowWarning
from mornet.linalg import as_inner_product, as_weights, root_weights
from mornet.records import Array
from mornet.reduction.pod.fit import blind_message, known_samples, signed_modes, warn_of_rank
from mornet.reduction.pod.gram import BLIND
from mornet.reduction.pod.modes import Modes, Problem, modes_by_rows, scaling
from mornet.reduction.pod.record import POD
from mornet.reduction.pod.rows import BLOCK_BYTES, Rows
from mornet.reduction.pod.size import Size
from mornet.settings import Count, Positive, Settings


@dataclass(frozen=True)
class StreamSettings(Settings):
    """How `stream_pod` reads: its ``method``, and the ``memory`` in bytes that it may fill.

    Memory must hold the modes ``copies`` times; more than one copy leaves room to save them.

    "gram" reads the source twice. It reads the source once more if the truncation error is small,
    or if n < m and the mean is subtracted. "tsqr" reads the source as often, and takes 4 times the
    work. "auto" takes "tsqr" if the Gram matrix does not show the modes asked for.
    """

    method: Literal["auto", "gram", "tsqr"] = "auto"
    memory: Count = 1024**3
    copies: Positive = 1.0


def stream_pod(
    source: Any,
    *,
    rank: int | None = None,
    energy: float | None = None,
    tolerance: float | None = None,
    inner_product: Any = None,
    weights: Array | None = None,
    centre: Array | str | None = None,
    settings: StreamSettings = StreamSettings(),
) -> POD:
    """Return the POD of the snapshots in ``source`` (n, m) within the memory of the ``settings``.

    ``source`` has ``shape``, ``dtype``, ``T`` and returns rows for a slice. It is a memory map, or
    a matrix opened by `mornet.storage.open_matrix`. It is read in blocks along its longer side. Two
    things are kept in memory: matrices (k, k) for the shorter side k, and the modes (n, r). The
    other arguments and the POD are those of `fit_pod`.

    A mass matrix as ``inner_product`` is kept in memory. It couples rows, and with each block the
    rows within its bandwidth are read too. Neighbours should therefore have close numbers (reverse
    Cuthill and McKee). If n >= m, a mass matrix needs the method "gram", and is not factorised.

    Raises OptionError if the memory does not suffice (the message says how much would), and what
    `fit_pod` raises.
    """
    size, source = Size.of(rank, energy, tolerance), _by_slices(source)
    if centre is not None and not isinstance(centre, str):
        centre = real_array("centre", centre)
    with np.errstate(all="ignore"):
        rows, problem = _prepare(source, inner_product, weights, centre, settings.memory)
        modes, problem = _modes(rows, problem, size, settings)
    V = signed_modes(modes.V, problem.product if rows.mass is None else None)
    dtype = np.float32 if source.dtype == np.float32 else np.float64
    pod = POD(
        V.astype(dtype, copy=False),
        modes.s.astype(dtype, copy=False),
        problem.centre,
        as_weights(weights, source.shape[1]),
        problem.product,
        modes.tail,
        modes.excess,
        modes.method,
        known_samples(source.shape[1], centre),
    )
    warn_of_rank(pod, rank)
    return pod


def _modes(
    rows: Rows, problem: Problem, size: Size, settings: StreamSettings
) -> tuple[Modes, Problem]:
    """Return the modes by the first method that finds them, and the problem as it was solved."""
    gram_may_do = size.rank is not None or size.finest >= BLIND
    method = settings.method
    names = (("gram", "tsqr") if gram_may_do else ("tsqr",)) if method == "auto" else (method,)
    for name in names:
        if name == "tsqr" and rows.mass is not None:
            break
        planned, problem = _planned(rows, problem, name, settings)
        modes = scaling(planned, problem, partial(modes_by_rows, name, size))
        if modes is not None:
            return modes, problem
    if rows.mass is not None:
        raise OptionError(
            "a mass matrix needs method 'gram', which does not show singular values below "
            f"{BLIND:g} of the largest: ask for fewer modes or a larger tolerance"
        )
    raise OptionError(blind_message(method))


def _by_slices(source: Any) -> Any:
    """Return ``source`` if it is read by slices; an array in memory is checked and converted."""
    if isinstance(source, np.ndarray) and not isinstance(source, np.ma.MaskedArray):
        return source
    sliced = all(hasattr(source, name) for name in ("shape", "dtype", "T"))
    foreign = hasattr(source, "dims") or hasattr(source, "tocoo")
    foreign = foreign or isinstance(source, np.ma.MaskedArray)
    return source if sliced and not foreign else real_array("the source", source)


def _prepare(
    source: Any, product: Any, weights: Array | None, centre: Array | str | None, memory: int
) -> tuple[Rows, Problem]:
    """Return the rows of the matrix, or of its transpose if that is tall, and its `Problem`."""
    if len(source.shape) != 2 or 0 in source.shape:
        raise ShapeError(f"the source has shape {source.shape}; a matrix is needed")
    if source.dtype.kind not in "iuf":
        raise DataError(f"the source holds {source.dtype}, not real numbers")
    n, m = map(int, source.shape)
    M = as_inner_product(product, n, factor=n < m)
    coupled = M is not None and not M.is_diagonal
    root = root_weights(weights, m)
    w = np.full(m, 1 / m) if root is None else root**2 / np.sum(root**2)
    eps = float(np.finfo(np.float32 if source.dtype == np.float32 else np.float64).eps)
    factor = None if M is None or coupled else np.sqrt(M.value)
    mean = isinstance(centre, str)
    if mean and centre != "mean":
        raise OptionError(f"centre {centre!r}: it is None, 'mean' or a state")
    c = np.zeros(n) if mean else centre
    if c is not None and np.shape(c) != (n,):
        raise ShapeError(f"centre has shape {np.shape(c)}, the snapshots {n} dofs")
    c = None if c is None else np.array(c, dtype=float)
    if n >= m:
        rows = Rows(source, factor, root, row_shift=c, row_means=w if mean else None)
        rows = replace(rows, mass=M if coupled else None)
    else:
        rows = Rows(source.T, root, factor, column_shift=c, transposed=True)
        rows, _ = _planned(rows, Problem((n, m), eps), "gram", StreamSettings(memory=memory))
        if mean and c is not None:
            for start, X in replace(rows, column_shift=None, row_factor=None, column_factor=None):
                c += w[start : start + len(X)] @ X
        rows = replace(rows, column_map=M.to_euclidean if M is not None and coupled else None)
    total = np.sqrt(m) if root is None else np.linalg.norm(root)
    return rows, Problem((n, m), eps, c, M, float(total))


def _planned(
    rows: Rows, problem: Problem, method: str, settings: StreamSettings
) -> tuple[Rows, Problem]:
    """Return the rows with block sizes, and the problem with the number of modes that memory holds.

    Memory holds the following numbers, for the shorter side k:

    - for "gram" 4 k^2: the Gram matrix, its copy, the eigenvectors and the work space;
    - for "tsqr" 24 k^2: blocks of 4 k rows, stacked and copied;
    - 7 n: vectors for the centre, the weights and the signs;
    - three blocks: as read, as shifted and scaled, and as a residual;
    - for a mass matrix two sparse forms of it and temporaries while they are built, the rows within
      its bandwidth, and its products with a block and with the modes.
    """
    (n, _), k = problem.shape, rows.shape[1]
    squares, vectors = (4 if method == "gram" else 24) * 8 * k * k, 7 * 8 * n
    memory, copies = settings.memory, settings.copies
    left = memory - squares - vectors
    apart, hint = 0, ""
    if rows.mass is not None:
        apart, copies = rows.mass.reach, copies + 1
        left -= 64 * len(rows.mass.value) + 4 * 8 * k * 2 * apart
        hint = f"; dofs that the mass matrix couples are up to {apart} apart"
    step = max(4 * k, 256) if method == "tsqr" else max(min(BLOCK_BYTES, left // 12) // (8 * k), 64)
    read, together = step, rows.together
    step = max(step, min(4 * apart, left // (8 * 8 * k)))
    aligned = -(-step // together) * together
    fits = 8 * k * aligned <= left // 3
    if together > 1 and fits:
        read, step = aligned, min(step, together)
    left -= 8 * k * (read + 3 * step)
    if left < 8 * n * copies:
        least = memory - left + int(8 * n * copies)
        raise OptionError(
            f"{memory} bytes of memory are too few: {method} needs {least} bytes for one mode of a "
            f"matrix {problem.shape}{hint}"
        )
    if not fits:
        warnings.warn(
            f"the file stores {together} rows in one chunk, more than the memory allowed holds. "
            "The chunk is read again for every block: allow more memory, or store the matrix in "
            "chunks of few rows and all columns",
            SlowWarning,
            stacklevel=4,
        )
    return replace(rows, step=step, read=read), replace(
        problem, affordable=int(left // (8 * n * copies))
    )
