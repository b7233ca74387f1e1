"""The fingerprint of code, which tells when a result has to be computed again."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mornet.errors import OptionError

PACKAGE = Path(__file__).parent


def code_id(*modules: str, package: Path = PACKAGE) -> str:
    """Return 16 hex digits that change when ``modules``, or what they import, change.

    The id is the SHA-256 of the syntax trees of the modules and of all modules of the package that
    they import, directly or not, also inside functions. A face, an ``__init__`` that only
    re-exports, stands for the module that defines the imported name; an ``__init__`` with other
    code counts for every module below it. Data files beside a module or below, such as "wake.npz",
    count where the module names them. Comments, docstrings, formatting, paths and times do not
    count. Nothing is imported. Imports at run time (``import_module(name)``) are not found: whoever
    makes such an import passes its module too. Syntax trees depend on the minor version of Python,
    and so does the id. A process reads each file once.

    Raises OptionError for a module that does not exist.
    """
    for name in modules:
        if _file(package, name) is None:
            raise OptionError(f"there is no module {name} in {package}")
    return _code_id(package, modules)


def modules_of(*modules: str, package: Path = PACKAGE) -> frozenset[str]:
    """Return the names of the modules whose code decides the `code_id` of ``modules``."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in found and _source(package, name) is not None:
            found.add(name)
            waiting += _needed(package, name)
    return frozenset(found)


@cache
def _code_id(package: Path, modules: tuple[str, ...]) -> str:
    sha = hashlib.sha256()
    for name in sorted(modules_of(*modules, package=package)):
        source = _source(package, name)
        sha.update(f"{name}\n{source.tree if source else ''}\n".encode())
    return sha.hexdigest()[:16]


class _Source(NamedTuple):
    """A module as it counts: its syntax tree as text, and what it imports.

    ``imported`` holds pairs (module, name); the name is empty for ``import module``. ``exported``
    maps the names that a face re-exports to such pairs; it is None for any other module.
    """

    tree: str
    imported: tuple[tuple[str, str], ...]
    exported: dict[str, tuple[str, str]] | None


def _file(package: Path, name: str) -> Path | None:
    """Return the source of the module, or None if the package has no such module."""
    root, *parts = name.split(".")
    path = package.joinpath(*parts)
    candidates = (path / "__init__.py", path.with_suffix(".py") if parts else path / "__init__.py")
    return next((c for c in candidates if root == package.name and c.is_file()), None)


@cache
def _source(package: Path, name: str) -> _Source | None:
    """Return the module ``name``, or None if the package has no such module."""
    path = _file(package, name)
    if path is None:
        return None
    module = ast.parse(path.read_bytes(), filename=str(path))
    is_package = path.name == "__init__.py"
    imports = tuple(_imports(module, name if is_package else name.rpartition(".")[0]))
    face = is_package and all(map(_re_exports, module.body))
    exported = {known: place for known, place in imports if known != "*"} if face else None
    tree = ast.dump(_WithoutStrings().visit(module))
    return _Source(tree + _data(path), tuple(place for _, place in imports), exported)


DATA = re.compile(r'"([\w.-]+\.(?:npy|npz|csv|txt|h5|mat))"')


def _data(path: Path) -> str:
    """Return a checksum of the data files that the module at ``path`` names; "" without any."""
    names = set(DATA.findall(path.read_text(encoding="utf-8")))
    files = sorted(file for name in names for file in path.parent.rglob(name))
    return "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)


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


def _imports(tree: ast.AST, inside: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the names that a module imports, each with the pair (module, name in that module)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, (alias.name, "")
                if not alias.asname:  # `import a.b` binds a, and so gives all that a re-exports
                    yield from ((a, (a, "")) for a in _packages(alias.name))
        elif isinstance(node, ast.ImportFrom):
            parts = inside.split(".")
            relative = parts[: len(parts) - node.level + 1] if node.level else []
            source = ".".join([*relative, *([node.module] if node.module else [])])
            yield from ((alias.asname or alias.name, (source, alias.name)) for alias in node.names)


def _needed(package: Path, name: str) -> Iterator[str]:
    """Yield the modules that ``name`` needs: those it imports, and packages that hold it."""
    source = _source(package, name)
    for module, imported in source.imported if source else ():
        yield from _defining(package, module, imported)
    for outer in _packages(name):
        holder = _source(package, outer)
        if holder and holder.exported is None:
            yield outer


def _packages(name: str) -> Iterator[str]:
    """Yield the packages that hold the module ``name``: of a.b.c these are a.b and a."""
    while name := name.rpartition(".")[0]:
        yield name


def _defining(package: Path, module: str, name: str) -> Iterator[str]:
    """Yield the modules that ``from module import name`` may mean; a face stands for others."""
    submodule = f"{module}.{name}"
    is_module = bool(name) and _source(package, submodule) is not None
    if is_module:
        yield submodule
    source = _source(package, module)
    exported = source.exported if source else None
    if exported is not None and exported.get(name, (module, name)) != (module, name):
        yield from _defining(package, *exported[name])
    elif exported is None or not is_module:
        yield module
