"""Results of earlier formats are read, and hold what the same commands store today.

`tests/data/make_results.py` wrote one folder for each format.
"""

from pathlib import Path

import pytest

from mornet.cli import main
from mornet.storage import difference, load
from mornet.storage.hdf5 import FORMAT

HERE = Path(__file__).parent.parent / "data/results"
FILES = sorted(HERE.glob("format-*/*.h5"))
NOW = sorted((HERE / f"format-{FORMAT}").glob("*.h5"))


def test_every_format_has_results():
    found = {path.parent.name for path in FILES}
    assert found == {f"format-{n}" for n in range(1, FORMAT + 1)}


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_result_of_every_format_is_read(path, capsys):
    assert load(path).kind
    assert main(["info", str(path)]) == 0
    assert "provenance/commit" in capsys.readouterr().out


@pytest.mark.parametrize("path", NOW, ids=lambda p: p.stem)
def test_all_formats_hold_the_same_results(path):
    for n in range(1, FORMAT):
        assert difference(HERE / f"format-{n}" / path.name, path) == []
