"""The fingerprint follows the code that matters, and nothing else."""

import os
import shutil
from pathlib import Path

import pytest

import mornet
from mornet.errors import OptionError
from mornet.fingerprint import code_id, modules_of
from mornet.sources import read

SOURCES = {
    "__init__": '"""A package."""\n__version__ = "1"\n',
    "a": "import math\nfrom pack.rooms import b\nfrom pack.face import h\n\n\ndef f(x):\n"
    "    return b.g(h(x))\n",
    "alone": "ONE = 1\n",
    "rooms/__init__": "import pack.effect\n",
    "rooms/b": "def g(x):\n    from ..deep import k\n    import pack.late as l\n    return k(x)\n",
    "effect": "KNOWN = {}\n",
    "face/__init__": '"""A face."""\nfrom pack.face.inner import h, other as o\n'
    'from .unused import z\n\n__all__ = ["h", "o", "z"]\n',
    "face/inner/__init__": "from .deeper import h\nfrom .away import other\n",
    "face/inner/deeper": "def h(x):\n    return x\n",
    "face/inner/away": "def other(x):\n    return x\n",
    "face/unused": "z = 1\n",
    "deep": "def k(x):\n    '''Return x.'''\n    return x + 1  # why\n",
    "late": "import pack.a as a\n",
}
BEHIND_A_FACE = ("face/__init__", "face/inner/__init__", "face/inner/away", "face/unused")
MORE = "NEW = 1\n"


@pytest.fixture
def build(tmp_path):
    """A function that returns the id of pack.a in a package where some sources differ."""
    number = iter(range(99))

    def build(*modules, **changes):
        root = tmp_path / str(next(number)) / "pack"
        for name, source in (SOURCES | changes).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).with_suffix(".py").write_text(source)
        return code_id(*(modules or ("pack.a",)), package=root)

    return build


@pytest.mark.parametrize(
    "name", [name for name in SOURCES if name not in ("alone", *BEHIND_A_FACE)]
)
def test_every_import_counts_direct_or_not(build, name):
    assert build(**{name: SOURCES[name] + MORE}) != build()


@pytest.mark.parametrize("name", BEHIND_A_FACE[2:])
def test_what_a_face_re_exports_beside_the_imported_name_does_not_count(build, name):
    assert build(**{name: SOURCES[name] + MORE}) == build()


@pytest.mark.parametrize("name", BEHIND_A_FACE[:2])
def test_a_new_line_in_a_face_does_not_count_but_real_code_does(build, name):
    assert build(**{name: SOURCES[name] + "from pack.alone import ONE\n"}) == build()
    assert build(**{name: SOURCES[name] + MORE}) != build()


def test_a_face_that_takes_the_name_from_elsewhere_counts(build):
    moved = SOURCES["face/__init__"].replace("pack.face.inner import h,", "pack.alone import h\n")
    moved = moved.replace("h\n other", "h\nfrom pack.face.inner import other")
    assert build(**{"face/__init__": moved}) != build()


@pytest.mark.parametrize(
    "line",
    [
        "import pack.face\n",
        "import pack.face as f\n",
        "from pack import face\n",
        "from pack.face import *\n",
        "import pack.face.unused\n",
    ],
)
def test_whoever_imports_the_face_itself_depends_on_all_of_it(build, line):
    a = SOURCES["a"] + line
    changed = build(a=a, **{"face/inner/away": SOURCES["face/inner/away"] + MORE})
    assert changed != build(a=a)


def test_a_face_that_names_its_own_module_is_no_endless_loop(build):
    face = SOURCES["face/__init__"] + "from pack.face import unused\n"
    a = SOURCES["a"] + "from pack.face import unused\n"
    changed = build(a=a, **{"face/__init__": face, "face/unused": "z = 2\n"})
    assert changed != build(a=a, **{"face/__init__": face})


def test_other_modules_comments_docstrings_and_format_do_not_count(build):
    assert build() == build(
        alone="TWO = 2\n",
        deep='"""New."""\n\n\ndef k(\n    x,\n):\n    """Other."""\n    return (x + 1)\n',
    )


def test_several_modules_have_one_id(build):
    assert build("pack.a", "pack.alone") != build()
    assert build("pack.a", "pack.alone") != build("pack.a", "pack.alone", alone="TWO = 2\n")


def test_an_unknown_module_is_named(build):
    with pytest.raises(OptionError, match=r"no module pack\.nothing"):
        build("pack.nothing")
    with pytest.raises(OptionError, match=r"numpy\.linalg"):
        code_id("numpy.linalg")


def test_place_and_time_do_not_count(tmp_path):
    copy = shutil.copytree(Path(mornet.__file__).parent, tmp_path / "mornet")
    for path in copy.rglob("*.py"):
        os.utime(path, (1, 1))
    assert code_id("mornet.storage", package=copy) == code_id("mornet.storage")


def test_each_file_is_read_once(tmp_path, monkeypatch):
    copy = shutil.copytree(Path(mornet.__file__).parent, tmp_path / "mornet")
    read: list[Path] = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or read_bytes(path))
    for modules in (("mornet.cli",), ("mornet.storage",), ("mornet.cli",)):
        code_id(*modules, package=copy)
    read = [path for path in read if path.suffix == ".py"]
    assert len(read) == len(set(read)) > len(modules_of("mornet.cli", package=copy)) / 2


def test_data_files_count_where_a_module_names_them(tmp_path):
    ids = []
    for number, (content, other) in enumerate([(b"1", b"1"), (b"1", b"2"), (b"2", b"1")]):
        root = tmp_path / str(number) / "pack"
        (root / "data").mkdir(parents=True)
        (root / "__init__.py").write_text("")
        (root / "wake.py").write_text('PLACE = "wake.npz"\n')
        (root / "data" / "wake.npz").write_bytes(content)
        (root / "data" / "other.npz").write_bytes(other)
        ids.append(code_id("pack.wake", package=root))
    assert ids[0] == ids[1] != ids[2]


def test_what_was_found_in_a_module_is_kept_until_the_module_changes(tmp_path, monkeypatch):
    """Damage, another module of the same name and a folder that cannot be written do no harm."""
    (kept := tmp_path / "kept").mkdir()
    (root := tmp_path / "pack").mkdir()
    module = root / "__init__.py"

    def read_through(folder):
        monkeypatch.setenv("MORNET_SOURCES", str(folder))
        return read(module, "pack")

    for text in ("import a\n", '"""A face."""\nfrom a import b\n', 'C = "c.npz"\n'):
        module.write_text(text)
        monkeypatch.delenv("MORNET_SOURCES")
        new = read(module, "pack")
        assert read_through(kept) == read_through(kept) == new
        assert read_through(module) == new  # a file, not a folder
        (kept / "pack.json").write_text("[")
        assert read_through(kept) == new


def test_what_is_kept_is_not_parsed_again(tmp_path, monkeypatch):
    monkeypatch.setenv("MORNET_SOURCES", str(tmp_path))
    first = read(Path(__file__), "tests.test_fingerprint")
    monkeypatch.setattr("ast.parse", None)
    assert read(Path(__file__), "tests.test_fingerprint") == first
