"""Verbs that list results and take them into other programs."""

import csv
import subprocess
import sys

import numpy as np
import pytest
import scipy.io
import xarray

from mornet.cli import main
from mornet.errors import OptionError
from mornet.figures import anything, drawn
from mornet.storage import labelled, labelled_study, load
from mornet.storage.export import FORMATS


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = tmp_path_factory.mktemp("results")

    def run(*words):
        assert main([str(word) for word in words]) == 0

    run("snapshots", "gaussian", "--name", "wave", "--set", "n=32", "-o", path / "wave.h5")
    for name, centre in (("POD", "false"), ("PCA", "true")):
        fit = ["pod", "--name", name, "--rank", 3, "--seeds", 0, 1, "--set", f"centre={centre}"]
        run("fit", path / "wave.h5", *fit, "-o", path / f"{name}.h5")
    deep = ["autoencoder", "--name", "deep", "--rank", 3, "--seeds", 0, 1, "--set", "hidden=[4]"]
    run("fit", path / "wave.h5", *deep, "epochs=3", "-o", path / "deep.h5")
    fits = [path / f"{name}.h5" for name in ("POD", "PCA", "deep")]
    run("compare", path / "wave.h5", *fits, "-o", path / "comparison.h5")
    return path


def run(*words):
    return main([str(word) for word in words])


def test_info_prints_the_errors_of_a_fit_and_the_verdict_of_a_comparison(results, capsys):
    assert run("info", results / "POD.h5") == 0
    error = load(results / "POD.h5").test_error[0]
    assert f"test_error (seed: 2) float64 = [{error:.6g}" in capsys.readouterr().out
    assert run("info", results / "comparison.h5") == 0
    out = capsys.readouterr().out
    assert "**Verdict**:" in out
    assert f"{100 * error:.4g}" in out


def test_list_names_results_with_their_errors_and_what_is_damaged(results, tmp_path, capsys):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/POD.h5").write_bytes((results / "POD.h5").read_bytes())
    (tmp_path / "bad.h5").write_bytes((results / "POD.h5").read_bytes()[:-50])
    assert run("list", tmp_path) == 0
    first, second = capsys.readouterr().out.splitlines()
    error = 100 * load(results / "POD.h5").test_error[0]
    assert first.startswith("a/POD.h5: case, POD of rank 3: training ")
    assert first.endswith(f"test {error:.4g} %")
    assert second.startswith("bad.h5: cannot be used: ")


def test_list_puts_rank_2_before_rank_10(results, tmp_path, capsys):
    for rank in (10, 2):
        (tmp_path / f"POD-r{rank}.h5").write_bytes((results / "POD.h5").read_bytes())
    assert run("list", tmp_path) == 0
    names = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["POD-r2.h5", "POD-r10.h5"]


def test_diff_tells_the_other_code_and_provenance_too(results, capsys):
    assert run("diff", results / "POD.h5", results / "deep.h5") == 1
    out = capsys.readouterr().out
    assert "test_error differs" in out
    assert "provenance differs in code_id: " in out


def columns_last(array):
    """The array with the axis of its snapshots behind all others, as in other formats."""
    return array.transpose(..., *[dim for dim in array.dims if dim.endswith("time")])


def read_back(path):
    match path.suffix:
        case ".npz":
            return dict(np.load(path))
        case ".mat":
            return scipy.io.loadmat(path)
        case ".nc":
            with xarray.open_dataset(path, engine="h5netcdf") as data:
                return {name: columns_last(data[name]).values for name in data.variables}
    return {}


@pytest.mark.parametrize("suffix", [".npz", ".mat", ".nc"])
def test_modes_codes_and_reconstructions_come_back_as_they_are(results, suffix, tmp_path):
    out = tmp_path / f"PCA{suffix}"
    what = ["modes", "codes", "reconstructions", "--snapshots", results / "wave.h5"]
    assert run("export", results / "PCA.h5", *what, "-o", out) == 0
    found, pod, data = read_back(out), load(results / "PCA.h5").models[0], load(results / "wave.h5")
    np.testing.assert_array_equal(found["modes"], pod.V)
    np.testing.assert_array_equal(np.ravel(found["centre"]), pod.centre)
    np.testing.assert_array_equal(found["codes_test"], pod.encode(data.test.U))
    states = data.train.to_states(pod.decode(pod.encode(data.train.U)))
    np.testing.assert_array_equal(found["reconstructions_train"], states)


