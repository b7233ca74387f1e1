"""The README and the page on updates are true."""

import re
from csv import DictReader
from pathlib import Path

import numpy as np
import yaml

import mornet

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """The code block after the comment <!-- mark -->."""
    return re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", README, re.DOTALL).group(1)


def test_the_three_commands_are_one_line_each():
    for mark in ("study", "tests", "site"):
        assert len(block(mark).splitlines()) == 1


def test_the_example_in_python_runs_and_shows_what_it_claims(capsys):
    names = {}
    exec(block("example"), names)
    error = float(capsys.readouterr().out.split()[1])
    assert error <= 2e-2  # tolerance 1e-2 on the training snapshots of a nearby parameter
    median = np.median(names["table"].test_error, axis=2)
    assert (median[1] < median[0]).all()  # the deep autoencoder wins here


def test_the_example_of_a_training_runs_and_each_optimiser_lowers_the_objective(capsys):
    exec(block("training"), {})
    start, trained, better = map(float, capsys.readouterr().out.split())
    assert better < trained < 1e-2 * start


def test_the_examples_of_updates_run(capsys):
    page = (ROOT / "docs" / "perturbation.md").read_text(encoding="utf-8")
    names = {}
    for example in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(example, names)
    verdict, estimate, sensitivity = capsys.readouterr().out.splitlines()
    assert "the series converges" in verdict
    assert names["share"] < 1e-2
    assert float(estimate) < 1e-4
    worst, typical = map(float, sensitivity.split())
    assert worst > typical > 0
    J, p = names["J"], names["base"].p
    assert np.linalg.norm(names["repaired"] - p) < 1e-2 * np.linalg.norm(names["v"])
    dense = names["Taylor"](1).along(names["base"], names["path"])(0.1)
    np.testing.assert_allclose(names["q_free"], dense, atol=1e-7 * np.linalg.norm(p))
    assert J.value(p) < J.value(p + names["v"])


def test_every_path_it_names_exists():
    for path in re.findall(r"`((?:mornet|workflows|tests|docs|results|profiles)/[\w/.]*)`", README):
        if "mine" not in path and not path.startswith(("results/paper", "docs/_build")):
            assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\(([\w/.]+)\)", README):
        assert (ROOT / path).exists(), path


def test_the_minutes_of_the_studies_are_those_of_the_record():
    lines = (ROOT / "docs" / "costs.csv").read_text(encoding="utf-8").splitlines()
    measured = {row["study"]: f"{float(row['processor minutes']):.0f}" for row in DictReader(lines)}
    listed = dict(re.findall(r"^\| `(\w+)\.yaml` \|.*\| ([^|]+) \|$", README, re.MULTILINE))
    studies = {path.stem for path in (ROOT / "workflows" / "studies").glob("*.yaml")}
    assert listed.keys() == studies - {"smoke"}
    assert listed == {name: measured.get(name, "not measured") for name in listed}


def test_citation_changelog_and_package_agree_on_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= citation.keys()
    assert citation["version"] == mornet.__version__
    assert f'version = "{mornet.__version__}"' in (ROOT / "pyproject.toml").read_text()
