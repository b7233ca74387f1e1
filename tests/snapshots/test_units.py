"""Units of fields and of each coordinate: read, compared, stored, exported and read again."""

import h5py
import numpy as np
import pytest
import xarray as xr

from mornet.cli import main
from mornet.errors import OptionError
from mornet.snapshots import read_snapshots
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.files import find
from mornet.snapshots.new_files import columns_for, found_for
from mornet.snapshots.report import data_set_lines
from mornet.storage import load, save

m = 9
FIELD = np.random.default_rng(0).random((m, 3, 4))
X, Y = np.arange(3.0), np.arange(4.0) ** 2
LAT = np.add.outer(X, 0.1 * Y)


def run(*words):
    assert main([str(word) for word in words]) == 0


def labelled(path, units=("m", "km"), unit="K"):
    """Write a field on a grid whose axes have units."""
    coords = {"x": ("x", X, {"units": units[0]}), "y": ("y", Y, {"units": units[1]})}
    data = xr.Dataset({"u": (("time", "x", "y"), FIELD, {"units": unit})}, coords)
    data.to_netcdf(path, engine="h5netcdf")
    return path


def curved(path, units=("degrees_north", "degrees_east")):
    """Write a field on a curved grid, whose coordinates have units."""
    places = {
        name: (("j", "i"), values, {"units": unit})
        for name, values, unit in zip(("lat", "lon"), (LAT, LAT**2), units, strict=True)
    }
    data = xr.Dataset({"u": (("time", "j", "i"), FIELD, {"units": "K"})}, places)
    data.to_netcdf(path, engine="h5netcdf")
    return path


def points(path, units=("m", "km")):
    """Write a field at points without named axes."""
    with h5py.File(path, "w") as file:
        file["u"] = FIELD.reshape(m, -1).T
        for name, unit, x in zip("xy", units, (np.arange(12.0), np.arange(12.0) ** 2), strict=True):
            file[name] = x
            file[name].attrs["units"] = unit
    return path


def read(path, **how):
    return read_snapshots(path, test_every=3, **how)


def columns(data, path):
    return columns_for(data, found_for(data, path, None, None))


@pytest.mark.parametrize(
    ("write", "suffix", "units"),
    [
        (labelled, "nc", ("m", "km")),
        (labelled, "h5", ("m", "km")),
        (curved, "nc", ("degrees_north", "degrees_east")),
        (points, "h5", ("m", "km")),
    ],
)
def test_each_coordinate_has_its_own_unit(tmp_path, write, suffix, units):
    data = read(write(tmp_path / f"fit.{suffix}"))
    save(tmp_path / "data.h5", data)
    data = load(tmp_path / "data.h5")
    assert data.layout.x_unit == units
    lines = "\n".join(data_set_lines(data))
    assert all(f" {unit}\n" in lines for unit in units)
    assert columns(data, write(tmp_path / f"same.{suffix}")).shape == (12, m)
    assert columns(data, write(tmp_path / f"half.{suffix}", ("", units[1]))).shape == (12, m)
    for other in (("mile", units[1]), (units[0], "mile")):
        with pytest.raises(
            OptionError, match="other units of coordinates than .*mile.*: *|convert"
        ):
            columns(data, write(tmp_path / f"other.{suffix}", other))


def of_table(folder, headings, **how):
    """Read a table of 12 rows with three columns."""
    numbers = np.random.default_rng(1).random((12, 3))
    numbers[:, 0] = np.arange(12)
    np.savetxt(folder / "a.csv", numbers, delimiter=",", header=headings, comments="")
    return find(folder / "a.csv", **how)


@pytest.mark.parametrize(
    ("headings", "unit", "said"),
    [
        ("time,T (°C),S (°C)", "°C", ""),
        ("time,T (°C),I", "", "T (°C), I (no unit); give them as keys"),
        ("time,I,T (°C)", "", "I (no unit), T (°C)"),
        ("time,T (°C),I (A)", "", "T (°C), I (A)"),
        ("C,T (°C),I", "", "C (no unit), T (°C), I (no unit)"),
        ("x,u (K) @ t=0,u @ t=1", "", "u (K), u (no unit)"),
    ],
)
def test_snapshots_have_the_unit_that_all_columns_state(tmp_path, headings, unit, said):
    found = of_table(tmp_path, headings)
    assert found.unit == (unit,)
    notes = [note for note in found.matrix.notes if "do not state one unit" in note]
    assert [said in note for note in notes] == ([True] if said else [])