def test_netcdf_keeps_the_names_of_axes(results, tmp_path):
    assert run("export", results / "comparison.h5", "-o", tmp_path / "c.nc") == 0
    with xarray.open_dataset(tmp_path / "c.nc", engine="h5netcdf") as data:
        assert data["test_error"].dims == ("method_name", "rank", "seed")
        assert data["method_name"].values.tolist() == ["POD", "PCA", "deep"]
        best = data["test_error"].sel(method_name="PCA", rank=3).values
    np.testing.assert_array_equal(best, load(results / "comparison.h5").test_error[1, 0])


LAT, LON = np.array([40.0, 50.0, 60.0]), np.linspace(-30, 10, 5)
SEA = np.random.default_rng(0).standard_normal((12, 3, 5))


@pytest.fixture(scope="module")
def sea(tmp_path_factory):
    """A fit of two fields on latitudes and longitudes, with land at one place."""
    path = tmp_path_factory.mktemp("sea")
    T = SEA.copy()
    T[:, 1, 2] = np.nan
    dims, where = ("time", "lat", "lon"), {"time": 0.5 * np.arange(12), "lat": LAT, "lon": LON}
    xarray.Dataset({"T": (dims, T), "p": (dims, 2 * T)}, where).to_netcdf(path / "sea.nc")
    for keys, name in (("[T, p]", "two"), ("[T]", "one")):
        words = [f"path={path / 'sea.nc'}", f"keys={keys}", "test_every=4"]
        assert run("snapshots", "file", "--set", *words, "-o", path / f"{name}.h5") == 0
        fit = ["pod", "--rank", "9", "-o", path / f"POD_{name}.h5"]
        assert run("fit", path / f"{name}.h5", *fit) == 0
    return path


def test_netcdf_has_the_axes_of_the_grid_and_its_coordinates(sea, tmp_path):
    for name, fields in (("two", {"_T": 1, "_p": 2}), ("one", {"": 1})):
        out, its = tmp_path / f"{name}.nc", ["--snapshots", sea / f"{name}.h5"]
        words = [sea / f"POD_{name}.h5", "modes", "reconstructions", *its, "-o", out]
        assert run("export", *words) == 0
        with xarray.open_dataset(out, engine="h5netcdf") as found:
            np.testing.assert_array_equal(found.lat, LAT)
            np.testing.assert_array_equal(found.lon, LON)
            for end, factor in fields.items():
                assert found[f"modes{end}"].dims == ("lat", "lon", "mode")
                array = found[f"reconstructions_train{end}"]
                assert array.dims == ("train_time", "lat", "lon")
                array = columns_last(array)
                train = np.moveaxis(factor * SEA, 0, -1)[..., np.arange(12) % 4 != 3]
                land = np.isnan(array.values)
                assert land[1, 2].all()
                assert np.count_nonzero(land[..., 0]) == 1
                np.testing.assert_allclose(array.values[~land], train[~land], rtol=1e-8, atol=1e-9)


