"""The date from which times count comes with the data set, wherever a file states it."""

import numpy as np
import pytest
import xarray

from mornet.cli import main
from mornet.errors import OptionError
from mornet.snapshots import read_snapshots

rng = np.random.default_rng(0)
U = rng.standard_normal((8, 5))
HOURS = np.datetime64("2000-01-31T06:00") + 6 * np.arange(8) * np.timedelta64(1, "h")


def since(data):
    """The date, how often the notes state it, and the times of both parts."""
    t = np.concatenate([data.train.t, data.test.t])
    noted = [note for note in data.layout.notes if "count from" in note]
    return data.train.units.get("since"), len(noted), t.tolist()


@pytest.fixture
def two_files(tmp_path):
    """Two NetCDF files of one series, whose times count from two dates."""
    for k in (0, 1):
        part = slice(4 * k, 4 * k + 4)
        t = ("time", HOURS[part])
        data = xarray.Dataset({"u": (("time", "x"), U[part])}, {"time": t})
        first = str(HOURS[part][0])
        data.to_netcdf(tmp_path / f"u_{k}.nc", encoding={"time": {"units": f"hours since {first}"}})
    return tmp_path


def test_a_series_of_files_keeps_the_first_date(two_files):
    data = read_snapshots(f"{two_files}/u_*.nc", fields={"trajectory": 0}, test_fraction=0.25)
    origin, notes, t = since(data)
    assert (origin[:16], notes) == ("2000-01-31T06:00", 1)
    assert t == [0, 6, 12, 18, 24, 30, 36, 42]
    assert data.train.units["t"] == "hours"


def test_the_netcdf_export_of_a_series_has_its_dates(two_files, monkeypatch):
    monkeypatch.chdir(two_files)
    words = ["path=u_*.nc", "fields={trajectory: 0}", "test_fraction=0.25"]
    assert main(["snapshots", "file", "--set", *words, "-o", "d.h5"]) == 0
    assert main(["export", "d.h5", "train_U", "train_t", "-o", "out.nc"]) == 0
    with xarray.open_dataset("out.nc", engine="h5netcdf") as found:
        np.testing.assert_array_equal(found.time.values, HOURS[:6])


def test_a_table_for_each_date_keeps_it(tmp_path):
    for j, day in enumerate(("2000-01-31", "2000-02-01", "2000-02-02")):
        (tmp_path / f"u_{j}.csv").write_text(f"date,u,v\n{day},{j},1\n")
    data = read_snapshots(f"{tmp_path}/u_{{step}}.csv")
    assert since(data)[1:] == (1, [0, 86400, 172800])
    assert since(data)[0].startswith("2000-01-31")


@pytest.mark.parametrize("form", ["array", "mapping", "csv", "netcdf"])
def test_dates_that_are_given_as_times_keep_the_first(form, tmp_path):
    source, where = U.T, {"array": HOURS}.get(form)
    if form == "mapping":
        source, where = {"U": U.T, "when": HOURS}, "when"
    if form == "csv":
        (tmp_path / "t.csv").write_text("\n".join(["time", *map(str, HOURS)]))
        where = f"{tmp_path}/t.csv:time"
    if form == "netcdf":
        xarray.Dataset({"when": ("sample", HOURS)}).to_netcdf(tmp_path / "t.nc")
        where = f"{tmp_path}/t.nc:when"
    np.save(tmp_path / "u.npy", U.T)
    source = tmp_path / "u.npy" if isinstance(where, str) and "/" in where else source
    key = "U" if form == "mapping" else None
    data = read_snapshots(source, key=key, axes="dof sample", fields={"t": where})
    origin, notes, t = since(data)
    factor = {"hours": 3600, "s": 1}[data.train.units["t"]]
    assert (origin[:16], notes) == ("2000-01-31T06:00", 1)
    np.testing.assert_array_equal(factor * np.array(t), 21600 * np.arange(8))


def test_times_that_replace_those_of_a_file_have_no_date(two_files):
    file = two_files / "u_0.nc"
    data = read_snapshots(file, fields={"t": np.arange(4.0)})
    assert since(data) == (None, 0, [0, 1, 2, 3])


def test_times_of_several_files_that_are_given_count_from_one_date(two_files):
    for k in (0, 1):
        np.save(two_files / f"u_{k}.npy", U[4 * k : 4 * k + 4].T)
    words = {"t": f"{two_files}/u_{{step}}.nc:time", "trajectory": 0}
    data = read_snapshots(f"{two_files}/u_*.npy", axes="dof sample", fields=words)
    assert since(data)[2] == [0, 6, 12, 18, 24, 30, 36, 42]


def test_fields_of_one_state_count_from_one_date(tmp_path):
    for name, year in (("u", 2000), ("v", 2001)):
        xarray.Dataset({name: (("time", "x"), U)}, {"time": np.arange(8)}).assign_coords(
            time=("time", np.arange(8), {"units": f"days since {year}-01-01"})
        ).to_netcdf(tmp_path / f"{name}.nc")
    u, v = (xarray.open_dataset(tmp_path / f"{n}.nc", decode_times=False) for n in "uv")
    both = xarray.Dataset({"u": u.u, "v": v.v.rename(time="time_v")})
    with pytest.raises(OptionError, match="counted from 2001-01-01T00:00:00.0 instead of 2000"):
        read_snapshots(both, key=["u", "v"])
