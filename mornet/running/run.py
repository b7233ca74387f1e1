"""The whole of `mornet run`."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import TextIO

from mornet.errors import OptionError, RunError, naming
from mornet.running.beforehand import check
from mornet.running.child import child
from mornet.running.contents import note_drawn, put_right
from mornet.running.estimate import estimate
from mornet.running.job_state import require_slurm
from mornet.running.own_data import is_data, study_of
from mornet.running.progress import Display, Progress
from mornet.running.workflow import RESULTS, command, is_study, study_file
from mornet.storage import load
from mornet.storage.lock import RUN, hold
from mornet.study import Study, read
from mornet.summary import verdict
from mornet.tables.words import without_marks
from mornet.training.progress import FOLDER

LOG = "snakemake.log"


@dataclass(frozen=True)
class How:
    """How a study is run: ``cores``, all if None, the ``settings`` of data files, a ``profile``."""

    cores: int | None = None
    settings: tuple[str, ...] = ()
    profile: str = "default"


def run(what: Sequence[str], how: How, out: TextIO, state: TextIO) -> None:
    """Build a study, or a study of data files, in the working directory; print the verdict.

    ``what`` is one study file, the name of a study that comes with mornet or of one that `mornet
    run` made of data files here, or data files. Sentences go to ``out``, the progress to ``state``.

    Raises StudyError for mistakes that can be found before the start, OptionError for the profile
    "slurm" on a machine without Slurm, StorageError if another run
    works on the same results, RunError if a job fails.
    """
    path = _study_path(what, how)
    study = read(path)
    words = command(path, how.cores, profile=how.profile)
    found = check(study)
    if how.profile == "slurm":
        require_slurm()
    results = RESULTS / study.name
    hold(results / ".lock")
    for line in put_right(study, results).lines():
        print(line, file=out)
    expected = estimate(study, found, how.cores, results)
    if expected:
        print(expected.line, file=out, flush=True)
    progress = Progress(how.cores or os.cpu_count() or 1, expected.of_rules if expected else {})
    _build(words, progress, results, state)
    _remove_empty(results / "checkpoints")
    note_drawn(results)
    for line in _verdicts(study, results):
        print(line, file=out)
    print(f"summary: {results / 'summary.html'}, and as text in {results / 'summary.md'}", file=out)


def _remove_empty(folder: Path) -> None:
    """Remove the empty folders in ``folder``, and itself if nothing is left in it."""
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _study_path(what: Sequence[str], how: How) -> Path:
    studies = [words for words in what if is_study(words)]
    if not studies and (all(is_data(words) for words in what) or any(map(_is_file, what))):
        return study_of(what, how.settings, RESULTS)
    if len(what) > 1:
        raise OptionError(f"give one study or several data files, not {' '.join(what)}")
    if how.settings:
        raise OptionError("--set holds settings of data files; the settings of a study stand in it")
    return study_file(what[0])


def _is_file(words: str) -> bool:
    return "\0" not in words and Path(words).is_file()


def _build(words: Sequence[str], progress: Progress, results: Path, state: TextIO) -> None:
    """Run Snakemake, whose output goes into a log, and show its progress."""
    notes = results / ".progress"
    shutil.rmtree(notes, ignore_errors=True)
    notes.mkdir(parents=True)
    display = Display(state, notes)
    try:
        with (
            open(results / LOG, "wb", buffering=0) as log,
            child(words, _environment(notes)) as snakemake,
        ):
            for line in snakemake.lines(seconds=0.5):
                ended = line is not None and progress.read(line.rstrip("\n"), time.monotonic())
                _write(log, line or "", results / LOG)
                display.show(progress, ended)
            status = snakemake.wait()
    finally:
        display.clear()
        shutil.rmtree(notes, ignore_errors=True)
    if status:
        raise RunError(_failure(results / LOG, progress))


def _write(log: RawIOBase, line: str, path: Path) -> None:
    """Write a line at once, so that nothing is left to close; the error of a full disk names it."""
    with naming(path):
        log.write(line.encode())


def _environment(notes: Path) -> Mapping[str, str]:
    own = {RUN: str(os.getpid()), FOLDER: str(notes.resolve()), "PYTHONUNBUFFERED": "1"}
    return os.environ | own


def _failure(log: Path, progress: Progress) -> str:
    """Return what stopped the run: the messages of mornet, or else the end of Snakemake's log."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    said = list(dict.fromkeys(line.strip() for line in lines if line.startswith("mornet: ")))
    words = "\n  ".join(line.removeprefix("mornet: ") for line in said) or "\n  ".join(lines[-15:])
    return (
        f"the run stopped after {progress.done} of {progress.total} jobs:\n  {words}\n"
        f"The same command goes on from here. Snakemake's own words are in {log}"
    )


def _verdicts(study: Study, results: Path) -> Iterator[str]:
    for name in study.data_sets if study.methods else ():
        words = verdict(load(results / "comparisons" / f"{name}.h5", "comparison"))
        yield from (f"{name}: {without_marks(line)}" for line in words)
