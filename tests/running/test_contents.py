"""Results that were damaged, swapped or made from other data are noticed by their content."""

import json
import os
import shutil

import numpy as np
import pytest

from mornet.cli import main
from mornet.cost import Job
from mornet.running.contents import note_drawn, put_right
from mornet.running.run import _write
from mornet.study import read

ROM = "roms/rod/galerkin.h5"
STUDY = """
name: small
data_sets:
  wave: {kind: file, path: U.npy, axes: dof sample, test_every: 4}
methods: {POD: {kind: pod}, again: {kind: pod}}
ranks: {wave: [1, 3]}
"""


def run(*words):
    assert main([str(word) for word in words]) == 0


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The results of a study, made as its rules make them."""
    folder = tmp_path_factory.mktemp("built")
    np.save(folder / "U.npy", np.random.default_rng(0).standard_normal((20, 12)))
    (folder / "small.yaml").write_text(STUDY)
    here = os.getcwd()
    os.chdir(folder)
    try:
        study, out = read("small.yaml"), "results/small"
        data, settings = f"{out}/snapshots/wave.h5", study.data_sets["wave"].arguments
        run("snapshots", "file", "--name", "wave", "--set", *settings, "-o", data)
        fits = {m: [f"{out}/fits/wave/{m}-r{r}.h5" for r in (1, 3)] for m in ("POD", "again")}
        for name, files in fits.items():
            words = ["--name", name, "--rank", 1, 3, "--set", *study.methods[name].arguments]
            run("fit", data, "pod", *words, "-o", *files)
        compared = f"{out}/comparisons/wave.h5"
        run("compare", data, *fits["POD"], *fits["again"], "-o", compared)
        run("table", "errors", compared, "-o", f"{out}/tables/errors-wave.tex")
        note_drawn(folder / out)
    finally:
        os.chdir(here)
    return folder


@pytest.fixture
def results(built, tmp_path, monkeypatch):
    """A copy of the results, in the working directory."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "results" / "small"


MODELS = """
name: models
data_sets:
  rod: {kind: heat, cells: 8, steps: 4, levels: 2}
methods: {POD: {kind: pod}}
ranks: {rod: [2]}
roms: {galerkin: {kind: galerkin}}
"""


def test_damaged_reduced_models_and_costs_are_set_aside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models.yaml").write_text(MODELS)
    study, out = read("models.yaml"), tmp_path / "results" / "models"
    data, fit, rom = (out / name for name in ("snapshots/rod.h5", "fits/rod/POD-r2.h5", ROM))
    options = {
        key: ["--set", *choice.arguments]
        for group in (study.data_sets, study.methods, study.roms)
        for key, choice in group.items()
    }
    run("snapshots", "heat", "--name", "rod", *options["rod"], "-o", data)
    words = ["--name", "POD", "--rank", 2, *options["POD"]]
    run("fit", data, "pod", *words, "-o", fit)
    run("rom", data, "galerkin", fit, "--name", "galerkin", *options["galerkin"], "-o", rom)
    (out / "logs").mkdir()
    (out / "logs" / "roms.log").write_text(Job(1.0, 2.0).lines() + "\n")
    run("cost", out, "-o", out / "cost.h5")
    assert not list(put_right(study, out).lines())
    for name in (ROM, "cost.h5"):
        (out / name).write_bytes(b"damaged")
        assert name in put_right(study, out).damaged[0]
        assert not (out / name).exists()


def found(results):
    return put_right(read("small.yaml"), results)


def test_results_as_they_were_made_stay(results):
    before = {path: path.stat().st_mtime_ns for path in results.rglob("*")}
    assert not list(found(results).lines())
    assert {path: path.stat().st_mtime_ns for path in results.rglob("*")} == before


@pytest.mark.parametrize(
    "name", ["snapshots/wave.h5", "fits/wave/POD-r3.h5", "comparisons/wave.h5"]
)
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "foreign"])
def test_a_damaged_result_is_set_aside_even_if_its_time_is_kept(results, name, damage):
    path = results / name
    content, times = bytearray(path.read_bytes()), path.stat()
    content[len(content) // 2] ^= 4
    parts = {"flip": content, "cut": content[:-9], "empty": b"", "foreign": b"x" * len(content)}
    path.write_bytes(parts[damage])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert name in found(results).damaged[0]
    assert not path.exists()
    assert (results / "set_aside" / name).read_bytes() == parts[damage]


@pytest.mark.parametrize("other", ["POD-r3.h5", "again-r1.h5"])
def test_a_result_in_the_place_of_another_one_is_outdated(results, other):
    shutil.copy2(results / "fits/wave" / other, results / "fits/wave/POD-r1.h5")
    assert "fits/wave/POD-r1.h5" in found(results).outdated
    assert not (results / "fits/wave/POD-r1.h5").exists()
    assert (results / "fits/wave" / other).exists()


def test_other_data_of_the_same_time_make_the_snapshots_again(results):
    times = os.stat("U.npy")
    np.save("U.npy", np.ones((20, 12)))
    os.utime("U.npy", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert found(results).outdated[0] == "snapshots/wave.h5"


def test_other_settings_make_the_fits_again_and_not_the_snapshots(results):
    study = (results / "../../small.yaml").resolve()
    study.write_text(STUDY.replace("again: {kind: pod}", "again: {kind: pod, centre: true}"))
    again = ["fits/wave/again-r1.h5", "fits/wave/again-r3.h5"]
    assert found(results).outdated[:2] == again
    assert not any((results / name).exists() for name in again)
    assert (results / "snapshots/wave.h5").exists()


def test_changed_and_empty_tables_are_set_aside_under_names_of_their_own(results):
    table = results / "tables/errors-wave.csv"
    for text in ("mine", "mine too", ""):
        table.write_text(text)
        assert len(found(results).damaged) == 1
        assert not table.exists()
    kept = sorted(path.read_text() for path in (results / "set_aside/tables").iterdir())
    assert kept == ["", "mine", "mine too"]


@pytest.mark.parametrize("text", ["", "[1]", "{", "\xff"])
def test_a_damaged_note_of_checksums_is_no_error(results, text):
    (results / ".drawn.json").write_text(text, encoding="latin-1")
    assert not list(found(results).lines())
    note_drawn(results)
    noted = json.loads((results / ".drawn.json").read_text())
    assert sorted(noted) == [f"tables/errors-wave.{end}" for end in ("csv", "tex", "txt")]


def test_a_folder_and_a_broken_link_in_place_of_results_are_set_aside(results):
    data, fit = results / "snapshots/wave.h5", results / "fits/wave/POD-r1.h5"
    for path in (data, fit, results / "tables/errors-wave.tex"):
        path.unlink()
    data.mkdir()
    (results / "tables/errors-wave.tex").mkdir()
    fit.symlink_to("nowhere.h5")
    said = put_right(read("small.yaml"), results).damaged
    assert len(said) == 3
    for path in (data, fit, results / "tables/errors-wave.tex"):
        assert not os.path.lexists(path)
        assert any(f"{path.relative_to(results)} is damaged" in line for line in said)
    assert (results / "set_aside/snapshots/wave.h5").is_dir()


def test_a_full_disk_names_the_log(tmp_path):
    (tmp_path / "snakemake.log").symlink_to("/dev/full")
    log = tmp_path / "snakemake.log"
    with pytest.raises(OSError, match=f"No space left .*{log}"), log.open("wb", 0) as stream:
        _write(stream, "a line\n", log)
