"""The certificate of singular vectors for arrays of Dask, and so of Zarr and xarray."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from mornet.errors import OptionError, ShapeError
from mornet.reduction.pod.certificate import Certificate, added, block_sums, concluded


def certify_dask(X: Any, U: Any, s: Any, Vt: Any) -> Certificate:
    """Return the certificate of ``U``, ``s`` and ``Vt``, as `dask.array.linalg` returns them.

    X is an array of Dask, and the others may be arrays of Dask or NumPy. They are computed together
    with the certificate, which reads each chunk of X once; no process holds more than a block of
    rows. The X of an xarray.DataArray is its ``data``. Raises what `certify` does, and OptionError
    without Dask.
    """
    dask, da = _dask()
    if not X.ndim == U.ndim == Vt.ndim == 2 or len(X) != len(U):
        raise ShapeError(f"X {X.shape}, U {U.shape} and Vt {Vt.shape} do not fit together")
    X = X.rechunk({1: -1})
    U = da.asarray(U).rechunk((X.chunks[0], -1))
    s, V = dask.delayed(s), dask.delayed(Vt.T)
    pairs = zip(X.to_delayed()[:, 0], U.to_delayed()[:, 0], strict=True)
    sums = [dask.delayed(block_sums)(x, u, s, V) for x, u in pairs]
    while len(sums) > 1:  # as a tree, so that few parts wait for others
        two = zip(sums[::2], sums[1::2], strict=False)
        sums = [dask.delayed(added)(a, b) for a, b in two] + sums[len(sums) // 2 * 2 :]
    total, s, V = dask.compute(sums[0], s, V)
    return concluded(total, np.asarray(s, dtype=float), np.asarray(V, dtype=float))


def _dask() -> tuple[Any, Any]:
    """Return the modules of Dask, which does not declare its types."""
    try:
        return import_module("dask"), import_module("dask.array")
    except ImportError:
        raise OptionError("Dask is not installed: pip install 'mornet[dask]'") from None
