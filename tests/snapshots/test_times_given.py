"""Dates as times wherever times are accepted: beside snapshots, as fields, in columns, in names."""

import datetime

import h5py
import numpy as np
import pandas
import pytest
import xarray as xr
from scipy.io import savemat

from mornet.errors import DataError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find

U = np.random.default_rng(0).standard_normal((30, 12))
DATES = np.datetime64("2000-01-31T12:00") + np.arange(12) * np.timedelta64(6, "h")
WORDS = [str(date) for date in DATES]
SECONDS = 21600.0 * np.arange(12)
FIRST = "2000-01-31T12:00"
CF = "days since 2000-01-31 12:00"


def times_of(path, **options):
    """Return the times in seconds and the date from which they count."""
    matrix = find(path, **options).matrix
    factor = {"s": 1.0, "hours": 3600.0, "days": 86400.0}[matrix.units["t"]]
    assert any(n.startswith("times count from") for n in matrix.notes)
    return factor * matrix.fields["t"], matrix.units["since"]


def require(path, count=12, first=FIRST, **options):
    seconds, since = times_of(path, **options)
    np.testing.assert_allclose(seconds, SECONDS[:count], rtol=1e-12)
    assert np.datetime64(since) == np.datetime64(first)


def write_beside(path, name):
    """Write the dates beside the snapshots, as ``path`` says: dates of NumPy, words or numbers."""
    if path.stem == "numpy" and path.suffix == ".npz":
        np.savez(path, **{"U": U, name: DATES})
    elif path.suffix == ".npz":
        np.savez(path, **{"U": U, name: WORDS})
    elif path.suffix == ".mat":
        savemat(path, {"U": U, name: np.array(WORDS, dtype=object)})
    elif path.suffix == ".nc":
        of = {"U": (("x", "sample"), U), name: ("sample", DATES.astype("M8[ns]"))}
        xr.Dataset(of).to_netcdf(path, engine="h5netcdf")
    elif path.stem == "numbers":
        with h5py.File(path, "w") as file:
            file.update({"U": U, name: np.arange(12) / 4})
            file[name].attrs["units"] = CF
    else:
        with h5py.File(path, "w") as file:
            file.update({"U": U, name: WORDS})
    return path


BESIDE = ["numpy.npz", "words.npz", "words.mat", "words.h5", "numbers.h5", "cf.nc"]


@pytest.mark.parametrize("name", BESIDE)
def test_dates_beside_snapshots_are_times_from_the_first_one(tmp_path, name):
    require(write_beside(tmp_path / name, "time"))


@pytest.mark.parametrize("word", ["time", "when"])
@pytest.mark.parametrize("name", BESIDE)
def test_dates_of_any_array_are_times_if_fields_say_so(tmp_path, name, word):
    require(write_beside(tmp_path / name, word), key="U", fields={"t": word})


@pytest.mark.parametrize(
    "given",
    [
        DATES,
        np.array(WORDS),
        WORDS,
        pandas.to_datetime(WORDS),
        pandas.to_datetime(WORDS, utc=True),
        [datetime.datetime.fromisoformat(word) for word in WORDS],
        [word.replace("T", " ") + ":00Z" for word in WORDS],
    ],
)
def test_times_of_the_caller_may_be_dates_of_any_kind(given):
    require(U, axes="dof sample", fields={"t": given})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["2000-01-31", "noon"] * 6, "t has 'noon' in entry 1, which is no date as 2000-01-31 is"),
        (["a"] * 12, "t holds .*, not real numbers"),
    ],
)
def test_words_that_are_no_dates_are_refused(given, words):
    with pytest.raises(DataError, match=words):
        find(U, axes="dof sample", fields={"t": given})


def test_dates_of_another_file_are_times(tmp_path):
    np.save(tmp_path / "U.npy", U)
    np.save(tmp_path / "numpy.npy", DATES)
    np.save(tmp_path / "words.npy", WORDS)
    (tmp_path / "bare.txt").write_text("\n".join(WORDS))
    pandas.DataFrame({"time": WORDS, "U": U[0]}).to_csv(tmp_path / "time.csv", index=False)
    pandas.DataFrame({"when": WORDS}).to_csv(tmp_path / "when.csv", index=False)
    pandas.DataFrame({"when": WORDS, "u": U[0]}).to_csv(tmp_path / "two.csv", index=False)
    write_beside(tmp_path / "cf.nc", "time")
    places = ["numpy.npy", "words.npy", "bare.txt", "time.csv", "time.csv:time", "when.csv"]
    for place in (*places, "two.csv:when", "cf.nc:time"):
        require(tmp_path / "U.npy", axes="dof sample", fields={"t": str(tmp_path / place)})


