"""The measures: each tries n cases in a folder, and counts in how many a promise was kept."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np

from mornet.errors import RunError, StorageError
from mornet.running.contents import note_drawn, put_right
from mornet.running.timing import Start
from mornet.storage import load
from mornet.study import read
from tests.reliability import inputs
from tests.reliability.counting import NOT_BUILT, Count
from tests.reliability.hostile import attacks, bombs, odd_names
from tests.reliability.numbers import divergences, earlier_results, edges, estimators, theorems
from tests.reliability.trying import Outcome, attempt, in_folder
from tests.reliability.writing import (
    full_disks,
    killed_trainings,
    other_kernels,
    repetitions,
)


def run(*words: str) -> None:
    """Run a command line that must succeed."""
    outcome = attempt(list(words), 120)
    assert outcome.verdict == "accepted", outcome


@contextmanager
def workplace(path: Path) -> Iterator[Path]:
    """A folder with one file of each sort, in which no run starts Snakemake or another process."""
    path.mkdir(parents=True, exist_ok=True)

    def refuse(*_: object) -> None:
        raise RunError(NOT_BUILT)

    jobs = mock.patch(
        "mornet.running.timing.start", return_value=Start(1.0, 1.0)
    )  # no process is timed
    with in_folder(path), jobs, mock.patch("mornet.running.run._build", refuse):
        inputs.folder(path, run)
        yield path


def command_lines(path: Path, n: int, first: int = 0) -> Count:
    """Command lines with words lost, doubled, exchanged or added; no traceback."""
    count = Count()
    with workplace(path):
        for seed in range(first, first + n):
            words = inputs.command_line(np.random.default_rng(seed))
            count.note(attempt(words), str(words))
            _clean(path)
    return count


def study_files(path: Path, n: int, first: int = 0) -> Count:
    """Study files with values, keys, characters or bytes changed; no traceback."""
    count = Count()
    with workplace(path):
        for seed in range(first, first + n):
            (path / "s.yaml").write_bytes(inputs.study(np.random.default_rng(seed)))
            verb = "run" if seed % 3 == 0 else "validate"
            count.note(attempt([verb, "s.yaml"]), f"study of seed {seed}")
            _clean(path)
    return count


VERBS = (
    ["snapshots", "file", "--set", "path={}", "axes=dof sample", "test_every=4", "-o", "out.h5"],
    ["pod", "{}", "--axes", "dof sample", "--rank", "1", "-o", "out.h5"],
    ["run", "{}", "--set", "axes=dof sample"],
)


def data_files(path: Path, n: int, first: int = 0) -> Count:
    """Data files that are odd or damaged, in eight formats; no traceback, and the file named."""
    count = Count()
    with workplace(path):
        for seed in range(first, first + n):
            suffix, image = inputs.data_file(np.random.default_rng(seed))
            (path / f"d{suffix}").write_bytes(image)
            words = [word.format(f"d{suffix}") for word in VERBS[seed % 3]]
            outcome = attempt(words)
            names_it = re.search(rf"\bd(\.| has|:)|{NOT_BUILT}", outcome.words)
            if outcome.verdict == "refused" and not names_it:
                outcome = Outcome("fault", f"does not name the file: {outcome.words}")
            count.note(outcome, f"data of seed {seed}{suffix}")
            _clean(path)
    return count


def _clean(path: Path) -> None:
    shutil.rmtree(path / "results", ignore_errors=True)
    for junk in (*path.glob("out*"), path / "no"):
        shutil.rmtree(junk) if junk.is_dir() else junk.unlink(missing_ok=True)


STUDY = """
name: small
data_sets:
  mine: {kind: file, path: U.npy, axes: dof sample, test_every: 4}
