"""Files and names that are meant to do harm: they exhaust memory, run code, or lead elsewhere."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import scipy.io
import yaml

from tests.reliability.counting import Count
from tests.reliability.trying import attempt, in_folder

ROOT = Path(__file__).parent.parent.parent
MOST = 300  # MB of memory that reading a bomb may take, beside those of the program itself
SECRET = "the-secret-of-the-user"


def _huge_hdf5(path: Path, **more) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("U", shape=(10**7, 10**6), dtype="f8", **more)


def _expanding_hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        how = {"compression": "gzip", "chunks": (1000, 4000), "dtype": "f4"}
        data = file.create_dataset("U", shape=(4 * 10**6, 4000), **how)
        data[:1000] = 0


def _npy_header(shape) -> bytes:
    stream = io.BytesIO()
    how = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, how)
    return stream.getvalue()


def _zipped_zeros(path: Path) -> None:
    """An archive of 3 MB that declares an array of 3 GB and holds it."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("U.npy", "w", force_zip64=True) as stream,
    ):
        stream.write(_npy_header((20000, 20000)))
        for _ in range(200):
            stream.write(bytes(16 * 10**6))


def _gzipped_text(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as stream:
        line = b"0," * 9999 + b"0\n"
        for _ in range(300):
            stream.write(line * 100)


def _mat(path: Path) -> None:
    head = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<HH", 0x0100, 0x4D49)
    flags = struct.pack("<IIII", 6, 8, 6, 0) + struct.pack("<IIii", 5, 8, 10**5, 10**6)
    name = struct.pack("<HHI", 1, 1, ord("U"))
    body = flags + name + struct.pack("<II", 9, 2**31 - 8)
    path.write_bytes(head + struct.pack("<II", 14, 2**31 - 1) + body)


def _fill(path: Path) -> None:
    """A Zarr store of 80 TB without a chunk: all entries have the value of the fill."""
    (path / "U").mkdir(parents=True)
    (path / ".zgroup").write_text('{"zarr_format": 2}')
    meta = {"zarr_format": 2, "shape": [10**7, 10**6], "chunks": [10**7, 10**6], "dtype": "<f8"}
    meta |= {"order": "C", "fill_value": 0, "compressor": None, "filters": None}
    (path / "U/.zarray").write_text(json.dumps(meta))
    (path / "U/.zattrs").write_text('{"_ARRAY_DIMENSIONS": ["x", "time"]}')


def _aliases(path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 10)]
    path.write_text("\n".join([*lines, "data_sets: *a9", "ranks: *a9"]) + "\n")


def _nested(path: Path) -> None:
    path.write_text("data_sets: " + "[" * 5000 + "]" * 5000)


def _laughs(path: Path) -> None:
    entities = ['<!ENTITY a0 "ha">']
    entities += [f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 11)]
    path.write_text(f"<!DOCTYPE VTKFile [{''.join(entities)}]><VTKFile>&a10;</VTKFile>")


BOMBS: dict[str, Callable[[Path], None]] = {
    "declares.h5": _huge_hdf5,
    "declares_chunks.h5": lambda p: _huge_hdf5(p, chunks=(1000, 1000), compression="gzip"),
    "expands.h5": _expanding_hdf5,
    "declares.nc": _huge_hdf5,
    "declares.npy": lambda p: p.write_bytes(_npy_header((10**8, 10**7)) + bytes(800)),
    "negative.npy": lambda p: p.write_bytes(_npy_header((-5, 7)) + bytes(800)),
    "zeros.npz": _zipped_zeros,
    "zeros.csv.gz": _gzipped_text,
    "declares.mat": _mat,
    "zeros.mat": lambda p: scipy.io.savemat(p, {"U": np.zeros((7000, 8000))}, do_compression=True),
    "fill.zarr": _fill,
    "aliases.yaml": _aliases,
    "nested.yaml": _nested,
    "laughs.vtu": _laughs,
    "laughs.pvd": _laughs,
}
READ = (
    ["data", "{}"],
    ["snapshots", "file", "--set", "path={}", "axes=dof sample", "-o", "out.h5"],
    ["pod", "{}", "--axes", "dof sample", "--rank", "1", "-o", "out.h5"],
)


