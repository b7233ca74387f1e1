"""The machine-readable description of a package: RO-Crate 1.1, and checksums of all files."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mornet.errors import StorageError
from mornet.publishing.software import Software
from mornet.storage.files import sha256

MANIFEST = "MANIFEST.sha256"
CRATE = "ro-crate-metadata.json"
LINE = re.compile(r"([0-9a-f]{64})  (.+)\n")
TAKEN = ("study.yaml", "inputs.csv", "code/", "results/")  # what a run of a package takes
ADVICE = "take the package as it was published"
TYPES = {".h5": "application/x-hdf5", ".yaml": "application/yaml", ".lock": "text/plain"}


def files_in(folder: Path) -> list[str]:
    """Return the names of all files that the crate describes: neither it, nor the checksums.

    What a run of the package leaves is left out too.
    """
    names = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        name.as_posix()
        for name in names
        if name.name not in (MANIFEST, CRATE)
        and not {".venv", "__pycache__", ".snakemake"} & set(name.parts)
    ]


def manifest(folder: Path) -> str:
    """Return the SHA-256 of all files, that of the crate too, in the form of ``sha256sum``."""
    return "".join(f"{sha256(folder / name)}  {name}\n" for name in _all_files(folder))


def _all_files(folder: Path) -> list[str]:
    return [*files_in(folder), *([CRATE] if (folder / CRATE).is_file() else [])]


def changed(folder: Path) -> list[str]:
    """Return the files of a package that are missing, or not as its manifest says.

    Further files count if a run would take them: of the program, of the results.

    Raises StorageError if the manifest is missing or is no list of checksums.
    """
    try:
        text = (folder / MANIFEST).read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{folder}: the {MANIFEST} cannot be read: {error}") from None
    noted = {name: digest for digest, name in LINE.findall(text)}
    if len(noted) != len(text.splitlines()):
        raise StorageError(f"{folder}: the {MANIFEST} is no list of checksums: {ADVICE}")
    there = set(_all_files(folder))
    other = [name for name in noted if name not in there or sha256(folder / name) != noted[name]]
    further = [name for name in there - noted.keys() if name.startswith(TAKEN)]
    return [*other, *sorted(further)]


def crate(folder: Path, about: Software, title: str, date: str, inputs: Sequence[str] = ()) -> str:
    """Return the RO-Crate of a package: its files, its software, and the run that made it.

    ``inputs`` are the files that the study reads.
    """
    names = files_in(folder)
    results = [name for name in names if name.startswith("results/")]
    graph = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        _root(names, about, title, date),
        *_people(about),
        _program(about),
        _run(["study.yaml", *inputs], results, date),
        *(_file(folder, name) for name in names),
    ]
    content = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    return json.dumps(content, indent=1) + "\n"


def _root(names: list[str], about: Software, title: str, date: str) -> dict[str, Any]:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": f"A study made with {about.name} {about.version}, and all that repeats it.",
        "datePublished": date,
        "license": {"@id": f"https://spdx.org/licenses/{about.license}"},
        "author": _ids(map(_id_of, about.authors)),
        "hasPart": _ids(map(quote, names)),
        "mentions": {"@id": "#run"},
    }


def _people(about: Software) -> list[dict[str, Any]]:
    return [{"@id": _id_of(name), "@type": "Organization", "name": name} for name in about.authors]


def _id_of(author: str) -> str:
    return f"#{quote(author)}"


def _program(about: Software) -> dict[str, Any]:
    return {
        "@id": "#mornet",
        "@type": "SoftwareApplication",
        "name": about.name,
        "version": about.version,
        "softwareRequirements": list(about.needs),
    }


def _run(read: list[str], results: list[str], date: str) -> dict[str, Any]:
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "mornet run study.yaml",
        "endTime": date,
        "instrument": {"@id": "#mornet"},
        "object": _ids(map(quote, dict.fromkeys(read))),
        "result": _ids(map(quote, results)),
    }


def _file(folder: Path, name: str) -> dict[str, Any]:
    suffix = Path(name).suffix
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "text/plain"
    return {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        "contentSize": str((folder / name).stat().st_size),
        "encodingFormat": kind,
        "sha256": sha256(folder / name),
    }


def _ids(names: Any) -> list[dict[str, str]]:
    return [{"@id": name} for name in names]
