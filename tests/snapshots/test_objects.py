"""Arrays in memory become data sets as files do."""

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.io import savemat

from mornet.errors import DataError, OptionError, StorageError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find
from mornet.snapshots.formats.dates import seconds_of

t = 0.1 * np.arange(8)
U = np.array([np.sin(np.linspace(0, 3, 12) + s) for s in t]).T  # (12, 8)


def whole(data):
    return np.hstack([data.train.U, data.test.U])


@pytest.mark.parametrize(
    "source",
    [
        U,
        U.tolist(),
        pd.DataFrame(U),
        np.ma.masked_array(U),
        {"u": U, "t": t},
        xr.DataArray(U.T, dims=("time", "x"), coords={"time": t}),
        xr.Dataset({"u": (("x", "time"), U)}, coords={"time": t}),
    ],
    ids=lambda source: type(source).__name__,
)
def test_arrays_of_any_kind_are_snapshots(source):
    data = read_snapshots(source, test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    assert data.name == "snapshots"
    if hasattr(source, "dims") or isinstance(source, dict):
        np.testing.assert_allclose(data.train.t, t[:6])


def test_masked_entries_are_missing_entries():
    mask = np.zeros(U.shape, bool)
    mask[3] = True
    data = read_snapshots(np.ma.masked_array(U, mask), test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), np.delete(U, 3, axis=0))
    mask[5, 2] = True
    with pytest.raises(
        DataError,
        match=r"snapshots has missing values .NaN., 1 entry; .* row 5 of column .sample. 2",
    ):
        read_snapshots(np.ma.masked_array(U, mask))


@pytest.mark.parametrize("suffix", [".npz", ".mat", ".h5", ""])
@pytest.mark.parametrize(
    ("arrays", "times"),
    [
        ({"T": U, "t": t}, t),
        ({"T": U, "x": np.arange(12.0)}, None),
        ({"u": U, "T": 300 + np.cos(t * 9)}, None),  # a temperature at each time
        ({"u": U, "T": 300 + t, "time": t}, t),
        ({"u": U, "T": np.full(8, 300.0)}, None),
        ({"u": U, "T": t}, t),
    ],
)
def test_an_array_T_is_times_only_where_it_can_be(tmp_path, suffix, arrays, times):
    data = read_snapshots(stored(tmp_path / f"a{suffix}", arrays), test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    assert data.train.t is None if times is None else np.array_equal(data.train.t, times[:6])
    said = any("T increases and is taken as the times" in note for note in data.layout.notes)
    assert said == (arrays.keys() == {"u", "T"} and times is not None)


def stored(path, arrays):
    """Return the arrays in a file of the suffix of ``path``; without one as they are."""
    if path.suffix == ".npz":
        np.savez(path, **arrays)
    elif path.suffix == ".mat":
        savemat(path, arrays)
    elif path.suffix == ".h5":
        with h5py.File(path, "w") as file:
            file.update(arrays)
    return path if path.suffix else arrays


def test_temperatures_of_a_labelled_array_are_not_times():
    T = ("time", 300 + t, {"units": "K"})
    beside = xr.Dataset({"u": (("x", "time"), U), "T": T}, coords={"time": t})
    data = read_snapshots(beside, test_fraction=0.25)
    np.testing.assert_array_equal(data.train.t, t[:6])
    axis = xr.Dataset({"u": (("x", "T"), U)}, coords={"T": ("T", 300 + t, {"units": "K"})})
    data = read_snapshots(axis, test_fraction=0.25)
    assert data.train.t is None
    np.testing.assert_array_equal(np.unique(data.train.mu), np.sort(data.train.mu[0]))


def test_matrices_T1_and_T2_are_fields_not_steps(tmp_path):
    with pytest.raises(OptionError, match="there are T1, T2"):
        read_snapshots(stored(tmp_path / "a.h5", {"T1": U, "T2": 2 * U}))
    with pytest.raises(OptionError, match=r"the key T\{T\} may have one pair of braces, \{time\}"):
        read_snapshots(tmp_path / "a.h5", key="T{T}")


def test_dates_become_seconds():
    dates = np.datetime64("2020-01-01") + np.arange(8) * np.timedelta64(3600, "s")
    array = xr.DataArray(U, dims=("x", "date"), coords={"date": dates})
    data = read_snapshots(array, test_fraction=0.25)
    np.testing.assert_array_equal(data.train.t, 3600 * np.arange(6))
    assert data.train.units["t"] == "s"


def test_fields_of_a_mapping_are_reached_by_name():
    source = {"u": U, "p": 2 * U, "when": t}
    data = read_snapshots(source, key=["u", "p"], fields={"t": "when"}, test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), np.vstack([U, 2 * U]))
    np.testing.assert_array_equal(data.train.t, t[:6])
    with pytest.raises(OptionError, match="give the key of the snapshots; there are u, p"):
        read_snapshots(source)
    with pytest.raises(DataError, match="an array has no key"):
        read_snapshots(U, key="u")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"time": t + 0.01}, "other times than p: 0.01 instead of 0 at snapshot 0"),
        ({"time": ("time", t, {"units": "h"})}, "other times than p, in h instead of s"),
    ],
)
def test_fields_of_other_snapshots_are_refused(tmp_path, words, message):
    p = xr.DataArray(U, dims=("x", "time"), coords={"time": ("time", t, {"units": "s"})})
    u = xr.DataArray(U, dims=("x", "time"), coords=words)
    p.to_dataset(name="v").to_netcdf(tmp_path / "a.nc", group="p", engine="h5netcdf")
    u.to_dataset(name="v").to_netcdf(tmp_path / "a.nc", group="u", mode="a", engine="h5netcdf")
    with pytest.raises(OptionError, match=f"the field u/v has {message.replace('p', 'p/v', 1)}"):
        read_snapshots(tmp_path / "a.nc", key=["p/v", "u/v"], test_fraction=0.25)


