"""Files of one series: what they state about places, times, units and axes must agree."""

import h5py
import meshio
import numpy as np
import pytest
import xarray as xr

from mornet.errors import DataError, OptionError, ShapeError, StorageError
from mornet.reduction.grid import grid_shape
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find

lat, lon, m = np.linspace(-30, 30, 3), np.linspace(0, 90, 4), 8
FIELD = np.random.default_rng(0).random((m, 3, 4))
U = FIELD.reshape(m, -1).T


def whole(data):
    return np.hstack([data.train.U, data.test.U])


def times(data):
    return np.r_[data.train.t, data.test.t]


def labelled(j, time=None, unit="m/s", **attributes):
    """One time of a field on a grid with named axes."""
    coords = {"lat": lat, "lon": lon}
    if time is not None:
        coords["time"] = ((), time, attributes)
    return xr.Dataset({"u": (("lat", "lon"), FIELD[j], {"units": unit})}, coords)


def write(folder, parts, name="u_{}.nc"):
    for j, part in enumerate(parts):
        path = folder / name.format(j)
        if path.suffix == ".zarr":
            part.to_zarr(path, zarr_format=2)
        else:
            part.to_netcdf(path, engine="h5netcdf")
    return f"{folder}/{name.format('{step}')}"


@pytest.mark.parametrize("suffix", ["nc", "h5", "zarr"])
@pytest.mark.filterwarnings("ignore")
def test_named_axes_in_one_file_a_time(tmp_path, suffix):
    pattern = write(tmp_path, map(labelled, range(m)), "u_{}." + suffix)
    listed = [tmp_path / f"u_{j}.{suffix}" for j in range(m)]
    for path in (pattern, pattern.replace("step", "time"), *([listed] if suffix != "zarr" else [])):
        data = read_snapshots(path, test_fraction=0.25)
        np.testing.assert_array_equal(whole(data), U)
        X, Y = np.meshgrid(lat, lon, indexing="ij")
        np.testing.assert_array_equal(data.train.x, [X.ravel(), Y.ravel()])
        assert data.layout.axis == ("lat", "lon")
        assert data.train.units["U"] == "m/s"
        assert grid_shape(data.train.x) == (1, 3, 4)
    moved = labelled(m - 1).assign_coords(lat=lat + 1)
    write(tmp_path, [*map(labelled, range(m - 1)), moved], "v_{}." + suffix)
    with pytest.raises(StorageError, match=r"v_7.* has other coordinates along lat than .*v_0"):
        read_snapshots(f"{tmp_path}/v_{{step}}.{suffix}")


@pytest.mark.parametrize("suffix", ["nc", "h5"])
def test_times_that_each_file_states_are_kept(tmp_path, suffix):
    parts = [labelled(j, 0.5 * j, units="s") for j in range(m)]
    data = read_snapshots(write(tmp_path, parts, "u_{}." + suffix), test_fraction=0.25)
    np.testing.assert_array_equal(times(data), 0.5 * np.arange(m))
    assert data.train.units["t"] == "s"
    for j in range(m):
        np.savez(tmp_path / f"u_{j}.npz", u=U[:, j], t=0.5 * j, mu=2.0 + j)
    data = read_snapshots(f"{tmp_path}/u_{{step}}.npz", test_fraction=0.25)
    np.testing.assert_array_equal(times(data), 0.5 * np.arange(m))
    np.testing.assert_array_equal(np.c_[data.train.mu, data.test.mu], [2.0 + np.arange(m)])
    for j in range(m):
        with h5py.File(tmp_path / f"a_{j}.h5", "w") as file:
            file["u"], file.attrs["time"] = U[:, j], 0.5 * j
    data = read_snapshots(f"{tmp_path}/a_{{step}}.h5", test_fraction=0.25)
    np.testing.assert_array_equal(times(data), 0.5 * np.arange(m))


