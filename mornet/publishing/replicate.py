"""A package is run again into a folder of its own, and its results are compared digit by digit."""

from __future__ import annotations

import csv
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from mornet.errors import RunError, StorageError
from mornet.publishing.crate import MANIFEST, changed
from mornet.storage.agreement import agreement
from mornet.storage.csv_text import csv_text
from mornet.storage.lock import RUN
from mornet.storage.results import origin_kind

STUDY = "study.yaml"
INPUTS = "inputs.csv"
COLUMNS = ("result", "digits", "fewest in")
DIGITS = 6  # "the same in a numerical sense", unless the caller asks for more


class Repeated(NamedTuple):
    """A result with the digits that both runs share, and the array where they are fewest."""

    result: str
    digits: float
    where: str


def replicate(folder: Path) -> list[Repeated]:
    """Run the package in ``folder`` again, elsewhere, and return how far each result agrees.

    Raises RunError if the run fails.
    """
    folder = folder.resolve()
    with TemporaryDirectory() as temporary:
        _copy_inputs(folder, Path(temporary))
        _run(folder, Path(temporary))
        return [_compared(folder, Path(temporary), name) for name in results_in(folder)]


def verify(folder: Path) -> None:
    """Raise StorageError unless ``folder`` is a package whose files are all as it was published."""
    for name in (STUDY, INPUTS):
        if not (folder / name).is_file():
            raise StorageError(f"{folder} is no package of `mornet publish`: it has no {name}")
    if other := changed(folder):
        more = f" and {len(other) - 5} more" if len(other) > 5 else ""
        raise StorageError(
            f"{folder.resolve()}: not as its {MANIFEST} says: {', '.join(other[:5])}{more}; take "
            "the files as they were published, or publish the study again"
        )


def results_in(folder: Path) -> list[str]:
    """Return the names of the results of a package; processor times are none."""
    paths = sorted((folder / "results").rglob("*.h5"))
    return [p.relative_to(folder).as_posix() for p in paths if origin_kind(p) != "cost"]


def _copy_inputs(folder: Path, temporary: Path) -> None:
    with (folder / INPUTS).open(encoding="utf-8", newline="") as stream:
        names = [STUDY, *(row["file"] for row in csv.DictReader(stream))]
    for name in names:
        (temporary / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, temporary / name)


def _run(folder: Path, temporary: Path) -> None:
    """Build the study in ``temporary`` with the code of the package, which stays as it is."""
    run = subprocess.run(
        [sys.executable, "-m", "mornet", "run", STUDY],
        cwd=temporary,
        env=_environment(folder, temporary),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise RunError(f"the package could not be run again:\n{run.stderr[-2000:]}")


def _environment(folder: Path, temporary: Path) -> dict[str, str]:
    """Return variables with which Python and the command `mornet` run the code of the package."""
    own = {name: value for name, value in os.environ.items() if name != RUN}
    command = temporary / ".bin" / "mornet"  # jobs call it, and the lock file does not install it
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mornet "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return own | {
        "PATH": _before(str(command.parent), own.get("PATH")),
        "PYTHONPATH": _before(str(folder / "code"), own.get("PYTHONPATH")),
        "PYTHONPYCACHEPREFIX": str(temporary / "compiled"),
    }


def _before(first: str, others: str | None) -> str:
    return os.pathsep.join(filter(None, (first, others)))


def _compared(folder: Path, temporary: Path, name: str) -> Repeated:
    if not (temporary / name).is_file():
        return Repeated(name, 0.0, "the second run did not make it")
    return Repeated(name, *agreement(folder / name, temporary / name))


def table(found: Sequence[Repeated]) -> str:
    """Return a CSV table of the digits that agree; "all" for results that are the same."""
    rows = [(name, "all" if math.isinf(d) else int(d), where) for name, d, where in found]
    return csv_text([COLUMNS, *rows])


def sentence(found: Sequence[Repeated]) -> str:
    """Return one sentence on how far two runs agree."""
    same = sum(math.isinf(one.digits) for one in found)
    if same == len(found):
        return f"All {same} results of a second run are the same to the last bit."
    least = min(found, key=lambda one: one.digits)
    return (
        f"{same} of {len(found)} results of a second run are the same to the last bit; the others "
        f"share at least {int(least.digits)} digits, fewest in {least.result}:{least.where}."
    )


def too_few(found: Sequence[Repeated], digits: int) -> str:
    """Return which results share fewer than ``digits`` digits, or "" if none does."""
    few = [f"{one.result}:{one.where}" for one in found if one.digits < digits]
    return f"Fewer than {digits} digits agree in {', '.join(few)}." if few else ""
