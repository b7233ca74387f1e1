"""The patterns of code in docs/architecture.md run as they stand."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.test_architecture import PACKAGE

PAGE = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```python\n# (\S+\.py)\S*[^\n]*\n(.*?)```", PAGE, re.DOTALL))
REGISTRY = "mornet/experiments/registry.py"
COMMANDS = """
from mornet.cli import main
for words in (
    "experiment decay -o decay.h5", "figure decay decay.h5 -o decay.png",
    "table decay decay.h5 -o decay.tex", "summary decay.h5 -o summary.md",
):
    assert not main(words.split())
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The folder in which the commands ran, with the package and the files of the pattern."""
    folder = tmp_path_factory.mktemp("pattern")
    shutil.copytree(PACKAGE, folder / "mornet", ignore=shutil.ignore_patterns("*.pyc.*"))
    for name, text in FILES.items():
        place = folder / name
        old = place.read_text(encoding="utf-8") if name == REGISTRY else ""
        before, line, after = old.partition("EXPERIMENTS = {\n")
        place.write_text(before + line + text + after, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", COMMANDS]
    subprocess.run(command, check=True, cwd=folder, env=environment, timeout=300)
    return folder


def test_the_pattern_of_an_experiment_has_three_files_and_one_entry():
    rooms = ("experiments", "figures", "tables")
    assert set(FILES) == {f"mornet/{room}/decay.py" for room in rooms} | {REGISTRY}


def test_the_experiment_of_the_pattern_gives_its_record_figure_table_and_summary(ran):
    rows = (ran / "decay.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "rank,error %"
    errors = [float(row.split(",")[1]) for row in rows[1:]]
    assert errors == sorted(errors, reverse=True)
    assert (ran / "decay.png").stat().st_size > 5000
    assert "Errors of POD" in (ran / "summary.md").read_text(encoding="utf-8")