def test_the_date_of_the_given_times_counts_and_not_that_of_the_file(tmp_path):
    np.savez(tmp_path / "a.npz", U=U, t=DATES, other=DATES + np.timedelta64(365, "D"))
    later = DATES[0] + np.timedelta64(365, "D")
    require(tmp_path / "a.npz", key="U", fields={"t": "other"}, first=later)
    matrix = find(tmp_path / "a.npz", key="U", fields={"t": np.arange(12.0)}).matrix
    assert "since" not in matrix.units
    assert not any(n.startswith("times count from") for n in matrix.notes)


def test_parts_of_a_second_stay_in_the_date(tmp_path):
    dates = DATES.astype("M8[us]") + np.timedelta64(123456, "us")
    _, since = times_of(U, axes="dof sample", fields={"t": dates})
    assert np.datetime64(since) == dates[0]


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("name", BESIDE)
def test_dates_of_the_files_of_a_series_count_from_the_first(tmp_path, name, given):
    stem, suffix = name.split(".")
    for k, part in enumerate((slice(0, 5), slice(5, 12))):
        folder = tmp_path / str(k)
        folder.mkdir()
        keep = U[:, part], DATES[part]
        of = {"U": (("x", "sample"), keep[0]), "when": ("sample", keep[1].astype("M8[ns]"))}
        path = folder / f"a.{suffix}"
        words = [str(date) for date in keep[1]]
        if suffix == "nc":
            xr.Dataset(of).to_netcdf(path, engine="h5netcdf")
        elif suffix == "npz":
            np.savez(path, U=keep[0], when=keep[1] if stem == "numpy" else words)
        elif suffix == "mat":
            savemat(path, {"U": keep[0], "when": np.array(words, dtype=object)})
        else:
            with h5py.File(path, "w") as file:
                numbers = np.arange(len(words)) / 4
                file.update({"U": keep[0], "when": numbers if stem == "numbers" else words})
                file["when"].attrs["units"] = f"days since {words[0].replace('T', ' ')}"
    files = sorted(tmp_path.glob("*/a.*"))
    for path in (str(tmp_path / "*" / "a.*"), files) if given else (files,):
        require(path, key="U", axes="dof sample", fields={"t": "when"})


def test_dates_of_files_by_their_names_in_a_table(tmp_path):
    for k in range(4):
        np.save(tmp_path / f"u_{k}.npy", U[:, k])
    files = [f"u_{k}.npy" for k in (2, 0, 3, 1)]
    table = {"file": files, "time": [WORDS[k] for k in (2, 0, 3, 1)]}
    pandas.DataFrame(table).to_csv(tmp_path / "t.csv", index=False)
    fields = {"t": f"{tmp_path / 't.csv'}:time"}
    require(str(tmp_path / "u_{step}.npy"), count=4, fields=fields)


@pytest.mark.parametrize("as_words", [True, False])
def test_a_date_in_each_file_of_a_series_keeps_the_first_date(tmp_path, as_words):
    for k in range(4):
        np.savez(tmp_path / f"{k}.npz", U=U[:, k], t=WORDS[k] if as_words else DATES[k])
    require(tmp_path, count=4)


def test_dates_in_words_beside_steps_and_in_the_group_of_each(tmp_path):
    with h5py.File(tmp_path / "beside.h5", "w") as file:
        file.update({f"u_{k}": U[:, k] for k in range(4)})
        file["time"] = WORDS[:4]
    with h5py.File(tmp_path / "inside.h5", "w") as file:
        for k in range(4):
            file.update({f"{k}/u": U[:, k], f"{k}/time": WORDS[k], f"{k}/run": "ab"[k // 2]})
    for name in ("beside.h5", "inside.h5"):
        require(tmp_path / name, count=4)
    assert find(tmp_path / "inside.h5").matrix.labels == ("a", "b")


@pytest.mark.parametrize("head", ["t={}", "u @ time={}", "u (m/s) @ t={}", "{}", '"{}"'])
@pytest.mark.parametrize("places", [True, False])
def test_dates_in_the_headings_of_columns_are_times(tmp_path, head, places):
    days = [str(np.datetime64("2000-01-31") + k) for k in range(4)]
    names = ["x"] * places + [head.format(day) for day in days]
    columns = np.column_stack([np.arange(30.0)] * places + [U[:, :4]])
    lines = [",".join(map(repr, row)) for row in columns.tolist()]
    (tmp_path / "a.csv").write_text("\n".join([",".join(names), *lines]) + "\n")
    data = read_snapshots(tmp_path / "a.csv", axes=None, test_fraction=0.25)
    np.testing.assert_array_equal(data.train.t, 86400 * np.arange(3))
    np.testing.assert_array_equal(data.train.U, U[:, :3])
    assert data.train.units["since"] == "2000-01-31"


def test_headings_of_which_only_some_are_dates_are_refused(tmp_path):
    (tmp_path / "a.csv").write_text("x,u @ t=2000-01-31,u @ t=5\n0,1,2\n1,3,4\n")
    with pytest.raises(DataError, match="that of column 2 does not: write dates in all of them"):
        find(tmp_path / "a.csv")
