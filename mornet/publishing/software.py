"""What the project's metadata say of the software, and the files that repeat it for others.

The one source is ``pyproject.toml``: in a clone it is read itself, else the metadata of the
installed package, which come from it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import files, metadata
from pathlib import Path
from typing import Any

import yaml

import mornet

BESIDE = Path(mornet.__file__).parent.parent
TITLE = "mornet: a model-order-reduction workbench for networks beside POD"
ARTICLE = {
    "type": "article",
    "title": "Deep Learning: An Introduction for Applied Mathematicians",
    "authors": [
        {"family-names": "Higham", "given-names": "Catherine F."},
        {"family-names": "Higham", "given-names": "Desmond J."},
    ],
    "journal": "SIAM Review",
    "volume": 61,
    "issue": 4,
    "year": 2019,
}


@dataclass(frozen=True)
class Software:
    """Name, version, authors, licence and needs of the software."""

    name: str
    version: str
    summary: str
    license: str
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    python: str
    needs: tuple[str, ...]
    extras: Mapping[str, tuple[str, ...]]
    """What else is needed, by the name of the extra; ``workflow`` is for every study."""


def software() -> Software:
    """Return what the metadata of mornet say."""
    path = BESIDE / "pyproject.toml"
    if path.is_file():
        project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == "mornet":
            return _of_project(project)
    return _of_installed()


def _of_project(project: dict[str, Any]) -> Software:
    return Software(
        name=project["name"],
        version=project["version"],
        summary=project["description"],
        license=project["license"],
        authors=tuple(author["name"] for author in project["authors"]),
        keywords=tuple(project["keywords"]),
        python=project["requires-python"],
        needs=tuple(project["dependencies"]),
        extras={key: tuple(needs) for key, needs in project["optional-dependencies"].items()},
    )


def _of_installed() -> Software:
    known = metadata("mornet")
    listed = [line.partition(";") for line in known.get_all("Requires-Dist") or []]
    extras = known.get_all("Provides-Extra") or []
    return Software(
        name=known["Name"],
        version=known["Version"],
        summary=known["Summary"],
        license=known["License-Expression"],
        authors=tuple(re.split(r",\s*", known["Author"])),
        keywords=tuple(re.split(r",\s*", known["Keywords"])),
        python=known["Requires-Python"],
        needs=tuple(need.strip() for need, _, marker in listed if "extra" not in marker),
        extras={
            extra: tuple(need.strip() for need, _, marker in listed if _names(marker, extra))
            for extra in extras
        },
    )


def _names(marker: str, extra: str) -> bool:
    return re.search(f"extra == ['\"]{re.escape(extra)}['\"]", marker) is not None


def license_text() -> str:
    """Return the text of the licence; "" if an installation lacks it."""
    if (path := BESIDE / "LICENSE").is_file():
        return path.read_text(encoding="utf-8")
    found = [path for path in files("mornet") or [] if path.name == "LICENSE"]
    return found[0].read_text(encoding="utf-8") if found else ""


def citation(about: Software, released: str) -> str:
    """Return CITATION.cff; ``released`` is the date of the release, as in 2026-11-22."""
    content = {
        "cff-version": "1.2.0",
        "message": f"If you use {about.name}, please cite it as below.",
        "title": TITLE,
        "type": "software",
        "authors": [{"name": name} for name in about.authors],
        "version": about.version,
        "date-released": released,
        "license": about.license,
        "keywords": list(about.keywords),
        "references": [ARTICLE],
    }
    return yaml.safe_dump(content, sort_keys=False, width=100)


def codemeta(about: Software) -> str:
    """Return codemeta.json (CodeMeta 3.0)."""
    content = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": about.name,
        "description": about.summary,
        "version": about.version,
        "license": f"https://spdx.org/licenses/{about.license}",
        "author": [{"@type": "Organization", "name": name} for name in about.authors],
        "keywords": list(about.keywords),
        "programmingLanguage": "Python",
        "runtimePlatform": f"Python {about.python}",
        "softwareRequirements": list(about.needs),
    }
    return json.dumps(content, indent=2) + "\n"


def code_ini(about: Software, released: str) -> str:
    """Return CODE in the form code.ini of C. Himpe, with the keys that are known."""
    known = {
        "name": TITLE,
        "shortname": about.name,
        "version": about.version,
        "release-date": released,
        "author": ", ".join(about.authors),
        "topic": "model order reduction",
        "type": "toolbox",
        "license": about.license,
        "license-type": "open",
        "language": f"Python {about.python}",
        "dependencies": ", ".join(about.needs),
        "systems": "Linux, macOS",
        "keywords": ", ".join(about.keywords[:5]),
    }
    return "# code.ini\n" + "".join(f"{key} = {value}\n" for key, value in known.items())
