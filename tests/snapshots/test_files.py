"""Reading the user's own snapshots: the formats that are read, and the messages of refusals."""

import gzip
import re
import subprocess
import sys

import h5py
import numpy as np
import pytest
import scipy.io

from mornet.errors import DataError, OptionError, ShapeError, StorageError
from mornet.lazy import Lazy
from mornet.snapshots.files import read_snapshots
from mornet.snapshots.formats import READERS, Contents

U = np.random.default_rng(0).standard_normal((3, 10))


def npy(path, array=U):
    np.save(path / "wave.npy", array)
    return path / "wave.npy"


def npz(path, array=U):
    np.savez(path / "wave.npz", array)
    return path / "wave.npz"


def csv(path, array=U):
    np.savetxt(path / "wave.csv", array, delimiter=",", fmt="%.17g", header="columns are times")
    return path / "wave.csv"


def read(path, **options):
    split = {} if any(name.startswith("test_") for name in options) else {"test_fraction": 0.2}
    return read_snapshots(path, **{"axes": "dof sample", **split, **options})


@pytest.mark.parametrize("write", [npy, npz, csv])
def test_every_format_gives_back_the_matrix(tmp_path, write):
    data = read(write(tmp_path))
    np.testing.assert_array_equal(data.train.U, U[:, :8])
    np.testing.assert_array_equal(data.test.U, U[:, 8:])
    assert data.name == "wave"
    assert data.split == "the last 2 snapshots for testing (2 of 10), the others for training"
    assert data.train.units["x"] == "index"


@pytest.mark.parametrize("write", [npy, npz, csv])
def test_declared_axes_decide_what_a_snapshot_is(tmp_path, write):
    data = read(write(tmp_path, U.T), axes="sample dof", test_every=5)
    np.testing.assert_array_equal(data.test.U, U[:, [4, 9]])


def test_a_key_picks_one_array_of_several(tmp_path):
    np.savez(tmp_path / "run.npz", velocity=U, pressure=2 * U)
    data = read(tmp_path / "run.npz", key="pressure", name="p", units="Pa")
    np.testing.assert_array_equal(data.train.U, 2 * U[:, :8])
    assert (data.name, data.train.units["U"]) == ("p", "Pa")


def test_integers_and_single_precision_become_double(tmp_path):
    for dtype in (np.int16, np.float32):
        data = read(npy(tmp_path, np.arange(12).reshape(3, 4).astype(dtype)))
        assert data.train.U.dtype == np.float64


def test_coordinates_may_be_given(tmp_path):
    data = read(npy(tmp_path), fields={"x": np.linspace(0, 1, 3)})
    np.testing.assert_array_equal(data.test.x, [[0, 0.5, 1]])
    with pytest.raises(ShapeError, match=r"x must have shape \(1, 3\), not \(1, 4\)"):
        read(npy(tmp_path), fields={"x": np.zeros(4)})


@pytest.mark.parametrize("given", ["beside", "keys", "arrays"])
def test_each_axis_of_a_grid_may_have_its_own_coordinates(tmp_path, given):
    x, y = np.linspace(0, 1, 4), np.array([0.0, 1.0, 3.0])
    states = np.random.default_rng(0).standard_normal((3, 4, 10))
    names = {"beside": {}, "keys": {"x": "x", "y": "y"}, "arrays": {"x": x, "y": y}}[given]
    np.savez(tmp_path / "a.npz", U=states, **({} if given == "arrays" else {"x": x, "y": y}))
    data = read(tmp_path / "a.npz", key="U", axes="y x t", fields=names)
    np.testing.assert_array_equal(data.train.x, [np.repeat(y, 4), np.tile(x, 3)])
    np.testing.assert_array_equal(data.train.U, states.reshape(12, 10)[:, :8])