def test_fields_of_other_trajectories_are_refused(tmp_path):
    """Two parameters at four times are not four parameters at two times."""
    file = {"p": (("mu", "time", "x"), (2, 4, 3)), "u": (("param", "t", "x"), (4, 2, 3))}
    data = xr.Dataset({name: (dims, np.ones(shape)) for name, (dims, shape) in file.items()})
    with pytest.raises(OptionError, match="the field u has other parameters than p: 1 instead of"):
        read_snapshots(data, key=["p", "u"], test_fraction=0.25)


def test_fields_share_what_one_of_them_states():
    data = xr.Dataset({"p": (("x", "sample"), U), "u": (("x", "time"), U)}, coords={"time": t})
    found = read_snapshots(data, key=["p", "u"], test_fraction=0.25)
    np.testing.assert_array_equal(found.train.t, t[:6])


def test_fields_whose_axes_have_another_order_are_refused():
    W = np.ones((3, 3, 8))
    data = xr.Dataset({"p": (("x", "y", "time"), W), "u": (("y", "x", "time"), W)})
    with pytest.raises(OptionError, match="the field u has the axes y x, but p has x y"):
        read_snapshots(data, key=["p", "u"], test_fraction=0.25)


hours = pd.date_range("2000", periods=30, freq="h", name="time")
B = np.random.default_rng(3).standard_normal((30, 5))


