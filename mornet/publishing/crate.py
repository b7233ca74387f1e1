"""The machine-readable description of a package: RO-Crate 1.1, and checksums of all files."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import Any

from mornet.publishing.software import Software
from mornet.storage.files import sha256

MANIFEST = "MANIFEST.sha256"
CRATE = "ro-crate-metadata.json"
TYPES = {".h5": "application/x-hdf5", ".yaml": "application/yaml", ".lock": "text/plain"}


def files_in(folder: Path) -> list[str]:
    """Return the names of all files of a package, but for its checksums and what a run leaves."""
    names = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        name.as_posix()
        for name in names
        if name.name not in (MANIFEST, CRATE)
        and not {".venv", "__pycache__", ".snakemake"} & set(name.parts)
    ]


def manifest(folder: Path) -> str:
    """Return the SHA-256 of all files, in the form of ``sha256sum``."""
    return "".join(f"{sha256(folder / name)}  {name}\n" for name in files_in(folder))


def changed(folder: Path) -> list[str]:
    """Return the files of a package that are missing, or not as its manifest says."""
    lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    noted = [line.split("  ", 1) for line in lines]
    return [
        name
        for digest, name in noted
        if not (folder / name).is_file() or sha256(folder / name) != digest
    ]


def crate(folder: Path, about: Software, title: str, date: str) -> str:
    """Return the RO-Crate of a package: its files, its software, and the run that made it."""
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
        _run(results, names, date),
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
        "author": _ids(f"#{name}" for name in about.authors),
        "hasPart": _ids(names),
        "mentions": {"@id": "#run"},
    }


def _people(about: Software) -> list[dict[str, Any]]:
    return [{"@id": f"#{name}", "@type": "Organization", "name": name} for name in about.authors]


def _program(about: Software) -> dict[str, Any]:
    return {
        "@id": "#mornet",
        "@type": "SoftwareApplication",
        "name": about.name,
        "version": about.version,
        "softwareRequirements": list(about.needs),
    }


def _run(results: list[str], names: list[str], date: str) -> dict[str, Any]:
    apart = ("results/", "code/")
    read = [name for name in names if not name.startswith(apart) and name != "README.md"]
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "mornet run study.yaml",
        "endTime": date,
        "instrument": {"@id": "#mornet"},
        "object": _ids(name for name in read if name == "study.yaml" or "/" in name),
        "result": _ids(results),
    }


def _file(folder: Path, name: str) -> dict[str, Any]:
    suffix = Path(name).suffix
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "text/plain"
    return {
        "@id": name,
        "@type": "File",
        "contentSize": str((folder / name).stat().st_size),
        "encodingFormat": kind,
        "sha256": sha256(folder / name),
    }


def _ids(names: Any) -> list[dict[str, str]]:
    return [{"@id": name} for name in names]
