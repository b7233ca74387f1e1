"""The fingerprint of code: when does a result have to be computed again?"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mornet.errors import OptionError

PACKAGE = Path(__file__).parent


def code_id(*modules: str, package: Path = PACKAGE) -> str:
    """Return 16 hex digits that change when ``modules``, or what they import, change.

    The SHA-256 of the syntax trees of the modules and of all modules of the package that they
    import, directly or not, also inside functions, with every ``__init__`` on the way. Comments,
    docstrings, formatting, paths and times do not count. Nothing is imported; imports that are
    spelled at run time (``import_module(name)``) are not seen. Syntax trees belong to a minor
    version of Python, and so does the id. What a process has read once it does not read again.

    Raises OptionError for a module that does not exist.
    """
    for name in modules:
        if _file(package, name) is None:
            raise OptionError(f"there is no module {name} in {package}")
    return _code_id(package, modules)


@cache
def _code_id(package: Path, modules: tuple[str, ...]) -> str:
    found: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        path = _file(package, name)
        if path and name not in found:
            found[name], imported = _read(path, name)
            waiting += [name.rpartition(".")[0], *imported]
    sha = hashlib.sha256()
    for name, tree in sorted(found.items()):
        sha.update(f"{name}\n{tree}\n".encode())
    return sha.hexdigest()[:16]


def _file(package: Path, name: str) -> Path | None:
    """Return the source of the module, or None if the package has no such module."""
    root, *parts = name.split(".")
    path = package.joinpath(*parts)
    candidates = (path / "__init__.py", path.with_suffix(".py") if parts else path / "__init__.py")
    return next((c for c in candidates if root == package.name and c.is_file()), None)


@cache
def _read(path: Path, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the syntax tree of the module ``name``, as text, and the names it may import."""
    tree = ast.parse(path.read_bytes(), filename=str(path))
    inside = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return ast.dump(_WithoutStrings().visit(tree)), tuple(_imports(tree, inside))


class _WithoutStrings(ast.NodeTransformer):
    """Drops strings that stand alone: docstrings, of whatever."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        alone = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if alone else node


def _imports(tree: ast.AST, inside: str) -> Iterator[str]:
    """Yield all names that may be modules: of ``from a import b`` both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = inside.split(".")
            relative = parts[: len(parts) - node.level + 1] if node.level else []
            source = ".".join([*relative, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)
