"""Files of odd kinds: each is read rightly, or refused in one sentence."""

import os
import warnings
import zipfile
from pathlib import Path

import h5py
import meshio
import numpy as np
import pytest
import scipy.io
import xarray as xr

from mornet.cli import main
from mornet.errors import DataError, MornetError, OptionError, StorageError
from mornet.reduction import fit_autoencoder, fit_best, fit_hybrid, fit_linear_autoencoder
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find
from mornet.snapshots.report import found_lines

x, t = np.linspace(0, 1, 30), 0.25 * np.arange(12)
U = np.array([np.sin(3 * x - s) + 0.3 * np.cos(7 * x * s) for s in t]).T  # (30, 12)


def whole(data):
    """All snapshots, the training ones first."""
    return np.hstack([data.train.states, data.test.states])


def lines(A, separator=","):
    return "".join(separator.join(f"{v!r}" for v in row) + "\n" for row in A.tolist())


def text(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_line_of_units_below_the_headings_keeps_the_times(tmp_path):
    path = text(tmp_path, "t,u1,u2,u3\ns,m/s,m/s,m/s\n" + lines(np.c_[t, U[:3].T]))
    data = read_snapshots(path, test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U[:3])
    np.testing.assert_array_equal(data.train.t, t[:9])
    assert data.train.units["t"] == "s"


def test_words_for_true_and_false_are_no_headings(tmp_path):
    with pytest.raises(DataError, match="line 1, column 0: 'True' is not one of the real"):
        read_snapshots(text(tmp_path, "True,False,1\nFalse,True,0\n1,2,3\n1,2,5\n"))


def test_a_row_for_each_place_and_time_is_a_field_over_both(tmp_path):
    rows = np.array([[s, p, U[i, j]] for i, p in enumerate(x) for j, s in enumerate(t)])
    rows = np.random.default_rng(0).permutation(rows)
    data = read_snapshots(text(tmp_path, "t,x,u\n" + lines(rows)), test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(data.train.x, [x])
    np.testing.assert_array_equal(data.train.t, t[:9])
    with pytest.raises(DataError, match="359 rows for 30 places and 12 times"):
        read_snapshots(text(tmp_path, "t,x,u\n" + lines(rows[1:])))


@pytest.mark.parametrize(
    ("form", "step"),
    [("2020-02-{:02d}", 86400), ("2020-02-03 10:{:02d}:30", 60), ("00:{:02d}:00.5", 60)],
)
def test_dates_in_a_column_of_times_are_seconds_after_the_first(tmp_path, form, step):
    pairs = U[:2].T.tolist()
    rows = [f"{form.format(j + 1)},{u!r},{v!r}\n" for j, (u, v) in enumerate(pairs)]
    data = read_snapshots(text(tmp_path, "time,u1,u2\n" + "".join(rows)), test_fraction=0.25)
    np.testing.assert_allclose(data.train.t, step * np.arange(9), rtol=0, atol=1e-6)
    np.testing.assert_array_equal(whole(data), U[:2])
    with pytest.raises(DataError, match="column 0 holds dates or times of the day"):
        read_snapshots(text(tmp_path, "".join(rows)))


def test_a_heading_that_states_no_number_is_refused_and_others_are_named(tmp_path):
    with pytest.raises(DataError, match="mu is not finite in 1 entry"):
        read_snapshots(text(tmp_path, "mu=0.5,mu=1,mu=nan\n" + lines(U[:, :3])))
    data = read_snapshots(text(tmp_path, "mu=0.5,mu=1,mu=2,mass\n" + lines(U[:, :4])))
    assert data.train.m + data.test.m == 3
    assert "columns that state nothing are left out: mass" in data.layout.notes


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("t", np.r_[t[:11], np.nan], "t is not finite in 1 entry"),
        ("t", np.r_[t[:11], np.inf], "t is not finite in 1 entry"),
        ("mu", np.full(12, np.nan), "mu is not finite in 12 entries"),
        ("trajectory", np.repeat([1.5, np.nan], 6), "trajectory is not finite in 6 entries"),
        ("x", np.full(30, np.nan), "coordinates x are not finite"),
    ],
)
def test_times_parameters_and_coordinates_are_finite_numbers(tmp_path, name, values, message):
    np.savez(tmp_path / "a.npz", U=U, **{name: values})
    with pytest.raises(DataError, match=message):
        read_snapshots(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("values", "note"),
    [
        (np.array(["a"] * 12), "t is left out: it holds <U1"),
        (t + 1j, "t is left out: it holds complex128"),
        (t[:11], "t (11,) is left out: no axis has its length"),
    ],
)
def test_an_array_that_cannot_be_the_times_is_left_out_with_a_word(tmp_path, values, note):
    np.savez(tmp_path / "a.npz", U=U, t=values)
    data = read_snapshots(tmp_path / "a.npz", test_fraction=0.25)
    assert data.train.t is None
    assert note in data.layout.notes
    with pytest.raises(
        MornetError, match="t (has|holds|is complex)"
    ):  # but it is refused if it was asked for
        read_snapshots(U, fields={"t": values})


