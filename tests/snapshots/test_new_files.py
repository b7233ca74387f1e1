"""New files beside a fit: fields, units and coordinates that contradict it are refused."""

import time
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from mornet.errors import OptionError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import data_set, find
from mornet.snapshots.formats.places import apart
from mornet.snapshots.new_files import columns_for, found_as, found_for, states_of
from mornet.storage import load, save
from mornet.storage.conversion import from_tree, to_tree

m = 6
UTM = 5e6 + np.arange(8.0)


def write(path, x, name="u", unit="m/s"):
    field = np.outer(np.arange(1.0, 1 + m), np.sin(np.arange(len(x))))
    data = xr.Dataset({name: (("time", "x"), field, {"units": unit})}, coords={"x": x})
    data.to_netcdf(path, engine="h5netcdf")
    return path


def columns(data, path, key=None):
    return columns_for(data, found_for(data, path, key, None))


@pytest.mark.parametrize("shift", [0.3, 0.5, 1])
def test_places_are_the_same_relative_to_their_spacing(shift):
    x, y = np.meshgrid(UTM, np.arange(3.0), indexing="ij")
    places = np.array([x.ravel(), y.ravel()])
    assert apart(places, places + np.array([[shift], [0]])).all()
    assert not apart(places, places * (1 + 1e-14)).any()
    assert not apart(places + 0.13, (places + 0.13).astype(np.float32)).any()
    assert not apart(1e-3 * places[1:], 1e-3 * places[1:].astype(np.float32)).any()
    assert apart(places, np.where(places == UTM[3], np.nan, places)).sum() == 3


def test_a_million_places_are_compared_in_a_second():
    x = np.random.default_rng(0).random((3, 10**6))
    start = time.process_time()
    assert not apart(x, x.astype(np.float32).astype(float)).any()
    assert time.process_time() - start < 2


def test_new_files_of_shifted_places_are_refused(tmp_path):
    data = read_snapshots(write(tmp_path / "fit.nc", UTM))
    assert columns(data, write(tmp_path / "same.nc", UTM.astype(np.float32))).shape == (8, m)
    with pytest.raises(OptionError, match=r"shifted.nc has other coordinates than .* of the fit"):
        columns(data, write(tmp_path / "shifted.nc", UTM + 0.5))


def runs(path, rows=8, **along):
    """Write a field over the axes whose lengths are given, which no name tells; return the path."""
    field = np.random.default_rng(0).random((*along.values(), rows))
    xr.Dataset({"u": ((*along, "x"), field)}).to_netcdf(path, engine="h5netcdf")
    return path


def test_the_axes_that_were_stated_for_the_fit_are_those_of_a_new_file(tmp_path):
    axes = "parameter time x"
    data = read_snapshots(runs(tmp_path / "fit.nc", nu=3, time=4), axes=axes)
    rows = data.layout.rows
    new, alike = found_as(data, axes, runs(tmp_path / "new.nc", nu=2, time=5), None, rows)
    assert (alike, new.matrix.U.shape) == (True, (8, 10))
    one, alike = found_as(data, axes, runs(tmp_path / "one.nc", time=5), None, rows)
    assert (alike, one.matrix.U.shape) == (False, (8, 5))
    coarse, alike = found_as(data, axes, runs(tmp_path / "c.nc", 6, nu=2, time=5), None, rows)
    assert (alike, coarse.matrix.U.shape) == (True, (6, 10))


def on_grid(path, x, y):
    field = np.random.default_rng(0).random((m, len(x), len(y)))
    data = xr.Dataset({"u": (("time", "x", "y"), field)}, coords={"x": x, "y": y})
    data.to_netcdf(path, engine="h5netcdf")
    return path


def test_coordinates_that_count_are_coordinates_if_a_file_states_them(tmp_path):
    counts = np.arange(3.0), np.arange(4.0)
    data = read_snapshots(on_grid(tmp_path / "fit.nc", *counts))
    for other in ([0.0, 1, 3], [5.0, 6, 7]):
        with pytest.raises(OptionError, match="has other coordinates than the snapshots"):
            columns(data, on_grid(tmp_path / "new.nc", other, counts[1]))
    np.save(tmp_path / "bare.npy", np.random.default_rng(0).random((3, 4, m)))
    bare = read_snapshots(tmp_path / "bare.npy", axes="x y time")
    assert bare.train.units["x"] == "index"
    assert columns(bare, on_grid(tmp_path / "new.nc", counts[0] / 7, counts[1])).shape == (12, m)
    read = found_for(data, tmp_path / "bare.npy", None, "x y time")
    assert columns_for(data, read).shape == (12, m)


