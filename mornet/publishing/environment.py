"""The environment of a study: machine, versions, and a lock file of all packages."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

from mornet.cost import Cost, processor
from mornet.publishing.software import Software
from mornet.storage.provenance import provenance


def lock(about: Software, extras: Iterable[str] = ("workflow",)) -> str:
    """Return ``name==version`` for all installed packages that a study needs, one a line.

    ``extras`` are those of mornet that the study uses (`study_file.extras`).
    """
    wanted = [*about.needs, *(need for extra in extras for need in about.extras[extra])]
    pinned = _pinned([need for need in wanted if not need.startswith(f"{about.name}[")])
    return "".join(f"{name}=={number}\n" for name, number in sorted(pinned.items()))


def _pinned(wanted: list[str]) -> dict[str, str]:
    """Return the versions of the packages ``wanted``, and of all that they need here."""
    from packaging.requirements import Requirement

    pinned: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(line) for line in wanted]
    while waiting:
        need = waiting.pop()
        name = re.sub(r"[-_.]+", "-", need.name).lower()
        if (which := (name, frozenset(need.extras))) in seen:
            continue
        seen.add(which)
        try:
            pinned[name] = version(name)
        except PackageNotFoundError:
            continue
        found = [Requirement(line) for line in requires(name) or []]
        waiting += [other for other in found if _holds(other, need.extras)]
    return pinned


def _holds(need: Any, extras: set[str]) -> bool:
    """Whether a requirement holds on this machine, for one of the ``extras`` or without them."""
    return not need.marker or any(need.marker.evaluate({"extra": e}) for e in ["", *extras])


def environment(cost: Cost) -> str:
    """Return JSON on machine, versions, threads, and what the study took here."""
    facts = {key: fact for key, fact in provenance({}).items() if key not in ("host", "inputs")}
    content = {
        "machine": {"processor": processor(), "cores": os.cpu_count()},
        "versions": facts,
        "BLAS threads": 1,  # of each job
        "processor minutes": round(float(cost.cpu.sum()) / 60, 2),
        "largest memory of a job in MB": largest_memory(cost),
    }
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


def largest_memory(cost: Cost) -> float | None:
    """Return the largest resident memory of a job in MB; None if no job measured its memory."""
    peaks = [] if cost.each is None else cost.each.peak.tolist()
    return round(max(peaks) / 1e6, 1) if peaks else None
