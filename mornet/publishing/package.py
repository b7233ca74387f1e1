"""The whole of `mornet publish`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from mornet.errors import OptionError
from mornet.publishing import texts
from mornet.publishing.crate import CRATE, MANIFEST, crate, manifest
from mornet.publishing.environment import environment, lock
from mornet.publishing.figure_map import figure_map
from mornet.publishing.replicate import (
    DIGITS,
    INPUTS,
    STUDY,
    Repeated,
    replicate,
    sentence,
    table,
)
from mornet.publishing.software import (
    Software,
    citation,
    code_ini,
    codemeta,
    license_text,
    software,
)
from mornet.publishing.study_file import extras, inputs, resolved
from mornet.running.run import How, run
from mornet.running.workflow import PACKAGE, RESULTS, home, study_file
from mornet.storage import load
from mornet.storage.csv_text import csv_text
from mornet.storage.files import sha256
from mornet.storage.provenance import provenance
from mornet.study import Study, read

WRITTEN = frozenset(
    f"{STUDY} {INPUTS} figures.csv README.md RUNME.sh CODE_AVAILABILITY.md CODE CITATION.cff "
    "codemeta.json .zenodo.json VERSION AUTHORS LICENSE requirements.lock environment.json "
    f"agreement.csv {MANIFEST} {CRATE}".split()
)
"""Names of the files that a package has besides code, inputs and results."""
LEFT_OUT = shutil.ignore_patterns(
    ".*", "logs", "benchmarks", "checkpoints", "set_aside", "snakemake.log", "__pycache__"
)


@dataclass(frozen=True)
class Publication:
    """How a study is published: the ``digits`` that must agree, the ``doi`` of the archive."""

    digits: int = DIGITS
    doi: str = ""
    cores: int | None = None


def publish(
    what: str, folder: Path, how: Publication, out: TextIO, state: TextIO
) -> list[Repeated]:
    """Build the study ``what``, pack it into a new ``folder``, and verify the package by a run.

    Returns how far the results of the second run agree. Raises OptionError if there is such a
    folder already, if it would be a part of what it holds, or if an input lies elsewhere or has a
    name of the package; and the errors of `run`. A folder that cannot be written raises OSError.
    """
    path = study_file(what)
    study = read(path)
    found_inputs = inputs(study)
    _require_apart(folder, study)
    _require_other_names(found_inputs)
    folder.parent.mkdir(parents=True, exist_ok=True)  # before the run, which may take hours
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        run([what], How(how.cores), out, state)
        package = Path(temporary) / "package"
        _copy(study, found_inputs, package)
        _write(package, {STUDY: resolved(study), "figures.csv": figure_map(path)})
        print("the package is run again, for comparison", file=out)
        found = replicate(package)
        _describe(package, study, found, how, found_inputs)
        package.rename(folder)
    print(sentence(found), file=out)
    if provenance({})["commit"].endswith("-dirty"):
        print("The code has changes that no commit holds: commit them, and publish again", file=out)
    return found


def _require_apart(folder: Path, study: Study) -> None:
    """Raise OptionError if ``folder`` exists, or lies in a folder that is copied into it."""
    if folder.exists() or folder.is_symlink():
        raise OptionError(f"{folder} exists: give the name of a new folder")
    for copied in (RESULTS / study.name, PACKAGE, home() / "workflows", home() / "profiles"):
        if folder.resolve().is_relative_to(copied.resolve()):
            raise OptionError(f"{folder} lies in {copied}, which it would hold: name one outside")


def _require_other_names(found: Mapping[str, Sequence[Path]]) -> None:
    """Raise OptionError for an input in whose place a file of the package would be."""
    for name, paths in found.items():
        for path in paths:
            if path.parts[0] in ("code", *WRITTEN):
                raise OptionError(
                    f"data_sets.{name}: {path.parts[0]} is a name in the package itself: "
                    "give your file or folder another name"
                )


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    if unknown := texts.keys() - WRITTEN:
        raise ValueError(f"{unknown} are not among the names that no input may have")
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _copy(study: Study, found: dict[str, list[Path]], package: Path) -> None:
    """Copy results, inputs and code; write the table of inputs."""
    shutil.copytree(RESULTS / study.name, package / RESULTS / study.name, ignore=LEFT_OUT)
    _copy_code(package / "code" / "mornet")
    rows: list[tuple[object, ...]] = [("file", "data set", "bytes", "sha256")]
    for name, paths in found.items():
        for path in paths:
            (package / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, package / path)
            rows.append((path.as_posix(), name, path.stat().st_size, sha256(path)))
    _write(package, {INPUTS: csv_text(rows)})


def _copy_code(code: Path) -> None:
    """Copy the package, and the workflow into it, as an installed package has it."""
    shutil.copytree(PACKAGE, code, ignore=LEFT_OUT)
    if not (code / "workflow").exists():
        for name in ("workflows", "profiles"):
            shutil.copytree(home() / name, code / "workflow" / name, ignore=LEFT_OUT)
        shutil.copyfile(home() / "Snakefile", code / "workflow" / "Snakefile")


def _describe(
    package: Path,
    study: Study,
    found: list[Repeated],
    how: Publication,
    read: Mapping[str, Sequence[Path]],
) -> None:
    """Write all that says what the package is, and last the checksums of everything."""
    about, date = software(), datetime.now(UTC).date().isoformat()
    cost = load(RESULTS / study.name / "cost.h5", "cost")
    facts = _facts(about, study, date) | {"agreement": sentence(found)}
    pages = {
        "README.md": texts.readme(facts, cost),
        "RUNME.sh": texts.runme(about, how.digits),
        "CODE_AVAILABILITY.md": texts.availability(facts, how.doi),
        "CODE": code_ini(about, date),
        "CITATION.cff": citation(about, date),
        "codemeta.json": codemeta(about),
        ".zenodo.json": _zenodo(about, facts["title"]),
        "VERSION": f"{about.version}\n",
        "AUTHORS": "".join(f"{name}\n" for name in about.authors),
        "LICENSE": license_text(),
        "requirements.lock": lock(about, extras(study)),
        "environment.json": environment(cost),
        "agreement.csv": table(found),
    }
    _write(package, pages)
    names = [path.as_posix() for paths in read.values() for path in paths]
    _write(package, {CRATE: crate(package, about, facts["title"], date, names)})
    _write(package, {MANIFEST: manifest(package)})


def _facts(about: Software, study: Study, date: str) -> dict[str, str]:
    return {
        "title": study.title or study.name,
        "study": study.name,
        "name": about.name,
        "version": about.version,
        "commit": provenance({})["commit"],
        "date": date,
        "authors": ", ".join(about.authors),
        "license": about.license,
        "python": about.python,
    }


def _zenodo(about: Software, title: str) -> str:
    """Return the metadata that Zenodo reads."""
    content = {
        "title": title,
        "upload_type": "software",
        "description": f"A study made with {about.name} {about.version}; RUNME.sh repeats it.",
        "creators": [{"name": name} for name in about.authors],
        "license": about.license,
        "keywords": list(about.keywords),
    }
    return json.dumps(content, indent=2) + "\n"
