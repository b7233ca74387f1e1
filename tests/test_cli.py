import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from mornet.cli import main
from mornet.experiments import EXPERIMENTS
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.figures import FIGURES
from mornet.origins import code_of
from mornet.storage import load
from mornet.storage.results import checksum
from mornet.tables import TABLES


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A small study made by hand, verb by verb."""
    path = tmp_path_factory.mktemp("results")

    def run(*words):
        assert main([str(word) for word in words]) == 0

    data, curve = path / "wave.h5", path / "curve.h5"
    run("snapshots", "gaussian", "--name", "wave", "--set", "n=32", "-o", data)
    run("fit", data, "pod", "--name", "POD", "--rank", 3, "--seeds", 0, 1, "-o", path / "POD.h5")
    run(
        "fit",
        data,
        "linear_autoencoder",
        "--name",
        "linear",
        "--rank",
        3,
        "--seeds",
        0,
        1,
        "-o",
        curve,
    )
    run("compare", data, path / "POD.h5", curve, "-o", path / "comparison.h5")
    run("close-up", data, path / "POD.h5", curve, "-o", path / "close_up.h5")
    run(
        "experiment",
        "ten_points",
        "--set",
        "steps=200",
        "record_every=50",
        "grid=11",
        "-o",
        path / "ten.h5",
    )
    few = ("base={starts: 20}", "adam_steps=200", "retraining_gradients=20")
    run("experiment", "update_orders", "--set", *few, "-o", path / "update.h5")
    return path


def test_every_verb_leaves_the_record_it_is_for(results):
    kinds = {
        "wave": "data_set",
        "POD": "case",
        "comparison": "comparison",
        "close_up": "close_up",
        "ten": "entering_example",
        "update": "update_orders",
    }
    for name, kind in kinds.items():
        assert load(results / f"{name}.h5").kind == kind
    assert load(results / "wave.h5").name == "wave"


def test_one_call_writes_tables_of_different_results(results, tmp_path, capsys):
    compared, fit = (str(results / f"{name}.h5") for name in ("comparison", "curve"))
    names, alone = ("errors", "linear_autoencoder"), tmp_path / "alone"
    both = [str(tmp_path / f"{name}.tex") for name in names]
    words = ["table", ",".join(names), compared, fit, "--of"]
    assert main([*words, "1", "1", "-o", *both]) == 0
    alone.mkdir()
    for name, result in zip(names, (compared, fit), strict=True):
        assert main(["table", name, result, "-o", str(alone / f"{name}.tex")]) == 0
    for path in alone.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()
    assert main([*words, "1", "2", "-o", *both]) == 1
    assert "give one count for each of 2 names, which add up to 2 files" in capsys.readouterr().err


def test_explain_answers_in_words(results, capsys):
    assert main(["explain", str(results / "curve.h5"), str(results / "wave.h5")]) == 0
    words = capsys.readouterr().out  # without biases the linear autoencoder is POD, not PCA
    assert "On test snapshots the fit loses to PCA of rank 3 by a factor of 1.03" in words
    assert "On training snapshots the fit is as good as POD of rank 3" in words
    assert "the same subspace as POD, with another basis" in words
    assert main(["explain", str(results / "wave.h5"), str(results / "wave.h5")]) == 1
    assert "holds a record 'data_set', not 'case'" in capsys.readouterr().err


def test_a_loaded_reduction_encodes_and_decodes(results):
    model, data = load(results / "curve.h5").models[1], load(results / "wave.h5")
    assert model.decode(model.encode(data.test.U)).shape == data.test.U.shape


def test_a_figure_is_a_pdf_and_a_png(results):
    out = results / "figures" / "errors.pdf"
    assert (
        main(["figure", "error_versus_rank", str(results / "comparison.h5"), "-o", str(out)]) == 0
    )
    assert out.read_bytes().startswith(b"%PDF")
    assert out.with_suffix(".png").read_bytes().startswith(b"\x89PNG")


def test_a_table_is_latex_and_csv_with_the_numbers_of_the_file(results):
    out = results / "errors.tex"
    assert main(["table", "errors", str(results / "comparison.h5"), "-o", str(out)]) == 0
    assert r"\toprule" in out.read_text()
    rows = csv.DictReader(out.with_suffix(".csv").read_text().splitlines())
    errors = {(row["error %"], row["method"]): float(row["rank 3"]) for row in rows}
    comparison = load(results / "comparison.h5")
    assert errors["test", "POD"] == 100 * comparison.test_error[0, 0, 0]
    assert errors["training", "POD"] == 100 * comparison.train_error[0, 0, 0]


def test_figures_and_tables_name_the_results_they_show(results, tmp_path):
    source = f"{results / 'comparison.h5'} ({checksum(results / 'comparison.h5')[:12]})"
    words = [str(results / "comparison.h5"), "-o"]
    assert main(["figure", "error_versus_rank", *words, str(tmp_path / "e.pdf")]) == 0
    assert main(["table", "errors", *words, str(tmp_path / "e.tex")]) == 0
    with PIL.Image.open(tmp_path / "e.png") as png:
        assert png.text["Source"] == source
    pdf = (tmp_path / "e.pdf").read_bytes().replace(b"\\(", b"(").replace(b"\\)", b")")
    assert source.encode() in pdf
    assert (tmp_path / "e.tex").read_text().splitlines()[0].endswith(source)


def test_the_summary_says_who_wins(results):
    out = results / "summary.md"
    inputs = [str(results / f"{name}.h5") for name in ("comparison", "curve", "ten", "update")]
    assert main(["summary", *inputs, "--title", "Mine", "-o", str(out)]) == 0
    text = out.read_text()
    assert text.startswith("# Mine")
    assert "r = 3: **PCA** wins (" in text
    assert "| wave | linear | 3 |" in text


def test_a_summary_of_what_is_given_twice_or_is_none_is_refused(results, tmp_path, capsys):
    file, page = str(results / "comparison.h5"), tmp_path / "page.md"
    for words, said in (
        ([file, file, "-o", page], "comparison.h5 is given twice: give each result once"),
        ([file, "-o", page.with_suffix(".txt")], "page.txt: the summary is written in Markdown"),
        ([file, "-o", page, "--figures", "map-wave"], "no figure is called 'map'"),
    ):
        assert main(["summary", *map(str, words)]) == 1
        assert said in capsys.readouterr().err
    words = ["--title", "", "--figures", "error_versus_rank-wave", "-o", str(page)]
    assert main(["summary", file, *words]) == 0


@pytest.mark.parametrize("words", [("explain", "curve"), ("compare", "POD", "curve", "--on")])
def test_nothing_is_printed_of_snapshots_that_are_refused(words, results, tmp_path, capsys):
    np.save(tmp_path / "a.npy", np.eye(3))
    fits = [str(results / f"{word}.h5") if word.isalpha() else word for word in words[1:]]
    assert main([words[0], *fits, str(tmp_path / "a.npy")]) == 1
    out, error = capsys.readouterr()
    assert (out, "a.npy: is not a mornet result" in error) == ("", True)


def test_info_and_diff_read_what_was_written(results, capsys):
    assert main(["info", str(results / "POD.h5")]) == 0
    assert "train_error" in capsys.readouterr().out
    assert main(["diff", str(results / "POD.h5"), str(results / "POD.h5")]) == 0
    assert "the same results" in capsys.readouterr().out
    assert main(["diff", str(results / "POD.h5"), str(results / "curve.h5")]) == 1


def test_validate_prints_all_settings(tmp_path, capsys):
    (tmp_path / "deep.yaml").write_text(
        "data_sets: {wave: {kind: step_wave, n: 30}}\n"
        "methods: {deep: {kind: autoencoder, hidden: [16], epochs: 5}}\n"
        "ranks: {wave: [2]}\n"
    )
    assert main(["validate", str(tmp_path / "deep.yaml")]) == 0
    (deep,) = re.findall(r"  deep: (autoencoder .*)", capsys.readouterr().out)
    assert {"hidden=[16]", "epochs=5", "tied=false"} <= set(deep.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["snapshots", "burger", "-o", "x.h5"], "there is no 'burger'; did you mean 'burgers'?"),
        (
            ["snapshots", "burgers", "--set", "n=2", "m=1", "-o", "x.h5"],
            "burgers.n = 2 must be at least 3",
        ),
        (["fit", "none.h5", "pod", "--rank", "2", "-o", "x.h5"], "none.h5: is not a file"),
        (["figure", "pie", "README.md", "-o", "x.pdf"], "README.md"),
        (["table", "pie", "README.md", "-o", "x.tex"], "there is no 'pie'; there are errors"),
        (["validate", "README.md"], "README.md"),
        (["info", "pyproject.toml"], "pyproject.toml"),
        (
            ["snapshots", "gaussian", "--set", "n=[1", "-o", "x.h5"],
            "gaussian.n = '[1' is not valid YAML",
        ),
        (
            ["snapshots", "burgers", "--set", "train=[1.0]", "-o", "x.h5"],
            "none of the test parameters may be",
        ),
        (
            ["snapshots", "burgers", "--set", "train=[-3.0]", "-o", "x.h5"],
            "burgers.train[0] = -3.0 must be greater than -1",
        ),
    ],
)
def test_a_mistake_is_one_line_without_a_traceback(words, message, capsys):
    assert main(words) == 1
    error = capsys.readouterr().err
    assert error.startswith("mornet: ")
    assert message in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("verb", "registry"),
    [
        ("snapshots", DATA_SETS),
        ("fit", METHODS),
        ("experiment", EXPERIMENTS),
        ("figure", FIGURES),
        ("table", TABLES),
    ],
)
def test_every_verb_with_kinds_lists_them(verb, registry, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--list"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.split() == list(registry)


def test_one_job_fits_several_ranks_as_several_jobs_do(results, tmp_path, capsys):
    both = [tmp_path / "POD-r1.h5", tmp_path / "POD-r3.h5"]
    words = ["fit", str(results / "wave.h5"), "pod", "--name", "POD", "--seeds", "0", "1"]
    assert main([*words, "--rank", "1", "3", "-o", *map(str, both)]) == 0
    assert main(["diff", str(both[1]), str(results / "POD.h5")]) == 0
    assert load(both[0]).rank == 1
    assert main([*words, "--rank", "1", "3", "-o", str(both[0])]) == 1
    assert "2 ranks for 1 file: give one file by -o for each rank" in capsys.readouterr().err


def test_a_warning_is_one_line_without_code(tmp_path):
    np.save(tmp_path / "U.npy", np.outer(np.arange(1.0, 21), np.arange(1.0, 9)))
    words = ["pod", "U.npy", "--axes", "dof sample", "--rank", "3", "-o", "pod.h5"]
    call = [sys.executable, "-m", "mornet", *words]
    root = {"PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONWARNINGS": "default"}
    done = subprocess.run(call, cwd=tmp_path, env=os.environ | root, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stderr == (
        "mornet: warning: rank 3 was asked for, but the snapshots have numerical rank 1; "
        "the POD has 1 mode\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "same.h5", "./same.h5"], "same.h5 twice"),
        (["-o", "one.h5", "two.h5", "--seeds", "3", "0", "3"], "--seeds has 3 twice"),
    ],
)
def test_each_file_and_each_seed_is_of_one_result(
    results, words, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["fit", str(results / "wave.h5"), "pod", "--rank", "1", "2", *words]) == 1
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_one_job_draws_several_figures_of_the_same_results(results, tmp_path):
    out = [str(tmp_path / "rank.pdf"), str(tmp_path / "cost.pdf")]
    words = ["figure", "error_versus_rank,error_versus_cost", str(results / "comparison.h5")]
    assert main([*words, "-o", *out]) == 0
    assert all((tmp_path / name).exists() for name in ("rank.png", "cost.png"))


def test_the_code_that_makes_a_result_is_named_in_it(results):
    import h5py

    for name, verb, kind in (("POD", "fit", "pod"), ("ten", "experiment", "ten_points")):
        with h5py.File(results / f"{name}.h5") as file:
            assert file.attrs["code_id"] == code_of(verb, kind)


def test_data_that_no_figure_could_show_are_refused_before_anything_is_fitted(tmp_path, capsys):
    out = str(tmp_path / "data.h5")
    words = ["snapshots", "burgers_2d", "--set", "nodes=6", "times=4", "--on-a-line", "-o", out]
    assert main(words) == 1
    assert "has 2 coordinates, but a figure over space and time" in capsys.readouterr().err


def test_the_wrong_kind_of_file_is_named(results, capsys):
    words = ["fit", str(results / "ten.h5"), "pod", "--rank", "2", "-o", str(results / "x.h5")]
    assert main(words) == 1
    assert "ten.h5: holds a record 'entering_example', not 'data_set'" in capsys.readouterr().err
    assert not (results / "x.h5").exists()


def test_a_part_of_the_training_snapshots_is_held_out_where_asked(tmp_path):
    out = tmp_path / "data.h5"
    words = ["snapshots", "burgers", "--set", "n=20", "steps=10", "--hold-out", "0.5"]
    assert main([*words, "-o", str(out)]) == 0
    data = load(out)
    assert (data.train.m, data.validation.m) == (10, 10)
    assert "1 of 2 training parameters, chosen at random, held out" in data.split
    words = ["fit", str(out), "autoencoder", "--rank", "1", "--set", "patience=2", "epochs=3"]
    assert main([*words, "-o", str(tmp_path / "fit.h5")]) == 0


def test_your_own_hdf5_snapshots_are_a_data_set(tmp_path):
    import h5py

    U = np.random.default_rng(0).standard_normal((6, 10))
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["run/U"] = U
    words = ["snapshots", "file", "--set", f"path={tmp_path}/mine.h5", "key=run/U"]
    words += ['axes="dof sample"', "test_every=5", "-o", str(tmp_path / "data.h5")]
    assert main(words) == 0
    data = load(tmp_path / "data.h5")
    np.testing.assert_array_equal(data.test.U, U[:, [4, 9]])
