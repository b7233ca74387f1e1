"""Arrays of other programs: packed netCDF, MATLAB's and Octave's order, links, unwritten parts."""

import h5py
import numpy as np
import pytest
import xarray as xr

from mornet.cli import main
from mornet.errors import StorageError
from mornet.snapshots import read_snapshots
from mornet.snapshots.formats import read_contents
from mornet.storage import load, open_matrix, read_array

n, m = 40, 12
x, t = np.linspace(0, 1, n), np.arange(m)
T = 280 + 8 * np.outer(np.sin(np.pi * x), np.cos(0.5 * t)) + 2 * np.outer(np.cos(9 * x), t / m)
LAND = np.where(np.arange(n)[:, None] < 5, np.nan, T)
PACKED = {"dtype": "int16", "scale_factor": 1e-3, "add_offset": 280.0, "_FillValue": -32767}


def netcdf(path, field, **how):
    array = xr.DataArray(field, dims=("cell", "time"), name="sst")
    array.to_netcdf(path, engine="h5netcdf", encoding={"sst": how})
    return path


def test_packed_numbers_are_those_of_xarray(tmp_path):
    path = netcdf(tmp_path / "a.h5", T, **PACKED)
    np.testing.assert_allclose(read_array(path, "sst"), T, atol=5e-4, rtol=0)
    with xr.open_dataset(path, engine="h5netcdf") as data:
        np.testing.assert_allclose(read_array(path, "sst"), data.sst.values, rtol=1e-12)
    with open_matrix(path, "sst") as matrix:
        np.testing.assert_array_equal(matrix[3:7], read_array(path, "sst")[3:7])
        np.testing.assert_array_equal(matrix.T[3:7], read_array(path, "sst")[:, 3:7].T)


@pytest.mark.parametrize(
    "how",
    [
        PACKED,
        {"dtype": "float64", "_FillValue": 1e20},
        {"dtype": "float32", "_FillValue": 9.96921e36},
        {"dtype": "float64", "_FillValue": None},
    ],
    ids=["packed", "1e20", "default", "NaN"],
)
def test_land_is_left_out_and_put_back(tmp_path, how):
    path = netcdf(tmp_path / "a.h5", LAND, **how)
    data = read_snapshots(path, key="sst", test_every=4)
    assert data.train.n == n - 5
    assert data.layout.left_out == 5
    full = data.layout.put_back(data.train.U)
    train = np.arange(m) % 4 != 3
    np.testing.assert_allclose(full, LAND[:, train], rtol=2e-6)
    words = ["pod", f"{path}:sst", "--rank", "2", "-o", str(tmp_path / "p.h5")]
    assert main(words) == 1  # modes have no rows for land