def test_an_axis_without_coordinates_is_counted_and_a_wrong_length_is_named(tmp_path):
    states = np.random.default_rng(0).standard_normal((3, 4, 10))
    x = np.linspace(0, 1, 4)
    data = read(npy(tmp_path, states), axes="y x t", fields={"x": x})
    np.testing.assert_array_equal(data.train.x, [np.repeat(np.arange(3.0), 4), np.tile(x, 3)])
    whole = np.arange(12.0)  # one entry for each degree of freedom
    data = read(npy(tmp_path, states), axes="y x t", fields={"x": whole})
    np.testing.assert_array_equal(data.train.x, whole[None])
    with pytest.raises(ShapeError, match=r"x has shape \(3,\), but the axis x has 4 places"):
        read(npy(tmp_path, states), axes="y x t", fields={"x": x[:3]})
    with pytest.raises(ShapeError, match="z is for an axis z, and the axes of places are y, x"):
        read(npy(tmp_path, states), axes="y x t", fields={"z": x})
    # beside the array, an array of this name may mean something else
    np.savez(tmp_path / "a.npz", U=states, x=x[:3])
    data = read(tmp_path / "a.npz", key="U", axes="y x t")
    np.testing.assert_array_equal(data.train.x[1], np.tile(np.arange(4.0), 3))
    assert "x (3,) is left out: the axis x has 4 places" in data.layout.notes


def test_fields_are_read_from_the_file_and_from_others(tmp_path):
    t, mu, w = np.arange(10.0), np.repeat([1.0, 2.0], 5), np.linspace(1, 2, 10)
    mass = np.diag([1.0, 2.0, 3.0]) + 0.1
    np.savez(tmp_path / "run.npz", u=U, time=t, mu=mu, trajectory=np.repeat([7, 3], 5))
    np.save(tmp_path / "mass.npy", mass)
    np.savez(tmp_path / "more.npz", w=w, other=w)
    places = {"t": "time", "mu": "mu", "trajectory": "trajectory"}
    places |= {"inner_product": str(tmp_path / "mass.npy"), "weights": f"{tmp_path}/more.npz:w"}
    data = read(tmp_path / "run.npz", key="u", fields=places)
    np.testing.assert_array_equal(data.train.t, t[:8])
    np.testing.assert_array_equal(data.test.mu, [[2.0, 2.0]])
    np.testing.assert_array_equal(data.train.trajectory, [7, 7, 7, 7, 7, 3, 3, 3])
    np.testing.assert_array_equal(data.test.weights, w[8:])
    np.testing.assert_allclose(data.inner_product.M.toarray(), mass)
    # hold-out takes whole parameters, which the file names
    held_out = data.hold_out(0.5, rng=np.random.default_rng(0))
    assert len(np.unique(held_out.validation.mu)) == 1


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"time": np.zeros(10)}, OptionError, r"fields has \['time'\]; there are x, y, z, t, mu"),
        ({"t": np.zeros(9)}, ShapeError, r"t has shape \(9,\) for 10 snapshots"),
        ({"weights": -np.ones(10)}, DataError, "weights must be finite, not negative"),
        (
            {"weights": 1.0 * (np.arange(10) < 3)},
            DataError,
            "npy: the weights of all test snapshots are zero",
        ),
        ({"inner_product": np.ones(4)}, ShapeError, "4 weights for snapshots with 3 dofs"),
        ({"t": "time"}, OptionError, "a .npy file holds one array, so leave out key 'time'"),
    ],
)
def test_fields_that_do_not_fit_are_refused(tmp_path, fields, error, message):
    with pytest.raises(error, match=message):
        read(npy(tmp_path), fields=fields)