def bombs(path: Path, n: int, first: int = 0) -> Count:
    """Files that declare or expand to far more than memory; refused, in little memory."""
    count = Count()
    path.mkdir(parents=True)
    np.save(path / "small.npy", np.ones((4, 8)) + np.eye(4, 8))
    own = max(_child(path, words, "small.npy")[1] for words in READ)
    for k in range(first, first + n):
        name = list(BOMBS)[k % len(BOMBS)]
        if not (path / name).exists():
            BOMBS[name](path / name)
        verbs = (["validate", "{}"],) if name.endswith(".yaml") else READ
        words = verbs[k // len(BOMBS) % len(verbs)]
        run, peak = _child(path, words, name)
        said = run.stderr
        refused = run.returncode == 1 and "Traceback" not in said and said.startswith("mornet: ")
        count.hold(refused and peak - own < MOST, f"{words[0]} {name}: {peak - own} MB; {said}")
    return count


def _child(path: Path, words: list[str], name: str) -> tuple[subprocess.CompletedProcess, int]:
    """Run a command line as a process of its own; return it and its peak memory in MB."""
    program = (
        "import sys, mornet.cli\n"
        "code = mornet.cli.main(sys.argv[1:])\n"
        "status = open('/proc/self/status').read()\n"
        "print('\\n', int(status.split('VmHWM:')[1].split()[0]) // 1024)\n"
        "sys.exit(code)"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, *(w.format(name) for w in words)]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    try:
        run = subprocess.run(
            command, cwd=path, env=env, capture_output=True, text=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, -1, "", "it took more than a minute"), 0
    last = run.stdout.split()[-1:]
    return run, int(last[0]) if last and last[0].isdigit() else 0


class _Runs:
    """When it is unpickled, a file appears."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self):
        return Path.touch, (self.canary,)


def _pickled(path: Path, canary: Path) -> None:
    path.write_bytes(pickle.dumps(_Runs(canary)))


def _npy(path: Path, canary: Path) -> None:
    objects = np.empty((2, 2), dtype=object)
    objects[:] = _Runs(canary)
    np.save(path, objects, allow_pickle=True)


def _npz(path: Path, canary: Path) -> None:
    objects = np.empty(3, dtype=object)
    objects[:] = _Runs(canary)
    np.savez(path, U=np.ones((3, 4)), t=objects)


def _link(path: Path, canary: Path) -> None:
    with h5py.File(path, "w") as file:
        file["U"] = h5py.ExternalLink(str(_of_secrets(canary)), "U")


def _raw(path: Path, canary: Path) -> None:
    with h5py.File(path, "w") as file:
        external = [(str(_secret(canary)), 0, h5py.h5f.UNLIMITED)]
        file.create_dataset("U", shape=(4, 5), dtype="u1", external=external)


def _virtual(path: Path, canary: Path) -> None:
    layout = h5py.VirtualLayout((4, 5), dtype="f8")
    layout[:] = h5py.VirtualSource(str(_of_secrets(canary)), "U", (4, 5))
    with h5py.File(path, "w") as file:
        file.create_virtual_dataset("U", layout)


def _secret(canary: Path) -> Path:
    path = canary.with_name("secret.txt")
    path.write_text(SECRET)
    return path


def _of_secrets(canary: Path) -> Path:
    path = canary.with_name("secret.h5")
    with h5py.File(path, "w") as file:
        file["U"] = 123456.789 + np.arange(20.0).reshape(4, 5)
    return path


def _entity(path: Path, canary: Path) -> None:
    outside = f'<!DOCTYPE VTKFile [<!ENTITY x SYSTEM "file://{_secret(canary)}">]>'
    head = '<VTKFile type="UnstructuredGrid" version="0.1"><UnstructuredGrid>'
    path.write_text(f"{outside}{head}&x;</UnstructuredGrid></VTKFile>")


def _collection(path: Path, canary: Path) -> None:
    outside = f'<!DOCTYPE VTKFile [<!ENTITY x SYSTEM "file://{_secret(canary)}">]>'
    path.write_text(f'{outside}<VTKFile><DataSet file="a.vtu"/>&x;</VTKFile>')


def _zarr(path: Path, canary: Path) -> None:
    """A Zarr store of version 2 whose numbers are to be unpickled."""
    (path / "U").mkdir(parents=True)
    (path / ".zgroup").write_text('{"zarr_format": 2}')
    meta = {"zarr_format": 2, "shape": [2, 2], "chunks": [2, 2], "order": "C", "fill_value": 0}
    meta |= {"dtype": "|O", "compressor": None, "filters": [{"id": "pickle", "protocol": 5}]}
    (path / "U/.zarray").write_text(json.dumps(meta))
    (path / "U/.zattrs").write_text('{"_ARRAY_DIMENSIONS": ["x", "time"]}')
    (path / "U/0.0").write_bytes(pickle.dumps(_Runs(canary)))


def _tag(path: Path, canary: Path) -> None:
    path.write_text(f"data_sets: !!python/object/apply:os.system ['touch {canary}']\n")


def _settings(path: Path, canary: Path) -> None:
    study = {"data_sets": {"x": {"kind": "file", "path": f"$(touch {canary})"}}}
    path.write_text(yaml.safe_dump(study))


ATTACKS: dict[str, Callable[[Path, Path], None]] = {
    "objects.npy": _npy,
    "objects.npz": _npz,
    "pickled.npy": _pickled,
    "model.joblib": _pickled,
    "model.pt": _pickled,
    "model.pkl": _pickled,
    "pickled.h5": _pickled,
    "pickled.mat": _pickled,
    "link.h5": _link,
    "link.nc": _link,
    "raw.h5": _raw,
    "raw.nc": _raw,
    "virtual.h5": _virtual,
    "virtual.nc": _virtual,
    "entity.vtu": _entity,
    "entity.xdmf": _entity,
    "collection.pvd": _collection,
    "pickled.zarr": _zarr,
    "tag.yaml": _tag,
    "settings.yaml": _settings,
}
OPENED = (
    ["data", "{}"],
    ["snapshots", "file", "--set", "path={}", "axes=dof sample", "test_every=2", "-o", "out.h5"],
    ["pod", "{}", "--axes", "dof sample", "--rank", "1", "-o", "out.h5"],
    ["info", "{}"],
)


def attacks(path: Path, n: int, first: int = 0) -> Count:
    """Pickles, tags and links in inputs; nothing runs, and no other file is read."""
    count = Count()
    (path / "elsewhere").mkdir(parents=True)
    canary = path / "elsewhere/canary"
    with in_folder(path):
        for k in range(first, first + n):
            name = list(ATTACKS)[k % len(ATTACKS)]
            if not Path(name).exists():
                ATTACKS[name](Path(name), canary)
            verbs = (["validate", "{}"], ["run", "{}"]) if name.endswith(".yaml") else OPENED
            words = [w.format(name) for w in verbs[k // len(ATTACKS) % len(verbs)]]
            outcome = attempt(words, 60)  # the first import of xarray and Zarr takes long
            leaked = SECRET in outcome.words or "123456.7" in outcome.words
            harm = canary.exists() or leaked or outcome.verdict == "accepted"
            count.hold(not harm and outcome.verdict == "refused", f"{words}: {outcome}")
            canary.unlink(missing_ok=True)
            Path("out.h5").unlink(missing_ok=True)
    return count


NAMES = (
    "../up", "../../up", "/tmp/up", "a/../../up", "..", ".", "", " ", "a\0b", "a" * 300,
    "a/" * 50 + "b", "grün", "gru\u0308n", "CON", "nul", "aux.h5", "COM1", "a:b", "a*b", "a?b",
    "~", "~root/x", "$HOME", "-rf", "a\nb", "\u202egpj", "\udcff", "link/up", "a\\..\\up",
    "%2e%2e%2fup",
)  # fmt: skip
PLACES: tuple[Callable[[str], list[str]], ...] = (
    lambda name: ["fit", "wave.h5", "pod", "--name", name, "--rank", "1", "-o", "in/out.h5"],
    lambda name: [
        *("fit", "wave.h5", "autoencoder", f"--name={name}", "--rank", "1", "--checkpoint", "in/c"),
        *("--set", "hidden=[3]", "epochs=2", "-o", "in/out.h5"),
    ],
    lambda name: ["snapshots", "gaussian", f"--name={name}", "--set", "n=8", "-o", "in/out.h5"],
    lambda name: ["run", _named(name)],
    lambda name: ["run", _named("study", name)],
    lambda name: ["run", _named("study", "wave", name)],
)


def _named(study: str, data: str = "wave", method: str = "POD") -> str:
    """Write a study with these names into the folder; return its file."""
    content = {"name": study, "data_sets": {data: {"kind": "gaussian", "n": 8}}}
    content |= {"methods": {method: {"kind": "pod"}}, "ranks": {data: [1]}}
    Path("named.yaml").write_bytes(yaml.safe_dump(content).encode(errors="surrogatepass"))
    return "named.yaml"


def odd_names(path: Path, n: int, first: int = 0) -> Count:
    """Names that lead out of the folder, or that no file system takes; nothing is written there."""
    from tests.reliability.measures import NOT_BUILT, run, workplace

    count = Count()
    work = path / "outer/inner/work"
    with workplace(work):
        run("snapshots", "gaussian", "--name", "wave", "--set", "n=16", "-o", "wave.h5")
        for k in range(first, first + n):
            name = NAMES[k % len(NAMES)]
            (work / "in").mkdir(exist_ok=True)
            (work / "link").unlink(missing_ok=True)
            (work / "link").symlink_to(path / "outer")
            before = _around(path, work)
            outcome = attempt(PLACES[k // len(NAMES) % len(PLACES)](name))
            count.accepted += outcome.verdict == "accepted" or NOT_BUILT in outcome.words
            kept = outcome.verdict != "fault" and _around(path, work) == before
            count.hold(kept, f"{name!r} at place {k // len(NAMES)}: {outcome}")
    return count


def _around(path: Path, work: Path) -> set[Path]:
    """All files and folders outside the folder of work, and beside it in the temporary folder."""
    here = {p for p in path.rglob("*") if work not in p.parents}
    return here | set(Path("/tmp").glob("up*"))