def test_new_files_of_another_field_are_refused_unless_its_key_is_given(tmp_path):
    data = read_snapshots(write(tmp_path / "fit.nc", UTM))
    other = write(tmp_path / "new.nc", UTM, "p")
    with pytest.raises(OptionError, match=r"new.nc has other fields .*: p instead of u; if they"):
        columns(data, other)
    assert columns(data, other, "p").shape == (8, m)
    assert columns(data, write(tmp_path / "same.nc", UTM, unit="m s-1")).shape == (8, m)
    with pytest.raises(OptionError, match="has other units than .*: km/h instead of m/s"):
        columns(data, write(tmp_path / "fast.nc", UTM, unit="km/h"))


def test_one_snapshot_on_the_axes_of_the_fit_is_read(tmp_path):
    data = read_snapshots(on_grid(tmp_path / "fit.nc", np.arange(3.0), np.arange(4.0)))
    for k, axes in enumerate([("x", "y"), ("y", "x")]):
        with xr.open_dataset(tmp_path / "fit.nc", engine="h5netcdf") as whole:
            one = whole.isel(time=2, drop=True).transpose(*axes)
            one.to_netcdf(tmp_path / f"one_{k}.nc", engine="h5netcdf")
        new = columns(data, tmp_path / f"one_{k}.nc")
        np.testing.assert_array_equal(new, data.train.U[:, 2:3])


@pytest.mark.parametrize("axes", [("time", "y", "x"), ("y", "x", "time")])
def test_axes_in_another_order_are_put_in_that_of_the_fit(tmp_path, axes):
    fit = on_grid(tmp_path / "fit.nc", np.arange(3.0), np.arange(4.0) ** 2)
    data = read_snapshots(fit)
    with xr.open_dataset(fit, engine="h5netcdf") as whole:
        whole.transpose(*axes).to_netcdf(tmp_path / "new.nc", engine="h5netcdf")
        other = whole.rename(y="z")
        other.to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    np.testing.assert_array_equal(columns(data, tmp_path / "new.nc"), columns(data, fit))
    with pytest.raises(
        OptionError, match="other axes than .*: x, z instead of x, y; give it these"
    ):
        columns(data, tmp_path / "other.nc")


def test_a_square_grid_with_equal_coordinates_keeps_its_axes_apart(tmp_path):
    fit = on_grid(tmp_path / "fit.nc", np.arange(3.0), np.arange(3.0))
    with xr.open_dataset(fit, engine="h5netcdf") as whole:
        whole.transpose("time", "y", "x").to_netcdf(tmp_path / "new.nc", engine="h5netcdf")
    data = read_snapshots(fit)
    np.testing.assert_array_equal(columns(data, tmp_path / "new.nc"), columns(data, fit))


def test_a_grid_whose_axis_runs_backwards_is_put_in_the_order_of_the_fit(tmp_path):
    fit = on_grid(tmp_path / "fit.nc", np.arange(3.0), np.arange(4.0) ** 2)
    with xr.open_dataset(fit, engine="h5netcdf") as whole:
        backwards = whole.isel(y=slice(None, None, -1)).transpose("time", "y", "x")
        backwards.to_netcdf(tmp_path / "new.nc", engine="h5netcdf")
    data = read_snapshots(fit)
    np.testing.assert_array_equal(columns(data, tmp_path / "new.nc"), columns(data, fit))


def points(path, order, n=20, **changes):
    """Write two fields at points in the plane, the first of which is missing at one of them."""
    rng = np.random.default_rng(5)
    x, u, p = rng.random((2, n)), rng.random((n, m)), rng.random((n, m))
    u[3] = np.nan
    arrays = {"x": x[:, order], "u": u[order], "p": p[order], **changes}
    np.savez(path, **arrays)
    return path


def found_points(path):
    return find(path, key=["u", "p"], axes="dof sample")


@pytest.mark.parametrize("single", [False, True])
def test_points_in_another_order_are_put_in_that_of_the_fit(tmp_path, single):
    fit = points(tmp_path / "fit.npz", np.arange(20))
    data = data_set(found_points(fit), test_fraction=0.5)
    order = np.random.default_rng(6).permutation(20)
    x = np.load(fit)["x"][:, order]
    new = points(tmp_path / "new.npz", order, x=x.astype(np.float32) if single else x)
    expected = columns_for(data, found_points(fit))
    np.testing.assert_array_equal(columns_for(data, found_points(new)), expected)