@pytest.mark.parametrize("suffix", ["h5", "npz"])
def test_coordinates_of_a_wrong_length_are_left_out_with_a_word(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    if suffix == "h5":
        with h5py.File(path, "w") as file:
            file["U"], file["x"] = U, np.arange(29.0)
    else:
        np.savez(path, U=U, x=np.arange(29.0))
    data = read_snapshots(path, test_fraction=0.25)
    assert data.train.units["x"] == "index"
    assert "x (29,) is left out: no axis has its length" in data.layout.notes


def test_dates_of_numpy_are_seconds_and_labels_number_trajectories(tmp_path):
    days = np.datetime64("2001-01-01") + np.arange(12)
    np.savez(tmp_path / "a.npz", U=U, t=days, trajectory=np.repeat(["up", "down"], 6))
    data = read_snapshots(tmp_path / "a.npz", test_trajectories=[0])
    np.testing.assert_array_equal(data.train.t, 86400 * np.arange(6))
    np.testing.assert_array_equal(data.test.U, U[:, 6:])


def test_the_last_snapshots_are_the_latest(tmp_path, capsys):
    np.savez(tmp_path / "a.npz", U=U, t=t[::-1])
    data = read_snapshots(tmp_path / "a.npz", test_fraction=0.25)
    np.testing.assert_array_equal(data.test.t, t[[11, 10, 9]])
    np.testing.assert_array_equal(data.hold_out(1 / 3).validation.t, t[[8, 7, 6]])
    assert main(["data", str(tmp_path / "a.npz")]) == 0
    assert "times that are earlier than that of the snapshot before: " in capsys.readouterr().out


@pytest.mark.parametrize("names", [("run1/U", "run2/U"), ("u1", "u2")])
def test_matrices_whose_number_counts_no_steps_are_not_stacked(tmp_path, names):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for k, name in enumerate(names):
            file[name] = (k + 1) * U
    with pytest.raises(OptionError, match=f"give the key of the snapshots; there are {names[0]}"):
        read_snapshots(tmp_path / "a.h5")
    assert read_snapshots(tmp_path / "a.h5", key=names[1]).train.n == 30


def test_times_beside_steps_are_theirs(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j in range(12):
            file[f"step{j}"] = U[:, j]
        file["time"] = t
    np.testing.assert_array_equal(read_snapshots(tmp_path / "a.h5", test_every=12).test.t, t[11:])


def test_what_is_no_array_of_numbers_is_never_one(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["U"] = h5py.Empty("f8")
    with h5py.File(tmp_path / "b.mat", "w") as file:
        file["U"] = U.T
        file["U"].attrs["MATLAB_class"] = np.bytes_("double")
        for name, word, content in (("t", "char", np.arange(12)), ("mu", "double", [0, 0])):
            file[name] = content
            file[name].attrs["MATLAB_class"] = np.bytes_(word)
        file["mu"].attrs["MATLAB_empty"] = 1
    with pytest.raises(OptionError, match="holds no array of numbers"):
        read_snapshots(tmp_path / "a.h5")
    data = read_snapshots(tmp_path / "b.mat")
    assert data.train.t is None
    np.testing.assert_array_equal(whole(data), U)


def test_cells_of_matlab_are_refused_with_what_to_do(tmp_path):
    cell = np.empty(12, object)
    cell[:] = list(U.T)
    scipy.io.savemat(tmp_path / "a.mat", {"U": cell})
    with pytest.raises(OptionError, match="in MATLAB, U = cat"):
        read_snapshots(tmp_path / "a.mat")


def test_the_only_variable_over_time_is_the_snapshots(tmp_path):
    field = ("time", "lat", "lon"), U.T.reshape(12, 5, 6)
    data = xr.Dataset({"sst": field, "mask": (("lat", "lon"), np.ones((5, 6)))}, {"time": t})
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    found = read_snapshots(tmp_path / "a.nc", test_fraction=0.25)
    np.testing.assert_array_equal(whole(found), U)
    assert found.layout.field == ("sst",)


def test_all_files_of_a_series_hold_one_field(tmp_path):
    cells = [("line", np.c_[np.arange(29), np.arange(1, 30)])]
    points = np.c_[x, 0 * x, 0 * x]
    for j in range(3):
        mesh = meshio.Mesh(points, cells, point_data={"v" if j == 1 else "u": U[:, j]})
        mesh.write(tmp_path / f"a_{j}.vtu")
    with pytest.raises(OptionError, match="a_1.vtu holds v, but .*a_0.vtu holds u"):
        read_snapshots(tmp_path)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('timestep="1" file="gone.vtu"', "names gone.vtu, but there is no such file"),
        ('timestep="a" file="a.pvd"', "a timestep that is no number"),
    ],
)
def test_a_collection_names_what_is_wrong(tmp_path, entry, message):
    (tmp_path / "a.pvd").write_text(
        f"<VTKFile><Collection><DataSet {entry}/></Collection></VTKFile>"
    )
    with pytest.raises((StorageError, DataError), match=message):
        read_snapshots(tmp_path / "a.pvd")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"t": U}, "t has shape .30, 12.: one number for each snapshot"),
        ({"weights": -np.ones(12)}, "snapshots: snapshot weights must be finite, not negative"),
        ({"inner_product": np.triu(np.ones((30, 30)))}, "snapshots: .* is not symmetric"),
        ({"inner_product": -np.eye(30)}, "snapshots: .* is not positive definite"),
        ({"inner_product": np.eye(12)}, "snapshots: .* is .12, 12., the snapshots are in R.30"),
    ],
)
def test_fields_that_do_not_fit_are_named_with_their_file(fields, message):
    with pytest.raises(MornetError, match=message):
        read_snapshots(U, fields=fields)


