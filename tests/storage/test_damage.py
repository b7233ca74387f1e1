"""A file is complete or absent, and the error for a damaged or hostile file names the file."""

import re
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest

from mornet.errors import StorageError
from mornet.snapshots.files import read_snapshots
from mornet.storage import info, load, read_array, save, write_text
from mornet.storage.hdf5 import FORMAT
from tests.storage.examples import same


@pytest.fixture
def saved(large, tmp_path):
    path = tmp_path / "result.h5"
    save(path, large, config={"rank": 3}, seed=1)
    return path


def refused(path, *words, max_bytes=2**33):
    with pytest.raises(StorageError) as caught:
        load(path, max_bytes=max_bytes)
    message = str(caught.value)
    assert message.startswith(str(path))
    for word in words:
        assert word in message


def survives(path, original):
    """Whether the file is read as it was; the alternative is an error that names it."""
    try:
        return same(load(path), original)
    except StorageError as error:
        return str(error).startswith(str(path))


def test_no_bit_flip_goes_unnoticed(saved, large):
    data = saved.read_bytes()
    rng = np.random.default_rng(1)
    anywhere = rng.integers(8 * len(data), size=300)
    metadata = rng.integers(8 * 4096, size=60)
    seal = rng.integers(8 * (len(data) - 40), 8 * len(data), size=40)
    for bit in map(int, np.concatenate([anywhere, metadata, seal])):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        saved.write_bytes(flipped)
        assert survives(saved, large), f"bit {bit}"


def test_no_truncation_goes_unnoticed(saved, large):
    data = saved.read_bytes()
    cuts = np.random.default_rng(2).integers(len(data), size=60)
    for size in [0, 1, len(data) - 1, *map(int, cuts)]:
        saved.write_bytes(data[:size])
        assert survives(saved, large), f"{size} bytes"
    saved.write_bytes(data)
    assert same(load(saved), large)


def test_changed_numbers_are_noticed_without_the_seal(saved, unseal, large):
    unseal(saved)
    assert same(load(saved), large)
    with h5py.File(saved, "r+") as file:
        file["t"][3] += 1e-15
    refused(saved, "checksum")


def edit(path, unseal, change):
    unseal(path)
    with h5py.File(path, "r+") as file:
        change(file)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda f: f.attrs.__setitem__("mornet_format", FORMAT + 1), "update mornet"),
        (lambda f: f.attrs.__delitem__("mornet_format"), "not a mornet result"),
        (lambda f: f.attrs.__setitem__("kind", "nonsense"), "checksum"),
        (lambda f: f.attrs.__setitem__("seed", 1.5), "unexpected attribute"),
        (lambda f: f.__delitem__("t"), "checksum"),
        (lambda f: f.__setitem__("soft", h5py.SoftLink("/t")), "link"),
        (lambda f: f.__setitem__("outside", h5py.ExternalLink("/etc/passwd", "/")), "link"),
        (lambda f: f.__setitem__("again", f["t"]), "several names"),
        (lambda f: f.__setitem__("loop", f["/provenance"]), "several names"),
        (lambda f: f["provenance"].__setitem__("loop", f["/"]), "several names"),
        (lambda f: f.__setitem__("typed", np.dtype("f8")), "no result of mornet, or it is damaged"),
    ],
)
def test_edited_files_are_refused(saved, unseal, change, word):
    edit(saved, unseal, change)
    refused(saved, word)


def test_what_is_no_result_is_refused(saved, tmp_path):
    refused(tmp_path / "missing.h5", "run snakemake")
    refused(tmp_path, "is a folder")
    other = tmp_path / "text.h5"
    other.write_text("not HDF5")
    refused(other, "is not a mornet result: `mornet data` says")
    other.write_text("")
    refused(other, "is empty: run snakemake or `mornet run` again")
    with pytest.raises(StorageError, match=r"holds a record 'snapshots', not 'pod'"):
        load(saved, "pod")
    with pytest.raises(StorageError, match=re.escape(str(other))):
        info(other)