def test_runs_on_named_axes_keep_their_coordinates(tmp_path):
    t = 0.25 * np.arange(4)
    run = {"time": ("time", t, {"units": "s"}), "lat": lat, "lon": lon}
    parts = [xr.Dataset({"u": (("time", "lat", "lon"), FIELD[i : i + 4])}, run) for i in (0, 4)]
    write(tmp_path, parts)
    data = read_snapshots(f"{tmp_path}/u_{{run}}.nc", test_trajectories=[1])
    np.testing.assert_array_equal(data.train.U, U[:, :4])
    np.testing.assert_array_equal(data.test.t, t)
    assert data.layout.axis == ("lat", "lon")
    write(tmp_path, [parts[0], parts[1].assign_coords(lon=lon + 0.5)])
    with pytest.raises(StorageError, match="other coordinates along lon"):
        read_snapshots(f"{tmp_path}/u_{{run}}.nc")


def test_dates_of_a_series_count_from_one_date(tmp_path):
    days = [labelled(j, 0.0, units=f"days since 2000-01-0{j + 1}") for j in range(m)]
    data = read_snapshots(write(tmp_path, days), test_fraction=0.25)
    np.testing.assert_allclose(times(data), np.arange(m))
    assert "times count from 2000-01-01T00:00:00.0" in data.layout.notes
    hours = [*days[:-1], labelled(m - 1, 180.0, units="hours since 2000-1-1 00:00")]
    np.testing.assert_allclose(
        times(read_snapshots(write(tmp_path, hours), test_fraction=0.25))[-1], 7.5
    )
    other = labelled(m - 1, 1.0, units="days since 2001-01-01", calendar="noleap")
    with pytest.raises(DataError, match=r"u_7.nc counts its times from 2001.*calendar noleap"):
        read_snapshots(write(tmp_path, [*days[:-1], other]))
    bare = labelled(m - 1, 1.0, units="days")
    with pytest.raises(DataError, match=r"u_7.nc counts its times from no date, but .*u_0.nc"):
        read_snapshots(write(tmp_path, [*days[:-1], bare]))


def test_dates_of_numpy_count_from_the_first_of_the_series(tmp_path):
    days = np.arange("2020-01-01", "2020-01-09", dtype="M8[D]")
    for j in range(m):
        np.savez(tmp_path / f"u_{j}.npz", u=U[:, j], t=days[j])
    data = read_snapshots(f"{tmp_path}/u_{{step}}.npz", test_fraction=0.25)
    np.testing.assert_array_equal(times(data), 86400 * np.arange(m))
    for j in range(2):
        np.savez(tmp_path / f"v_{j}.npz", u=U[:, :4], t=days[4 * j : 4 * j + 4])
    data = read_snapshots(f"{tmp_path}/v_{{run}}.npz", test_trajectories=[1])
    np.testing.assert_array_equal(times(data), 86400 * np.arange(m))


@pytest.mark.parametrize("unit", ["months", "m"])
def test_units_of_time_that_do_not_convert_are_refused(tmp_path, unit):
    parts = [labelled(j, 1.0 * j, units="s" if j else unit) for j in range(m)]
    with pytest.raises(DataError, match=f"has times in s, but .*u_0.nc in {unit}: convert"):
        read_snapshots(write(tmp_path, parts))


def table(folder, j, text):
    (folder / f"u_{j}.csv").write_text(text)
    return f"{folder}/u_{{step}}.csv"


def test_dates_of_tables_count_from_the_first_of_the_series(tmp_path):
    for j in range(4):
        rows = [f"2020-01-0{j + 1}{clock},{U[0, j]},{U[1, j]}" for clock in ("", " 06:00")]
        path = table(tmp_path, j, "\n".join(["time,a,b", *rows]))
    data = read_snapshots(path.replace("step", "run"), test_trajectories=[3])
    hours = [6 * k for k in (0, 1, 4, 5, 8, 9, 12, 13)]
    np.testing.assert_array_equal(times(data), 3600 * np.array(hours))
    table(tmp_path, 2, "time,a,b\n0,1,2\n1,3,4")
    with pytest.raises(DataError, match=r"u_2.csv counts its times from no date, but .*u_0.csv"):
        read_snapshots(path)