def test_labels_and_dates_are_fields_too_and_no_field_is_named_twice(tmp_path):
    days = np.datetime64("2001-01-01") + np.arange(12)
    fields = {"t": days, "trajectory": np.repeat(["up", "down"], 6)}
    data = read_snapshots(U, fields=fields, test_trajectories=[0])
    np.testing.assert_array_equal(data.train.t, 86400 * np.arange(6))
    np.savez(tmp_path / "a.npz", u=U, p=U)
    with pytest.raises(OptionError, match="names a field twice"):
        read_snapshots(tmp_path / "a.npz", key=["u", "u"])


@pytest.mark.parametrize("name", ["a.csv", "a.npy", "a.h5"])
@pytest.mark.parametrize("words", [["data"], ["pod", "--axes", "dof sample", "--rank", "1"]])
def test_a_pipe_is_refused_and_nobody_waits_for_it(name, words, tmp_path, capsys):
    os.mkfifo(tmp_path / name)
    out = [] if words == ["data"] else ["-o", str(tmp_path / "out.h5")]
    assert main([words[0], str(tmp_path / name), *words[1:], *out]) == 1
    assert "is a pipe or a device" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["data"], ["pod", "--axes", "dof sample", "--rank", "1"]])
@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="has no file that cannot be read")
def test_a_file_whose_reading_fails_is_named(words, tmp_path, capsys):
    out = [] if words == ["data"] else ["-o", str(tmp_path / "out.h5")]
    assert main([words[0], "/proc/self/mem", *words[1:], *out]) == 1
    assert "Input/output error: '/proc/self/mem'" in capsys.readouterr().err