def test_modes_and_codes_of_scaled_fields_have_their_scale(sea, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = [f"path={sea / 'sea.nc'}", "keys=[T, p]", "test_every=4", "scale=deviation"]
    assert run("snapshots", "file", "--set", *words, "-o", "d.h5") == 0
    assert run("fit", "d.h5", "pod", "--rank", "9", "-o", "f.h5") == 0
    data = load("d.h5")
    for its in ([], ["--snapshots", "d.h5"]):  # the fit names the file of its snapshots
        assert run("export", "f.h5", "modes", *its, "-o", "m.npz", "--overwrite") == 0
        np.testing.assert_array_equal(np.load("m.npz")["scale"], data.train.scale)
    assert run("export", "f.h5", "modes", "codes", "--snapshots", "d.h5", "-o", "m.nc") == 0
    with xarray.open_dataset("m.nc", engine="h5netcdf") as found:
        codes = found.codes_train.values.T
        states = found.scale_p.values[..., None] * (found.modes_p.values @ codes)
        train = np.moveaxis(2 * SEA, 0, -1)[..., np.arange(12) % 4 != 3]
        known = ~np.isnan(states)
        np.testing.assert_allclose(states[known], train[known], rtol=1e-8, atol=1e-9)
        assert "times scale" in found.modes_p.comment
        assert "times scale" in found.codes_train.comment
    capsys.readouterr()
    assert run("export", "f.h5", "modes", "-o", "m.npy") == 0
    assert "of scaled snapshots" in capsys.readouterr().out
    assert run("export", "f.h5", "scale", "--snapshots", "d.h5", "-o", "s.npy") == 0
    np.testing.assert_array_equal(np.load("s.npy"), data.train.scale)


def test_times_of_dates_are_dates_again(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    days = np.datetime64("2000-01-31", "ns") + np.arange(12) * np.timedelta64(1, "D")
    dims, where = ("time", "lat", "lon"), {"time": days, "lat": LAT, "lon": LON}
    xarray.Dataset({"T": (dims, SEA)}, where).to_netcdf("a.nc")
    assert run("snapshots", "file", "--set", "path=a.nc", "test_every=4", "-o", "d.h5") == 0
    assert run("fit", "d.h5", "pod", "--rank", "2", "-o", "f.h5") == 0
    assert run("export", "f.h5", "codes", "--snapshots", "d.h5", "-o", "c.nc") == 0
    assert run("export", "d.h5", "train_t", "-o", "t.nc") == 0
    assert "days since" not in capsys.readouterr().out
    for words in (["export", "f.h5", "codes"], ["encode", "f.h5", "a.nc"]):
        for out in ("c.csv", "c.npz"):
            assert run(*words, "-o", out, "--overwrite") == 0
            note = f"note: the times in {out} are days since 2000-01-31"
            assert note in capsys.readouterr().out
    for name, array in (("c", "train_time"), ("t", "train_t")):
        with xarray.open_dataset(f"{name}.nc", engine="h5netcdf") as found:
            np.testing.assert_array_equal(found[array], days[np.arange(12) % 4 != 3])


def test_decoded_states_and_the_data_set_itself_have_the_axes_of_the_grid(sea, tmp_path):
    fit, its, codes = sea / "POD_one.h5", ["--snapshots", sea / "one.h5"], tmp_path / "c.npy"
    assert run("encode", fit, sea / "sea.nc:T", *its, "-o", codes) == 0
    assert run("decode", fit, codes, *its, "-o", tmp_path / "s.nc") == 0
    assert run("export", sea / "one.h5", "train_U", "train_x", "-o", tmp_path / "d.nc") == 0
    for name, array in (("s", "states"), ("d", "train_U")):
        with xarray.open_dataset(tmp_path / f"{name}.nc", engine="h5netcdf") as found:
            assert found[array].dims[-2:] == ("lat", "lon")
            np.testing.assert_array_equal(found.lon, LON)


def test_a_curved_grid_keeps_all_its_coordinates(tmp_path):
    lat = np.add.outer([0.0, 1.0, 3.0], [0.0, 0.1, 0.3, 0.4])
    where = {"lat": (("y", "x"), lat), "lon": (("y", "x"), lat**2)}
    data = xarray.Dataset({"u": (("time", "y", "x"), np.ones((6, 3, 4)))}, where)
    data.to_netcdf(tmp_path / "u.nc")
    words = [f"path={tmp_path / 'u.nc'}", "test_every=3", "-o", tmp_path / "d.h5"]
    assert run("snapshots", "file", "--set", *words) == 0
    assert run("export", tmp_path / "d.h5", "train_U", "-o", tmp_path / "d.nc") == 0
    with xarray.open_dataset(tmp_path / "d.nc", engine="h5netcdf") as found:
        assert found.train_U.dims == ("sample", "y", "x")
        np.testing.assert_array_equal(found.coordinate_0, lat)
        np.testing.assert_array_equal(found.train_U.coordinate_1, lat**2)


def test_a_study_is_one_labelled_array(results, tmp_path):
    for name in ("wave", "again"):
        (tmp_path / f"{name}.h5").write_bytes((results / "comparison.h5").read_bytes())
    data = labelled_study(tmp_path)
    assert data["test_error"].dims == ("data_set", "method_name", "rank", "seed")
    comparison = load(results / "comparison.h5")
    one = data["test_error"].sel(method_name="deep", rank=3, seed=1)
    np.testing.assert_array_equal(one, [comparison.test_error[2, 0, 1]] * 2)
    assert labelled(comparison).attrs["kind"] == "comparison"
    with pytest.raises(OptionError, match="holds no result of the kind 'case'"):
        labelled_study(tmp_path, "case")


def test_a_single_array_is_an_npy_file(results, tmp_path):
    assert run("export", results / "POD.h5", "models_0_V", "-o", tmp_path / "V.npy") == 0
    pod = load(results / "POD.h5").models[0]
    np.testing.assert_array_equal(np.load(tmp_path / "V.npy"), pod.V)


@pytest.mark.parametrize("name", ["modes.csv", "modes.npy"])
def test_modes_less_a_mean_are_one_array_and_the_mean_another(results, name, tmp_path, capsys):
    model, out = load(results / "PCA.h5").models[0], tmp_path / name
    assert run("export", results / "PCA.h5", "modes", "-o", out) == 0
    assert "take .npz or .nc, or the array `centre`" in capsys.readouterr().out
    found = np.load(out) if out.suffix == ".npy" else np.loadtxt(out, delimiter=",")
    np.testing.assert_array_equal(found, model.V)
    assert run("export", results / "PCA.h5", "centre", "-o", tmp_path / "centre.npy") == 0
    np.testing.assert_array_equal(np.load(tmp_path / "centre.npy"), model.centre)
    assert run("export", results / "POD.h5", "centre", "-o", tmp_path / "none.npy") == 1
    assert "has no 'centre'" in capsys.readouterr().err


def test_a_table_of_errors_is_a_csv_with_one_row_for_each_case(results, tmp_path):
    out = tmp_path / "errors.csv"
    what = ["method_name", "rank", "seed", "train_error", "test_error"]
    assert run("export", results / "comparison.h5", *what, "-o", out) == 0
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 3 * 1 * 2
    assert (rows[-1]["method_name"], rows[-1]["rank"], rows[-1]["seed"]) == ("deep", "3", "1")
    assert float(rows[-1]["test_error"]) == load(results / "comparison.h5").test_error[2, 0, 1]


def test_a_csv_of_errors_names_methods_ranks_and_seeds_unasked(results, tmp_path, capsys):
    out = tmp_path / "errors.csv"
    assert run("export", results / "comparison.h5", "test_error", "-o", out) == 0
    assert capsys.readouterr().out.startswith(f"{out}: test_error, ")
    rows = list(csv.reader(out.read_text().splitlines()))
    assert rows[0][1:] == ["rank", "seed", "test_error"]
    assert [row[0] for row in rows[1::2]] == ["POD", "PCA", "deep"]
    assert {row[1] for row in rows[1:]} == {"3"}


def test_compare_without_a_file_says_in_what_two_results_differ(results, capsys):
    pair = results / "POD.h5", results / "PCA.h5"
    assert run("compare", *pair) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"relative errors on {results / 'wave.h5'}"
    assert "setting centre: false and true" in lines
    assert lines[-1] == "`mornet diff {} {}` lists all arrays that differ".format(*pair)
    assert not [line for line in lines if line.startswith(("/models", "/config", "provenance"))]
    assert run("compare", results / "POD.h5", results / "POD.h5") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "both hold the same results"
    assert run("compare", results / "wave.h5", results / "POD.h5", results / "PCA.h5") == 1
    assert "give the file of the comparison by -o" in capsys.readouterr().err


def test_compare_says_in_what_data_sets_and_other_kinds_differ(results, tmp_path, capsys):
    other = tmp_path / "other.h5"
    assert run("snapshots", "gaussian", "--name", "wave", "--set", "n=16", "-o", other) == 0
    capsys.readouterr()
    assert run("compare", results / "wave.h5", other) == 1
    lines = capsys.readouterr().out.splitlines()
    for path, n, line in zip((results / "wave.h5", other), (32, 16), lines, strict=False):
        parts = f"{n // 2} training and {n // 2} test snapshots of {n} degrees of freedom"
        assert line.startswith(f"{path}: {parts}; ")
    assert {"training snapshots have other sizes", "setting n: 32 and 16"} <= {*lines}
    assert run("compare", other, results / "POD.h5") == 1
    first, *_ = capsys.readouterr().out.splitlines()
    assert first == f"{other} holds a data set, and {results / 'POD.h5'} a fit"


def test_list_says_how_large_data_and_comparisons_are(results, capsys):
    assert run("list", results) == 0
    said = capsys.readouterr().out
    assert "wave.h5: data_set, 32 degrees of freedom, 16 training and 16 test snapshots" in said
    assert "comparison.h5: comparison of POD, PCA, deep; ranks 3" in said


def test_a_matrix_is_a_csv_without_headings(results, tmp_path):
    out = tmp_path / "V.csv"
    assert run("export", results / "POD.h5", "models_0_V", "-o", out) == 0
    np.testing.assert_array_equal(
        np.loadtxt(out, delimiter=","), load(results / "POD.h5").models[0].V
    )


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_every_format_leaves_files_that_exist_as_they_are(results, suffix, tmp_path, capsys):
    out = tmp_path / f"V{suffix}"
    out.write_text("mine")
    assert run("export", results / "POD.h5", "modes", "-o", out) == 1
    assert "exists, and is no result of mornet" in capsys.readouterr().err
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["POD.h5", "nodes", "-o", "x.npz"], "has no 'nodes'; there are modes, codes"),
        (["POD.h5", "modes", "-o", "x.xls"], "no writer for '.xls'; there are .npy, .npz"),
        (["wave.h5", "modes", "-o", "x.npz"], "a record 'data_set' holds no reduction"),
        (["deep.h5", "modes", "-o", "x.npz"], "the reduction 'autoencoder' has no modes"),
        (
            ["POD.h5", "modes", "--mesh", "wave.h5", "-o", "x.npz"],
            "--mesh is for .vtu, .vtk",
        ),
        (
            ["POD.h5", "-o", "all.csv"],
            "all.csv holds one array: name it before -o; there are modes,",
        ),
        (
            ["comparison.h5", "-o", "all.csv"],
            "a CSV file holds one matrix, or arrays with the same",
        ),
    ],
)
def test_what_cannot_be_exported_is_said(results, words, message, monkeypatch, capsys):
    monkeypatch.chdir(results)
    assert run("export", *words) == 1
    assert message in capsys.readouterr().err


