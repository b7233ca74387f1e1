"""Dates that are written as numbers, and times of the day that pass midnight."""

import re
import struct

import h5py
import numpy as np
import pytest
import xarray as xr
from scipy.io import savemat

from mornet.errors import DataError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find
from mornet.snapshots.formats.headings import columns_of

DAYS = (20000130, 20000131, 20000201, 20000229, 20000301)
SECONDS = 86400.0 * np.array([0, 1, 2, 30, 31])
U = np.random.default_rng(0).random((12, 5))
NOTE = "times are dates, YYYYMMDD: they are taken as seconds after 2000-01-30"


def table(folder, head, *rows, name="a.csv"):
    """Write a table with two columns of a state behind those of ``head``."""
    lines = [f"{row},{j},{j * j + 1}" for j, row in enumerate(rows)]
    (folder / name).write_text("\n".join([f"{head},u,v", *lines]))
    return folder / name


def clocks(folder, *rows, head="time"):
    """Return the times of a table of times of the day, and its notes."""
    matrix = find(table(folder, head, *rows)).matrix
    return matrix.fields["t"].tolist(), " ".join(matrix.notes)


@pytest.mark.parametrize("head", ["time", "t", "date", "Timestamp"])
def test_dates_as_numbers_in_a_column_are_seconds_after_the_first(tmp_path, head):
    matrix = find(table(tmp_path, head, *DAYS)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], SECONDS)
    assert matrix.units["t"] == "s"
    assert any("YYYYMMDD" in note for note in matrix.notes)


@pytest.mark.parametrize(
    ("dates", "steps"),
    [
        ((2000013123, 2000020101), [7200]),
        ((200001312350, 200002010010), [1200]),
        ((20000131235950, 20000201000010), [20]),
        (("20000131.75", "20000201.25"), [43200]),
        ((200001312400, 200002010010), [600]),
    ],
)
def test_dates_as_numbers_have_hours_minutes_seconds_or_a_part_of_a_day(tmp_path, dates, steps):
    matrix = find(table(tmp_path, "time", *dates)).matrix
    np.testing.assert_array_equal(np.diff(matrix.fields["t"]), steps)


@pytest.mark.parametrize(
    "times",
    [
        (10000101, 10000102),  # no year of data
        (20000100, 20000200),  # no day of a month
        (20000131, 20001331),
        (100, 20000101),
        (2000013125, 2000020101),  # no hour
        (1580428800, 1580432400),  # seconds after 1970
        ("20000131.5e-3", "20000201.5e-3"),
    ],
)
def test_numbers_that_are_no_dates_stay(tmp_path, times):
    matrix = find(table(tmp_path, "time", *times)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], [float(time) for time in times])
    assert not any("dates" in note for note in matrix.notes)


def test_dates_as_numbers_with_a_unit_of_time_stay(tmp_path):
    matrix = find(table(tmp_path, "time (ms)", *DAYS)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], DAYS)


def test_a_day_that_no_month_has_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"a.csv: t has 20000230 among dates that are written"):
        find(table(tmp_path, "time", 20000229, 20000230, 20000301))


def test_months_as_numbers_are_dates_under_the_heading_date_and_noted_under_time(tmp_path):
    matrix = find(table(tmp_path, "date", 199912, 200001, 200002)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], 86400.0 * np.array([0, 31, 62]))
    matrix = find(table(tmp_path, "time", 199912, 200001, 200002)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], [199912, 200001, 200002])
    assert any("from 199912 to 200002 may be months, YYYYMM" in note for note in matrix.notes)


def test_months_in_names_are_dates_if_the_pattern_says_so(tmp_path):
    for month in (199912, 200001, 200002):
        np.save(tmp_path / f"u_{month}.npy", U[:, 0] * month)
    t = find(f"{tmp_path}/u_{{date}}.npy").matrix.fields["t"]
    np.testing.assert_array_equal(t, 86400.0 * np.array([0, 31, 62]))
    t = find(f"{tmp_path}/u_{{time}}.npy").matrix.fields["t"]
    np.testing.assert_array_equal(t, [199912, 200001, 200002])


