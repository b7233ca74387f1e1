"""Disks that are full, trainings that are killed, and results that must repeat."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import subprocess
import sys
import traceback
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from mornet.cli import main
from mornet.storage import CheckpointFile, difference, load, origin_difference
from tests.reliability.counting import Count

ROOT = Path(__file__).parent.parent.parent
WRITERS: tuple[list[str], ...] = (
    ["snapshots", "gaussian", "--name", "wave", "--set", "n=32", "-o", "again_data.h5"],
    ["fit", "wave.h5", "pod", "--name", "POD", "--rank", "2", "-o", "again_case.h5"],
    ["pod", "U.npy", "--axes", "dof sample", "--rank", "2", "-o", "again_pod.h5"],
    ["compare", "wave.h5", "POD.h5", "-o", "again_compared.h5"],
    ["table", "errors", "comparison.h5", "-o", "again.tex"],
    ["figure", "error_versus_rank", "comparison.h5", "-o", "again.pdf"],
    ["summary", "comparison.h5", "-o", "again.md"],
    ["export", "POD.h5", "modes", "-o", "again.npz"],
    ["export", "POD.h5", "modes", "-o", "again.mat"],
    ["export", "POD.h5", "modes", "-o", "again.csv"],
    ["export", "POD.h5", "modes", "-o", "again.nc"],
    ["export", "POD.h5", "modes", "--snapshots", "wave.h5", "-o", "again.vtu"],
    ["experiment", "ten_points", "--set", "steps=200", "-o", "again_points.h5"],
)


def full_disks(path: Path, n: int, first: int = 0) -> Count:
    """A file that may not grow beyond a random length; the old one stays, the message says it."""
    from tests.reliability.measures import run, workplace

    count, lengths = Count(), dict[int, int]()
    with workplace(path):
        for words in WRITERS:  # children import nothing: the sources may change meanwhile
            run(*words)
            for file in path.glob("again*"):
                file.unlink()
        for seed in range(first, first + n):
            words = WRITERS[seed % len(WRITERS)]
            made = lengths[seed % len(WRITERS)] = lengths.get(seed % len(WRITERS)) or _made(words)
            old = _old(path, words[0] == "export")
            limit = int(np.random.default_rng(seed).integers(max(made, 1)))
            code, said = _limited(words, limit)
            kept = _old(path, words[0] == "export") == old
            strays = [p.name for p in path.iterdir() if p.suffix == ".tmp"]
            clear = code == 1 and said.startswith("mornet: ") and "Traceback" not in said
            again = _made(words)
            right = kept and clear and not strays and again == made
            count.hold(right, f"{words}, {limit} bytes: {kept} {strays} {again} {code} {said}")
    return count


def _old(path: Path, exported: bool) -> dict[str, bytes]:
    """The files that a command would replace; an export writes to a new name."""
    if exported:
        for file in path.glob("again*"):
            file.unlink()
    return {file.name: file.read_bytes() for file in path.glob("again*")}


def _made(words: list[str]) -> int:
    """Run the command with space for its files; return the length of the shortest of them."""
    if words[0] == "export":
        Path(words[-1]).unlink(missing_ok=True)
    code, said = _limited(words, resource.RLIM_INFINITY)
    assert code == 0, said
    own = Path(words[-1])
    beside = {".tex": ".csv", ".pdf": ".png"}.get(own.suffix, own.suffix)
    return min(file.stat().st_size for file in (own, own.with_suffix(beside)))


def _limited(words: list[str], limit: int) -> tuple[int, str]:
    """Run a command line in a child whose files may have ``limit`` bytes; its code and words."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    if (pid := os.fork()) == 0:
        os.close(reading)
        os.dup2(writing, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a log may be longer than the limit
        said = io.TextIOWrapper(io.BytesIO())
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        code = 99
        try:
            with contextlib.redirect_stderr(said):
                code = main(words)
        except BaseException:
            said.write(traceback.format_exc())
        said.flush()
        os.write(writing, said.buffer.getvalue()[:4000])
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said_there = stream.read().decode(errors="replace")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said_there


def killed_trainings(path: Path, n: int, first: int = 0) -> Count:
    """A training killed (-9) at a random step goes on, and ends with the same bits."""
    from tests.training.test_checkpoints import STEPS, TRAININGS, run

    count, names, whole = Count(), list(TRAININGS), dict[str, bytes]()
    for seed in range(first, first + n):
        name, folder = names[seed % len(names)], path / f"killed-{seed}"
        step = int(np.random.default_rng(seed).integers(1, STEPS))
        code = _killed(folder, name, step)
        last = CheckpointFile(folder, "training", {"name": name}).last()
        ended = code == 0  # an early stop came before the step
        whole[name] = whole.get(name) or run(name).p.tobytes()
        same = _trained(folder, name).tobytes() == whole[name]
        right = same and (ended or (code, last.step) == (-signal.SIGKILL, step))
        count.hold(right, f"{name}, killed at step {step}: {code} {same}")
    return count


def _killed(folder: Path, name: str, step: int) -> int:
    """Train in a child that kills itself at a step; return how it ended."""
    if (pid := os.fork()) == 0:
        code = 99
        with contextlib.suppress(BaseException):
            _trained(folder, name, step)
            code = 0
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _trained(folder: Path, name: str, kill_at: int = -1) -> np.ndarray:
    """Train with a checkpoint in a file at every step; return the parameters."""
    from tests.training.test_checkpoints import run

    place = CheckpointFile(folder, "training", {"name": name}, seconds=0.0)

    def keep(checkpoint) -> None:
        place.keep(checkpoint)
        if checkpoint.step == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return run(name, keep, place.last()).p


PLAIN = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
KERNELS = ("Haswell", "Prescott", "Sandybridge")
FITS = {
    "pod": [],
    "autoencoder": ["hidden=[6]", "epochs=5"],
    "hybrid": ["steps=20", "trial_steps=5"],
    "quadratic_manifold": [],
    "linear_autoencoder": [],
}


def repetitions(path: Path, n: int, first: int = 0) -> Count:
    """Fits made again with the same threads and kernel; all arrays have the same bits."""
    count = Count()
    _first_fits(path)
    for k in range(first, first + n):
        kind = list(FITS)[k % len(FITS)]
        _fit(path, kind, "again", PLAIN)
        phrases = difference(path / f"{kind}-first.h5", path / f"{kind}-again.h5")
        count.hold(not phrases, f"{kind}: {phrases[:2]}")
    return count


def other_kernels(path: Path, n: int, first: int = 0) -> Count:
    """Fits made with two threads or another kernel of the BLAS; their errors agree to 1e-12."""
    count, others = Count(), _others()
    _first_fits(path)
    for k in range(first, first + n):
        kind, other = list(FITS)[k % len(FITS)], others[k // len(FITS) % len(others)]
        _fit(path, kind, "again", PLAIN | other)
        files = [path / f"{kind}-{name}.h5" for name in ("first", "again")]
        one, two = map(load, files)
        away = float(np.max(np.abs(two.test_error / one.test_error - 1)))
        told = any(phrase.startswith("blas") for phrase in origin_difference(*files))
        words = ", ".join(f"{key}={value}" for key, value in other.items())
        said = "" if told else "; the provenance does not say it"
        count.hold(
            away <= 1e-12 and told, f"{kind} with {words}: errors differ by {away:.1e}{said}"
        )
    return count


def _others() -> list[dict[str, str]]:
    """The settings of two threads, and of two kernels that are not the one in use."""
    own = {pool.get("architecture") for pool in threadpool_info()}
    kernels = [name for name in KERNELS if name not in own][:2]
    return [{"OPENBLAS_NUM_THREADS": "2"}, *({"OPENBLAS_CORETYPE": name} for name in kernels)]


def _first_fits(path: Path) -> None:
    path.mkdir(parents=True)
    for kind in FITS:
        _fit(path, kind, "first", PLAIN)


def _fit(path: Path, kind: str, name: str, env: dict[str, str]) -> None:
    """Make the fit of a kind in a process of its own."""
    program = f"""
from mornet.cli import main
from pathlib import Path
words = "snapshots burgers --name shock --set n=40 steps=20 -o data.h5".split()
Path("data.h5").exists() or main(words)
code = main(["fit", "data.h5", {kind!r}, "--name", {kind!r}, "--rank", "3", "--set",
    *{FITS[kind]!r}, "-o", {f"{kind}-{name}.h5"!r}])
raise SystemExit(code)
"""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=path,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