def test_columns_of_several_units_are_fields_with_units_of_their_own(tmp_path):
    found = of_table(tmp_path, "time,T (°C),I (A)", key=["T", "I"])
    assert found.unit == ("°C", "A")
    assert not any("do not state one unit" in note for note in found.matrix.notes)


@pytest.mark.parametrize(
    ("headings", "units"), [("x (m),y (mm),u", ("m", "mm")), ("x,y (mm),u", ("", "mm"))]
)
def test_each_coordinate_of_a_table_has_its_own_unit(tmp_path, headings, units):
    assert of_table(tmp_path, headings).matrix.x_unit == units


def test_fields_of_one_state_have_coordinates_in_one_unit(tmp_path):
    with h5py.File(tmp_path / "two.h5", "w") as file:
        for name, unit in (("a/u", "m"), ("b/p", "km")):
            file[name] = FIELD.reshape(m, -1).T
            file[f"{name[0]}/x"] = np.arange(12.0)
            file[f"{name[0]}/x"].attrs["units"] = unit
    with pytest.raises(
        OptionError, match="field b/p has its coordinates in km, but a/u in m: conv"
    ):
        read(tmp_path / "two.h5", key=["a/u", "b/p"])


def test_a_pure_number_is_no_unknown_unit(tmp_path):
    pure, unknown = (read(labelled(tmp_path / "fit.nc", unit=unit)) for unit in ("1", ""))
    assert (pure.layout.unit, unknown.layout.unit) == (("1",), ("",))
    assert (pure.train.units["U"], unknown.train.units["U"]) == ("1", "")
    percent = labelled(tmp_path / "percent.nc", unit="%")
    assert columns(unknown, percent).shape == (12, m)
    for unit in ("", "1", "-", "kg/kg"):
        assert columns(pure, labelled(tmp_path / "new.nc", unit=unit)).shape == (12, m)
    with pytest.raises(OptionError, match="other units than .*: % instead of 1; convert"):
        columns(pure, percent)


def test_an_unknown_unit_is_not_stored_as_a_pure_number(tmp_path):
    np.save(tmp_path / "U.npy", FIELD.reshape(m, -1).T)
    save(tmp_path / "data.h5", read(tmp_path / "U.npy", axes="dof sample"))
    with h5py.File(tmp_path / "data.h5") as file:
        assert "units" not in file["train/U"].attrs
    assert load(tmp_path / "data.h5").layout.unit == ("",)


def test_a_pure_number_of_an_earlier_version_is_an_unknown_unit():
    one, none = np.array([1]), np.array([0])
    layout = DofLayout(1, none, ("u",), ("1",), none, ("dof",), one, ())
    assert layout.unit == ("",)
    now = DofLayout(1, none, ("u",), ("1",), none, ("dof",), one, (), x_unit=())
    assert now.unit == ("1",)


@pytest.mark.parametrize(
    ("write", "name"), [(labelled, "u.nc"), (curved, "u.nc"), (points, "u.h5")]
)
def test_an_exported_field_gives_back_its_units_and_coordinates(tmp_path, write, name):
    write(tmp_path / name)
    run("snapshots", "file", "--set", f"path={tmp_path / name}", "-o", tmp_path / "data.h5")
    run("export", tmp_path / "data.h5", "train_U", "-o", tmp_path / "out.nc")
    data, again = load(tmp_path / "data.h5"), read(tmp_path / "out.nc")
    assert again.layout.x_unit == data.layout.x_unit
    assert again.layout.unit == data.layout.unit
    np.testing.assert_array_equal(again.train.x, data.train.x)


