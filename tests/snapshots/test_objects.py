"""Arrays in memory become data sets as files do."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mornet.errors import DataError, OptionError
from mornet.snapshots import read_snapshots

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