@pytest.mark.parametrize("dates", [(200101, 200102), (31012000, 1022000)])
def test_dates_as_numbers_with_two_readings_are_refused(tmp_path, dates):
    with pytest.raises(DataError, match=f"column date holds {dates[0]}, and it is not clear"):
        find(table(tmp_path, "date", *dates))


@pytest.mark.parametrize("word", ["time", "date", "t"])
def test_dates_in_the_names_of_files_are_seconds_after_the_first(tmp_path, word):
    for j, day in enumerate(DAYS):
        np.save(tmp_path / f"u_{day}.npy", U[:, j])
    matrix = find(f"{tmp_path}/u_{{{word}}}.npy").matrix
    np.testing.assert_array_equal(matrix.fields["t"], SECONDS)
    np.testing.assert_array_equal(matrix.U, U)
    assert NOTE in matrix.notes
    assert "mu" not in matrix.fields
    assert "t" not in find(f"{tmp_path}/u_{{step}}.npy").matrix.fields


def test_dates_in_the_names_of_files_agree_with_those_in_the_files(tmp_path):
    def write(moved):
        for j, day in enumerate(DAYS):
            days = SECONDS[j] / 86400 + 0.5 + moved * (j == 3)
            time = ("time", [days], {"units": "days since 2000-01-30"})
            data = xr.Dataset({"u": (("time", "x"), U[:, j][None])}, {"time": time})
            data.to_netcdf(tmp_path / f"u_{day}.nc")
        return f"{tmp_path}/u_{{time}}.nc"

    np.testing.assert_array_equal(find(write(0)).matrix.fields["t"], SECONDS / 86400 + 0.5)
    with pytest.raises(
        DataError, match=r"u_20000229.nc has the time 20000229 in its name, but 39.5 days"
    ):
        find(write(9))


@pytest.mark.parametrize("name", ["time", "date"])
@pytest.mark.parametrize("suffix", [".npz", ".h5", ".nc"])
def test_dates_as_numbers_beside_an_array_are_its_times(tmp_path, suffix, name):
    path = tmp_path / f"a{suffix}"
    if suffix == ".npz":
        np.savez(path, u=U, **{name: DAYS})
    elif suffix == ".h5":
        with h5py.File(path, "w") as file:
            file.update({"u": U, name: DAYS})
    else:
        xr.Dataset({"u": (("x", "time"), U), name: ("time", list(DAYS))}).to_netcdf(path)
    matrix = find(path, key="u").matrix
    np.testing.assert_array_equal(matrix.fields["t"], SECONDS)
    assert NOTE in matrix.notes


@pytest.mark.parametrize("suffix", [".npz", ".h5", ".nc"])
def test_times_come_before_dates(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    if suffix == ".npz":
        np.savez(path, u=U, date=DAYS, time=np.arange(5.0))
    elif suffix == ".h5":
        with h5py.File(path, "w") as file:
            file.update({"u": U, "date": DAYS, "time": np.arange(5.0)})
    else:
        data = {"u": (("x", "time"), U), "date": ("time", list(DAYS))}
        xr.Dataset(data, {"time": np.arange(5.0)}).to_netcdf(path)
    np.testing.assert_array_equal(find(path, key="u").matrix.fields["t"], np.arange(5))


def test_one_date_beside_an_array_is_no_time_and_noted(tmp_path):
    for j in range(3):
        np.savez(tmp_path / f"{j}.npz", u=U[:, j], timestamp=1.7e9 + j)
    matrix = find(f"{tmp_path}/{{step}}.npz").matrix
    assert "t" not in matrix.fields
    assert "timestamp is left out: it is not taken as times" in matrix.notes


def test_a_unit_may_say_that_numbers_are_dates(tmp_path):
    time = ("time", np.array(DAYS) + 0.5, {"units": "day as %Y%m%d.%f"})
    xr.Dataset({"u": (("time", "x"), U.T)}, {"time": time}).to_netcdf(tmp_path / "a.nc")
    data = read_snapshots(tmp_path / "a.nc", test_fraction=0.4)
    np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], SECONDS)
    assert data.train.units["t"] == "s"
    time = ("time", np.arange(5.0), {"units": "day as %Y%m%d.%f"})
    xr.Dataset({"u": (("time", "x"), U.T)}, {"time": time}).to_netcdf(tmp_path / "b.nc")
    with pytest.raises(
        DataError, match=r"t has the unit 'day as %Y%m%d.%f', but 0 is no such date"
    ):
        find(tmp_path / "b.nc")