def test_arrays_have_the_names_that_info_prints_too(results, tmp_path, capsys):
    for name in ("train/t", "train_t"):
        out = tmp_path / f"{name[:5]}{len(name)}{name[5] == '/'}.csv"
        assert run("export", results / "wave.h5", name, "-o", out) == 0
        shown = np.loadtxt(out, delimiter=",", skiprows=1)[:, -1]
        np.testing.assert_array_equal(shown, load(results / "wave.h5").train.t)
    capsys.readouterr()
    assert run("export", results / "wave.h5", "time", "-o", tmp_path / "x.csv") == 1
    said = capsys.readouterr().err
    assert "has no 'time'; there are test_U, test_t" in said
    assert "modes" not in said


def test_the_codes_of_one_part_are_a_csv(results, tmp_path, capsys):
    fit, snapshots = results / "POD.h5", ["--snapshots", results / "wave.h5"]
    pod, data = load(fit).models[0], load(results / "wave.h5")
    for name, expected in (
        ("codes_test", pod.encode(data.test.U)),
        ("reconstructions_train", data.train.to_states(pod.decode(pod.encode(data.train.U)))),
        ("x", data.train.x),
    ):
        out = tmp_path / f"{name}.csv"
        assert run("export", fit, name, *snapshots, "-o", out) == 0
        np.testing.assert_array_equal(np.loadtxt(out, delimiter=",", ndmin=2), expected)
    assert run("export", fit, "t_test", *snapshots, "-o", tmp_path / "t.npy") == 0
    np.testing.assert_array_equal(np.load(tmp_path / "t.npy"), data.test.t)
    capsys.readouterr()
    for words, message in (
        (["codes_validation", *snapshots], "has no 'codes_validation'; there are modes, codes,"),
    ):
        assert run("export", fit, *words, "-o", tmp_path / "none.csv") == 1
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["codes.csv", "table.csv"])
def test_a_table_of_codes_has_a_row_for_each_snapshot(results, name, tmp_path):
    """The name of the file says what is wanted, and the fit names its snapshots."""
    words = ["codes"] if name == "table.csv" else []
    assert run("export", results / "POD.h5", *words, "-o", tmp_path / name) == 0
    pod, data = load(results / "POD.h5").models[0], load(results / "wave.h5")
    with (tmp_path / name).open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["snapshot", "part", "trajectory", "t", "code_0", "code_1", "code_2"]
    assert [row["part"] for row in rows] == ["train"] * data.train.m + ["test"] * data.test.m
    codes = np.array([[float(row[f"code_{k}"]) for row in rows] for k in range(3)])
    np.testing.assert_array_equal(codes[:, : data.train.m], pod.encode(data.train.U))
    np.testing.assert_array_equal(codes[:, data.train.m :], pod.encode(data.test.U))
    t = [float(row["t"]) for row in rows]
    np.testing.assert_array_equal(t, [*data.train.t, *data.test.t])


