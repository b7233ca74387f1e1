"""Other packages beside mornet: rows of what is installed, and a word on what is not."""

from importlib import util

import pytest

from mornet.errors import OptionError
from mornet.experiments.validation import peers
from mornet.experiments.validation.peers import MODULES, PAIRS, PUBLISHED


def only(monkeypatch, *modules):
    monkeypatch.setattr(util, "find_spec", lambda name: name if name in modules else None)


def test_every_row_has_a_computation():
    assert {tuple(number.settings.values()) for number in PUBLISHED} == set(PAIRS)


@pytest.mark.filterwarnings("ignore")  # of the other packages
@pytest.mark.parametrize("package", MODULES)
def test_the_numbers_of_a_package_that_is_installed_are_ours(package, monkeypatch):
    pytest.importorskip(MODULES[package], reason="install mornet[peers]")
    only(monkeypatch, MODULES[package])
    found = peers.peers()
    assert found.met.all()
    assert len(found.case) == sum(name == package for name, _ in PAIRS)
    assert all(note.startswith(f"{package} ") for note in found.note)
    others = ", ".join(name for name in MODULES if name != package)
    assert found.configuration.endswith(f"Not installed, and skipped: {others}.")


def test_without_any_package_there_is_one_clear_error(monkeypatch):
    only(monkeypatch)
    with pytest.raises(OptionError, match=r"none of the packages is installed: pip install"):
        peers.peers()
