"""NetCDF has axes of trajectories and times, and mornet reads its own file back."""

import numpy as np
import pytest
import xarray

from mornet.cli import main
from mornet.errors import ShapeError
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.files import find
from mornet.storage import load
from mornet.storage.sample_axes import along_samples
from mornet.storage.tree import Leaf

rng = np.random.default_rng(0)
X, T = np.linspace(0, 1, 7), np.array([0.0, 0.1, 0.25, 0.7])
LAT = np.array([40.0, 50.0])


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def opened(name="out.nc"):
    return xarray.open_dataset(name, engine="h5netcdf")


def runs_of(mu, t=T, **split):
    """A data set of one run for each parameter, stored as d.h5, and a POD of it, f.h5."""
    K = len(mu)
    U = rng.standard_normal((len(X), K * len(T)))
    fields = {"x": X, "t": np.tile(t, K) if np.ndim(t) == 1 else np.ravel(t)}
    np.savez("u.npz", U=U, mu=np.repeat(mu, len(T)), run=np.repeat(np.arange(K), len(T)), **fields)
    words = ["path=u.npz", "key=U", "axes=dof sample"]
    words += ["fields={x: x, t: t, mu: mu, trajectory: run}"]
    words += [f"{name}={value}" for name, value in split.items()]
    assert run("snapshots", "file", "--set", *words, "-o", "d.h5") == 0
    assert run("fit", "d.h5", "pod", "--rank", 3, "-o", "f.h5") == 0
    return load("d.h5"), load("f.h5").models[0]


def require_same(part, key, states):
    """Require that out.nc:key holds ``states`` with the fields of ``part``."""
    matrix = find(f"out.nc:{key}").matrix
    np.testing.assert_array_equal(matrix.U, states)
    several = ("mu", "trajectory") if len(set(part.trajectory)) > 1 else ()
    for name in ("t", *several):
        np.testing.assert_array_equal(matrix.fields[name], getattr(part, name))
    np.testing.assert_array_equal(matrix.fields["x"], part.x)


def test_runs_at_the_same_times_have_axes_of_runs_and_times():
    data, pod = runs_of([0.5, 1.0, 2.0, 4.0], test_trajectories="[1]")
    words = ["f.h5", "reconstructions", "codes", "modes", "--snapshots", "d.h5"]
    assert run("export", *words, "-o", "out.nc") == 0
    with opened() as found:
        train, test = found.reconstructions_train, found.reconstructions_test
        assert train.dims == ("train_trajectory", "train_time", "x")
        assert test.dims == ("test_time", "x")
        assert found.codes_train.dims == ("train_trajectory", "train_time", "latent")
        np.testing.assert_array_equal(train.train_time, T)
        np.testing.assert_array_equal(train.train_mu, [0.5, 2.0, 4.0])
        assert float(test.test_mu) == 1.0
        one = train.sel(train_trajectory=2, train_time=0.25, x=X[3])
        (j,) = np.flatnonzero((data.train.trajectory == 2) & (data.train.t == 0.25))
        assert float(one) == pod.decode(pod.encode(data.train.U))[3, j]
    for key, part in (("train", data.train), ("test", data.test)):
        require_same(part, f"reconstructions_{key}", pod.decode(pod.encode(part.U)))


def test_a_single_part_has_plain_names():
    data, _ = runs_of([0.5, 1.0, 2.0], test_trajectories="[1]")
    assert run("export", "d.h5", "train_U", "-o", "out.nc") == 0
    with opened() as found:
        assert found.train_U.dims == ("trajectory", "time", "x")
        assert {*found.train_U.coords} == {"trajectory", "time", "x", "mu"}
    require_same(data.train, "train_U", data.train.U)


def test_runs_at_other_times_stay_flat_with_coordinates():
    t = T + 0.01 * np.arange(3)[:, None]
    data, _ = runs_of([0.5, 1.0, 2.0], t, test_trajectories="[1]")
    assert run("export", "d.h5", "train_U", "test_U", "-o", "out.nc") == 0
    with opened() as found:
        assert found.train_U.dims == ("train_sample", "x")
        assert {"train_t", "train_mu", "train_trajectory"} <= {*found.train_U.coords}
        assert found.test_U.dims == ("test_time", "x")
    require_same(data.train, "train_U", data.train.U)
    require_same(data.test, "test_U", data.test.U)


def test_dates_and_the_grid_stand_beside_each_other():
    days = np.datetime64("2000-01-31", "ns") + np.arange(6) * np.timedelta64(1, "D")
    where = {"time": days, "lat": LAT, "lon": X}
    sea = xarray.Dataset({"T": (("time", "lat", "lon"), rng.standard_normal((6, 2, 7)))}, where)
    sea.to_netcdf("sea.nc")
    words = ["path=sea.nc", "test_fraction=0.34"]
    assert run("snapshots", "file", "--set", *words, "-o", "d.h5") == 0
    assert run("export", "d.h5", "train_U", "-o", "out.nc") == 0
    with opened() as found:
        xarray.testing.assert_identical(
            found.train_U.drop_attrs(), sea["T"].isel(time=slice(4)).rename("train_U").drop_attrs()
        )


def test_several_parameters_have_an_axis():
    U, mu = rng.standard_normal((7, 8)), np.array([[1.0, 2.0], [3.0, 5.0]])
    part = Snapshots.of_trajectories([U[:, :4], U[:, 4:]], x=X[None], t=T, mu=mu)
    found = along_samples({"train_U": Leaf(U, ("dof", "sample"))}, DataSet("d", part, part, ""))
    assert found["mu"].dims == ("parameter", "trajectory")
    np.testing.assert_array_equal(found["mu"].value, mu.T)
    np.testing.assert_array_equal(found["train_U"].value[1, 2], U[:, 6])


def test_snapshots_in_another_order_come_in_the_order_of_time():
    U, order = rng.standard_normal((7, 4)), [2, 0, 3, 1]
    part = Snapshots(U[:, order], X[None], np.zeros(4, int), T[order])
    leaves = {"train_U": Leaf(U[:, order], ("dof", "sample"))}
    found = along_samples(leaves, DataSet("d", part, part, ""))
    np.testing.assert_array_equal(found["train_U"].value, U.T)
    np.testing.assert_array_equal(found["time"].value, T)


def test_arrays_of_other_snapshots_are_refused():
    part = Snapshots(np.ones((7, 4)), X[None], np.zeros(4, int), T)
    leaves = {"train_U": Leaf(np.ones((7, 3)), ("dof", "sample"))}
    with pytest.raises(ShapeError, match="train_U has 3 snapshots, but its part has 4"):
        along_samples(leaves, DataSet("d", part, part, ""))


def test_times_alone_stay_as_they_are():
    runs_of([0.5, 1.0, 2.0], test_trajectories="[1]")
    assert run("export", "d.h5", "train_t", "-o", "out.nc") == 0
    with opened() as found:
        assert found.train_t.shape == (8,)
