"""Trajectories whose names are words keep them: in data sets, reports, results, exports, splits."""

import h5py
import numpy as np
import pandas
import pytest
import scipy.io
import xarray as xr

from mornet.cli import main
from mornet.errors import DataError, OptionError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find
from mornet.snapshots.report import data_set_lines, found_lines
from mornet.storage import load

U = np.random.default_rng(0).standard_normal((30, 12))
RUN, T = np.repeat(["wet", "dry", "run_a"], 4), np.tile(np.arange(4.0), 3)
NAMES = ("dry", "run_a", "wet")


def table(run, **columns):
    return pandas.DataFrame({"run": run, **columns, **{f"p{i}": row for i, row in enumerate(U)}})


def write(path):
    """Write the same snapshots in the format of the suffix."""
    if path.suffix == ".npz":
        np.savez(path, U=U, run=RUN, t=T)
    elif path.name == "chars.mat":
        scipy.io.savemat(path, {"U": U, "run": RUN, "t": T})
    elif path.suffix == ".mat":
        scipy.io.savemat(path, {"U": U, "run": RUN.astype(object), "t": T})
    elif path.suffix == ".h5":
        with h5py.File(path, "w") as file:
            file.update({"U": U, "t": T, "run": [str(word) for word in RUN]})
    elif path.suffix == ".nc":
        of = {"U": (("x", "sample"), U), "run": ("sample", RUN), "t": ("sample", T)}
        xr.Dataset(of).to_netcdf(path)
    else:
        table(RUN, t=T).to_csv(path, index=False)
    return path


FILES = ["a.npz", "a.mat", "chars.mat", "a.h5", "a.nc", "a.csv"]


@pytest.mark.parametrize("name", FILES)
def test_words_beside_the_snapshots_name_trajectories(tmp_path, name):
    data = read_snapshots(write(tmp_path / name))
    assert data.trajectory_name == NAMES
    assert [data.name_of(k) for k in data.train.trajectory] == ["dry"] * 4 + ["run_a"] * 4
    np.testing.assert_array_equal(data.test.U, U[:, :4])
    assert "the last 1 of 3 trajectories (wet) for testing" in data.split


@pytest.mark.parametrize("name", [n for n in FILES if n != "a.csv"])
def test_words_of_any_array_name_trajectories_if_fields_say_so(tmp_path, name):
    fields = {"trajectory": "run"}
    data = read_snapshots(write(tmp_path / name), key="U", fields=fields)
    assert data.trajectory_name == NAMES


@pytest.mark.parametrize("cells", [True, False])
def test_cells_and_characters_of_matlab_7_3_name_trajectories(tmp_path, cells):
    def characters(file, name, lines):
        codes = np.array([[ord(c) for c in line.ljust(5)] for line in lines], np.uint16)
        file[name] = codes.T
        file[name].attrs["MATLAB_class"] = np.bytes_("char")

    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        for name, array in {"U": U.T, "t": T[:, None]}.items():
            file[name] = array
            file[name].attrs["MATLAB_class"] = np.bytes_("double")
        if cells:
            for k, word in enumerate(RUN):
                characters(file, f"#refs#/{k}", [str(word)])
            references = [[file[f"#refs#/{k}"].ref] for k in range(12)]
            file.create_dataset("run", data=np.array(references, dtype=h5py.ref_dtype))
            file["run"].attrs["MATLAB_class"] = np.bytes_("cell")
        else:
            characters(file, "run", [str(word) for word in RUN])
    for options in ({}, {"fields": {"trajectory": "run"}}):
        assert read_snapshots(tmp_path / "a.mat", key="U", **options).trajectory_name == NAMES


def test_words_of_a_table_name_the_trajectories_of_another_file(tmp_path):
    np.savez(tmp_path / "a.npz", U=U, t=T)
    pandas.DataFrame({"case": RUN}).to_csv(tmp_path / "runs.csv", index=False)
    fields = {"trajectory": f"{tmp_path / 'runs.csv'}:case"}
    data = read_snapshots(tmp_path / "a.npz", key="U", fields=fields)
    assert data.trajectory_name == NAMES


def test_a_table_of_runs_without_times_has_a_snapshot_in_each_row(tmp_path):
    table(["case A"] * 6 + ["case B"] * 6).to_csv(tmp_path / "a.csv", index=False, quoting=2)
    data = read_snapshots(tmp_path / "a.csv")
    assert data.trajectory_name == ("case A", "case B")
    np.testing.assert_allclose(data.test.U, U[:, 6:])
    with pytest.raises(OptionError, match="the column run holds words"):
        read_snapshots(tmp_path / "a.csv", key="run")