def test_exported_stations_keep_their_names_and_coordinates(tmp_path):
    lat = ("station", [5.0, 1, 3], {"units": "degrees_north"})
    coords = {"station": ["a", "b", "c"], "lat": lat}
    stations = xr.Dataset({"u": (("time", "station"), FIELD[:, :, 0])}, coords)
    stations.to_netcdf(tmp_path / "u.nc", engine="h5netcdf")
    run("snapshots", "file", "--set", f"path={tmp_path / 'u.nc'}", "-o", tmp_path / "data.h5")
    run("export", tmp_path / "data.h5", "train_U", "-o", tmp_path / "out.nc")
    again = read(tmp_path / "out.nc")
    assert (again.layout.heading, again.layout.x_unit) == (("a", "b", "c"), ("degrees_north",))
    np.testing.assert_array_equal(again.train.x, [[5, 1, 3]])


def test_each_field_of_an_exported_grid_has_its_own_unit(tmp_path):
    with xr.open_dataset(labelled(tmp_path / "u.nc"), engine="h5netcdf") as u:
        two = u.assign(p=(u.u.dims, FIELD, {"units": "Pa"})).load()
    two.to_netcdf(tmp_path / "two.nc", engine="h5netcdf")
    words = [f"path={tmp_path / 'two.nc'}", "keys=[u, p]"]
    run("snapshots", "file", "--set", *words, "-o", tmp_path / "data.h5")
    run("export", tmp_path / "data.h5", "train_U", "-o", tmp_path / "out.nc")
    run("fit", tmp_path / "data.h5", "pod", "--name", "POD", "--rank", 2, "-o", tmp_path / "p.h5")
    np.save(tmp_path / "codes.npy", np.ones((2, 3)))
    words = [tmp_path / "p.h5", tmp_path / "codes.npy", "--snapshots", tmp_path / "data.h5"]
    run("decode", *words, "-o", tmp_path / "states.nc")
    fit = [tmp_path / "p.h5", "reconstructions", "--snapshots", tmp_path / "data.h5"]
    run("export", *fit, "-o", tmp_path / "again.nc")
    for name, array in (
        ("out.nc", "train_U"),
        ("states.nc", "states"),
        ("again.nc", "reconstructions_train"),
    ):
        with xr.open_dataset(tmp_path / name, engine="h5netcdf") as found:
            units = [found[f"{array}_{field}"].attrs["units"] for field in ("u", "p")]
            assert (units, found.y.attrs["units"]) == (["K", "Pa"], "km")


def test_a_scale_has_the_unit_and_scaled_numbers_have_none(tmp_path):
    data = read(labelled(tmp_path / "u.nc"), scale="largest")
    assert (data.train.units["U"], data.train.units["scale"]) == ("1", "K")
    assert (data.train.unit_of_states, data.layout.unit) == ("K", ("K",))


def test_fields_that_a_caller_gives_have_their_own_units(tmp_path):
    points(tmp_path / "u.h5")
    with h5py.File(tmp_path / "u.h5", "a") as file:
        file["seconds"] = np.arange(9.0)
        file["seconds"].attrs["units"] = "s"
        file["place"] = np.arange(12.0)
        file["place"].attrs["units"] = "cm"
    data = read(tmp_path / "u.h5", key="u", fields={"x": "place", "t": "seconds"})
    assert (data.layout.x_unit, data.train.units["t"]) == (("cm",), "s")
    bare = read(tmp_path / "u.h5", key="u", fields={"x": np.arange(12.0)})
    assert bare.layout.x_unit == ("",)


def files_with_parameters(folder, units, name):
    for j, unit in enumerate(units):
        arrays = {"U": (("x", "time"), FIELD[:, :, j]), name: ((), 10.0 * j, {"units": unit})}
        xr.Dataset(arrays, {"time": X}).to_netcdf(folder / f"{j}.nc", engine="h5netcdf")
    return folder


@pytest.mark.parametrize(("name", "fields"), [("temperature", {"mu": "temperature"}), ("mu", {})])
def test_parameters_of_several_files_have_one_unit(tmp_path, name, fields):
    with pytest.raises(OptionError, match=r"1.nc has mu in degC, but .*0.nc has it in K: convert"):
        find(files_with_parameters(tmp_path, ("K", "degC"), name), key="U", fields=fields)
    for units in (("K", "K"), ("", "K")):
        matrix = find(files_with_parameters(tmp_path, units, name), key="U", fields=fields).matrix
        assert matrix.units["mu"] == "K"
        np.testing.assert_array_equal(np.unique(matrix.fields["mu"]), [0, 10])
