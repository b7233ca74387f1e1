"""A module as it counts for a fingerprint: a digest of its syntax tree, and what it imports.

To parse the modules of a workflow takes a second, as long as many of its jobs. The workflow
therefore names a folder in the environment variable ``MORNET_SOURCES``. What was found in a module
is kept there, with a checksum of all that it depends on.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

RULES = Path(__file__).read_bytes() + bytes(sys.version_info[:2])


class Source(NamedTuple):
    """What counts of a module.

    ``tree`` is a digest of the syntax tree without docstrings. ``imported`` holds pairs (module,
    name); the name is empty for ``import module``. ``exported`` maps the names that a face
    re-exports to such pairs; it is None for any other module. ``data`` holds the names of
    data files, such as "wake.npz", that stand in the module.
    """

    tree: str
    imported: list[list[str]]
    exported: dict[str, list[str]] | None
    data: list[str]


DATA = re.compile(rb'"([\w.-]+\.(?:npy|npz|csv|txt|h5|mat))"')


def read(path: Path, name: str) -> Source:
    """Return what counts of the module ``name`` in the file ``path``, parsed only if it is new."""
    text = path.read_bytes()
    folder = os.environ.get("MORNET_SOURCES")
    if folder is None:
        return _parsed(text, path, name)
    place = Path(folder) / f"{name}.json"
    depends_on = RULES, name.encode(), path.name.encode(), text
    key = hashlib.sha256(b"\0".join(depends_on)).hexdigest()
    kept = _kept(place)
    if kept.pop("key", None) == key:
        return Source(**kept)
    source = _parsed(text, path, name)
    _keep(place, {"key": key, **source._asdict()})
    return source


def packages(name: str) -> Iterator[str]:
    """Yield the packages that hold the module ``name``: of a.b.c these are a.b and a."""
    while name := name.rpartition(".")[0]:
        yield name


def _kept(place: Path) -> dict[str, Any]:
    """Return what was kept; nothing if there is nothing, or if it is damaged."""
    try:
        kept = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _keep(place: Path, found: dict[str, Any]) -> None:
    """Write what was found in one step, unless the folder cannot be written."""
    draft = place.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(found))
        draft.replace(place)


def _parsed(text: bytes, path: Path, name: str) -> Source:
    module = ast.parse(text, filename=str(path))
    is_package = path.name == "__init__.py"
    imports = list(_imports(module, name if is_package else name.rpartition(".")[0]))
    face = is_package and all(map(_re_exports, module.body))
    exported = {known: place for known, place in imports if known != "*"} if face else None
    tree = ast.dump(_WithoutStrings().visit(module))
    digest = hashlib.sha256(tree.encode()).hexdigest()
    data = sorted(set(map(bytes.decode, DATA.findall(text))))
    return Source(digest, [place for _, place in imports], exported, data)


class _WithoutStrings(ast.NodeTransformer):
    """Drops strings that are statements of their own, such as docstrings."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if _is_string(node) else node


def _is_string(node: ast.stmt) -> bool:
    constant = node.value if isinstance(node, ast.Expr) else None
    return isinstance(constant, ast.Constant) and isinstance(constant.value, str)


def _re_exports(node: ast.stmt) -> bool:
    """Whether a statement only re-exports: a docstring, an import by name, or ``__all__ = ...``."""
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == ["__all__"]
    return isinstance(node, ast.ImportFrom) or _is_string(node)


def _imports(tree: ast.AST, inside: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the names that a module imports, each with the pair (module, name in that module)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, [alias.name, ""]
                if not alias.asname:  # `import a.b` binds a, and so gives all that a re-exports
                    yield from ((a, [a, ""]) for a in packages(alias.name))
        elif isinstance(node, ast.ImportFrom):
            parts = inside.split(".")
            relative = parts[: len(parts) - node.level + 1] if node.level else []
            source = ".".join([*relative, *([node.module] if node.module else [])])
            yield from ((alias.asname or alias.name, [source, alias.name]) for alias in node.names)