def test_missing_values_and_valid_ranges_are_missing_entries(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        U = np.arange(12, dtype="i2").reshape(3, 4)
        file["missing"], file["range"], file["limits"], file["unsigned"] = U, U, U, U.astype("i1")
        file["missing"].attrs["missing_value"] = np.array([3, 5], "i2")
        file["range"].attrs["valid_range"] = np.array([2, 9], "i2")
        file["limits"].attrs.update(valid_min=np.int16(1), valid_max=np.int16(10))
        file["unsigned"][0, 0] = -1
        file["unsigned"].attrs["_Unsigned"] = "true"
        file["default"] = np.full((2, 2), 9.969209968386869e36)
    path = tmp_path / "a.h5"
    for key, right in (("missing", [3, 5]), ("range", [0, 1, 10, 11]), ("limits", [0, 11])):
        np.testing.assert_array_equal(np.flatnonzero(read_array(path, key).mask), right)
    assert read_array(path, "unsigned")[0, 0] == 255
    with h5py.File(path, "a") as file:  # a range of another type is one of physical numbers
        file["physical"] = U
        file["physical"].attrs.update(scale_factor=0.1, valid_range=np.array([0.25, 0.95]))
    right = [0, 1, 2, 10, 11]
    np.testing.assert_array_equal(np.flatnonzero(read_array(path, "physical").mask), right)
    assert read_array(path, "default").mask.all()


@pytest.mark.parametrize(
    ("stored", "attribute", "value"),
    [
        ("i2", "missing_value", 1e20),
        ("i2", "_FillValue", np.nan),
        ("i2", "missing_value", -0.5),
        ("u1", "missing_value", np.int32(256)),
        ("i2", "valid_max", 1e20),
        ("u1", "valid_max", np.int32(300)),
        ("i2", "valid_min", "nothing"),
    ],
)
def test_values_that_the_stored_type_cannot_hold_take_no_number_away(
    tmp_path, stored, attribute, value
):
    U = np.arange(12).reshape(3, 4)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["U"] = U.astype(stored)
        file["U"].attrs[attribute] = value
    found = read_array(tmp_path / "a.h5", "U")
    assert not np.ma.isMaskedArray(found)
    np.testing.assert_array_equal(found, U)


@pytest.mark.parametrize("scale", [[0.1, 0.2, 0.3, 0.4], np.empty(0), "two"])
def test_a_scale_that_is_not_one_number_is_refused(tmp_path, scale):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["U"] = np.arange(12, dtype="i2").reshape(3, 4)
        file["U"].attrs["scale_factor"] = scale
    with pytest.raises(StorageError, match=r"a.h5: scale_factor is .* one number for all entries"):
        read_array(path, "U")
    with h5py.File(path, "a") as file:
        file["U"].attrs["scale_factor"] = [0.5]
    np.testing.assert_array_equal(read_array(path, "U"), np.arange(12).reshape(3, 4) / 2)


@pytest.mark.parametrize("length", [m - 1, m + 1])
def test_times_of_another_length_than_their_axis_are_left_out(tmp_path, length):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["U"], file["cell"], file["time"] = T, x, np.arange(length)
        for i, name in enumerate(("cell", "time")):
            file[name].make_scale(name)
            file["U"].dims[i].attach_scale(file[name])
    data = read_snapshots(path, test_every=4)
    assert data.train.n == n
    assert data.train.t is None
    assert f"time ({length},) is left out: the axis time has 12 places" in data.layout.notes


@pytest.mark.parametrize("grown", [True, False], ids=["chunks", "one piece"])
def test_numbers_that_were_never_written_are_refused(tmp_path, grown):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        if grown:
            U = file.create_dataset("U", (4, 6), "f8", maxshape=(None, 6), chunks=(2, 6))
            U[:2] = 1.0
        else:
            file.create_dataset("U", (4, 6), "f8")
    with pytest.raises(StorageError, match="1 chunks that were never written"):
        read_array(tmp_path / "a.h5")
    with pytest.raises(StorageError, match="never written"), open_matrix(tmp_path / "a.h5"):
        pass


def matlab(path, U):
    with h5py.File(path, "w", userblock_size=512) as file:
        file["U"] = U.T
        file["U"].attrs["MATLAB_class"] = np.bytes_("double")
        file["t"] = np.arange(float(U.shape[1]))[:, None]
        file["t"].attrs["MATLAB_class"] = np.bytes_("double")
    return path


def octave(path, U):
    with h5py.File(path, "w") as file:
        for name, value in {"U": U, "t": np.arange(float(U.shape[1]))[None]}.items():
            group = file.create_group(name)
            group.attrs["OCTAVE_NEW_FORMAT"] = np.uint8(1)
            group["type"], group["value"] = np.bytes_("matrix"), value.T
    return path


@pytest.mark.parametrize("write", [matlab, octave])
def test_matrices_of_matlab_and_octave_have_their_orientation(tmp_path, write, capsys):
    U = np.random.default_rng(0).standard_normal((40, 12))
    path = write(tmp_path / "run.h5", U)
    np.testing.assert_array_equal(read_array(path, "U"), U)
    data = read_snapshots(path, key="U", test_every=4)
    assert (data.train.n, data.train.m) == (40, 9)
    np.testing.assert_array_equal(data.test.t, [3, 7, 11])
    assert "MATLAB or Octave" in " ".join(data.layout.notes)
    assert main(["pod", f"{path}:U", "--rank", "2", "-o", str(tmp_path / "p.h5")]) == 0
    assert "40 dofs x 12 snapshots" in capsys.readouterr().out
    assert load(tmp_path / "p.h5").n == 40


def test_keys_may_hold_colons_and_links_may_lead_inside(tmp_path):
    U = np.random.default_rng(0).standard_normal((8, 5))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["ns:U"], file["run3/U"] = U, 2 * U
        file["latest"] = h5py.SoftLink("/run3/U")
    for key, right in (("ns:U", U), ("latest", 2 * U)):
        words = ["pod", f"{tmp_path}/a.h5:{key}", "--rank", "1", "-o", str(tmp_path / "p.h5")]
        assert main(words) == 0
        sigma = np.linalg.svd(right, compute_uv=False)[0]
        assert load(tmp_path / "p.h5").singular_values[0] == pytest.approx(sigma, rel=1e-12)


def test_any_format_gives_the_same_pod(tmp_path):
    U = np.random.default_rng(0).standard_normal((8, 5))
    np.savez(tmp_path / "a.npz", U=U, t=np.arange(5.0))
    np.savetxt(tmp_path / "a.csv", U, delimiter=";")
    sigma = np.linalg.svd(U, compute_uv=False)[0]
    for name in ("a.npz:U", "a.csv"):
        assert main(["pod", f"{tmp_path}/{name}", "--rank", "1", "-o", f"{tmp_path}/p.h5"]) == 0
        assert load(tmp_path / "p.h5").singular_values[0] == pytest.approx(sigma, rel=1e-12)


@pytest.mark.parametrize("key", [None, "u"])
@pytest.mark.parametrize(
    ("dtype", "match"),
    [
        ([("u", "f8"), ("p", "f8")], "'u' holds records with the fields u, p: write each field as"),
        (h5py.vlen_dtype("f8"), "'u' holds lists that may have several lengths: write them as"),
    ],
)
def test_records_and_lists_are_refused_for_what_they_are(tmp_path, dtype, match, key):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("u", (3,), dtype=np.dtype(dtype))
        file["time"] = np.arange(3.0)
    with pytest.raises(StorageError, match=match):
        read_contents(tmp_path / "a.h5", key)


def labelled(path, labels, arrays=(), scales=()):
    """Write 30 snapshots U (30, 5) with labels of its dimensions, arrays and attached scales."""
    with h5py.File(path, "w") as file:
        node = file.create_dataset("U", data=np.arange(150.0).reshape(30, 5) ** 1.5)
        for k, label in enumerate(labels):
            node.dims[k].label = label
        for name, values in dict(arrays).items():
            file[name] = values
        for axis, name in scales:
            file[name].make_scale(name)
            node.dims[axis].attach_scale(file[name])
    return path


@pytest.mark.parametrize(
    ("labels", "arrays", "scales"),
    [
        (("time", "x"), {}, ()),
        (("time (s)", ""), {"t": 0.5 * np.arange(30)}, ()),
        (("time", "x"), {"tt": 0.5 * np.arange(30)}, [(0, "tt")]),
        (("when", "x"), {"time": 0.5 * np.arange(30), "x": np.arange(5.0)}, [(0, "time")]),
    ],
)
def test_labels_of_dimensions_of_hdf5_name_axes_whose_scales_are_coordinates(
    tmp_path, labels, arrays, scales
):
    data = read_snapshots(labelled(tmp_path / "a.h5", labels, arrays, scales), key="U")
    assert (data.train.n, data.train.m + data.test.m) == (5, 30)
    assert any("axes by name: time (30)" in note for note in data.layout.notes)
    if arrays:
        np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], 0.5 * np.arange(30))
    else:
        assert data.train.t is None