def known(data):
    """Return what a data set says about its rows and its snapshots."""
    t = None if data.train.t is None else np.r_[data.train.t, data.test.t].tolist()
    run = np.r_[data.train.trajectory, data.test.trajectory].tolist()
    since = seconds_of(data.train.units.get("since", ""))
    units = {name: of for name, of in data.train.units.items() if name != "since"}
    return whole(data).tolist(), t, since, units, data.layout.heading, run


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(B, hours, list("abcde")),
        pd.DataFrame(B, hours.tz_localize("UTC"), list("abcde")),
        pd.DataFrame(B, pd.Index(0.5 * np.arange(30), name="time"), list("abcde")),
        pd.DataFrame(B, columns=["t=0.1", "t=0.2", "t=0.3", "t=0.4", "t=0.5"]),
        pd.DataFrame(
            B[:6],
            pd.MultiIndex.from_product([["wet", "dry"], [0.0, 1, 2]], names=["run", "time"]),
            list("abcde"),
        ),
        pd.DataFrame({"time": hours, "p": B[:, 0], "q": B[:, 1]}),
        pd.DataFrame(B, columns=list("abcde")),
    ],
)
def test_a_frame_is_read_as_its_table_in_text(tmp_path, frame):
    frame.to_csv(tmp_path / "a.csv")
    expected = known(read_snapshots(tmp_path / "a.csv"))
    assert known(read_snapshots(frame)) == known(read_snapshots({"U": frame})) == expected


@pytest.mark.parametrize(
    "index",
    [hours.rename(None), hours.to_period(), pd.to_timedelta(np.arange(30), unit="h")],
    ids=lambda index: type(index).__name__,
)
def test_an_index_of_times_needs_no_name(index):
    data = read_snapshots(pd.DataFrame(B, index))
    np.testing.assert_array_equal(whole(data), B.T)
    np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], 3600.0 * np.arange(30))
    assert data.train.units["t"] == "s"


@pytest.mark.parametrize("wrapped", [False, True])
def test_names_of_index_and_columns_are_axes(wrapped):
    frame = pd.DataFrame(B, pd.Index(np.arange(30.0), name="x"), pd.Index(0.5 * np.arange(5)))
    frame.columns.name = "time"
    data = read_snapshots({"u": frame} if wrapped else frame)
    np.testing.assert_array_equal(whole(data), B)
    np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], 0.5 * np.arange(5))
    np.testing.assert_array_equal(data.train.x, [np.arange(30.0)])
    other = read_snapshots({"u": frame.T} if wrapped else frame.T)
    assert known(other)[:2] == known(data)[:2]


def test_an_index_without_a_name_is_left_out_with_a_note():
    data = read_snapshots(pd.DataFrame(B, np.arange(5, 35)))
    assert "the index of the rows is left out, as it has no name" in data.layout.notes


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"a": [1.0, 2, 3], "b": list("xyz")}), "column b holds .*, not real numbers"),
        (pd.DataFrame(B, hours.where(hours != hours[3])), "the column time has no date in entry 3"),
    ],
)
def test_frames_without_numbers_or_dates_are_refused(frame, words):
    with pytest.raises(DataError, match=words):
        read_snapshots(frame)


along = {
    "time": ("sample", 0.5 * np.arange(5)),
    "mu": ("sample", [1.0, 1, 2, 2, 2]),
    "Re": ("sample", np.arange(5.0)),
}
levels = pd.MultiIndex.from_arrays([[0, 0, 1, 1, 1], 0.5 * np.arange(5)], names=["run", "time"])


@pytest.mark.parametrize("coords", [along, xr.Coordinates.from_pandas_multiindex(levels, "sample")])
def test_a_labelled_array_keeps_what_a_dataset_keeps(coords):
    array = xr.DataArray(B, dims=("x", "sample"), coords=coords)
    data, other = read_snapshots(array), read_snapshots(xr.Dataset({"U": array}))
    assert known(data) == known(other) == known(read_snapshots({"U": array}))
    np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], 0.5 * np.arange(5))
    assert data.layout.notes == other.layout.notes
    if "mu" in coords:
        np.testing.assert_array_equal(data.train.mu, other.train.mu)
        assert any("is in Re, left out" in note for note in data.layout.notes)


def test_axes_of_labelled_arrays_in_a_mapping_have_their_names():
    times = 0.5 * np.arange(30)
    array = xr.DataArray(B, dims=("time", "x"), attrs={"units": "m/s"})
    for data in (
        read_snapshots({"U": array, "t": pd.Series(times)}),
        read_snapshots({"U": array.assign_coords(time=times)}),
    ):
        np.testing.assert_array_equal(whole(data), B.T)
        np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], times)
        assert data.train.units["U"] == "m/s"