def test_times_of_the_caller_may_be_dates():
    np.testing.assert_array_equal(find(U, fields={"t": np.array(DAYS)}).matrix.fields["t"], SECONDS)


def test_a_date_as_a_number_has_a_time_of_the_day_beside_it(tmp_path):
    rows = ["20000131,23:50:00", "20000201,00:10:00", "20000201,00:30:00"]
    assert np.diff(clocks(tmp_path, *rows, head="date,time")[0]).tolist() == [1200, 1200]
    rows = ["20000131,2350", "20000201,10", "20000201,30"]
    with pytest.raises(DataError, match="the columns date and time hold times, and date repeats"):
        clocks(tmp_path, *rows, head="date,time")
    rows = ["0,20000131", "1,20000201", "2,20000202"]
    t, notes = clocks(tmp_path, *rows, head="time,date")
    assert t == [0, 86400, 172800]
    assert "time is left out: the column date holds the times" in notes


def test_times_of_the_day_go_on_after_midnight(tmp_path):
    t, notes = clocks(tmp_path, "23:40:00", "23:50:00", "00:00:00", "00:10:00.5")
    assert t == [0, 600, 1200, 1800.5]
    assert "pass midnight from 23:50:00 to 00:00:00: a day is added to those after it" in notes
    t, _ = clocks(tmp_path, "23:50:00", "24:00:00", "00:10:00")
    assert t == [0, 600, 1200]
    hours = [f"{hour % 24:02d}:00:00" for hour in range(5, 77)]
    assert clocks(tmp_path, *hours)[0] == [3600 * k for k in range(72)]


def test_times_of_the_day_begin_again_with_each_trajectory(tmp_path):
    rows = [f"{run},{time}" for run in (3, 4) for time in ("23:50:00", "00:10:00")]
    assert clocks(tmp_path, *rows, head="run,time")[0] == [0, 1200, 0, 1200]
    t, notes = clocks(tmp_path, *(2 * ("00:00:10", "00:00:20")))
    assert t == [0, 10, 0, 10]
    assert "midnight" not in notes


@pytest.mark.parametrize(
    "rows",
    [
        ("18:00:00", "19:00:00", "20:00:00", "01:00:00"),  # a gap, or no order
        ("23:50:00", "00:10:00", "23:50:00", "00:10:00"),  # two runs
    ],
)
def test_times_of_the_day_that_go_back_without_reason_are_refused(tmp_path, rows):
    message = "a.csv: times of the day go back from .* write dates, as 2000-01-31 23:50:00"
    with pytest.raises(DataError, match=message):
        clocks(tmp_path, *rows)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 1, 3)])
def test_a_row_for_each_place_and_time_passes_midnight(tmp_path, order):
    rows = np.array(["0,23:50:00,1", "0,00:10:00,2", "1,23:50:00,3", "1,00:10:00,4"])[list(order)]
    (tmp_path / "a.csv").write_text("\n".join(["x,time,u", *rows]))
    matrix = find(tmp_path / "a.csv").matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 1200])
    np.testing.assert_array_equal(matrix.U, [[1, 2], [3, 4]])


def test_a_file_for_each_time_of_the_day_passes_midnight(tmp_path):
    for j, time in enumerate(("23:40:00", "23:50:00", "00:00:00")):
        table(tmp_path, "time", time, name=f"u_{j}.csv")
    matrix = find(f"{tmp_path}/u_{{step}}.csv").matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 600, 1200])
    assert "times count from 23:40:00" in matrix.notes


def test_the_end_of_a_day_is_the_start_of_the_next(tmp_path):
    rows = ("2000-01-31T24:00:00", "2000-02-01 06:00")
    assert clocks(tmp_path, *rows)[0] == [0, 21600]