def test_hdf5_needs_no_other_import(tmp_path):
    with h5py.File(tmp_path / "u.h5", "w") as file:
        file["u"] = U
    code = (
        "from mornet.snapshots import read_snapshots as read; import sys; "
        "data = read(sys.argv[1], axes='dof sample', test_every=5); print(data.train.U.shape)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "u.h5")]
    assert subprocess.check_output(command, text=True) == "(3, 8)\n"


def read_u(path, key):
    """A reader of a format that names its axes, the times and the parameters."""
    return Contents(U.T, "sample dof", {"t": np.arange(10.0), "mu": np.repeat([1.0, 2.0], 5)})


def test_a_format_may_name_axes_times_and_parameters(tmp_path, monkeypatch):
    monkeypatch.setitem(READERS, ".nc", Lazy("tests.snapshots.test_files.read_u"))
    data = read(tmp_path / "wave.nc", axes=None)
    np.testing.assert_array_equal(data.train.U, U[:, :8])
    np.testing.assert_array_equal(data.test.t, [8.0, 9.0])
    assert data.train.mu.shape == (1, 8)


def test_another_room_can_add_a_format(tmp_path, monkeypatch):
    monkeypatch.setitem(READERS, ".h5", Lazy("tests.snapshots.test_files.read_u"))
    np.testing.assert_array_equal(read(tmp_path / "wave.h5", axes=None, key="u").train.U, U[:, :8])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"axes": "columns"}, OptionError, r"axes = 'columns' must be 'dof sample' \("),
        ({"key": "u"}, OptionError, "wave.npy: a .npy file holds one array, so leave out key 'u'"),
        (
            {"test_every": 2, "test_fraction": 0.2},
            OptionError,
            "by one of test_fraction, .*, not by 2 of them",
        ),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        read(npy(tmp_path), **options)


def test_a_missing_key_lists_the_keys(tmp_path):
    np.savez(tmp_path / "run.npz", velocity=U, pressure=U)
    with pytest.raises(OptionError, match=r"run.npz: no array 'u'; there are velocity, pressure"):
        read(tmp_path / "run.npz", key="u")
    how = "there are velocity, pressure: as FILE:velocity"
    with pytest.raises(OptionError, match=f"give the key of the snapshots; {how}"):
        read(tmp_path / "run.npz")


def test_an_unknown_format_lists_the_readers(tmp_path):
    with pytest.raises(OptionError, match=r"no reader for '.pkl'; there are .npy, .npz, .csv"):
        read(tmp_path / "wave.pkl")


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".csv"])
def test_a_file_that_does_not_exist_is_named(tmp_path, suffix):
    path = tmp_path / f"none{suffix}"
    with pytest.raises(StorageError, match=re.escape(f"{path}: there is no such file")):
        read(path)


@pytest.mark.parametrize(
    ("suffix", "message"),
    [(".npy", "does not begin as .npy files do"), (".npz", "cannot be read as .npz: ")],
)
@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"no array at all"])
def test_a_broken_file_is_named(tmp_path, suffix, content, message):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=re.escape(f"{path} {message}")):
        read(path)


def test_a_truncated_file_is_named(tmp_path):
    path = npy(tmp_path)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(StorageError, match=r"wave.npy cannot be read"):
        read(path)


def test_a_damaged_archive_is_named(tmp_path):
    np.savez_compressed(tmp_path / "wave.npz", U)
    content = bytearray((tmp_path / "wave.npz").read_bytes())
    content[100:130] = bytes(30)
    (tmp_path / "wave.npz").write_bytes(content)
    with pytest.raises(StorageError, match=r"wave.npz cannot be read"):
        read(tmp_path / "wave.npz")


def test_an_array_under_the_name_of_an_archive_is_refused(tmp_path):
    npy(tmp_path).rename(tmp_path / "wave.npz")
    with pytest.raises(StorageError, match="it is one array, not an archive"):
        read(tmp_path / "wave.npz")


