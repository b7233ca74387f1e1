"""Where the workflow is: beside the package in a clone, inside it when it is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import mornet
from mornet.errors import OptionError, StorageError
from mornet.settings import did_you_mean

PACKAGE = Path(mornet.__file__).parent
NEEDED = ("snakemake", "matplotlib")
RESULTS = Path("results")
STUDY = "study.yaml"  # the file of a study of data files, in the folder of its results


def home() -> Path:
    """Return the folder of the Snakefile; raise StorageError if there is none."""
    for folder in (PACKAGE / "workflow", PACKAGE.parent):
        if (folder / "Snakefile").is_file() and (folder / "workflows" / "rules").is_dir():
            return folder
    raise StorageError("the Snakefile of mornet is missing: install mornet again")


def studies() -> dict[str, Path]:
    """Return the studies that come with mornet: name -> file."""
    return {path.stem: path for path in sorted((home() / "workflows" / "studies").glob("*.yaml"))}


def stored(results: Path = RESULTS) -> dict[str, Path]:
    """Return the studies of data files in a folder of ``results``, oldest first: name -> file."""
    found = sorted(results.glob(f"*/{STUDY}"), key=lambda path: path.stat().st_mtime)
    return {path.parent.name: path for path in found}


def is_study(words: str) -> bool:
    """Whether ``words`` name a study by its suffix, or as one of `studies` or `stored`.

    What is there as a file or folder is not meant as the name of a stored study.
    """
    if Path(words).suffix.lower() in (".yaml", ".yml") or words in studies():
        return True
    return not os.path.lexists(words) and words in stored()


def study_file(words: str) -> Path:
    """Return the study file that ``words`` mean: a path, or a name of `studies` or `stored`.

    Raises OptionError if there is no such file and no such study.
    """
    if (path := Path(words)).is_file():
        return path
    known = stored() | studies()
    if words in known:
        return known[words]
    raise OptionError(
        f"{words} is not a file, and not the name of a study{did_you_mean(words, known)}"
    )


def profiles() -> dict[str, Path]:
    """Return the profiles that come with mornet: name -> folder."""
    return {path.parent.name: path.parent for path in home().glob("profiles/*/profile.yaml")}


def _profile(words: str) -> Path:
    """Return the folder of a profile: one of `profiles`, or a path."""
    found = profiles().get(words, Path(words))
    if not found.is_dir():
        raise OptionError(f"there is no profile {words!r}{did_you_mean(words, profiles())}")
    return found


def command(
    study: Path, cores: int | None, words: Sequence[str] = (), profile: str = "default"
) -> list[str]:
    """Return the command that builds ``study`` in the working directory.

    All cores are used if ``cores`` is None; on a cluster the ``profile`` decides. Raises
    OptionError if there is no such profile, or if a package that the workflow needs is not
    installed.
    """
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise OptionError(
            f"the workflow needs {' and '.join(missing)}: pip install 'mornet[workflow]'"
        )
    folder = home()
    own = ["--snakefile", str(folder / "Snakefile"), "--configfile", str(study.resolve())]
    own += ["--workflow-profile", str(_profile(profile))]
    own += ["--cores", str(cores)] if cores else []
    return [sys.executable, "-m", "snakemake", *own, *words]
