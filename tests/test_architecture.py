"""The picture of docs/architecture.md, enforced."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import mornet

PACKAGE = Path(mornet.__file__).parent

# from the ground up; a room imports only from rooms before it, and from itself
ROOMS = (
    "errors",
    "lazy",
    "processes",
    "records",
    "checks",
    "settings",
    "yaml_text",
    "sources",
    "fingerprint",
    "linalg",
    "kernels",
    "nn",
    "training",
    "snapshots",
    "fom",
    "reduction",
    "rom",
    "perturbation",
    "comparison",
    "experiments",
    "study",
    "storage",
    "cost",
    "resources",
    "tables",
    "summary",
    "figures",
    "origins",
    "running",
    "publishing",
    "cli",
    "sklearn",
    "pymor",
    "__main__",
)
ALONE = {
    "h5py": "storage",
    "matplotlib": "figures",
    "snakemake": None,
    "sklearn": ("experiments", "rom", "snapshots", "sklearn"),
    "numba": "kernels",
    "pymor": ("experiments", "pymor"),
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path: Path) -> set[str]:
    """All dotted names a module imports, also inside functions."""
    names = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module)
    return names


def upward(path: Path) -> set[str]:
    """What a module imports from rooms above it; the package itself may import nothing."""
    if room(path) == "__init__":
        return imports(path) - {"__future__"}
    allowed = ROOMS[: ROOMS.index(room(path)) + 1]
    inside = {name.split(".")[1] for name in imports(path) if name.startswith("mornet.")}
    return inside - set(allowed)


def strange(path: Path) -> set[str]:
    """The libraries that a module imports and that are at home in another room."""
    libraries = {name.split(".")[0] for name in imports(path)} & ALONE.keys()
    homes = {library: ALONE[library] for library in libraries}
    return {
        library
        for library, home in homes.items()
        if room(path) not in (home if isinstance(home, tuple) else (home,))
    }


@pytest.mark.parametrize("wrong", [upward, strange], ids=["rooms", "libraries"])
def test_imports_point_downwards_and_libraries_stay_in_their_rooms(wrong):
    assert len(MODULES) > 400
    assert {path: found for path in MODULES if (found := wrong(path))} == {}


def test_a_wrong_import_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    (tmp_path / "nn").mkdir()
    for name, text in (
        ("nn/a.py", "import h5py\nfrom mornet.rom import x"),
        ("__init__.py", "import nn"),
    ):
        (tmp_path / name).write_text(text)
    assert upward(tmp_path / "nn/a.py") == {"rom"}
    assert strange(tmp_path / "nn/a.py") == {"h5py"}
    assert upward(tmp_path / "__init__.py") == {"nn"}


def test_nn_needs_numpy_alone():
    for path in (PACKAGE / "nn").glob("*.py"):
        outside = {n.split(".")[0] for n in imports(path)} - set(sys.stdlib_module_names)
        assert outside <= {"numpy", "mornet"}


@pytest.mark.parametrize(
    "command",
    [
        "import mornet",
        "from mornet.cli import main; main(['--help'])",
        "import mornet.origins",  # of every verb that writes a result
        "import mornet.study",
    ],
)
def test_help_answers_without_heavy_imports(command):
    code = f"""
import sys
try:
    {command}
except SystemExit:
    pass
print(*(m for m in ("scipy", "matplotlib", "h5py", "sklearn", "snakemake") if m in sys.modules))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == ""


def test_the_picture_names_every_room():
    picture = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    for name in {room(path) for path in MODULES} - {"__init__", "__main__"}:
        assert name in picture


def functions() -> dict[str, ast.FunctionDef]:
    """All functions of the package by file, line and name."""
    return {
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}": node
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def parameters(function: ast.FunctionDef) -> list[str]:
    """The parameters of a function; the object of a method is none."""
    a = function.args
    several = [parameter for parameter in (a.vararg, a.kwarg) if parameter]
    names = [p.arg for p in (*a.posonlyargs, *a.args, *a.kwonlyargs, *several)]
    return [name for name in names if name not in ("self", "cls")]


def lines(function: ast.FunctionDef) -> int:
    return function.end_lineno - function.lineno + 1


def test_no_function_has_more_than_eight_parameters():
    """More of them are fields of a record of settings."""
    assert [name for name, f in functions().items() if len(parameters(f)) > 8] == []


def test_no_function_is_longer_than_sixty_lines():
    assert [name for name, f in functions().items() if lines(f) > 60] == []


def test_files_and_functions_are_short():
    of_files = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES]
    of_functions = [lines(f) for f in functions().values()]
    for lengths, most in ((of_files, (95, 231)), (of_functions, (6, 22))):
        median, p90 = np.percentile(lengths, [50, 90])
        assert median <= most[0]
        assert p90 <= most[1]