def test_no_message_advises_to_unpickle_a_file(tmp_path, capsys):
    (tmp_path / "a.npy").write_text("1,2\n3,4\n", encoding="utf-8")
    words = ["--axes", "dof sample", "--rank", "1", "-o", str(tmp_path / "out.h5")]
    assert main(["pod", str(tmp_path / "a.npy"), *words]) == 1
    said = capsys.readouterr().err
    assert "does not begin as .npy files do" in said
    assert "pickle" not in said


def test_an_archive_with_one_name_twice_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", U)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.write(tmp_path / "a.npy", "U.npy")
        archive.write(tmp_path / "a.npy", "U.npy")
    with pytest.raises(DataError, match="a.npz holds 'U' twice"):
        read_snapshots(tmp_path / "a.npz", axes="dof sample")


@pytest.mark.parametrize("fit", [fit_autoencoder, fit_best, fit_hybrid, fit_linear_autoencoder])
def test_a_number_is_no_generator(fit):
    with pytest.raises(OptionError, match=r"rng is of type int: a generator is needed, numpy"):
        fit(U, 1, rng=0)


@pytest.mark.parametrize("key", [None, "U"])
def test_a_text_among_the_arrays_of_npz_is_passed_over(tmp_path, key):
    np.savez(tmp_path / "a.npz", U=U)
    with zipfile.ZipFile(tmp_path / "a.npz", "a") as archive:
        archive.writestr("readme.txt", "made by hand")
    data = read_snapshots(tmp_path / "a.npz", key=key, test_fraction=0.25)
    np.testing.assert_array_equal(np.hstack([data.train.U, data.test.U]), U)
    with pytest.raises(OptionError, match=r"no array 'readme.txt'; there are U"):
        read_snapshots(tmp_path / "a.npz", key="readme.txt")


def test_several_arrays_in_one_npy_file_are_refused(tmp_path, capsys):
    with open(tmp_path / "a.npy", "wb") as file:
        for _ in range(3):
            np.save(file, U)
    message = f"goes on for {2 * (128 + U.nbytes)} bytes behind its first array"
    with pytest.raises(DataError, match=message):
        read_snapshots(tmp_path / "a.npy")
    assert main(["pod", str(tmp_path / "a.npy"), "--rank", "2", "-o", str(tmp_path / "p.h5")])
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "a\tb", "a\u2028b"])
def test_control_characters_in_names_of_files_are_refused_in_one_line(tmp_path, name, capsys):
    (tmp_path / name).mkdir()
    np.savez(tmp_path / name / "u.npz", U=U)
    np.savez(tmp_path / f"{name}.npz", U=U)
    places = [tmp_path / name, tmp_path / f"{name}.npz", tmp_path, [tmp_path / name / "u.npz"]]
    for place in places:
        with pytest.raises(OptionError, match="has a line break, or another control .*: rename"):
            read_snapshots(place)
    assert main(["data", str(tmp_path / f"{name}.npz")]) == 1
    printed = capsys.readouterr()
    assert printed.out.count("\n") == printed.err.count("\n") == 1
    assert all(c.isprintable() for c in (printed.out + printed.err).replace("\n", ""))


def test_control_characters_in_names_of_arrays_do_not_break_lines(tmp_path):
    np.savez(tmp_path / "a.npz", **{"U\nv": U, "t": t})
    found = find(tmp_path / "a.npz")
    assert all(line.isprintable() for line in found_lines(found))
    assert found.names == ("U\nv",)


@pytest.mark.parametrize("gap", [(1, 0), (29, 1)])
def test_a_place_of_a_mesh_that_is_no_number_is_refused(tmp_path, gap):
    cells = [("line", np.c_[np.arange(29), np.arange(1, 30)])]
    points = np.c_[x, x**2, 0 * x]
    points[gap] = np.nan
    for j in range(3):
        meshio.Mesh(points, cells, point_data={"u": U[:, j]}).write(tmp_path / f"a_{j}.vtu")
    with pytest.raises(DataError, match="coordinates x are not finite: name others in fields"):
        read_snapshots(tmp_path)
    assert len(find(tmp_path / "a_0.vtu").matrix.fields["x"]) == 2
