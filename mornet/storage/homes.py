"""The module of each kind of record."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import mornet

KIND = re.compile(r'^    kind: ClassVar\[str\] = "(\w+)"$', re.MULTILINE)


@cache
def homes() -> dict[str, str]:
    """Return the module of each kind of record, read from the source of the package.

    A record class says its kind in a line ``kind: ClassVar[str] = "..."``. No module is imported
    before a file asks for its kind.
    """
    root = Path(mornet.__file__).parent
    return {
        kind: ".".join((root.name, *path.relative_to(root).with_suffix("").parts))
        for path in sorted(root.rglob("*.py"))
        for kind in KIND.findall(path.read_text(encoding="utf-8"))
    }