def test_a_table_of_runs_at_places_and_one_without_a_name_are_refused(tmp_path):
    places = table(RUN, x=T)
    places.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(DataError, match="write a table for each trajectory"):
        read_snapshots(tmp_path / "a.csv")
    table(["", *RUN[1:]], t=T).to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(DataError, match="line 2 has no name of its trajectory"):
        read_snapshots(tmp_path / "b.csv")


@pytest.mark.parametrize("word", ["run", "case", "trajectory", "member"])
def test_words_in_the_names_of_files_name_trajectories(tmp_path, word):
    for j, name in enumerate(("right", "left_10", "left_9")):
        for k in range(3):
            np.save(tmp_path / f"{name}_t{k}.npy", U[:, 3 * j + k])
    data = read_snapshots(str(tmp_path / f"{{{word}}}_t{{time}}.npy"), test_trajectories=["right"])
    assert data.trajectory_name == ("left_10", "left_9", "right")
    np.testing.assert_array_equal(data.test.U, U[:, :3])
    np.testing.assert_array_equal(data.train.t, [0, 1, 2, 0, 1, 2])


def test_numbers_in_the_names_of_files_stay_numbers_and_words_beside_them_are_noted(tmp_path):
    for name in ("3", "7", "old"):
        np.save(tmp_path / f"run_{name}.npy", U[:, :4])
    data = read_snapshots(str(tmp_path / "run_{run}.npy"))
    assert data.trajectory_name is None
    assert set(data.train.trajectory) | set(data.test.trajectory) == {3, 7}
    assert any("without a number in the name: 1 file left out" in n for n in data.layout.notes)


def test_words_that_stand_for_several_trajectories_have_the_parameters_beside_them(tmp_path):
    for name in ("left", "right"):
        for Re in (10, 20):
            np.save(tmp_path / f"{name}_{Re}.npy", U[:, :4] + Re)
    data = read_snapshots(str(tmp_path / "{case}_{Re}.npy"), axes="dof sample")
    names = ("left, Re=10", "left, Re=20", "right, Re=10", "right, Re=20")
    assert data.trajectory_name == names


def test_words_in_names_and_in_files_stand_together_where_both_are_needed(tmp_path):
    for name in ("left", "right"):
        np.savez(tmp_path / f"{name}.npz", U=U[:, :4], run=["a", "a", "b", "b"])
    data = read_snapshots(str(tmp_path / "{case}.npz"))
    assert data.trajectory_name == ("left, a", "left, b", "right, a", "right, b")


def test_the_report_names_the_trajectories(tmp_path):
    path = write(tmp_path / "a.npz")
    line = "trajectories: dry (4 snapshots), run_a (4 snapshots), wet (4 snapshots)"
    assert line in list(found_lines(find(path)))
    assert line in list(data_set_lines(read_snapshots(path)))


def test_held_out_trajectories_are_named(tmp_path):
    data = read_snapshots(write(tmp_path / "a.npz")).hold_out(0.5)
    out = data.name_of(int(data.validation.trajectory[0]))
    assert f"1 of 2 training trajectories ({out}), chosen at random, held out" in data.split


def test_results_and_exports_keep_the_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.npz")
    for words in (
        ["snapshots", "file", "--set", "path=a.npz", "key=U", "-o", "d.h5"],
        ["fit", "d.h5", "pod", "--rank", "2", "-o", "f.h5"],
        ["export", "f.h5", "codes", "--snapshots", "d.h5", "-o", "c.npz"],
        ["export", "f.h5", "trajectory_name_train", "--snapshots", "d.h5", "-o", "c.csv"],
        ["export", "f.h5", "codes", "--snapshots", "d.h5", "-o", "c.nc"],
        ["export", "f.h5", "codes", "--snapshots", "d.h5", "-o", "c.mat"],
        ["export", "d.h5", "-o", "d.npz"],
    ):
        assert main(words) == 0
    assert load("d.h5").trajectory_name == NAMES
    words = ["dry"] * 4 + ["run_a"] * 4
    with np.load("c.npz") as arrays:
        assert arrays["trajectory_name_test"].tolist() == ["wet"] * 4
        assert sorted(arrays["trajectory_name_train"].tolist()) == words
    assert sorted(pandas.read_csv("c.csv")["trajectory_name_train"]) == words
    with xr.open_dataset("c.nc") as arrays:
        assert arrays["train_trajectory_name"].values.astype(str).tolist() == ["dry", "run_a"]
    cells = scipy.io.loadmat("c.mat")["trajectory_name_train"].ravel()
    assert sorted(cell.item() for cell in cells) == words
    with np.load("d.npz") as arrays:
        assert tuple(arrays["trajectory_name"]) == NAMES