def test_units_that_differ_are_refused(tmp_path):
    parts = [labelled(j, unit="km/h" if j == 3 else "m s-1" if j == 2 else "m/s") for j in range(m)]
    with pytest.raises(OptionError, match=r"u_3.nc has U in km/h, but .*u_0.nc has it in m/s"):
        read_snapshots(write(tmp_path, parts))
    parts[3] = labelled(3, unit="")
    data = read_snapshots(write(tmp_path, parts), test_fraction=0.25)
    assert any("1 file without a unit" in note and "u_3.nc" in note for note in data.layout.notes)
    for j, unit in enumerate(["Pa", "Pa", "kPa"]):
        path = table(tmp_path, j, f"x,p ({unit})\n0,1\n1,2\n2,4\n")
    with pytest.raises(OptionError, match=r"u_2.csv has U in kPa, but .*u_0.csv has it in Pa"):
        read_snapshots(path)


def test_units_of_one_field_in_a_table_that_differ_are_refused(tmp_path):
    headings = "x,u (m/s) @ t=0,u (km/h) @ t=1"
    (tmp_path / "a.csv").write_text(headings + "\n0,1,2\n1,2,4\n2,3,5\n3,3,6\n")
    with pytest.raises(OptionError, match=r"a.csv: the columns .* are in m/s and km/h: convert"):
        read_snapshots(tmp_path / "a.csv")


def test_columns_of_tables_are_matched_by_their_headings(tmp_path):
    orders = ["time,a,b,c", "time,b,c,a"]
    rows = [[0, 1, 2, 3], [0, 5, 6, 4]]
    for run in range(4):
        row = rows[run % 2]
        lines = [",".join(str(v + (k if i == 0 else 0)) for i, v in enumerate(row)) for k in (0, 1)]
        path = table(tmp_path, run, "\n".join([orders[run % 2], *lines]))
    data = read_snapshots(path.replace("step", "run"), test_trajectories=[2, 3])
    np.testing.assert_array_equal(data.train.U, [[1, 1, 4, 4], [2, 2, 5, 5], [3, 3, 6, 6]])
    table(tmp_path, 3, "time,a,b,d\n0,1,2,3\n1,1,2,3")
    with pytest.raises(OptionError, match=r"u_3.csv has 'd' where .*u_0.csv has 'c'"):
        read_snapshots(path)


def test_coordinates_and_components_of_tables_have_the_order_of_their_names(tmp_path):
    table(tmp_path, 0, "x,y,U:0,U:1\n0,0,1,2\n1,3,4,5\n")
    table(tmp_path, 1, "U:1,y,x,U:0\n7,0,0,6\n9,3,1,8\n")
    path = table(tmp_path, 2, "x,y,U:0,U:1\n0,0,1,2\n1,3,5,5\n")
    data = read_snapshots(path, key="U", test_fraction=0.3)
    np.testing.assert_array_equal(data.train.U.T, [[1, 4, 2, 5], [6, 8, 7, 9]])
    np.testing.assert_array_equal(data.train.x, [[0, 1, 0, 1], [0, 3, 0, 3]])


def test_plain_headings_in_another_order_are_matched(tmp_path):
    for j, (head, row) in enumerate([("a,b", "1,2"), ("b,a", "2,1"), ("a,b", "3,4")]):
        path = table(tmp_path, j, f"{head}\n{row}\n{row}\n")
    data = read_snapshots(path, test_fraction=0.3)
    np.testing.assert_array_equal(data.train.U, [[1, 1], [2, 2], [1, 1], [2, 2]])


def test_times_in_names_that_contradict_the_files_are_refused(tmp_path):
    parts = [labelled(j, 0.5 * j, units="s") for j in range(m)]
    pattern = write(tmp_path, parts)
    np.testing.assert_array_equal(times(read_snapshots(pattern, test_every=8)).max(), 3.5)
    with pytest.raises(DataError, match=r"u_1.nc has the time 1 in its name, but 0.5 s in the"):
        read_snapshots(pattern.replace("step", "time"))