@pytest.mark.parametrize(
    ("array", "error", "message"),
    [
        (U * 1j, DataError, "is complex; stack real and imaginary parts as dofs"),
        (np.array([[1], [1, 2]], dtype=object), DataError, "holds Python objects .* is refused"),
        (np.array([["1", "2"]]), DataError, "holds <U1, not real numbers"),
        (np.ones((2, 2), dtype=bool), DataError, "holds bool, not real numbers"),
        (
            np.array([[1, 2, 3], [4, np.nan, np.inf]]),
            DataError,
            "infinite values, 1 entry; the first is row 1 of column .sample. 2",
        ),
        (np.ones(4), ShapeError, r"shape \(4,\)"),
        (np.ones((2, 3, 4)), ShapeError, r"shape \(2, 3, 4\)"),
        (np.ones((0, 4)), ShapeError, r"shape \(0, 4\)"),
    ],
    ids=["complex", "object", "string", "bool", "not finite", "vector", "tensor", "empty"],
)
@pytest.mark.parametrize("write", [npy, npz])
def test_what_is_no_real_finite_matrix_is_refused(tmp_path, write, array, error, message):
    with pytest.raises(error, match=f"wave.*{message}"):
        read(write(tmp_path, array))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2\n3\n", "same number of real numbers"),
        ("1,2j\n", "line 1, column 1: '2j' is not one of the real numbers"),
        ("1,2\n3,abc\n", "line 2, column 1: 'abc' .* start a line of words with #"),
        ("1;2,5\n3;4.5\n", "line 1, column 1: '2,5' .* separated by semicolons"),
        ("1.234,5;2\n3;4\n", "both , and . stand in it"),
        ("p,q\n0,126,1,304\n0,2,1,3\n", "2 headings but 4 numbers .* decimal signs"),
        ("# words alone\n", "no data"),
    ],
)
def test_a_table_that_is_no_matrix_is_refused(tmp_path, text, message):
    path = tmp_path / "wave.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=f"wave.csv.*{message}"):
        read(path)


@pytest.mark.parametrize("suffix", READERS)
def test_an_empty_file_of_any_format_is_said_to_be_empty(tmp_path, suffix):
    (tmp_path / f"wave{suffix}").touch()
    with pytest.raises(StorageError, match=rf"wave{suffix} is empty"):
        read(tmp_path / f"wave{suffix}")


@pytest.mark.parametrize(
    ("suffix", "message"), [(".npy", "does not begin as .npy files"), (".h5", "as HDF5 files do")]
)
def test_a_file_of_another_format_than_its_suffix_is_named(tmp_path, suffix, message):
    (tmp_path / f"wave{suffix}").write_bytes(gzip.compress(b"1,2\n3,4\n"))
    with pytest.raises(StorageError, match=rf"wave{suffix}:? .*{message}") as error:
        read(tmp_path / f"wave{suffix}")
    assert "magic" not in str(error.value)
    assert "signature" not in str(error.value)


def test_a_nan_in_a_table_is_refused(tmp_path):
    (tmp_path / "wave.csv").write_text("1,2,3\n4,nan,6\n")
    with pytest.raises(DataError, match="row 1 of column"):
        read(tmp_path / "wave.csv")


def test_cells_of_matlab_beside_times_are_refused_and_times_are_no_snapshots(tmp_path):
    cell = np.empty(2, dtype=object)
    cell[:] = [np.ones(3), np.zeros(3)]
    scipy.io.savemat(tmp_path / "a.mat", {"c": cell, "t": [0.0, 1.0]})
    with pytest.raises(OptionError, match="holds no array of snapshots. Cells and arrays of"):
        read_snapshots(tmp_path / "a.mat")


def test_the_date_from_which_times_count_is_noted(tmp_path):
    (tmp_path / "a.csv").write_text("time,u,v\n2000-01-31,1,2\n2000-02-01,3,5\n2000-02-03,4,1\n")
    data = read_snapshots(tmp_path / "a.csv")
    assert "times count from 2000-01-31" in data.layout.notes


def test_a_scale_that_is_no_positive_number_is_refused_with_its_file(tmp_path):
    np.save(tmp_path / "a.npy", np.full((6, 4), 5.0))
    with pytest.raises(
        DataError, match="a.npy: the field U has scale 0.0, not > 0, over the train"
    ):
        read_snapshots(tmp_path / "a.npy", scale="deviation")


def test_names_with_line_breaks_stay_in_one_line(tmp_path):
    np.savez(tmp_path / "a.npz", **{"U\nx": np.ones((6, 2)), "V": np.ones((6, 2))})
    with pytest.raises(OptionError, match=r"there are 'U\\nx', V: as FILE:'U\\nx'") as refused:
        read_snapshots(tmp_path / "a.npz")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["mu", "t"])
def test_an_empty_field_is_refused(name):
    with pytest.raises(ShapeError, match=f"{name} is empty: give one number for each snapshot"):
        read_snapshots(np.eye(6)[:, :2], fields={name: []})