def test_decoded_durations_are_times_in_seconds(tmp_path):
    steps = pd.to_timedelta(np.arange(5), unit="h")
    np.savez(tmp_path / "a.npz", U=B, t=np.arange(5).astype("m8[h]"))
    for source in (
        xr.DataArray(B, dims=("x", "time"), coords={"time": steps}),
        xr.Dataset({"u": (("x", "sample"), B), "time": ("sample", steps)}),
        {"U": B, "t": steps},
        tmp_path / "a.npz",
    ):
        data = read_snapshots(source)
        np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], 3600.0 * np.arange(5))
        assert data.train.units["t"] == "s"
    given = read_snapshots(B, fields={"t": np.arange(5).astype("m8[h]")})
    assert given.train.units["t"] == "s"


def test_one_missing_date_is_named(tmp_path):
    dates = np.array(["2000-01-01", "NaT", *[f"2000-01-0{k}" for k in range(3, 6)]], "M8[D]")
    np.savez(tmp_path / "a.npz", U=B, t=dates)
    for source, fields in ((tmp_path / "a.npz", {}), (B, {"t": dates})):
        with pytest.raises(DataError, match="t has no date in entry 1: correct it"):
            read_snapshots(source, fields=fields)


def test_a_tensor_with_a_gradient_in_a_mapping_is_read_without_it():
    torch = pytest.importorskip("torch")
    data = read_snapshots({"U": torch.tensor(B, requires_grad=True)})
    np.testing.assert_array_equal(whole(data), B)


def labelled_runs():
    x, t = np.arange(20.0), 0.5 * np.arange(5)
    u = np.random.default_rng(0).random((3, 5, 20))
    return [
        xr.DataArray(u[j], {"time": t + j, "x": x, "mu": 3.0 * j}, ("time", "x"), "u")
        for j in range(3)
    ]


def test_a_list_of_labelled_arrays_keeps_times_parameters_and_places():
    runs = labelled_runs()
    for source in (runs, tuple(runs), [run.to_dataset() for run in runs]):
        matrix = find(source).matrix
        np.testing.assert_array_equal(matrix.U, np.hstack([run.values.T for run in runs]))
        np.testing.assert_array_equal(matrix.fields["t"], np.hstack([run.time for run in runs]))
        np.testing.assert_array_equal(matrix.fields["mu"], [np.repeat([0.0, 3, 6], 5)])
        np.testing.assert_array_equal(matrix.fields["trajectory"], np.repeat([0, 1, 2], 5))
        np.testing.assert_array_equal(matrix.fields["x"], [np.arange(20.0)])
        assert "a list of 3 entries is read as files are, in its order" in matrix.notes


def test_a_list_of_snapshots_with_a_time_each_is_one_trajectory():
    snapshots = [run.isel(time=0).drop_vars("mu") for run in labelled_runs()]
    matrix = find(snapshots).matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 1, 2])
    assert "trajectory" not in matrix.fields


def test_arrays_of_a_list_of_datasets_may_be_fields():
    sets = [run.to_dataset().assign(Re=10.0 * j) for j, run in enumerate(labelled_runs())]
    matrix = find(sets, key="u", fields={"mu": "Re"}).matrix
    np.testing.assert_array_equal(matrix.fields["mu"], [np.repeat([0.0, 10, 20], 5)])


def test_arrays_of_a_list_that_do_not_fit_are_refused_with_their_place():
    runs = labelled_runs()
    with pytest.raises(StorageError, match=r"snapshots\[1\] has other coordinates along x than"):
        find([runs[0], runs[1].isel(x=slice(9))])
    with pytest.raises(OptionError, match=r"snapshots\[0\]: .*no array 'w'; there are u"):
        find([run.to_dataset() for run in runs], key="w")