def test_components_of_a_vector_are_put_in_the_order_of_the_fit_together(tmp_path):
    rows = np.random.default_rng(7).random((5, 2 + 2 * m))
    headings = ["x", "y", *(f"U:{c}" for c in (0, 1))]
    order = [3, 0, 4, 1, 2]
    for k in range(m):
        columns_of_k = rows[:, [0, 1, 2 + 2 * k, 3 + 2 * k]]
        table(tmp_path / f"fit_{k}.csv", headings, columns_of_k)
        table(tmp_path / f"new_{k}.csv", headings, columns_of_k[order])
    fit, new = (str(tmp_path / name) + "_{step}.csv" for name in ("fit", "new"))
    data = read_snapshots(fit, key="U", test_fraction=0.5)
    expected = columns_for(data, find(fit, key="U"))
    np.testing.assert_array_equal(columns_for(data, find(new, key="U")), expected)


def test_points_that_stand_twice_or_elsewhere_are_refused(tmp_path):
    fit = points(tmp_path / "fit.npz", np.arange(20))
    data = data_set(found_points(fit), test_fraction=0.5)
    order = np.roll(np.arange(20), 1)
    x = np.load(fit)["x"][:, order]
    moved, twice = x + 0.01, x.copy()
    twice[:, 5] = twice[:, 6]
    for wrong in (moved, twice):
        new = points(tmp_path / "new.npz", order, x=wrong)
        with pytest.raises(
            OptionError, match="other coordinates than .*each once, or in their order"
        ):
            columns_for(data, found_points(new))


def test_rows_of_fields_of_other_lengths_are_refused(tmp_path):
    for name, u, p in (("fit", 4, 6), ("new", 6, 4)):
        arrays = {"u": np.ones((u, m)), "p": np.ones((p, m))}
        np.savez(tmp_path / f"{name}.npz", **arrays)
    data = data_set(found_points(tmp_path / "fit.npz"), test_fraction=0.5)
    with pytest.raises(OptionError, match="begin at rows 0, 6 instead of they begin at rows 0, 4"):
        columns_for(data, found_points(tmp_path / "new.npz"))


def test_a_part_of_a_data_set_has_its_columns_in_the_order_of_the_fit(tmp_path):
    rows = np.random.default_rng(0).random((m, 3))
    fit, other = (
        read_snapshots(
            table(tmp_path / f"{names}.csv", names, rows[:, order]),
            axes="sample dof",
            test_fraction=0.5,
        )
        for names, order in (("abc", [0, 1, 2]), ("cab", [2, 0, 1]))
    )
    part = states_of("other.h5", other, other.train)
    np.testing.assert_array_equal(columns_for(fit, part), fit.train.U)


def table(path, names, rows):
    np.savetxt(path, rows, delimiter=",", header=",".join(names), comments="")
    return path


@pytest.mark.parametrize("head", [["t"], []])
def test_columns_of_a_new_table_are_in_the_order_of_the_fit(tmp_path, head):
    names = [*head, *"abcdefgh"]
    rows = np.random.default_rng(0).random((m, len(names)))
    rows[:, 0] = np.arange(m)
    fit = table(tmp_path / "fit.csv", names, rows)
    data = read_snapshots(fit, axes="sample dof", test_fraction=0.5)
    save(tmp_path / "data.h5", data)
    data = load(tmp_path / "data.h5")
    order = [*range(len(head)), *reversed(range(len(head), len(names)))]
    other = table(tmp_path / "other.csv", [names[j] for j in order], rows[:, order])
    found = found_for(data, other, None, "sample dof")
    np.testing.assert_array_equal(columns_for(data, found), rows[:, len(head) :].T)
    renamed = table(tmp_path / "renamed.csv", [*names[:-1], "q"], rows)
    with pytest.raises(OptionError, match="other columns .*'q.*' instead of 'h"):
        columns_for(data, found_for(data, renamed, None, "sample dof"))


def test_columns_of_a_series_of_tables_are_known(tmp_path):
    rows = np.random.default_rng(0).random((2, m, 3))
    for k in range(2):
        table(tmp_path / f"run_{k}.csv", "abc", rows[k])
    series = str(tmp_path / "run_{run}.csv")
    data = read_snapshots(series, axes="sample dof", test_fraction=0.5)
    other = table(tmp_path / "other.csv", "cba", rows[0][:, ::-1])
    found = found_for(data, other, None, "sample dof")
    np.testing.assert_array_equal(columns_for(data, found), rows[0].T)