def test_codes_need_the_snapshots_that_a_fit_names(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("snapshots", "gaussian", "--set", "n=8", "-o", "d.h5") == 0
    assert run("fit", "d.h5", "pod", "--rank", 2, "-o", "f.h5") == 0
    assert run("export", "f.h5", "codes_test", "-o", "c.csv") == 0
    (tmp_path / "d.h5").unlink()
    for words in (["codes"], ["codes_test"]):
        assert run("export", "f.h5", *words, "-o", "none.csv") == 1
        assert "codes need --snapshots FILE" in capsys.readouterr().err


def test_codes_of_other_snapshots_are_refused(results, tmp_path, capsys):
    other = tmp_path / "other.h5"
    assert run("snapshots", "step_wave", "--name", "wave", "--set", "n=32", "-o", other) == 0
    capsys.readouterr()
    words = [results / "POD.h5", "codes", "--snapshots", other, "-o", tmp_path / "c.npz"]
    assert run("export", *words) == 1
    assert "was fitted to other snapshots" in capsys.readouterr().err


def test_plot_draws_the_figures_of_a_comparison_and_the_arrays_of_anything(results, tmp_path):
    assert {"error_versus_rank", "error_versus_cost"} <= drawn(
        load(results / "comparison.h5")
    ).keys()
    assert run("plot", results / "POD.h5", "-o", tmp_path) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        f"POD-singular_values{end}" for end in (".pdf", ".png")
    }
    assert drawn(load(results / "wave.h5")).keys() == {"snapshots"}


