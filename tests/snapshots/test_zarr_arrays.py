"""Zarr stores without names of axes are read as plain arrays."""

import numpy as np
import pytest

from mornet.errors import StorageError
from mornet.snapshots import read_snapshots

zarr = pytest.importorskip("zarr")
U = np.random.default_rng(0).standard_normal((20, 6))


def whole(data):
    return np.hstack([data.train.U, data.test.U])


def test_one_plain_array_is_the_snapshots(tmp_path):
    array = zarr.open_array(tmp_path / "a.zarr", mode="w", shape=(20, 6), chunks=(5, 3), dtype="f8")
    array[:, :3] = U[:, :3]
    array[:10, 3:] = U[:10, 3:]
    data = read_snapshots(tmp_path / "a.zarr")
    np.testing.assert_array_equal(whole(data)[:10], U[:10])
    assert any("2 chunks of 8 are not in the store" in note for note in data.layout.notes)


@pytest.mark.parametrize("version", [2, 3])
def test_arrays_of_a_group_belong_together(tmp_path, version):
    group = zarr.open_group(tmp_path / "a.zarr", mode="w", zarr_format=version)
    for name, values in (("U", U), ("t", 0.5 * np.arange(6))):
        group.create_array(name, data=values)
    data = read_snapshots(tmp_path / "a.zarr")
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], 0.5 * np.arange(6))


def test_a_folder_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "a.zarr").mkdir()
    with pytest.raises(StorageError, match="holds no array and no group of Zarr"):
        read_snapshots(tmp_path / "a.zarr")