def test_a_field_that_is_called_U_is_no_unnamed_one(tmp_path):
    fit = write(tmp_path / "fit.nc", UTM, name="U")
    pressure = write(tmp_path / "p.nc", UTM, name="p")
    data = read_snapshots(fit)
    with pytest.raises(OptionError, match="other fields .* p instead of U"):
        columns(data, pressure)
    save(tmp_path / "data.h5", data)
    with pytest.raises(OptionError, match="other fields .* p instead of U"):
        columns(load(tmp_path / "data.h5"), pressure)
    np.save(tmp_path / "unnamed.npy", data.train.states)
    unnamed = read_snapshots(tmp_path / "unnamed.npy", axes="dof sample", test_fraction=0.5)
    assert columns(unnamed, pressure).shape == (8, m)


def test_the_unit_of_places_is_that_of_the_fit(tmp_path):
    rows = np.column_stack([np.arange(8.0), np.random.default_rng(0).random((8, m))])
    states = [f"u @ t={k}" for k in range(m)]
    data = read_snapshots(table(tmp_path / "fit.csv", ["x (m)", *states], rows))
    same = table(tmp_path / "same.csv", ["x", *states], rows)
    assert columns(data, same).shape == (8, m)
    with pytest.raises(OptionError, match="other units of coordinates .* km instead of m"):
        columns(data, table(tmp_path / "km.csv", ["x (km)", *states], rows))


def test_a_layout_of_an_earlier_version_has_no_headings(tmp_path):
    layout = read_snapshots(write(tmp_path / "fit.nc", UTM)).layout
    tree = to_tree(layout)
    del tree.members["named"]
    tree.attributes.pop("absent")
    earlier = from_tree(tree)
    assert (earlier.heading, earlier.named, earlier.field) == (None, None, ("u",))


def half_known(path, y=None):
    """Write a field on a grid with coordinates along x, and along y if they are given."""
    field = np.random.default_rng(0).random((m, 3, 4))
    coords = {"x": ("x", 2 * np.arange(4.0), {"units": "m"})}
    coords |= {} if y is None else {"y": ("y", y, {"units": "km"})}
    data = xr.Dataset({"u": (("time", "y", "x"), field)}, coords)
    data.to_netcdf(path, engine="h5netcdf")
    return path


def test_an_axis_without_coordinates_is_counted_and_compared_with_nothing(tmp_path):
    fit = half_known(tmp_path / "fit.nc")
    data = read_snapshots(fit)
    assert data.layout.x_unit == ("index", "m")
    np.testing.assert_array_equal(np.unique(data.train.x[0]), np.arange(3.0))
    full = half_known(tmp_path / "full.nc", 5 * np.arange(3.0))
    np.testing.assert_array_equal(columns(data, full), columns(data, fit))
    np.testing.assert_array_equal(columns(read_snapshots(full), fit), columns(data, fit))


def test_a_fit_of_an_earlier_version_has_no_coordinates_that_count(tmp_path):
    fit = half_known(tmp_path / "fit.nc")
    data = read_snapshots(fit)
    layout, units = replace(data.layout, x_unit=None), {**data.train.units, "x": "m"}
    train = replace(data.train, x=data.train.x[1:], units=units)
    test = replace(data.test, x=data.test.x[1:], units=units)
    earlier = replace(data, layout=layout, train=train, test=test)
    np.testing.assert_array_equal(columns(earlier, fit), columns(data, fit))


def test_places_with_names_keep_their_coordinates(tmp_path):
    values = np.random.default_rng(0).random((m, 3))
    for name, order in (("fit", [0, 1, 2]), ("new", [2, 0, 1])):
        coords = {
            "station": np.array(["a", "b", "c"])[order],
            "lat": ("station", np.array([5.0, 1, 3])[order], {"units": "degrees_north"}),
        }
        stations = xr.Dataset({"u": (("time", "station"), values[:, order])}, coords)
        stations.to_netcdf(tmp_path / f"{name}.nc", engine="h5netcdf")
    data = read_snapshots(tmp_path / "fit.nc")
    np.testing.assert_array_equal(data.train.x, [[5, 1, 3]])
    assert data.layout.x_unit == ("degrees_north",)
    np.testing.assert_array_equal(columns(data, tmp_path / "new.nc"), values.T)
