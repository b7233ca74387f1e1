"""The fingerprint follows the code that matters, and nothing else."""

import os
import shutil
from pathlib import Path

import pytest

import mornet
from mornet.errors import OptionError
from mornet.fingerprint import code_id

SOURCES = {
    "__init__": '"""A package."""\n__version__ = "1"\n',
    "a": "import math\nfrom pack.rooms import b\n\n\ndef f(x):\n    return b.g(x)\n",
    "alone": "ONE = 1\n",
    "rooms/__init__": '"""Rooms."""\nfrom .c import h\n',
    "rooms/b": "def g(x):\n    from ..deep import k\n    import pack.late as l\n    return k(x)\n",
    "rooms/c": "def h(x):\n    return x\n",
    "deep": "def k(x):\n    '''Return x.'''\n    return x + 1  # why\n",
    "late": "import pack.a\n",
}


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


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "alone"])
def test_every_import_counts_direct_or_not(build, name):
    assert build(**{name: SOURCES[name] + "NEW = 1\n"}) != build()


def test_other_modules_comments_docstrings_and_format_do_not_count(build):
    assert build() == build(
        alone="TWO = 2\n",
        deep='"""New."""\n\n\ndef k(\n    x,\n):\n    """Other."""\n    return (x + 1)\n',
    )


def test_several_modules_have_one_id(build):
    assert build("pack.a", "pack.alone") != build()
    assert build("pack.a", "pack.alone") != build("pack.a", "pack.alone", alone="TWO = 2\n")


def test_a_removed_module_counts_and_an_unknown_one_is_named(build):
    with pytest.raises(OptionError, match=r"no module pack\.nothing"):
        build("pack.nothing")
    with pytest.raises(OptionError, match=r"numpy\.linalg"):
        code_id("numpy.linalg")


def test_place_and_time_do_not_count(tmp_path):
    copy = shutil.copytree(Path(mornet.__file__).parent, tmp_path / "mornet")
    for path in copy.rglob("*.py"):
        os.utime(path, (1, 1))
    assert code_id("mornet.storage", package=copy) == code_id("mornet.storage")


def test_every_module_is_read_once(tmp_path, monkeypatch):
    copy = shutil.copytree(Path(mornet.__file__).parent, tmp_path / "mornet")
    read, read_bytes = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or read_bytes(path))
    for modules in (("mornet.storage", "mornet.training"), ("mornet.training",)):
        code_id(*modules, package=copy)
        assert sorted(read) == sorted(set(read))
    before = len(read)
    code_id("mornet.training", "mornet.storage", package=copy)
    assert len(read) == before > 10