def test_hours_and_minutes_alone_are_refused(tmp_path):
    with pytest.raises(DataError, match="'23:50' may be hours and minutes, or minutes and seconds"):
        clocks(tmp_path, "23:50", "00:10")


@pytest.mark.parametrize("stated", ["t=23:50", "t=2000-01", "t=2000-01-31-5", "t=2000-02-30"])
def test_a_heading_with_a_part_of_a_date_states_no_time(stated):
    assert columns_of((f"u @ {stated}",))[0].values == {}


def test_a_heading_with_a_date_states_it_beside_other_values():
    (column,) = columns_of(("u (m/s) @ t=1970-01-02, Re=5",))
    assert (column.name, column.unit) == ("u", "m/s")
    assert column.values == {"t": 86400.0, "Re": 5.0}


def test_dates_with_hyphens_in_the_names_of_files_are_times(tmp_path):
    for j, date in enumerate(("2000-01-31", "2000-02-01T12:00", "2000-02-02T00:00:00Z")):
        np.save(tmp_path / f"u_{date}.npy", U[:, j])
    matrix = find(f"{tmp_path}/u_{{date}}.npy").matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 129600, 172800])
    np.testing.assert_array_equal(matrix.U, U[:, :3])


def test_names_with_times_of_the_day_are_noted(tmp_path):
    for j, time in enumerate(("23:50", "00:10")):
        np.save(tmp_path / f"u_{time}.npy", U[:, j])
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.update({"time_23:50": U[:, 0], "time_00:10": U[:, 1]})
    note = "names hold times of the day, {} first: {} if they pass midnight"
    files = note.format("u_00:10.npy", "give a list of the files in their order")
    assert files in find(f"{tmp_path}/*.npy").matrix.notes
    listed = find([tmp_path / "u_23:50.npy", tmp_path / "u_00:10.npy"]).matrix
    assert not any("times of the day" in one for one in listed.notes)
    steps = note.format("time_00:10", "write the time of each step as its attribute time")
    assert steps in find(tmp_path / "a.h5").matrix.notes


def test_files_of_times_of_the_day_that_begin_earlier_are_noted(tmp_path):
    for j, rows in enumerate((("22:00:00", "23:00:00"), ("00:00:00", "01:00:00"))):
        table(tmp_path, "time", *rows, name=f"{j}.csv")
    notes = find(tmp_path).matrix.notes
    (note,) = [note for note in notes if "begin before those of the file before" in note]
    assert note.startswith(f"times of the day in {tmp_path / '1.csv'}")


@pytest.mark.parametrize(
    ("head", "rows", "times"),
    [
        ("year,month,day", ("2000,1,31", "2000,2,1", "2000,3,1"), (0, 86400, 30 * 86400)),
        ("Year,Month", ("2000,1", "2000,2", "2001,1"), (0, 31 * 86400, 366 * 86400)),
        ("date,hour", ("20000131,23", "20000201,0", "20000201,1"), (0, 3600, 7200)),
        (
            "date,hour,minute",
            ("2000-01-31,23,30", "2000-02-01,0,0", "2000-02-01,1,0"),
            (0, 1800, 5400),
        ),
        (
            "date,time",
            ("2000-01-31,23:59:00", "2000-02-01,00:00:00", "2000-02-01,00:01:00"),
            (0, 60, 120),
        ),
        (
            "date,time",
            ("20000131,23:59:00", "20000201,00:00:00", "20000201,00:01:00"),
            (0, 60, 120),
        ),
        (
            "Time (UTC)",
            ("2000-01-31 23:00", "2000-02-01 00:00", "2000-02-01 01:00"),
            (0, 3600, 7200),
        ),
        ("Time(h:min:s.ms)", ("00:00:00.000", "00:00:01.500", "00:00:02.000"), (0, 1.5, 2)),
    ],
)
def test_dates_in_several_columns_are_one_time_from_the_first(tmp_path, head, rows, times):
    values = ("0.5,7", "1.5,3", "2,1")
    text = "\n".join([f"{head},u,v", *map(",".join, zip(rows, values, strict=True))])
    (tmp_path / "a.csv").write_text(text)
    matrix = find(tmp_path / "a.csv").matrix
    np.testing.assert_array_equal(matrix.U, [[0.5, 1.5, 2], [7, 3, 1]])
    np.testing.assert_array_equal(matrix.fields["t"], times)
    assert matrix.units["t"] == "s"


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ("2000,13,1,0", "hold no dates from 1800"),
        ("2000,2,30,0", "no calendar has this day"),
        ("2000,2,3,25", "hour hold no times of the day"),
    ],
)
def test_columns_of_years_and_hours_that_are_no_dates_are_refused(tmp_path, row, match):
    (tmp_path / "a.csv").write_text(f"year,month,day,hour,u\n2000,1,1,0,5\n{row},6\n")
    with pytest.raises(DataError, match=match):
        find(tmp_path / "a.csv")


