"""`mornet run` as a user types it, in a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mornet.cli import main
from mornet.running import job_state, run
from mornet.running.own_data import _require_no_settings, study_of
from mornet.running.workflow import is_study, studies, study_file
from mornet.storage import load
from mornet.study import read

ROOT = Path(__file__).parent.parent.parent
WAVE = "name: {}\ndata_sets:\n  wave: {{kind: gaussian, n: 32}}\n"


def start(folder, *words, cores=1):
    return subprocess.Popen(
        [sys.executable, "-m", "mornet", "run", "--cores", str(cores), *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(folder, *words):
    process = start(folder, *words)
    out, err = process.communicate()
    return process.returncode, out, err


def test_a_job_that_fails_says_why_and_where(tmp_path):
    (tmp_path / "odd.yaml").write_text(
        "name: odd\ndata_sets:\n  waves: {kind: step_wave, n: 8}\n"
        "methods: {wild: {kind: autoencoder, optimiser: adam, learning_rate: 1e200, epochs: 9}}\n"
        "ranks: {waves: [1]}\n"
    )
    code, _, error = finished(tmp_path, "odd.yaml")
    assert code == 1
    assert "the run stopped after 1 of" in error
    assert "take a smaller learning rate" in error
    assert "results/odd/snakemake.log" in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.yaml"], "none.yaml is not a file, and not the name of a study"),
        (["papr"], "did you mean 'paper'?"),
        (["none.npy"], "none.npy: there is no such file"),
        (["S.npy"], "S.npy is square, 12 x 12: state axes"),
        (["U.npy", "--set", "axes=x"], "axes = 'x' must be 'dof sample'"),
        (["U.npy", "U.npy", "--set", "axes=dof sample"], "U.npy is given twice"),
        (["U.npy", "--set", "axes=dof sample", "ranks=[1]"], "ranks is a setting of the study"),
        (["U.npy", "mine.yaml"], "give one study or several data files"),
        (["mine.yaml", "--set", "axes=dof sample"], "--set holds settings of data files"),
        (
            ["mine.yaml"],
            "mine cannot run, for 6 reasons:\n"
            "  study.data_sets.a: none.npy: there is no such file\n"
            "  study.data_sets.b: U.npy: say which snapshots are for testing",
        ),
        (["mine.yaml"], "study.hold_out.c: U has one trajectory for training"),
        (["mine.yaml"], "study.ranks.w: 9 must be between 1 and min(n, m) = 5"),
        (["mine.yaml"], "study.ranks.e: 40 must be between 1 and min(n, m) = 30"),
        (["mine.yaml"], "study.ranks.c: 30 must be between 1 and min(n, m) = 9"),
    ],
)
def test_what_can_be_known_is_said_before_anything_is_made(
    words, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    np.save("U.npy", np.random.default_rng(0).standard_normal((20, 12)))
    np.save("S.npy", np.eye(12))
    Path("mine.yaml").write_text(
        "data_sets:\n"
        "  a: {kind: file, path: none.npy, axes: dof sample, test_every: 4}\n"
        "  b: {kind: file, path: U.npy, test_every: 4, test_fraction: 0.2}\n"
        "  c: {kind: file, path: U.npy, axes: dof sample, test_every: 4}\n"
        "  e: {kind: burgers, n: 50, steps: 30}\n"
        "  w: {kind: step_wave, n: 8}\n"
        "methods: {POD: {kind: pod}}\n"
        "ranks: {a: [1], b: [1], c: [3, 30], e: [40], w: [9]}\n"
        "hold_out: {c: 0.2, e: 0.5}\n"
        "hold_out_by: {c: trajectory}\n"
    )
    assert main(["run", *words]) == 1
    assert message in capsys.readouterr().err
    assert not Path("results").exists()


def test_a_data_file_becomes_a_study_in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("my wake.npy", np.random.default_rng(0).standard_normal((20, 30)))
    path = study_of(["my wake.npy"], ["axes=dof sample"], Path("results"))
    assert path == Path("results/my_wake/study.yaml")
    study = read(path)
    assert study.ranks == {"my_wake": (1, 2, 5, 10)}
    assert list(study.methods) == ["POD", "PCA", "deep", "hybrid"]
    assert study.data_sets["my_wake"].settings["path"] == "my wake.npy"
    assert study_of(["my wake.npy"], ["axes=dof sample"], Path("results")) == path
    other = study_of(["my wake.npy"], ["axes=sample dof", "test_every=5"], Path("results"))
    assert other == Path("results/my_wake_2/study.yaml")
    assert read(other).name == "my_wake_2"


def test_a_stored_study_is_found_by_its_name_without_settings(tmp_path, monkeypatch, capsys):
    """The same file without settings is not a study of its own."""
    monkeypatch.chdir(tmp_path)
    np.save("my wake.npy", np.random.default_rng(0).standard_normal((12, 12)))
    words = ["axes=dof sample", "fields={t: t.npy}"]
    np.save("t.npy", np.arange(12.0))
    path = study_of(["my wake.npy"], words, Path("results"))
    assert study_file("my_wake") == path
    assert is_study("my_wake")
    assert main(["validate", "my_wake"]) == 0
    assert "is a valid study" in capsys.readouterr().out
    assert main(["run", "my wake.npy"]) == 1
    said = capsys.readouterr().err
    assert "results/my_wake/study.yaml holds a study of 'my wake.npy' with settings of its" in said
    assert """--set 'fields={"t": "t.npy"}' 'axes="dof sample"'\n""" in said
    assert "to go on with it: mornet run my_wake\n" in said
    assert "to begin another study: mornet run 'my wake.npy' --set KEY=VALUE" in said
    assert study_of(["my wake.npy"], words[::-1], Path("results")) == path
    assert sorted(Path("results").iterdir()) == [path.parent]


def test_a_study_without_settings_goes_on_without_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("U.npy", np.random.default_rng(0).standard_normal((20, 12)))
    first = study_of(["U.npy"], ["axes=dof sample"], Path("results"))
    Path("V.csv").write_text("x,0,1,2,3,4\n")
    assert _require_no_settings(["V.csv"], Path("results")) is None  # another file
    first.write_text("data_sets: {U: {kind: file, path: U.npy}}\n")
    assert _require_no_settings(["U.npy"], Path("results")) is None
    first.write_text("no study")
    assert _require_no_settings(["U.npy"], Path("results")) is None


def test_a_file_or_folder_is_not_taken_for_a_stored_study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("U.npy", np.random.default_rng(0).standard_normal((20, 12)))
    study_of(["U.npy"], ["axes=dof sample"], Path("results"))
    assert is_study("U")
    Path("U").mkdir()
    assert not is_study("U")
    assert main(["validate", "V"]) == 1


def test_a_file_name_may_hold_any_characters(tmp_path):
    rng = np.random.default_rng(0)
    np.save(tmp_path / "wave 😀.npy", rng.standard_normal((12, 5)))
    code, _, error = finished(tmp_path, "wave 😀.npy", "--set", "axes=dof sample")
    assert code == 0, error
    assert load(tmp_path / "results/wave/snapshots/wave.h5").train.m == 4


def test_few_snapshots_train_no_network(tmp_path):
    np.save(tmp_path / "U.npy", np.random.default_rng(0).standard_normal((20, 5)))
    path = study_of([str(tmp_path / "U.npy")], ["axes=dof sample"], tmp_path)
    assert list(read(path).methods) == ["POD", "PCA"]
    assert read(path).ranks == {"U": (1, 2)}


def test_the_studies_that_come_along_are_listed(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["run", "--list"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.split() == list(studies())
    assert "paper" in studies()


def test_an_unknown_profile_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wave.yaml").write_text(WAVE.format("wave"))
    assert main(["run", "wave.yaml", "--profile", "slum"]) == 1
    assert "there is no profile 'slum'; did you mean 'slurm'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        ("", "no command sinfo"),
        ("echo 'sinfo: fatal: no configuration' >&2; exit 1", "sinfo: fatal: no configuration"),
        ("exit 1", "sinfo failed"),
        ("exec /bin/sleep 60", "sinfo did not answer within 0.2 seconds"),
    ],
)
def test_the_profile_of_slurm_needs_a_slurm_that_answers(
    tmp_path, monkeypatch, capsys, script, asked
):
    """One sentence says so before the first job."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(job_state, "PATIENCE", 0.2)
    (tmp_path / "bin").mkdir()
    if script:
        (tmp_path / "bin" / "sinfo").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "bin" / "sinfo").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "wave.yaml").write_text(WAVE.format("wave"))
    assert main(["run", "wave.yaml", "--profile", "slurm"]) == 1
    said = capsys.readouterr().err
    assert "no Slurm answers on this machine" in said
    assert asked in said
    assert said.count("\n") == 1


def test_data_files_ask_for_their_reconstructions(tmp_path):
    x, t = np.linspace(0, 1, 12), np.linspace(0, 1, 20)
    U, words = np.sin(x[:, None] + t), ["axes=dof sample", "key=U"]
    np.savez(tmp_path / "a.npz", U=U, t=t)
    assert read(study_of([str(tmp_path / "a.npz")], words, tmp_path)).reconstructions == {"a": 5}
    np.savez(tmp_path / "b.npz", U=U, x=x, t=t)
    assert read(study_of([str(tmp_path / "b.npz")], words, tmp_path)).reconstructions == {"b": 5}


def test_folders_of_checkpoints_that_are_empty_are_removed(tmp_path):
    kept = tmp_path / "checkpoints/wave/deep-r2/seed-0.h5"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"")
    (tmp_path / "checkpoints/wave/deep-r3").mkdir()
    run._remove_empty(tmp_path / "checkpoints")
    assert [path.name for path in (tmp_path / "checkpoints/wave").iterdir()] == ["deep-r2"]
    kept.unlink()
    run._remove_empty(tmp_path / "checkpoints")
    assert not any(tmp_path.iterdir())
    run._remove_empty(tmp_path / "checkpoints")