methods: {POD: {kind: pod}, PCA: {kind: pod, centre: true}}
ranks: {mine: [1, 2]}
"""


@contextmanager
def built(path: Path) -> Iterator[Path]:
    """The results of a small study, made verb by verb as its rules do; they are the folder."""
    path.mkdir(parents=True, exist_ok=True)
    np.save(path / "U.npy", np.random.default_rng(0).standard_normal((20, 12)))
    (path / "small.yaml").write_text(STUDY)
    with in_folder(path):
        study, out = read("small.yaml"), "results/small"
        data, settings = f"{out}/snapshots/mine.h5", study.data_sets["mine"].arguments
        run("snapshots", "file", "--name", "mine", "--set", *settings, "-o", data)
        fits = []
        for name, choice in study.methods.items():
            files = [f"{out}/fits/mine/{name}-r{r}.h5" for r in (1, 2)]
            words = ["--name", name, "--rank", "1", "2", "--set", *choice.arguments]
            run("fit", data, choice.kind, *words, "-o", *files)
            fits += files
        run("compare", data, *fits, "-o", f"{out}/comparisons/mine.h5")
        run("table", "errors", f"{out}/comparisons/mine.h5", "-o", f"{out}/tables/errors.tex")
        note_drawn(Path(out))
        yield Path(out)


def bit_flips(path: Path, n: int, first: int = 0) -> Count:
    """One bit of a result flipped, a third of them in its first 4 KB; never read as another."""
    count = Count()
    with built(path) as results:
        files = sorted(results.rglob("*.h5"))
        for seed in range(first, first + n):
            rng = np.random.default_rng(seed)
            file = files[rng.integers(len(files))]
            image = file.read_bytes()
            end = 8 * (min(4096, len(image)) if seed % 3 == 0 else len(image))
            flipped, bit = bytearray(image), int(rng.integers(end))
            flipped[bit // 8] ^= 1 << bit % 8
            file.write_bytes(flipped)
            count.hold(_refused(file), f"{file}, bit {bit}")
            file.write_bytes(image)
    return count


def _refused(file: Path) -> bool:
    try:
        load(file)
    except StorageError as error:
        return str(error).startswith(str(file))
    return False


def replaced_files(path: Path, n: int, first: int = 0) -> Count:
    """A file cut, emptied or exchanged for another, its time kept; noticed before a run."""
    count = Count()
    with built(path) as results:
        study = read("small.yaml")
        files = [file for file in sorted(results.rglob("*.*")) if file.name[0] != "."]
        for seed in range(first, first + n):
            rng = np.random.default_rng(seed)
            i, j = rng.choice(len(files), 2, replace=False)
            image = {file: (file.read_bytes(), file.stat()) for file in files}
            cut = image[files[i]][0][: rng.integers(len(image[files[i]][0]))]
            files[i].write_bytes((cut, b"", image[files[j]][0])[seed % 3])
            _as_old(files[i], image[files[i]][1])
            put_right(study, results)
            count.hold(not files[i].exists(), f"{files[i]}, way {seed % 3}")
            shutil.rmtree(results / "set_aside", ignore_errors=True)
            for file, (content, times) in image.items():
                file.write_bytes(content)
                _as_old(file, times)
    return count


def _as_old(file: Path, times: os.stat_result) -> None:
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


class Measure(NamedTuple):
    """A measure: its function, the number of its promise, and how many trials the promise asks."""

    run: Callable[[Path, int], Count]
    promise: str
    asked: int


MEASURES = {
    "killed trainings": Measure(killed_trainings, "R3", 50),
    "bit flips": Measure(bit_flips, "R4", 1500),
    "replaced files": Measure(replaced_files, "R5", 240),
    "command lines": Measure(command_lines, "R6", 1000),
    "study files": Measure(study_files, "R6", 1000),
    "data files": Measure(data_files, "R7", 700),
    "attacks": Measure(attacks, "R9", 80),
    "odd names": Measure(odd_names, "R10", 180),
    "full disks": Measure(full_disks, "R11", 52),
    "repetitions": Measure(repetitions, "R12", 25),
    "other kernels": Measure(other_kernels, "R12", 15),
    "edges": Measure(edges, "R14", 600),
    "divergences": Measure(divergences, "R15", 60),
    "estimators": Measure(estimators, "R16", 200),
    "theorems": Measure(theorems, "R17", 1200),
    "earlier results": Measure(earlier_results, "R18", 18),
}
if sys.platform == "linux":  # it looks for processes in /proc
    from tests.reliability.kills import kills, two_at_once

    MEASURES |= {
        "bombs": Measure(bombs, "R8", 39),
        "kills": Measure(kills, "R1, R2", 90),
        "two at once": Measure(two_at_once, "R13", 20),
    }
