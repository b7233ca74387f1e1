"""Inputs that a user could type or hand over, right, nearly right and wrong, drawn at random."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import scipy.io
import yaml

from mornet.cli.main import VERBS
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.registry import EXPERIMENTS
from mornet.figures import FIGURES
from mornet.settings import accepted
from mornet.tables import TABLES

Rng = np.random.Generator

STUDY: dict[str, Any] = {
    "name": "small",
    "title": "A study",
    "seeds": [0, 1],
    "data_sets": {
        "wave": {"kind": "gaussian", "n": 32},
        "mine": {"kind": "file", "path": "U.npy", "axes": "dof sample", "test_every": 4},
        "shock": {"kind": "burgers", "n": 20, "steps": 10},
    },
    "methods": {
        "POD": {"kind": "pod"},
        "deep": {"kind": "autoencoder", "hidden": [4], "epochs": 3, "learning_rate": 1e-3},
        "hybrid": {"kind": "hybrid", "only": ["wave"]},
    },
    "ranks": {"wave": [1, 2], "mine": [1], "shock": [2]},
    "hold_out": {"shock": 0.5},
    "reconstructions": {"shock": 2},
    "learning_curves": {"wave": 2},
    "experiments": {"ten": {"kind": "ten_points", "steps": 200}},
}
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2.5, 1e400, -1e400, float("nan"), 10**9, 10**30, -(10**30),
    "", " ", "no", "1e-3", "012", "../up", "/etc/passwd", "a" * 300, "\0", "größer", "😀", "\ud800",
    "a\nb", "%s", "{x}", "$HOME", "`id`", "-o", "--help", [], {}, [[]], [None], {"a": 1},
    {"kind": "pod"}, ["wave", "wave"], [1, 1], list(range(50)), {"kind": {}}, {1: 2}, (1, 2),
    b"bytes", "null", "~", "dof sample", "sample dof", "U.npy", "U.npz:U", "none.npy",
)  # fmt: skip
TEXTS = (
    "", "\n", "\t", "\0", "a", "[", "{", "]", "- 1", "- a: 1\n- b", "a: 1\na: 2", "a: [1", "&a [*a]",
    "a: &a\n  <<: *a", "? [1]\n: 2", "!!python/object:os.system {}", "!!binary x", "!x y", "---\n---\n",
    "a: 2001-01-01", "a: !!float x", "a: !!int x", "a: 1e400", "%YAML 9.9\n---\n", "\ufeffname: a",
    "a: 0x", "a: 1:2:3", "a: .inf", "!!timestamp 9", "a: !!timestamp 2001-99-99", "=: =",
)  # fmt: skip
WORDS = (
    "", " ", "-", "--", "-o", "--out", "--set", "--rank", "--seeds", "--list", "--help", "--version",
    "--name", "--cores", "--hold-out", "--axes", "--key", "--tolerance", "--energy", "--max-memory",
    "--snapshots", "--checkpoint", "--method", "--centre", "0", "1", "2", "-1", "3.5", "1e9", "nan",
    "inf", "99999999999999999999", "0x10", "١", "a=b", "=", "n=", "n=[", "n=1e400", "axes=dof sample",
    "test_every=2", "test_fraction=0.5", "path=U.npy", "path=none.npy", "key=U", "n=10", "hidden=[4]",
    "epochs=2", "steps=3", "axes=sample dof", "pod", "dmd", "autoencoder", "gaussian", "file", "burgers",
    "errors", "error_versus_rank", "ten_points", "modes", "codes", "reconstructions", "smoke", "paper",
    "1G", "-5M", "1e400G", "K", "out.h5", "out.pdf", "out.tex", "out.npz", "out.mat", "out.csv", "out.nc",
    "out", "out/", "no/where/out.h5", "..", "/", "/dev/null", "/dev/full", "\0", "größer.h5", "a" * 300,
    "\udcff", "😀", "U.npy", "U.npy:U", "U.npz", "U.npz:U", "U.csv", "U.h5", "U.h5:U", "U.h5:g/U", "small.yaml",
    "bad.yaml", "wave.h5", "POD.h5", "deep.h5", "comparison.h5", "pod.h5", "cut.h5", "flipped.h5",
    "empty.h5", "empty.npy", "folder", "folder.h5", "loop.h5", "mean",
)  # fmt: skip


def folder(path: Path, run: Any) -> None:
    """Fill a folder with one file of each sort; ``run`` runs a command line."""
    U = np.random.default_rng(0).standard_normal((20, 12))
    np.save(path / "U.npy", U)
    np.savez(path / "U.npz", U=U, t=np.arange(12.0))
    np.savetxt(path / "U.csv", U, delimiter=",")
    with h5py.File(path / "U.h5", "w") as file:
        file["U"], file["g/U"] = U, U
    (path / "small.yaml").write_text(yaml.safe_dump(STUDY))
    (path / "bad.yaml").write_text("name: [\n")
    run("snapshots", "gaussian", "--name", "wave", "--set", "n=32", "-o", "wave.h5")
    run("fit", "wave.h5", "pod", "--name", "POD", "--rank", "2", "-o", "POD.h5")
    deep = ["autoencoder", "--name", "deep", "--rank", "2", "--set", "hidden=[4]", "epochs=2"]
    run("fit", "wave.h5", *deep, "-o", "deep.h5")
    run("compare", "wave.h5", "POD.h5", "deep.h5", "-o", "comparison.h5")
    run("pod", "U.npy", "--axes", "dof sample", "--rank", "2", "-o", "pod.h5")
    image = bytearray((path / "POD.h5").read_bytes())
    (path / "cut.h5").write_bytes(image[:-100])
    image[len(image) // 3] ^= 1
    (path / "flipped.h5").write_bytes(image)
    for name in ("empty.h5", "empty.npy"):
        (path / name).touch()
    for name in ("folder", "folder.h5"):
        (path / name).mkdir()
    (path / "loop.h5").symlink_to("loop.h5")


KINDS = (*DATA_SETS, *METHODS, *EXPERIMENTS, *FIGURES, *TABLES)
RIGHT = (
    ["snapshots", "gaussian", "--name", "w", "--set", "n=16", "-o", "out.h5"],
    ["snapshots", "file", "--set", "path=U.npy", "axes=dof sample", "test_every=4", "-o", "out.h5"],
    ["fit", "wave.h5", "pod", "--rank", "2", "--seeds", "0", "-o", "out.h5"],
    ["fit", "wave.h5", "autoencoder", "--rank", "1", "--set", "hidden=[4]", "epochs=2", "-o", "out.h5"],
    ["pod", "U.npy", "--axes", "dof sample", "--rank", "2", "-o", "out.h5"],
    ["pod", "U.h5:g/U", "--axes", "dof sample", "--tolerance", "1e-2", "--max-memory", "200M", "-o", "out.h5"],
    ["pod", "U.npy", "--axes", "dof sample", "--rank", "1", "--max-memory", "-5M", "-o", "out.h5"],
    ["compare", "wave.h5", "POD.h5", "deep.h5", "-o", "out.h5"],
    ["close-up", "wave.h5", "POD.h5", "deep.h5", "-o", "out.h5"],
    ["explain", "deep.h5", "wave.h5"],
    ["table", "errors", "comparison.h5", "-o", "out.tex"],
    ["summary", "comparison.h5", "deep.h5", "--title", "T", "-o", "out.md"],
    ["info", "POD.h5"],
    ["list", "."],
    ["diff", "POD.h5", "deep.h5"],
    ["validate", "small.yaml"],
    ["export", "POD.h5", "modes", "-o", "out.npz"],
    ["export", "POD.h5", "codes", "--snapshots", "wave.h5", "-o", "out.nc"],
    ["run", "small.yaml", "--cores", "1"],
    ["run", "U.npy", "--set", "axes=dof sample"],
    ["cost", "."],
)  # fmt: skip


def command_line(rng: Rng) -> list[str]:
    """Return a right command line with a few words lost, doubled, exchanged or added."""
    if rng.random() < 0.4:
        return _with_settings(rng)
    if rng.random() < 0.2:
        verb = VERBS[rng.integers(len(VERBS))].name
        return [verb, *(_word(rng) for _ in range(rng.integers(6)))]
    words = list(RIGHT[rng.integers(len(RIGHT))])
    for _ in range(rng.choice([1, 1, 2, 3])):
        i = int(rng.integers(len(words)))
        match rng.integers(4):
            case 0 if len(words) > 1:
                del words[max(i, 1)]
            case 1:
                words.insert(i + 1, words[i])
            case 2:
                words[i if rng.random() < 0.1 else max(i, min(1, len(words) - 1))] = _word(rng)
            case _:
                words.insert(i + 1, _word(rng))
    return words


VALUES = (
    "null", "true", "0", "-1", "1", "2", "3", "7", "0.5", "1e-9", "1e9", "1000000000", "1e400", "-1e400",
    ".nan", ".inf", "[]", "[0]", "[1, 2]", "[1, 1]", "[[1]]", "{}", "{a: 1}", "x", "''", "sigmoid", "adam",
    "mean", "1e-300", "1e300", "12345678901234567890", "0.999999999", "[0.5, 1.5]", "[-1.0, 1e308]",
)  # fmt: skip


def _with_settings(rng: Rng) -> list[str]:
    """Return a command line with odd values of settings that exist."""
    verb, kinds = [("snapshots", DATA_SETS), ("fit", METHODS), ("experiment", EXPERIMENTS)][
        rng.integers(3)
    ]
    kind = str(rng.choice(list(kinds)))
    names = list(accepted(kinds[kind].load())) or ["none"]
    words = [
        f"{rng.choice(names)}={VALUES[rng.integers(len(VALUES))]}"
        for _ in range(rng.integers(1, 4))
    ]
    fit = ["wave.h5"] if verb == "fit" else []
    rank = ["--rank", str(rng.choice(["1", "3", "1000", "0", "-1"]))] if verb == "fit" else []
    return [verb, *fit, kind, *rank, "--set", *words, "-o", "out.h5"]


def _word(rng: Rng) -> str:
    pool = WORDS if rng.random() < 0.8 else KINDS
    return str(pool[rng.integers(len(pool))])


def study(rng: Rng) -> bytes:
    """Return a study file with a few values, keys, characters or bytes changed."""
    choice = rng.random()
    if choice < 0.1:
        return TEXTS[rng.integers(len(TEXTS))].encode(errors="surrogatepass")
    content = yaml.safe_load(yaml.safe_dump(STUDY))
    for _ in range(rng.integers(1, 4)):
        _mutate(content, rng)
    text = _dumped(content)
    if choice < 0.4:
        letters = list(text)
        for _ in range(rng.integers(1, 5)):
            letters[rng.integers(len(letters))] = str(
                rng.choice(list("[]{}:,-#&*!|>'\"%@`\t\n\0 x0"))
            )
        text = "".join(letters)
    image = text.encode(errors="surrogatepass")
    return image[: rng.integers(len(image))] if choice > 0.95 else image


def _mutate(content: Any, rng: Rng) -> None:
    """Change one entry at some depth of a mapping."""
    keys = list(content)
    if not keys:
        return
    key = keys[rng.integers(len(keys))]
    if isinstance(content[key], dict) and rng.random() < 0.7:
        _mutate(content[key], rng)
        return
    odd = ODD[rng.integers(len(ODD))]
    match rng.integers(4):
        case 0:
            del content[key]
        case 1:
            content[str(odd)] = content.pop(key)
        case 2:
            content[f"{key}x"] = odd
        case _:
            content[key] = odd


def _dumped(content: Any) -> str:
    try:
        return yaml.safe_dump(content, allow_unicode=bool(len(str(content)) % 2))
    except (yaml.YAMLError, UnicodeError, TypeError):
        return str(content)


def data_file(rng: Rng) -> tuple[str, bytes]:
    """Return the suffix and the bytes of a data file that is odd or damaged."""
    suffix = str(rng.choice([".npy", ".npz", ".csv", ".h5", ".mat", ".txt", ".nc", ".csv.gz"]))
    image = _image(suffix, _array(rng), rng)
    choice = rng.random()
    if choice < 0.3 and image:
        image = image[: rng.integers(len(image))]
    elif choice < 0.6 and image:
        changed = bytearray(image)
        for _ in range(rng.integers(1, 9)):
            place = rng.integers(min(len(changed), 300 if rng.random() < 0.7 else len(changed)))
            changed[place] = rng.integers(256)
        image = bytes(changed)
    elif choice < 0.65:
        image = rng.bytes(rng.integers(200))
    return suffix, image


def _array(rng: Rng) -> Any:
    shape = [(20, 12), (12, 12), (1, 12), (20, 1), (1, 1), (0, 5), (5, 0), (12,), (), (3, 4, 5)]
    U: Any = rng.standard_normal(
        shape[rng.integers(len(shape))] if rng.random() < 0.6 else (20, 12)
    )
    match rng.integers(14):
        case 0 if U.size:
            U.reshape(-1)[rng.integers(U.size)] = rng.choice([np.nan, np.inf, -np.inf])
        case 1:
            U = U * 1e200
        case 2:
            U = U * 1e-200
        case 3:
            U = 0 * U
        case 4:
            U = U + 1j
        case 5:
            U = U > 0
        case 6:
            U = (100 * U).astype(rng.choice(["i1", "u2", "i8", ">i4"]))
        case 7:
            U = U.astype(rng.choice(["f2", "f4", ">f8", "f16"]))
        case 8:
            U = U.astype("U5")
        case 9:
            U = U.astype(object)
        case 10:
            U = np.full_like(U, 3.0)
    return U


def _image(suffix: str, U: Any, rng: Rng) -> bytes:
    stream = io.BytesIO()
    try:
        if suffix == ".npy":
            np.save(stream, U)
        elif suffix == ".npz":
            np.savez(stream, U=U, **({"t": np.arange(12.0)} if rng.random() < 0.5 else {}))
        elif suffix == ".mat":
            scipy.io.savemat(stream, {"U": U})
        elif suffix in (".h5", ".nc"):
            with h5py.File(stream, "w") as file:
                file["U"] = U
                if rng.random() < 0.3:
                    file["more"] = np.arange(3.0)
        else:
            text = _text(U, rng).encode(errors="replace")
            return gzip.compress(text) if suffix.endswith(".gz") else text
    except (TypeError, ValueError, OSError):
        return b""
    return stream.getvalue()


def _text(U: Any, rng: Rng) -> str:
    separator = str(rng.choice([",", ";", " ", "\t", "|", ", "]))
    lines = (
        [
            separator.join(map(str, row))
            for row in np.atleast_2d(U).reshape(-1, max(U.shape[-1:] or (1,)))
        ]
        if U.size
        else []
    )
    odd = [
        "",
        "#",
        "# head",
        "t=0,t=1",
        '"a","b',
        "nan",
        "1.#IND",
        "1,5;2,5",
        "1e",
        "\0",
        "x",
        "\ufeff",
    ]
    for _ in range(rng.integers(3)):
        lines.insert(int(rng.integers(len(lines) + 1)), odd[rng.integers(len(odd))])
    return "\n".join(lines)
