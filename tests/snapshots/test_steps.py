"""HDF5 files with a dataset for each step, beside coordinates, times and parameters."""

import h5py
import numpy as np
import pytest

from mornet.cli import main
from mornet.errors import DataError, MornetError, OptionError
from mornet.snapshots import read_snapshots

m = 8
U = np.random.default_rng(0).random((12, m))


def whole(data):
    return np.hstack([data.train.U, data.test.U])


def times(data):
    return np.r_[data.train.t, data.test.t]


def steps(path, moved=0.0):
    """An HDF5 file with a dataset for each step beside coordinates and parameters."""
    with h5py.File(path, "w") as file:
        for j in range(m):
            file[f"u_{j}"] = U[:, j]
        file["x"], file["mu"], file["time"] = np.arange(12) / 7 + moved, np.arange(m), np.arange(m)
    return path


def test_steps_of_hdf5_have_the_arrays_beside_them(tmp_path):
    data = read_snapshots(steps(tmp_path / "a.h5"), key="u_{step}", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(data.train.x, [np.arange(12) / 7])
    np.testing.assert_array_equal(np.c_[data.train.mu, data.test.mu], [np.arange(m)])
    np.testing.assert_array_equal(times(data), np.arange(m))
    with h5py.File(tmp_path / "b.h5", "w") as file:
        for j in range(m):
            file[f"step_{j}/u"], file[f"step_{j}/x"] = U[:, j], np.arange(12) / 7 + (j == 5)
            file[f"step_{j}/time"] = 0.5 * j
    with pytest.raises(MornetError, match="step_5/u has other coordinates than .*step_0/u"):
        read_snapshots(tmp_path / "b.h5")
    with h5py.File(tmp_path / "b.h5", "a") as file:
        file["step_5/x"][...] = np.arange(12) / 7
    data = read_snapshots(tmp_path / "b.h5", test_fraction=0.25)
    np.testing.assert_array_equal(times(data), 0.5 * np.arange(m))
    with pytest.raises(DataError, match="step_1/u has the time 1 in its name, but 0.5"):
        read_snapshots(tmp_path / "b.h5", key="step_{time}/u")


def test_steps_on_a_grid_have_its_points_and_a_constant_parameter(tmp_path):
    points = np.meshgrid(np.arange(3) / 2, np.arange(4) / 3, indexing="ij")
    for run in (0, 1, 2):
        with h5py.File(tmp_path / f"{run}.h5", "w") as file:
            for j in range(m):
                file[f"step_{j}"] = U[:, j].reshape(3, 4)
            file["x"], file["y"], file["mu"] = *points, 0.5 * run
    data = read_snapshots(f"{tmp_path}/{{run}}.h5", test_trajectories=[2])
    np.testing.assert_array_equal(data.train.x, [grid.ravel() for grid in points])
    np.testing.assert_array_equal(data.train.mu, [np.repeat([0, 0.5], m)])
    np.testing.assert_array_equal(data.test.U, U)


def test_steps_of_several_arrays_are_refused_with_their_keys(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j in range(m):
            file[f"step_{j}/u"], file[f"step_{j}/p"] = U[:, j], 2 * U[:, j]
    with pytest.raises(OptionError, match=r"the key of one, step_{step}/p, step_{step}/u, or the"):
        read_snapshots(tmp_path / "a.h5")
    keys = ["step_{step}/u", "step_{step}/p"]
    assert read_snapshots(tmp_path / "a.h5", key=keys).train.U.shape[0] == 24


def test_steps_of_hdf5_are_encoded(tmp_path, capsys):
    def run(*words):
        return main([str(word) for word in words])

    path, data = steps(tmp_path / "a.h5"), tmp_path / "data.h5"
    words = [f"path={path}", "key=u_{step}"]
    assert run("snapshots", "file", "--set", *words, "-o", data) == 0
    assert run("fit", data, "pod", "--name", "POD", "--rank", 2, "-o", tmp_path / "POD.h5") == 0
    new = [tmp_path / "POD.h5", steps(tmp_path / "new.h5"), "--snapshots", data]
    assert run("encode", *new, "-o", tmp_path / "codes.npy") == 0
    steps(tmp_path / "new.h5", moved=0.1)
    assert run("encode", *new, "-o", tmp_path / "others.npy") == 1
    assert "has other coordinates than the snapshots of the fit" in capsys.readouterr().err


def test_parameters_beside_an_array_with_dimension_scales_are_kept(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["u"], file["x"], file["time"] = U.T, np.arange(12) / 7, np.arange(m)
        for axis, name in enumerate(("time", "x")):
            file[name].make_scale(name)
            file["u"].dims[axis].attach_scale(file[name])
        file["mu"], file["trajectory"] = np.arange(m) / 3, np.arange(m) // 4
    data = read_snapshots(tmp_path / "a.h5", test_trajectories=[1])
    np.testing.assert_array_equal(data.train.U, U[:, :4])
    np.testing.assert_array_equal(data.train.mu, [np.arange(4) / 3])
    np.testing.assert_array_equal(data.test.t, np.arange(4, m))