def test_the_date_of_a_scale_with_another_name_than_its_axis_is_kept(tmp_path):
    path = labelled(tmp_path / "a.h5", ("time", "x"), {"tt": np.arange(30.0)}, [(0, "tt")])
    with h5py.File(path, "a") as file:
        file["tt"].attrs["units"] = "hours since 2000-01-31"
    units = read_snapshots(path, key="U").train.units
    assert (units["t"], units["since"]) == ("hours", "2000-01-31T00:00:00.0")


def test_a_dataset_whose_name_has_braces_is_read_by_its_name(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["{a}"] = np.arange(12.0).reshape(6, 2)
    assert read_snapshots(f"{tmp_path}/a.h5:{{a}}").train.n == 6


def test_strings_of_matlab_are_no_numbers_and_are_noted(tmp_path):
    path = tmp_path / "a.mat"
    with h5py.File(path, "w") as file:
        file["U"] = np.arange(12.0).reshape(2, 6)
        file["U"].attrs["MATLAB_class"] = np.bytes_("double")
        file["time"] = np.array([[3707764736, 2, 1, 1, 1, 1]], "u4")
        file["time"].attrs["MATLAB_class"] = np.bytes_("string")
        file["time"].attrs["MATLAB_object_decode"] = 3
    data = read_snapshots(path)
    assert (data.train.n, data.train.t) == (6, None)
    assert any("time is left out: MATLAB alone reads" in note for note in data.layout.notes)
    with pytest.raises(StorageError, match="'time' is a string of MATLAB"):
        read_array(path, "time")