@pytest.mark.parametrize("head", ["Test_Time(s)", "Zeit [s]", "Physical Time: Physical Time (s)"])
def test_a_column_in_seconds_that_increases_is_taken_as_times_with_a_note(tmp_path, head):
    (tmp_path / "a.csv").write_text(f"{head},u (V),v (V)\n0,1,2\n0.5,3,4\n2,5,1\n")
    matrix = find(tmp_path / "a.csv").matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 0.5, 2])
    assert matrix.units == {"t": "s", "U": "V"}
    assert any("increases and is taken as the times" in note for note in matrix.notes)


def test_times_of_fluent_and_no_others(tmp_path):
    text = '"file"\n("Time Step" "drag" "flow-time")\n1 7 0.1\n2 5 0.2\n3 6 0.3\n'
    (tmp_path / "a.txt").write_text(text)
    matrix = find(tmp_path / "a.txt").matrix
    np.testing.assert_array_equal(matrix.U, [[7, 5, 6]])
    np.testing.assert_array_equal(matrix.fields["t"], [0.1, 0.2, 0.3])
    (tmp_path / "b.csv").write_text(
        "duration (s),rise time (s),u (s)\n3,2,1\n1,2,1\n2,1,1\n0,0,2\n"
    )
    assert "t" not in find(tmp_path / "b.csv").matrix.fields


WORDS = ["2000-01-31_23:00:00", "2000-02-01_00:00:00", "2000-02-01_00:30:00", "2000-02-02_00:00:00"]


@pytest.mark.parametrize(
    "form", [lambda w: w, lambda w: w.replace("_", "T") + "Z", lambda w: w[:10]]
)
@pytest.mark.parametrize("suffix", ["npz", "h5", "nc"])
def test_times_that_are_dates_in_words_are_seconds_after_the_first(tmp_path, form, suffix):
    words = [form(word) for word in WORDS]
    path, states = tmp_path / f"a.{suffix}", U[:6, :4]
    if suffix == "npz":
        np.savez(path, u=states, time=words)
    elif suffix == "h5":
        with h5py.File(path, "w") as file:
            file.update({"u": states, "time": words})
    else:
        xr.Dataset({"u": (("x", "time"), states)}, coords={"time": words}).to_netcdf(path)
    matrix = find(path).matrix
    np.testing.assert_array_equal(matrix.U, states)
    whole = [0, 86400, 86400, 172800] if len(words[0]) == 10 else [0, 3600, 5400, 90000]
    np.testing.assert_array_equal(matrix.fields["t"], whole)
    assert matrix.units["t"] == "s"


def test_times_of_wrf_are_dates_in_characters_or_minutes(tmp_path):
    characters = np.array([list(word) for word in WORDS], "S1")
    fields = {"T2": (("Time", "y"), U[:6, :4].T)}
    xr.Dataset({**fields, "Times": (("Time", "n"), characters)}).to_netcdf(tmp_path / "a.nc")
    np.testing.assert_array_equal(
        find(tmp_path / "a.nc").matrix.fields["t"], [0, 3600, 5400, 90000]
    )
    minutes = ("Time", [0.0, 60, 90, 1500], {"units": "minutes since 2000-01-31 23:00:00"})
    xr.Dataset({**fields, "XTIME": minutes}).to_netcdf(tmp_path / "b.nc")
    matrix = find(tmp_path / "b.nc", key="T2").matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 60, 90, 1500])
    assert matrix.units["t"] == "minutes"


