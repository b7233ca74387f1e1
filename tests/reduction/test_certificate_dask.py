"""The certificate of what Dask computes."""

import numpy as np
import pytest

from mornet.errors import DataError, ShapeError
from mornet.reduction.pod.certificate import certify
from mornet.reduction.pod.dask_arrays import certify_dask

da = pytest.importorskip("dask.array")
N, M, K = 120, 40, 4
SIGMA = 2.0 ** -np.arange(M)


@pytest.fixture
def exact():
    rng = np.random.default_rng(0)
    P, T = (np.linalg.qr(rng.standard_normal((rows, M)))[0] for rows in (N, M))
    return P * SIGMA @ T.T


def test_the_result_of_svd_compressed_has_proven_intervals(exact):
    X = da.from_array(exact, chunks=(25, 15))
    U, s, Vt = da.linalg.svd_compressed(X, K, n_power_iter=1, seed=0)
    found = certify_dask(X, U, s, Vt)
    assert np.all((found.lower <= SIGMA[:K]) & (SIGMA[:K] <= found.upper))
    assert found.tail_lower <= np.linalg.norm(SIGMA[K:]) <= found.tail_upper
    assert np.max(found.upper - found.lower) < 1e-2  # it converged, and that is proved


def test_each_chunk_is_read_once(exact):
    read = []

    def chunk(block, block_info=None):
        if block_info:
            read.append(tuple(block_info[0]["chunk-location"]))
        return block

    X = da.from_array(exact, chunks=(25, 15)).map_blocks(chunk, dtype=float)
    U, s, Vt = np.linalg.svd(exact, full_matrices=False)
    certify_dask(X, U[:, :K], s[:K], Vt[:K])
    assert sorted(read) == [(i, j) for i in range(5) for j in range(3)]


def test_the_certificate_is_that_of_arrays_in_memory(exact):
    U, s, Vt = np.linalg.svd(exact, full_matrices=False)
    U, s, Vt = U[:, :K] * 1.001, s[:K], Vt[:K]
    found = certify_dask(da.from_array(exact, chunks=(25, M)), U, s, Vt)
    blocks = [(exact[i : i + 25], U[i : i + 25]) for i in range(0, N, 25)]
    memory = certify(blocks, s, Vt.T)
    np.testing.assert_allclose(found.upper, memory.upper, rtol=1e-12)
    np.testing.assert_allclose(found.tail_lower, memory.tail_lower, rtol=1e-10)


def test_mistakes_are_said_as_for_arrays_in_memory(exact):
    X = da.from_array(exact, chunks=(25, 15))
    U, s, Vt = np.linalg.svd(exact, full_matrices=False)
    with pytest.raises(ShapeError, match=r"X \(120, 40\), U \(40, 40\)"):
        certify_dask(X, U[:M], s, Vt)
    with pytest.raises(DataError, match="U is not orthonormal"):
        certify_dask(X, 3 * U, s, Vt)
