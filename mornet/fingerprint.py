"""The fingerprint of code, which tells when a result has to be computed again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mornet.errors import OptionError
from mornet.sources import Source, packages, read

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
        sha.update(f"{name}\n{_content(package, name)}\n".encode())
    return sha.hexdigest()[:16]


def _file(package: Path, name: str) -> Path | None:
    """Return the source of the module, or None if the package has no such module."""
    root, *parts = name.split(".")
    path = package.joinpath(*parts)
    candidates = (path / "__init__.py", path.with_suffix(".py") if parts else path / "__init__.py")
    return next((c for c in candidates if root == package.name and c.is_file()), None)


@cache
def _source(package: Path, name: str) -> Source | None:
    """Return the module ``name``, or None if the package has no such module."""
    path = _file(package, name)
    return None if path is None else read(path, name)


def _content(package: Path, name: str) -> str:
    """Return digests of the module's syntax tree and of the data files that it names."""
    path, source = _file(package, name), _source(package, name)
    if path is None or source is None:
        return ""
    files = sorted(file for data in source.data for file in path.parent.rglob(data))
    return source.tree + "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)


@cache
def _needed(package: Path, name: str) -> tuple[str, ...]:
    """Return the modules that ``name`` needs: those it imports, and packages that hold it."""
    source = _source(package, name)
    imported = source.imported if source else []
    needed = (module for place in imported for module in _defining(package, *place))
    return *needed, *(outer for outer in packages(name) if _has_code(package, outer))


def _has_code(package: Path, name: str) -> bool:
    """Whether the package ``name`` is there and is more than a face."""
    holder = _source(package, name)
    return holder is not None and holder.exported is None


def _defining(package: Path, module: str, name: str) -> Iterator[str]:
    """Yield the modules that ``from module import name`` may mean; a face stands for others."""
    submodule = f"{module}.{name}"
    is_module = bool(name) and _source(package, submodule) is not None
    if is_module:
        yield submodule
    source = _source(package, module)
    exported = source.exported if source else None
    if exported is not None and exported.get(name, [module, name]) != [module, name]:
        yield from _defining(package, *exported[name])
    elif exported is None or not is_module:
        yield module