@pytest.mark.parametrize(
    ("name", "parts", "steps"),
    [
        ("u_{year}_{month}.npy", [(1999, 12), (2000, 1), (2000, 2)], [31, 31]),
        ("{year}/u_{month}_{day}.npy", [(1999, 12, 31), (2000, 1, 1), (2000, 3, 1)], [1, 60]),
        (
            "{year}-{month}-{day}_{hour}h{minute}.npy",
            [(2000, 1, 31, 23, 0), (2000, 2, 1, 5, 0), (2000, 2, 1, 11, 0)],
            [0.25, 0.25],
        ),
    ],
)
def test_parts_of_a_date_in_names_are_one_date(tmp_path, name, parts, steps):
    for j, numbers in enumerate(parts):
        words = zip(re.findall(r"\{(\w+)\}", name), numbers, strict=True)
        path = tmp_path / name.format(**{word: f"{number:02d}" for word, number in words})
        path.parent.mkdir(exist_ok=True)
        np.save(path, np.arange(5.0) + j)
    matrix = find(tmp_path / name).matrix
    np.testing.assert_array_equal(np.diff(matrix.fields["t"]), 86400 * np.array(steps))
    np.testing.assert_array_equal(matrix.U[0], [0, 1, 2])
    assert "mu" not in matrix.fields


def test_months_in_names_agree_with_days_in_the_files(tmp_path):
    middle = np.array([15.5, 45, 74.5])
    for month, day in enumerate(middle, 1):
        data = xr.Dataset({"u": (("time", "x"), [[1.0 * month, 2, 3]])}, {"time": [day]})
        data.time.attrs["units"] = "days since 2000-01-01"
        data.to_netcdf(tmp_path / f"u_2000_{month:02d}.nc", engine="h5netcdf")
    matrix = find(tmp_path / "u_{year}_{month}.nc").matrix
    np.testing.assert_array_equal(matrix.fields["t"], middle)


def test_parts_of_a_date_without_year_or_out_of_range_stay_parameters(tmp_path):
    for month in (1, 2, 3):
        np.save(tmp_path / f"u_{month}_{month + 3}.npy", np.arange(5.0) + month)
    for name in ("u_{month}_{day}.npy", "u_{year}_{month}.npy"):
        matrix = find(tmp_path / name).matrix
        np.testing.assert_array_equal(matrix.fields["mu"], [[1, 2, 3], [4, 5, 6]])
        assert "t" not in matrix.fields