def test_times_in_names_agree_in_another_unit_or_up_to_their_digits(tmp_path):
    hours = [labelled(j, j / 60, units="hours") for j in range(m)]  # names count minutes
    data = read_snapshots(write(tmp_path, hours).replace("step", "time"), test_fraction=0.25)
    np.testing.assert_allclose(times(data), np.arange(m) / 60)
    assert data.train.units["t"] == "hours"
    for j in range(m):
        labelled(j, j / 3, units="s").to_netcdf(tmp_path / f"v_{j / 3:.3f}.nc", engine="h5netcdf")
    data = read_snapshots(f"{tmp_path}/v_{{t}}.nc", test_fraction=0.25)
    np.testing.assert_array_equal(times(data), np.arange(m) / 3)


@pytest.mark.parametrize("axes", ["lon lat", "lon lat time", "time lat", "x y z"])
def test_axes_that_contradict_the_files_of_a_series_are_refused(tmp_path, axes):
    pattern = write(tmp_path, map(labelled, range(m)))
    with pytest.raises(OptionError, match=f"axes = '{axes}' contradicts .*u_0.nc.* lat, lon"):
        read_snapshots(pattern, axes=axes)
    run = labelled(0).expand_dims(time=[0.0, 1])
    with pytest.raises(OptionError, match="contradicts"):
        read_snapshots(write(tmp_path, [run, run]), axes=axes)
    with pytest.raises(OptionError, match="contradicts"):
        read_snapshots(tmp_path / "u_0.nc", axes="time lon lat")