def test_modes_of_a_fit_to_a_line_are_drawn_over_it(results, tmp_path, monkeypatch):
    lines, draw = [], anything.draw
    monkeypatch.setattr(anything, "draw", lambda *of: (lines.append(of[2]), draw(*of)))
    fit = tmp_path / "fit.h5"
    assert run("pod", results / "wave.h5:train", "--rank", 3, "-o", fit) == 0
    assert run("plot", fit, "-o", tmp_path) == 0
    np.testing.assert_array_equal(lines[0].x, load(results / "wave.h5").train.x[0])


def test_a_folder_of_results_names_one_of_them(results, tmp_path, capsys):
    (tmp_path / "comparisons").mkdir()
    for path in (tmp_path / "POD.h5", tmp_path / "comparisons/wave.h5"):
        path.write_bytes((results / "POD.h5").read_bytes())
    assert run("plot", tmp_path) == 1
    said = f"{tmp_path}: is a folder: give one of the results in it, such as "
    assert f"{said}{tmp_path / 'comparisons/wave.h5'};" in capsys.readouterr().err


def test_a_fit_without_modes_names_none_among_what_it_has(results, tmp_path, capsys):
    assert run("export", results / "deep.h5", "-o", tmp_path / "a.csv") == 1
    assert "there are codes, reconstructions, " in capsys.readouterr().err
    assert run("export", results / "deep.h5", "nothing", "-o", tmp_path / "a.npz") == 1
    assert "there are codes, reconstructions, " in capsys.readouterr().err


def test_plot_overwrites_nothing(results, tmp_path, capsys):
    (tmp_path / "wave-snapshots.png").write_text("mine")
    assert run("plot", results / "wave.h5", "-o", tmp_path) == 1
    assert "exists, and is not overwritten" in capsys.readouterr().err


def test_a_reader_that_has_had_enough_is_no_error(results):
    command = f"{sys.executable} -m mornet info {results / 'POD.h5'} | head -n 1"
    shell = ["bash", "-o", "pipefail", "-c", command]
    run = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert not run.stderr