@pytest.mark.parametrize("suffix", ["nc", "zarr"])
@pytest.mark.parametrize(
    ("attributes", "unit", "times"),
    [
        ([{"time": 0.5 * j, "time_units": "h"} for j in range(3)], "h", [0, 0.5, 1]),
        (
            [{"time": j, "time_units": f"days since 2000-01-0{1 + j}"} for j in range(3)],
            "days",
            [0, 2, 4],
        ),
        ([{"time": f"2000-01-0{1 + j}"} for j in range(3)], "s", [0, 86400, 172800]),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_time_in_the_attributes_of_a_file_is_that_of_its_snapshot(
    tmp_path, suffix, attributes, unit, times
):
    for j, stated in enumerate(attributes):
        data = xr.Dataset({"u": ("x", np.arange(5.0) + j)}, attrs=stated)
        path = tmp_path / f"u_{j}.{suffix}"
        data.to_netcdf(path, engine="h5netcdf") if suffix == "nc" else data.to_zarr(
            path, zarr_format=2
        )
    matrix = find(tmp_path / f"u_*.{suffix}").matrix
    np.testing.assert_allclose(matrix.fields["t"], times)
    assert matrix.units["t"] == unit


def test_a_time_in_words_that_is_none_is_noted(tmp_path):
    for j in range(3):
        data = xr.Dataset({"u": ("x", np.arange(5.0) + j)}, attrs={"time": "noon"})
        data.to_netcdf(tmp_path / f"u_{j}.nc", engine="h5netcdf")
    matrix = find(tmp_path / "u_*.nc").matrix
    assert "t" not in matrix.fields
    assert any("attribute time of u is left out: 'noon' is no time" in n for n in matrix.notes)


@pytest.mark.parametrize("name", ["t", "time", "datenum"])
def test_serial_dates_of_matlab_are_days_after_the_first(tmp_path, name):
    U, t = np.random.default_rng(0).random((9, 5)), 730486.25 + np.arange(5)
    savemat(tmp_path / "a.mat", {"U": U, name: t})
    matrix = find(tmp_path / "a.mat", key="U").matrix
    np.testing.assert_allclose(matrix.fields["t"], 0.25 + np.arange(5), atol=1e-9)
    assert (matrix.units["t"], matrix.units["since"]) == ("days", "2000-01-01")
    note = "times from 730486.25 to 730490.25 are taken as dates of MATLAB (datenum), in days"
    assert any(said.startswith(note) for said in matrix.notes)
    seconds = find(U, fields={"t": np.arange(5.0)}, axes="dof sample").matrix
    assert "since" not in seconds.units


@pytest.mark.parametrize("name", ["when", "time"])
def test_the_unit_datenum_says_that_numbers_are_dates(tmp_path, name):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["U"], file[name] = U, 730486.25 + np.arange(5)
        file[name].attrs["units"] = "datenum"
    matrix = find(tmp_path / "a.h5").matrix
    np.testing.assert_allclose(matrix.fields["t"], 0.25 + np.arange(5), atol=1e-9)
    assert (matrix.units["t"], matrix.units["since"]) == ("days", "2000-01-01")


def _element(kind, data):
    return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def _object(name, of):
    """An object of MATLAB in a file of version 7, as MATLAB writes a datetime."""
    sizes = _element(6, struct.pack("<II", 13, 0)) + _element(5, struct.pack("<ii", 6, 1))
    place = np.array([0xDD000000, 2, 1, 1, 1, 1], "<u4").tobytes()
    matrix = _element(14, sizes + _element(1, b"") + _element(6, place))
    words = b"".join(_element(1, word) for word in (name, b"MCOS", of))
    return _element(14, _element(6, struct.pack("<II", 17, 0)) + words + matrix)


def test_objects_of_matlab_are_noted(tmp_path):
    savemat(path := tmp_path / "a.mat", {"U": np.arange(18.0).reshape(9, 2)})
    with path.open("ab") as file:
        file.write(_object(b"when", b"datetime") + _object(b"label", b"string"))
    matrix = find(path).matrix
    assert [n.split(" is ")[0] for n in matrix.notes if "MATLAB alone" in n] == ["when", "label"]
    assert set(matrix.fields) == set()


@pytest.mark.parametrize("days", [("2000-01-01", "2000-01-03"), ("01-Jan-2000", "03-JAN-2000")])
def test_dates_in_structures_of_matlab_are_times(tmp_path, days):
    days = np.array(days, dtype=object)
    savemat(tmp_path / "a.mat", {"S": {"U": np.arange(18.0).reshape(9, 2), "time": days}})
    np.testing.assert_array_equal(find(tmp_path / "a.mat").matrix.fields["t"], [0, 172800])


@pytest.mark.parametrize("name", ["a.mat", "a.npz", "a.h5", "a.nc"])
def test_one_word_that_is_no_date_is_named_by_its_entry(name, tmp_path):
    days = ["30-Jan-2000", "31-Jan-2000", "01-Feb-2000", "31-Foo-2000", "02-Feb-2000"]
    path, arrays = tmp_path / name, {"U": U, "time": np.array(days)}
    if name == "a.h5":
        with h5py.File(path, "w") as file:
            file["U"], file["time"] = U, days
    elif name == "a.nc":
        xr.Dataset({"U": (("x", "time"), U)}, {"time": days}).to_netcdf(path)
    else:
        {"a.mat": savemat, "a.npz": lambda p, a: np.savez(p, **a)}[name](path, arrays)
    message = f"{name}, time has '31-Foo-2000' in entry 3, which is no date as 2000-01-30 is"
    with pytest.raises(DataError, match=re.escape(message)):
        read_snapshots(path)
    with pytest.raises(DataError, match="in entry 3, which is no date"):
        read_snapshots(U, fields={"t": days})