def test_axes_that_agree_with_the_files_may_be_stated(tmp_path):
    pattern = write(tmp_path, map(labelled, range(m)))
    data = read_snapshots(pattern, axes="lat lon", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    runs = [
        labelled(0).expand_dims(k=2, axis=0).assign_coords(k=[2 * j, 2 * j + 1]) for j in (0, 1)
    ]
    data = read_snapshots(write(tmp_path, runs, "v_{}.nc"), axes="sample lat lon")
    assert data.train.U.shape[0] == 12


def test_a_transposed_file_is_arranged_by_its_names_or_refused(tmp_path):
    parts = [labelled(j).transpose() if j in (0, 3) else labelled(j) for j in range(m)]
    data = read_snapshots(write(tmp_path, parts), test_fraction=0.25)
    assert data.layout.axis == ("lon", "lat")
    np.testing.assert_array_equal(data.layout.fields(whole(data))["u"], FIELD.T)
    for j in range(m):
        np.save(tmp_path / f"u_{j}.npy", FIELD[j].T if j == 3 else FIELD[j])
    with pytest.raises(ShapeError, match=r"u_3.npy has shape \(4, 3\).*u_0.npy has shape \(3, 4\)"):
        read_snapshots(f"{tmp_path}/u_{{time}}.npy")
    for j in (0, 1):
        np.save(tmp_path / f"v_{j}.npy", U.T if j else U)
    with pytest.raises(OptionError, match=r"v_1.npy seems to have the axes \"sample dof\""):
        read_snapshots(f"{tmp_path}/v_{{run}}.npy")


def test_the_first_file_with_coordinates_is_compared(tmp_path):
    bare = labelled(0).drop_vars(["lat", "lon"])
    pattern = write(tmp_path, [bare, *map(labelled, range(1, m))])
    data = read_snapshots(pattern, test_fraction=0.25)
    assert any("1 file without coordinates" in note for note in data.layout.notes)
    np.testing.assert_array_equal(np.unique(data.train.x[0]), lat)
    moved = labelled(m - 1).assign_coords(lat=lat + 1)
    write(tmp_path, [bare, *map(labelled, range(1, m - 1)), moved])
    with pytest.raises(
        StorageError, match=r"u_7.nc .* along lat than .*u_1.nc: .* has -29 instead of"
    ):
        read_snapshots(pattern)


def test_meshes_are_compared_relative_to_their_spacing(tmp_path):
    for j in range(3):
        points = np.array(
            [[5e6 + i + (0.5 if j == 2 else 0), k, 0] for i in range(4) for k in (0, 1)]
        )
        cells = [("quad", np.array([[0, 1, 3, 2]]))]
        meshio.Mesh(points, cells, {"p": np.arange(8.0) + j}).write(tmp_path / f"u_{j}.vtu")
    with pytest.raises(StorageError, match=r"u_2.vtu has other coordinates than .*u_0.vtu"):
        read_snapshots(tmp_path)


def curved(j, moved=0.0):
    """One time of a field on a curved grid."""
    places = {"lat": (("j", "i"), np.add.outer(lat, lon) + moved)}
    places["lon"] = (("j", "i"), np.add.outer(lat, lon**2))
    return xr.Dataset({"u": (("j", "i"), FIELD[j])}, places)


def test_curved_grids_of_a_series_keep_their_coordinates_and_are_compared(tmp_path):
    parts = [curved(j).transpose("i", "j") if j == 3 else curved(j) for j in range(m)]
    data = read_snapshots(write(tmp_path, parts), test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    X = np.add.outer(lat, lon), np.add.outer(lat, lon**2)
    np.testing.assert_array_equal(data.train.x, [grid.ravel() for grid in X])
    with pytest.raises(StorageError, match=r"u_7.nc has other coordinates than .*u_0.nc"):
        read_snapshots(write(tmp_path, [*parts[:-1], curved(m - 1, 0.1)]))


def test_an_axis_of_samples_that_is_stated_is_none_of_the_coordinates(tmp_path):
    runs = xr.concat([curved(j) for j in range(m)], "k", coords="minimal", compat="override")
    runs.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    data = read_snapshots(tmp_path / "a.nc", axes="sample j i", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(data.train.x[0], np.add.outer(lat, lon).ravel())


def test_places_with_names_are_matched(tmp_path):
    parts = []
    for order in ([0, 1, 2], [2, 0, 1], [0, 1, 2]):
        names, values = np.array(["a", "b", "c"])[order], np.array([1.0, 2, 3])[order]
        parts.append(xr.Dataset({"u": ("station", values)}, {"station": names}))
    data = read_snapshots(write(tmp_path, parts), test_fraction=0.3)
    np.testing.assert_array_equal(data.train.U, [[1, 1], [2, 2], [3, 3]])
    parts[1] = parts[0].assign_coords(station=["a", "b", "d"])
    with pytest.raises(OptionError, match=r"u_1.nc has 'd' where .*u_0.nc has 'c'"):
        read_snapshots(write(tmp_path, parts))


@pytest.mark.parametrize("n", [3, 4])
def test_coordinates_along_the_axes_of_unnamed_files_are_kept(tmp_path, n):
    for j in range(3):
        np.savez(tmp_path / f"u_{j}.npz", u=FIELD[j, :, :n], x=lat, y=lon[:n])
    pattern = f"{tmp_path}/u_{{time}}.npz"
    grids = np.meshgrid(lat, lon[:n], indexing="ij")
    data = read_snapshots(pattern, axes="x y", test_fraction=0.3)
    np.testing.assert_array_equal(data.train.x, [grid.ravel() for grid in grids])
    with pytest.raises(ShapeError, match="the axes of dofs are x y z: state one word for each"):
        read_snapshots(pattern, axes="x y z")
    np.savez(tmp_path / "u_2.npz", u=FIELD[2, :, :n], x=lat, y=lon[:n] + 1)
    with pytest.raises(StorageError, match=r"u_2.npz has other coordinates.* than .*u_0.npz"):
        read_snapshots(pattern, axes="x y")


def test_a_part_and_per_cent_are_two_units(tmp_path):
    parts = [labelled(0, unit="1"), labelled(1, unit="%")]
    with pytest.raises(OptionError, match="has U in %, but .* has it in 1: convert"):
        read_snapshots(write(tmp_path, parts), test_fraction=0.5)


@pytest.mark.parametrize(
    ("name", "values"),
    [("t_{time}", (1 / 3, 2 / 3, 1.0)), ("t_{time}", (1012.35, 1024.35, 1036.35))],
)
def test_names_may_hold_rounded_times(tmp_path, name, values):
    for digits, t in zip(
        (0.3, 0.7, 1) if values[0] < 1 else (1012, 1024, 1036), values, strict=True
    ):
        np.savez(tmp_path / f"t_{digits}.npz", u=np.ones((4, 1)), t=[t])
    data = read_snapshots(f"{tmp_path}/{name}.npz", key="u", test_fraction=0.3)
    np.testing.assert_allclose(times(data), values)


def test_names_may_hold_rounded_parameters(tmp_path):
    for mu in (-1 / 3, 1e-17, 1 / 3):
        part = {"u": np.random.default_rng(1).random((4, 3)), "t": np.arange(3.0)}
        np.savez(tmp_path / f"mu_{mu:.3f}.npz", **part, mu=np.full((1, 3), mu))
    data = read_snapshots(f"{tmp_path}/mu_{{mu}}.npz", key="u", test_fraction=0.3)
    assert set(np.r_[data.train.mu.ravel(), data.test.mu.ravel()]) == {-1 / 3, 1e-17, 1 / 3}


def test_runs_keep_their_numbers_or_a_note_says_that_they_are_counted(tmp_path):
    def numbers(names, runs):
        folder = tmp_path / names
        folder.mkdir()
        for j, run in enumerate(runs):
            part = {"u": np.random.default_rng(j).random((5, 4)), "t": np.tile([0.0, 1.0], 2)}
            np.savez(folder / f"{j}.npz", **part, run=np.repeat(run, 2))
        matrix = find(folder, key="u", axes="dof sample").matrix
        return np.unique(matrix.fields["trajectory"]), matrix.notes

    found, notes = numbers("apart", ([1, 2], [3, 4]))
    np.testing.assert_array_equal(found, [1, 2, 3, 4])
    assert "counted from 0" not in "".join(notes)
    found, notes = numbers("shared", ([1, 2], [1, 2]))
    np.testing.assert_array_equal(found, [0, 1, 2, 3])
    assert "share a number of a run; they are counted from 0" in "".join(notes)


def test_places_in_another_order_are_put_in_that_of_the_first_file(tmp_path):
    parts = [labelled(j) for j in range(m)]
    parts[2] = parts[2].isel(lat=slice(None, None, -1))
    parts[5] = parts[5].transpose().isel(lon=[2, 0, 1, 3])
    data = read_snapshots(write(tmp_path, parts), test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(np.unique(data.train.x[1]), lon)


def test_points_in_another_order_are_put_in_that_of_the_first_file(tmp_path):
    points = np.random.default_rng(3).random((12, 3))
    for j in range(3):
        order = np.roll(np.arange(12), j)
        vertices = [("vertex", np.arange(12)[:, None])]
        mesh = meshio.Mesh(points[order], vertices, {"p": U[order, j]})
        mesh.write(tmp_path / f"u_{j}.vtu")
    data = read_snapshots(tmp_path, test_fraction=0.3)
    np.testing.assert_array_equal(whole(data), U[:, :3])
    np.testing.assert_array_equal(data.train.x, points.T)


def test_stations_in_another_order_keep_their_coordinates(tmp_path):
    parts = []
    for order in ([0, 1, 2], [2, 0, 1], [0, 1, 2]):
        coords = {
            "station": np.array(["a", "b", "c"])[order],
            "lat": ("station", np.array([5.0, 1, 3])[order]),
        }
        parts.append(xr.Dataset({"u": ("station", np.array([1.0, 2, 3])[order])}, coords))
    data = read_snapshots(write(tmp_path, parts), test_fraction=0.3)
    np.testing.assert_array_equal(data.train.U, [[1, 1], [2, 2], [3, 3]])
    np.testing.assert_array_equal(data.train.x, [[5, 1, 3]])