def test_arrays_outside_the_file_are_refused(tmp_path):
    path = tmp_path / "user.h5"
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(80))
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(3.0)
        file.create_dataset("raw", (10,), "f8", external=[(str(secret), 0, 80)])
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource(str(path), "x", (3,))
        file.create_virtual_dataset("virtual", layout)
        file["soft"] = h5py.SoftLink("/x")
        file["folder/external"] = h5py.ExternalLink(str(path), "/x")
        file["text"] = "abc"
        file["loop"] = h5py.SoftLink("/loop")
        file["far"] = h5py.SoftLink("/folder/external")
    refused_keys = (
        "raw",
        "virtual",
        "loop",
        "far",
        "folder/external",
        "text",
        "folder",
        "no/where",
    )
    for key in refused_keys:
        with pytest.raises(StorageError) as caught:
            read_array(path, key)
        assert str(path) in str(caught.value)
    with pytest.raises(StorageError, match=r"it has raw, text, virtual, x"):
        read_array(path, "U")
    with pytest.raises(StorageError, match=r"needs the key"):
        read_array(path)
    assert np.array_equal(read_array(path, "/x"), np.arange(3.0))
    assert np.array_equal(read_array(path, "soft"), np.arange(3.0))  # inside the file


def test_snapshots_of_the_user_are_read_from_hdf5(tmp_path):
    U = np.arange(12.0).reshape(3, 4)
    with h5py.File(tmp_path / "user.h5", "w") as file:
        file["results/U"] = U
    data = read_snapshots(tmp_path / "user.h5", axes="dof sample", test_every=2)
    assert data.train.m + data.test.m == 4
    assert np.array_equal(read_array(tmp_path / "user.h5"), U)


def test_text_is_written_completely_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "table.tex"
    write_text(path, "größer\n")
    assert path.read_bytes() == "größer\n".encode()
    with pytest.raises(StorageError, match=r"new could not be written"):
        write_text(tmp_path / "new", "in the place of a folder")
    assert path.exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_bombs_are_refused_before_they_are_read(saved, unseal, tmp_path, monkeypatch):
    read = []
    for name in ("__getitem__", "__array__", "read_direct"):
        method = getattr(h5py.Dataset, name)

        def noting(self, *arguments, method=method, **options):
            read.append(self.name)
            return method(self, *arguments, **options)

        monkeypatch.setattr(h5py.Dataset, name, noting)
    refused(saved, "allowed 1000", max_bytes=1000)
    edit(saved, unseal, lambda f: f.create_dataset("bomb", (10**13,), "f8", chunks=(1000,)))
    refused(saved, "bomb", "max_bytes")
    path = tmp_path / "user.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("endless", (10**13,), "f8", chunks=(1000,))
        file.create_dataset("chunk", (9,), "f8", maxshape=(None,), chunks=(2**28,), compression=1)
    with pytest.raises(StorageError, match="max_bytes"):
        read_array(path, "endless")
    with pytest.raises(StorageError, match="chunks"):
        read_array(path, "chunk", max_bytes=2**30)
    assert not {"/bomb", "/endless", "/chunk"} & set(read)


PREPARE = """
import os, resource, signal, sys, time
import numpy as np
from mornet.snapshots.snapshots import Snapshots
from mornet.storage import load, save
path = sys.argv[1]
def snapshots(value, m=400):
    U = np.random.default_rng(0).standard_normal((100, m))
    U[0, 0] = value
    return Snapshots(U, np.zeros((1, 100)), np.zeros(m, int))
save(path, snapshots(0))
"""
KILLED = """
for trial in range(25):
    child = os.fork()
    if child == 0:
        while True:
            save(path, snapshots(trial))
    time.sleep(0.02 + 0.002 * trial)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert load(path).U[0, 0] in range(trial + 1)
save(path, snapshots(99))
assert load(path).U[0, 0] == 99
assert os.listdir(os.path.dirname(path)) == ["result.h5"], os.listdir(os.path.dirname(path))
"""
FULL = """
from mornet.errors import StorageError
for limit in (1000, 50_000, 300_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        save(path, snapshots(1, m=2000))
    except StorageError as error:
        assert str(error).startswith(path), error
    else:
        raise SystemExit("no error for a full disk")
    assert load(path).U[0, 0] == 0
    assert os.listdir(os.path.dirname(path)) == ["result.h5"]
"""


@pytest.mark.parametrize("script", [KILLED, FULL], ids=["killed", "full"])
def test_an_old_result_survives_a_broken_write(script, tmp_path):
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("needs POSIX signals")
    command = [sys.executable, "-c", PREPARE + script, str(tmp_path / "result.h5")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_inputs_are_recorded_by_content(saved, large, tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("abc")
    save(tmp_path / "b.h5", large, inputs=[saved, other])
    with h5py.File(saved) as file, h5py.File(tmp_path / "b.h5") as made:
        inputs = made["provenance/inputs"].asstr()[()]
        assert file.attrs["content_sha256"] in inputs
    assert "ba7816bf8f01cfea" in inputs  # SHA-256 of "abc"
    with pytest.raises(StorageError, match=r"missing"):
        save(tmp_path / "c.h5", large, inputs=[tmp_path / "missing"])
