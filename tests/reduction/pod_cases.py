"""Matrices for the tests of POD, each with the expected rank or the expected error."""

import numpy as np


def spectrum(s, n, m, seed=0):
    """Return U diag(s) V^T (n, m) with random orthonormal factors."""
    rng = np.random.default_rng(seed)
    U = np.linalg.qr(rng.standard_normal((n, len(s))))[0]
    V = np.linalg.qr(rng.standard_normal((m, len(s))))[0]
    return (U * s) @ V.T


def healthy(n=60, m=20):
    return spectrum(0.5 ** np.arange(min(n, m, 12)), n, m) + spectrum(
        np.full(min(n, m), 1e-4), n, m, 1
    )


def _memmap(tmp_path, U, order="C"):
    path = tmp_path / "U.dat"
    mapped = np.memmap(path, U.dtype, "w+", shape=U.shape, order=order)
    mapped[:] = U
    mapped.flush()
    return np.memmap(path, U.dtype, "r", shape=U.shape, order=order)


def _read_only(U):
    U.setflags(write=False)
    return U


def _with(U, value):
    U = U.copy()
    U[4, 7] = value
    return U


# name -> (snapshots from a folder, the numerical rank, or a part of the error's message)
EDGES = {
    "healthy": (lambda _: healthy(), 20),
    "one NaN": (lambda _: _with(healthy(), np.nan), "row 4 of column (sample) 7"),
    "one Inf": (lambda _: _with(healthy(), np.inf), "row 4 of column (sample) 7"),
    "minus Inf": (lambda _: _with(healthy(), -np.inf), "row 4 of column (sample) 7"),
    "rank 4": (lambda _: spectrum(0.5 ** np.arange(4), 60, 20), 4),
    "all zero": (lambda _: np.zeros((60, 20)), "there is nothing to reduce"),
    "one snapshot": (lambda _: healthy(60, 1), 1),
    "one dof": (lambda _: healthy(1, 20), 1),
    "n < m": (lambda _: healthy(20, 60), 20),
    "square": (lambda _: healthy(20, 20), 20),
    "duplicates": (lambda _: np.repeat(healthy(60, 10), 3, axis=1), 10),
    "constant rows": (lambda _: np.outer(np.arange(60.0), np.ones(20)), 1),
    "times 1e200": (lambda _: 1e200 * healthy(), 20),
    "times 1e-200": (lambda _: 1e-200 * healthy(), 20),
    "times 1e300": (lambda _: 1e300 * healthy(), 20),
    "float32": (lambda _: healthy().astype(np.float32), 20),
    "integers": (lambda _: np.random.default_rng(0).integers(-9, 9, (60, 20)), 20),
    "F order": (lambda _: np.asfortranarray(healthy()), 20),
    "strided": (lambda _: np.repeat(np.repeat(healthy(), 2, axis=0), 2, axis=1)[::2, ::2], 20),
    "reversed": (lambda _: healthy()[::-1, ::-1], 20),
    "memmap": (lambda path: _memmap(path, healthy()), 20),
    "memmap in F order": (lambda path: _memmap(path, healthy(), "F"), 20),
    "read-only": (lambda _: _read_only(healthy()), 20),
    "masked": (lambda _: np.ma.masked_greater(healthy(), 0.1), "masked entries"),
    "complex": (lambda _: healthy() * 1j, "complex"),
    "objects": (lambda _: healthy().astype(object), "not real numbers"),
    "no columns": (lambda _: np.zeros((60, 0)), "samples as columns"),
    "one-dimensional": (lambda _: np.ones(60), "samples as columns"),
    "noise beside a large mean": (lambda _: 0.1 * np.ones((60, 20)), 1),
}


def edge_case(edge, centre, tmp_path):
    """The snapshots of an edge case, and the rank or the message that it leads to."""
    make, expected = EDGES[edge]
    if centre and edge in ("one snapshot", "constant rows", "noise beside a large mean"):
        expected = "there is nothing to reduce"
    return make(tmp_path), expected
