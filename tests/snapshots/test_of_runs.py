"""Times, parameters and coordinates of arrays whose samples, or places, lie along several axes."""

import h5py
import numpy as np
import pytest
import xarray as xr

from mornet.errors import DataError, ShapeError
from mornet.snapshots import read_snapshots

rng = np.random.default_rng(4)
u = rng.standard_normal((3, 6, 20))  # 3 runs of 6 times
t = np.cumsum(rng.random((3, 6)), axis=1)
axes = "trajectory time x"


def whole(data, name):
    return np.concatenate([getattr(data.train, name), getattr(data.test, name)], axis=-1)


def hdf5(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return path


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


def sources(tmp_path):
    dims = ("trajectory", "time", "x")
    labelled = xr.Dataset({"u": (dims, u), "t": (dims[:2], t)})
    return [
        npz(tmp_path / "a.npz", u=u, t=t),
        hdf5(tmp_path / "a.h5", u=u, t=t),
        {"u": u, "t": t},
        labelled,
        labelled.set_coords("t").u,
    ]


@pytest.mark.parametrize("which", range(5))
def test_each_run_may_have_times_of_its_own(tmp_path, which):
    data = read_snapshots(sources(tmp_path)[which], axes=axes, test_trajectories=[1])
    for part, runs in ((data.train, [0, 2]), (data.test, [1])):
        np.testing.assert_array_equal(part.t, t[runs].ravel())
        np.testing.assert_array_equal(part.U, u[runs].reshape(-1, 20).T)


def test_times_of_runs_have_the_order_of_the_axes_of_the_file():
    for times in (t.T, t):
        data = read_snapshots(
            u.transpose(1, 0, 2), axes="time run x", fields={"t": times}, test_trajectories=[1]
        )
        np.testing.assert_array_equal(data.train.t, t[[0, 2]].ravel())
        np.testing.assert_array_equal(data.train.U, u[[0, 2]].reshape(-1, 20).T)


def test_times_of_runs_may_be_given(tmp_path):
    path = npz(tmp_path / "a.npz", u=u, when=t)
    data = read_snapshots(path, key="u", axes=axes, fields={"t": "when"}, test_trajectories=[1])
    np.testing.assert_array_equal(data.test.t, t[1])


def test_several_parameters_of_each_run_are_those_of_its_snapshots():
    mu = np.array([[1.0, 10], [2, 20], [3, 30]])
    for given in (mu, mu.T):
        data = read_snapshots({"u": u, "mu": given}, axes="mu time x", test_trajectories=[1])
        np.testing.assert_array_equal(data.test.mu, np.repeat(mu[1][:, None], 6, axis=1))
        np.testing.assert_array_equal(data.test.U, u[1].T)
    with pytest.raises(ShapeError, match=r"mu has shape \(3, 6\) for 18 snapshots"):
        read_snapshots(u, axes="mu time x", fields={"mu": t})


def test_coordinates_of_meshgrid_are_those_of_each_place(tmp_path):
    X, Y = np.meshgrid(np.arange(5.0), 10 * np.arange(4.0))
    v = rng.standard_normal((6, 4, 5))
    path = npz(tmp_path / "a.npz", u=v, x=X, y=Y)
    own = read_snapshots(path, axes="time y x")
    given = read_snapshots(v, axes="time y x", fields={"x": X, "y": Y})
    for data in (own, given):
        np.testing.assert_array_equal(data.train.x, [X.ravel(), Y.ravel()])
        np.testing.assert_array_equal(data.train.U[:, 2], v[2].ravel())


@pytest.mark.parametrize("factor", [1, 2])
def test_a_second_array_of_times_is_noted_if_it_differs(factor):
    times = 0.1 * np.arange(18)
    data = read_snapshots({"U": u.reshape(18, 20), "t": times, "time": factor * times})
    note = "time is left out: t stands for it, and has other numbers"
    assert (note in data.layout.notes) == (factor == 2)
    np.testing.assert_array_equal(whole(data, "t"), times)


def test_parameters_of_a_whole_file_are_noted():
    data = read_snapshots({"U": u.reshape(18, 20), "mu": np.arange(5.0)}, axes="sample dof")
    note = "mu is 5 parameters of all snapshots of the file, as no axis has its length"
    assert note in data.layout.notes


def test_a_number_in_a_name_must_be_that_of_the_file(tmp_path):
    for Re in (100, 200):
        npz(tmp_path / f"Re{Re}.npz", U=u[0].T, Re=float(Re))
    assert read_snapshots(f"{tmp_path}/Re{{Re}}.npz").train.mu is not None
    npz(tmp_path / "Re200.npz", U=u[0].T, Re=300.0)
    with pytest.raises(DataError, match="Re200.npz has Re = 200 in its name, but 300 in the file"):
        read_snapshots(f"{tmp_path}/Re{{Re}}.npz")


def test_a_column_of_runs_needs_no_times(tmp_path):
    rows = [f"{k // 3},{a},{b}" for k, (a, b) in enumerate(u[0, :, :2].tolist())]
    (tmp_path / "a.csv").write_text("\n".join(["run,p,q", *rows]) + "\n")
    data = read_snapshots(tmp_path / "a.csv", test_trajectories=[1])
    np.testing.assert_array_equal(data.train.U, u[0, :3, :2].T)
    np.testing.assert_array_equal(data.test.U, u[0, 3:, :2].T)
