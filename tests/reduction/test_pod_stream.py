import subprocess
import sys
import tracemalloc

import h5py
import numpy as np
import pytest
from scipy.sparse import diags_array

from mornet.cli import main
from mornet.errors import DataError, OptionError, RankWarning, ShapeError, SlowWarning, StorageError
from mornet.linalg import orthonormality_error
from mornet.reduction import StreamSettings, fit_pod, reconstruct, stream_pod
from mornet.storage import load, open_matrix
from tests.reduction.pod_cases import EDGES, edge_case, spectrum

EPS = np.finfo(float).eps
MB = 1024**2


def stored(path, U, **options):
    with h5py.File(path, "w") as file:
        file.create_dataset("group/U", data=U, **options)
    return path


NO_FILES = {"no columns", "one-dimensional", "objects", "complex"}  # nor memory maps
LAYOUTS = {
    "contiguous": {},
    "contiguous, of other bytes": {"dtype": ">f8"},
    "single precision": {"dtype": "f4", "chunks": (100, 40)},
    "chunks of rows": {"chunks": (50, 40), "compression": "gzip"},
    "chunks of columns": {"chunks": (600, 4)},
}


@pytest.mark.parametrize("centre", [None, "mean", "state"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("method", ["gram", "tsqr"])
@pytest.mark.parametrize("shape", [(1200, 40), (40, 1200)])
def test_streaming_finds_what_is_found_in_memory(shape, method, weighted, centre, tmp_path):
    n, m = shape
    U = spectrum(0.5 ** np.arange(15), n, m) + 0.1
    options = {
        "rank": 5,
        "centre": np.linspace(0, 0.1, n) if centre == "state" else centre,
        "weights": np.linspace(0.5, 2, m) if weighted else None,
        "inner_product": np.linspace(1, 2, n) if weighted else None,
    }
    direct = fit_pod(U, method="svd", **options)
    with open_matrix(stored(tmp_path / "a.h5", U)) as matrix:
        pod = stream_pod(matrix, **options, settings=StreamSettings(method=method, memory=2 * MB))
    assert pod.method == method
    assert orthonormality_error(pod.V, pod.inner_product) <= 40 * EPS
    np.testing.assert_allclose(pod.V, direct.V, atol=1e-11)
    np.testing.assert_allclose(pod.singular_values[:5], direct.singular_values[:5], rtol=1e-12)
    assert pod.truncation_error == pytest.approx(direct.truncation_error, rel=1e-9)
    if centre:
        np.testing.assert_allclose(pod.centre, direct.centre, atol=1e-15)
    np.testing.assert_allclose(reconstruct(pod, U), reconstruct(direct, U), atol=1e-11)


def mass(n, band=1):
    """A symmetric, diagonally dominant matrix of this bandwidth."""
    offsets = np.arange(-band, band + 1)
    diagonals = [np.full(n - abs(k), 0.4 / band) for k in offsets]
    diagonals[band] = np.linspace(1, 3, n)
    return diags_array(diagonals, offsets=offsets)


@pytest.mark.parametrize("centre", [None, "mean", "state"])
@pytest.mark.parametrize("band", [1, 30, 400])
@pytest.mark.parametrize("shape", [(600, 40), (40, 600)])
def test_streaming_with_a_mass_matrix_finds_what_is_found_in_memory(shape, band, centre, tmp_path):
    n, m = shape
    U = spectrum(0.5 ** np.arange(15), n, m) + 0.1
    options = {
        "rank": 5,
        "centre": np.linspace(0, 0.1, n) if centre == "state" else centre,
        "weights": np.linspace(0.5, 2, m),
        "inner_product": mass(n, min(band, n - 1)),
    }
    direct = fit_pod(U, method="svd", **options)
    with open_matrix(stored(tmp_path / "a.h5", U, chunks=(10, m))) as matrix:
        pod = stream_pod(matrix, **options, settings=StreamSettings(memory=256 * MB))
    assert pod.method == "gram"
    assert orthonormality_error(pod.V, pod.inner_product) <= 40 * EPS
    np.testing.assert_allclose(pod.V, direct.V, atol=1e-11)
    np.testing.assert_allclose(pod.singular_values[:5], direct.singular_values[:5], rtol=1e-12)
    assert pod.truncation_error == pytest.approx(direct.truncation_error, rel=1e-9)
    np.testing.assert_allclose(reconstruct(pod, U), reconstruct(direct, U), atol=1e-11)


def test_with_a_mass_matrix_what_is_left_is_measured_in_its_norm():
    # three modes leave 1e-12 of the squares: their difference would have lost its digits
    U = spectrum(0.01 ** np.arange(4), 1200, 40)
    options = {"rank": 3, "inner_product": mass(1200)}
    pod, direct = stream_pod(U, **options), fit_pod(U, method="svd", **options)
    assert pod.truncation_error == pytest.approx(direct.truncation_error, rel=1e-6)
    with pytest.raises(OptionError, match="a mass matrix needs method 'gram', which does not"):
        stream_pod(spectrum(10.0 ** -np.arange(12), 1200, 40), rank=9, inner_product=mass(1200))
    apart = diags_array([np.full(1199, -3.0), np.full(1199, -3.0)], offsets=[-1, 1])
    for indefinite in (-mass(1200), mass(1200) + apart):
        with pytest.raises(DataError, match="not positive definite"):
            stream_pod(np.ones((1200, 1)) + U, rank=2, inner_product=indefinite)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("transposed", [False, True])
def test_the_layout_of_the_file_does_not_matter(layout, transposed, tmp_path):
    U = spectrum(0.5 ** np.arange(15), 1200, 40)
    options = LAYOUTS[layout]
    if transposed and "chunks" in options:
        options = options | {"chunks": options["chunks"][::-1]}
    path = stored(tmp_path / "a.h5", U.T if transposed else U, **options)
    with open_matrix(path, "/group/U") as matrix:
        pod = stream_pod(
            matrix.T if transposed else matrix, rank=4, settings=StreamSettings(memory=2 * MB)
        )
    atol = 1e-5 if layout == "single precision" else 1e-12
    np.testing.assert_allclose(pod.V, fit_pod(U, rank=4).V, atol=atol)


def test_a_contiguous_matrix_is_mapped_where_it_lies(tmp_path):
    U = np.arange(12.0).reshape(4, 3)
    for userblock in (0, 512):
        with h5py.File(tmp_path / "a.h5", "w", userblock_size=userblock) as file:
            file["U"] = U
            file["integers"] = U.astype(int)
        with open_matrix(tmp_path / "a.h5", "U") as matrix:
            assert isinstance(matrix, np.memmap)
            np.testing.assert_array_equal(matrix, U)
        with open_matrix(tmp_path / "a.h5", "integers") as matrix:
            assert not isinstance(matrix, np.memmap)
            np.testing.assert_array_equal(matrix[1:3], U[1:3])
            np.testing.assert_array_equal(matrix.T[1:3], U.T[1:3])


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_memory_map_is_streamed_too(order, tmp_path):
    U = spectrum(0.5 ** np.arange(15), 1200, 40)
    np.save(tmp_path / "U.npy", np.asarray(U, order=order))
    with open_matrix(tmp_path / "U.npy") as matrix:
        pod = stream_pod(matrix, tolerance=1e-3, settings=StreamSettings(memory=2 * MB))
    np.testing.assert_allclose(pod.V, fit_pod(U, tolerance=1e-3).V, atol=1e-9)


@pytest.mark.parametrize("centre", [None, "mean"])
@pytest.mark.parametrize("method", ["gram", "tsqr"])
@pytest.mark.parametrize("edge", sorted(EDGES.keys() - NO_FILES))
def test_streaming_is_right_or_refuses(edge, method, centre, tmp_path):
    U, expected = edge_case(edge, centre, tmp_path)
    if isinstance(expected, str):
        with pytest.raises(DataError) as caught:
            stream_pod(U, rank=2, centre=centre, settings=StreamSettings(method=method))
        assert expected in str(caught.value)
        return
    rank = min(2, expected)
    pod = stream_pod(U, rank=rank, centre=centre, settings=StreamSettings(method=method))
    direct = fit_pod(U, rank=rank, centre=centre, method="svd")
    eps = float(np.finfo(pod.V.dtype).eps)
    np.testing.assert_allclose(pod.V, direct.V, atol=2000 * eps)
    np.testing.assert_allclose(
        pod.singular_values[:rank], direct.singular_values[:rank], rtol=99 * eps
    )
    assert pod.truncation_error == pytest.approx(
        direct.truncation_error, rel=1e5 * eps, abs=100 * eps * float(direct.singular_values[0])
    )


def test_auto_turns_to_qr_where_the_gram_matrix_is_blind():
    U = spectrum(10.0 ** -np.arange(12), 2000, 30)
    assert stream_pod(U, rank=4).method == "gram"
    assert stream_pod(U, rank=9).method == "tsqr"
    assert stream_pod(U, tolerance=1e-9).method == "tsqr"
    np.testing.assert_allclose(
        stream_pod(U, rank=9).singular_values[:9], 10.0 ** -np.arange(9), atol=1e-15
    )
    with pytest.raises(OptionError, match="does not show"):
        stream_pod(U, rank=9, settings=StreamSettings(method="gram"))
    with pytest.warns(RankWarning, match="numerical rank 12"):
        stream_pod(U, rank=20)


@pytest.fixture(scope="module", params=[None, (3000, 60)], ids=["in one piece", "in chunks"])
def big(request, tmp_path_factory):
    """96 MB of snapshots: rank 12 under a little noise."""
    path = tmp_path_factory.mktemp("big") / "big.h5"
    rng = np.random.default_rng(0)
    V = np.linalg.qr(rng.standard_normal((60, 12)))[0] * 0.5 ** np.arange(12)
    with h5py.File(path, "w") as file:
        U = file.create_dataset("U", (200_000, 60), "f8", chunks=request.param)
        for i in range(0, len(U), 20_000):
            block = rng.standard_normal((20_000, 12)) @ V.T
            U[i : i + 20_000] = block + 1e-5 * rng.standard_normal((20_000, 60))
    return path


@pytest.mark.parametrize("method", ["gram", "tsqr"])
def test_python_allocates_no_more_than_it_is_allowed(big, method):
    memory = 32 * MB  # a third of the file; the modes alone take 9 MB
    options = {"rank": 6, "centre": "mean"}
    with open_matrix(big) as matrix:
        tracemalloc.start()
        pod = stream_pod(matrix, **options, settings=StreamSettings(method, memory))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert pod.r == 6
    assert pod.V.nbytes < peak <= memory


def test_a_verb_of_the_command_line_keeps_to_its_memory(big, tmp_path):
    # the kernel refuses what is beyond: data, heap and anonymous maps together
    out = tmp_path / "pod.h5"
    script = (
        "import resource, sys, mornet.storage, mornet.reduction; from mornet.cli import main;"
        "used = int(open('/proc/self/statm').read().split()[5]) * resource.getpagesize();"
        f"resource.setrlimit(resource.RLIMIT_DATA, (used + {110 * MB},) * 2);"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["pod", f"{big}:/U", "--rank", "4", "--max-memory", "110M", "-o", str(out)]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert "200000 dofs x 60 snapshots; axes by length" in done.stdout
    assert "4 modes by gram; truncation error " in done.stdout
    pod = load(out, "pod")
    with h5py.File(big) as file:
        R = file["U"][:5000]
        assert np.linalg.norm(R - pod.V[:5000] @ (pod.V.T @ file["U"][:])) < 0.2 * np.linalg.norm(R)


def test_too_little_memory_is_refused_with_what_would_do(big):
    with open_matrix(big) as matrix:
        with pytest.raises(OptionError, match=r"too few: gram needs \d+ bytes for one mode"):
            stream_pod(matrix, rank=6, settings=StreamSettings(memory=1 * MB))
        with pytest.raises(OptionError, match="12 modes of 200000 dofs are needed, but the memory"):
            stream_pod(matrix, rank=12, settings=StreamSettings(memory=30 * MB))


def test_dofs_coupled_far_apart_need_memory(big):
    with open_matrix(big) as matrix:
        ones, offsets = np.ones(50_000), [0, 150_000, -150_000]
        far = diags_array([np.full(200_000, 3.0), ones, ones], offsets=offsets)
        with pytest.raises(OptionError, match="the mass matrix couples are up to 150000 apart"):
            stream_pod(matrix, rank=2, inner_product=far, settings=StreamSettings(memory=100 * MB))
        tracemalloc.start()
        stream_pod(
            matrix, rank=3, inner_product=mass(200_000), settings=StreamSettings(memory=128 * MB)
        )
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak <= 128 * MB


def test_chunks_that_do_not_fit_are_announced(tmp_path):
    path = stored(tmp_path / "a.h5", spectrum(0.5 ** np.arange(9), 20_000, 40), chunks=(20_000, 1))
    with open_matrix(path) as matrix:
        with pytest.warns(SlowWarning, match="stores 20000 rows in one chunk"):
            pod = stream_pod(matrix, rank=3, settings=StreamSettings(memory=4 * MB))
        assert pod.r == 3


def test_bad_sources_and_options_are_refused(tmp_path):
    U = spectrum(0.5 ** np.arange(9), 60, 20)
    U[7, 3] = np.nan
    for matrix, row, column in ((U, 7, 3), (U.T, 3, 7)):
        with pytest.raises(DataError, match=rf"row {row} of column .sample. {column}"):
            stream_pod(matrix, rank=2, centre="mean")
    with pytest.raises(ShapeError, match="matrix is .20, 20., the snapshots are in"):
        stream_pod(U, rank=2, inner_product=mass(20))
    with pytest.raises(ShapeError, match="a matrix is needed"):
        stream_pod(np.ones(3))
    with pytest.raises(DataError, match="holds complex128"):
        stream_pod(1j * np.ones((3, 3)))
    with pytest.raises(OptionError, match="one of 'auto', 'gram', 'tsqr'"):
        StreamSettings(method="svd")
    with pytest.raises(OptionError, match="centre 'median'"):
        stream_pod(U, rank=2, centre="median")


def test_files_that_hold_no_matrix_are_refused_by_name(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["vector"] = np.ones(3)
        file["complex"] = 1j * np.ones((3, 3))
        file.create_dataset("bomb", (10**7, 10**6), "f8", chunks=(1000, 1))
        file["link"] = h5py.SoftLink("/vector")
    np.save(tmp_path / "objects.npy", np.array([[{}]]), allow_pickle=True)
    np.save(tmp_path / "vector.npy", np.ones(3))
    cases = [("a.h5", "vector"), ("a.h5", "complex"), ("a.h5", "bomb"), ("a.h5", "link")]
    cases += [("a.h5", None), ("none.h5", "U"), ("objects.npy", None), ("vector.npy", None)]
    cases += [("vector.npy", "U")]
    for name, key in cases:
        with pytest.raises(StorageError) as caught, open_matrix(tmp_path / name, key):
            pass
        assert str(tmp_path / name) in str(caught.value)


def test_the_command_line_says_what_is_wrong(tmp_path, capsys):
    path = stored(tmp_path / "a.h5", spectrum(0.5 ** np.arange(9), 60, 20))
    out = str(tmp_path / "pod.h5")
    assert main(["pod", f"{path}:/U", "--rank", "2", "-o", out]) == 1
    assert "has no dataset '/U'; it has group/U" in capsys.readouterr().err
    assert main(["pod", f"{path}", "--rank", "2", "--max-memory", "much", "-o", out]) == 1
    assert "'much' is not a number of bytes" in capsys.readouterr().err
    assert main(["pod", f"{path}:group/U", "--tolerance", "0.1", "-o", out]) == 0
    assert load(out).method == "gram"


@pytest.mark.parametrize("bad", [0, -1, 1.5, True, "2 MB"])
def test_memory_is_a_number_of_bytes(bad):
    with pytest.raises(OptionError, match=r"memory = .* must be (an integer|at least 1)"):
        StreamSettings(memory=bad)
