"""No command overwrites its input, or a file that mornet did not make."""

import os
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from mornet.cli import main
from mornet.errors import StorageError
from mornet.snapshots import read_snapshots
from mornet.storage import load, save
from mornet.storage.export import FORMATS
from mornet.storage.files import is_ours

U = np.random.default_rng(0).standard_normal((8, 12))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with files of a user and with results of mornet."""
    tmp_path, before = tmp_path_factory.mktemp("made"), Path.cwd()
    os.chdir(tmp_path)
    np.save("T.npy", U)
    with h5py.File("own.h5", "w") as file:
        file["U"] = U
    (tmp_path / "thesis.tex").write_text("\\documentclass{article} % with tables of mornet\n")
    (tmp_path / "data.csv").write_text("1,2\n")
    (tmp_path / "notes.md").write_text("# my notes on mornet\n")
    main(["snapshots", "file", "--set", "path=T.npy", "test_every=4", "-o", "d.h5"])
    main(["fit", "d.h5", "pod", "--rank", "2", "-o", "f.h5"])
    main(["compare", "d.h5", "f.h5", "-o", "c.h5"])
    os.chdir(before)
    return tmp_path


@pytest.fixture
def own(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("pod T.npy --rank 2 -o T.npy", "T.npy"),
        ("pod T.npy --rank 2 -o own.h5", "own.h5"),
        ("pod own.h5:U --rank 2 -o ./own.h5", "own.h5"),
        ("snapshots file -o T.npy --set path=T.npy test_every=4", "T.npy"),
        ("snapshots file -o own.h5 --set path=own.h5 test_every=4", "own.h5"),
        ("fit d.h5 pod --rank 2 -o ./d.h5", "d.h5"),
        ("fit d.h5 pod --rank 2 -o T.npy", "T.npy"),
        ("compare d.h5 f.h5 -o f.h5", "f.h5"),
        ("table errors c.h5 -o thesis.tex", "thesis.tex"),
        ("table errors c.h5 -o data.tex", "data.csv"),
        ("summary c.h5 -o notes.md", "notes.md"),
    ],
)
def test_inputs_and_foreign_files_stay_as_they_are(own, words, kept, capsys):
    before = (own / kept).read_bytes()
    assert main(words.split()) == 1
    assert (own / kept).read_bytes() == before
    error = capsys.readouterr().err
    assert kept in error
    assert "write to another name" in error


def test_a_link_to_the_input_is_the_input(own):
    (own / "link.h5").symlink_to("d.h5")
    assert main(["fit", "d.h5", "pod", "--rank", "2", "-o", "link.h5"]) == 1
    assert load("d.h5").train.n == 12


@pytest.mark.parametrize(
    "words",
    [
        "pod T.npy --rank 2 -o {}.h5",
        "fit d.h5 pod --rank 1 2 -o new.h5 {}.h5",
        "table errors c.h5 -o {}.tex",
        "figure error_versus_rank c.h5 -o {}.pdf",
        "summary c.h5 -o {}.md",
        "export d.h5 train_U -o {}.npy",
    ],
)
@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_pipes_and_links_to_nothing_stay_as_they_are(own, kind, words, capsys):
    path = own / words.format(kind).split()[-1]
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("gone")
    assert main(words.format(kind).split()) == 1
    assert path.is_fifo() or path.is_symlink()
    assert f"{path.name} exists, and is no result of mornet" in capsys.readouterr().err


def test_a_pipe_beside_a_table_stays_as_it_is(own):
    assert main(["table", "errors", "c.h5", "-o", "t.tex"]) == 0
    (own / "t.csv").unlink()
    os.mkfifo(own / "t.csv")
    assert main(["table", "errors", "c.h5", "-o", "t.tex"]) == 1
    assert (own / "t.csv").is_fifo()


def test_what_mornet_made_is_made_anew(own):
    for _ in range(2):
        assert main(["fit", "d.h5", "pod", "--rank", "2", "-o", "f.h5"]) == 0
        assert main(["table", "errors", "c.h5", "-o", "t.tex"]) == 0
        assert main(["summary", "c.h5", "-o", "s.md"]) == 0


@pytest.mark.parametrize("verb", ["encode", "decode"])
def test_what_a_verb_reads_is_not_overwritten(own, verb, capsys):
    main(["pod", "T.npy", "--rank", "2", "-o", "pod.h5"])
    before = (own / "T.npy").read_bytes()
    capsys.readouterr()
    for path in ("T.npy", "./T.npy"):
        assert main([verb, "pod.h5", "T.npy", "--overwrite", "-o", path]) == 1
        assert "is read by this command" in capsys.readouterr().err
    assert (own / "T.npy").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("pod T.npy --rank 2 -o c.h5", "c.h5"),
        ("fit d.h5 pod --rank 2 -o c.h5", "c.h5"),
        ("snapshots file -o f.h5 --set path=T.npy test_every=4", "f.h5"),
        ("summary c.h5 -o f.h5", "f.h5"),
        ("table errors c.h5 -o f.h5", "f.h5"),
        ("update pod.h5 T.npy -o f.h5", "f.h5"),
        ("pod T.npy --rank 2 -o s.md", "s.md"),
        ("export d.h5 train_U --overwrite -o f.h5", "f.h5"),
        ("encode pod.h5 T.npy --overwrite -o fit.nc", "fit.nc"),
    ],
)
def test_a_result_of_another_kind_stays_as_it_is(own, words, kept, capsys):
    main(["pod", "T.npy", "--rank", "2", "-o", "pod.h5"])
    main(["fit", "d.h5", "pod", "--rank", "2", "-o", "fit.h5"])
    (own / "fit.h5").rename("fit.nc")
    main(["summary", "c.h5", "-o", "s.md"])
    before = (own / kept).read_bytes()
    assert main(words.split()) == 1
    assert (own / kept).read_bytes() == before
    assert "write to another name" in capsys.readouterr().err


@pytest.mark.parametrize("end", FORMATS)
def test_an_export_is_made_anew_where_the_user_says_so(own, end, capsys):
    for verb in ("export f.h5 modes", "encode pod.h5 T.npy"):
        main(["pod", "T.npy", "--rank", "2", "-o", "pod.h5"])
        words = [*verb.split(), "-o", f"{verb[:3]}{end}"]
        assert main(words) == 0
        assert main(words) == 1
        assert "write to another name, or give --overwrite" in capsys.readouterr().err
        assert main([*words, "--overwrite"]) == 0


def test_figures_of_mornet_are_drawn_anew_where_the_user_says_so(own, capsys):
    assert main(["plot", "f.h5"]) == 0
    assert main(["plot", "f.h5"]) == 1
    assert "or --overwrite" in capsys.readouterr().err
    assert main(["plot", "f.h5", "--overwrite"]) == 0
    (own / "f-singular_values.png").write_text("mine")
    assert main(["plot", "f.h5", "--overwrite"]) == 1


def test_python_refuses_the_same(own):
    data = read_snapshots("T.npy", test_every=4)
    with pytest.raises(StorageError, match=r"T.npy exists, and is no result of mornet"):
        save("T.npy", data)
    with pytest.raises(StorageError, match=r"d.h5 is an input of this result"):
        save("d.h5", data, inputs=["d.h5"])


def test_a_loop_of_links_is_a_message(tmp_path, capsys):
    (tmp_path / "loop.h5").symlink_to("loop.h5")
    np.save(tmp_path / "U.npy", np.ones((5, 4)))
    words = ["pod", str(tmp_path / "U.npy"), "--axes", "dof sample", "--rank", "1"]
    assert main([*words, "-o", str(tmp_path / "loop.h5")]) in (0, 1)
    assert "Traceback" not in capsys.readouterr().err
    assert np.load(tmp_path / "U.npy").shape == (5, 4)


def test_a_figure_is_known_by_its_mark_before_a_long_table_of_objects(tmp_path):
    """The table at the end of a PDF has 20 bytes for each object; here there are 2000."""
    path = tmp_path / "f.pdf"
    for maker in ("mornet", "another"):
        mark = f"/Creator ({maker})".encode()
        path.write_bytes(b"%PDF-1.4" + bytes(100_000) + mark + bytes(40_000))
        assert is_ours(path) == (maker == "mornet")


@pytest.mark.parametrize(
    "words",
    [
        "fit d.h5 pod --rank 2 -o T.npy/f.h5",
        "table errors c.h5 -o T.npy/t.tex",
        "figure error_versus_rank c.h5 -o T.npy/e.pdf",
        "export c.h5 -o T.npy/c.npz",
        "plot c.h5 -o T.npy/plots",
        "pod-tree T.npy --axes sample_dof --tolerance .1 --folder T.npy -o p.h5",
        "publish tiny.yaml T.npy/package",
    ],
)
def test_a_file_in_place_of_a_folder_is_named(own, words, capsys):
    (own / "tiny.yaml").write_text("data_sets:\n  wave: {kind: gaussian, n: 32}\n")
    assert main([word.replace("sample_dof", "sample dof") for word in words.split()]) == 1
    said = capsys.readouterr().err
    assert "T.npy is a file, and a folder is needed" in said
    assert said.count("\n") == 1
