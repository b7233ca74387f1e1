"""Parameters that files hold under other names: named in a note, and taken from their places."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from scipy.io import savemat

from mornet.errors import DataError, ShapeError
from mornet.experiments.file_data_set import FileFields, arguments_of, files_of
from mornet.snapshots.files import find

U = np.random.default_rng(0).random((30, 6))
RE, MA, T = np.arange(6.0) + 3, np.arange(6.0) ** 2, np.arange(6.0) / 8
NOTE = "is in Ma, Re, left out: if they are parameters, state fields: {mu: [FILE:Ma, FILE:Re]}"


def write_npz(path):
    np.savez(path, U=U, Re=RE, Ma=MA, t=T)


def write_mat(path):
    savemat(path, {"U": U, "Re": RE, "Ma": MA, "t": T})


def write_hdf5(path):
    with h5py.File(path, "w", track_order=True) as file:
        for name, array in (("U", U), ("Re", RE), ("Ma", MA), ("t", T)):
            file[name] = array


def dataset():
    of_run = {"Re": ("run", RE), "Ma": ("run", MA), "area": ("x", np.ones(10))}
    return xr.Dataset({"U": (("run", "time", "x"), U.T.reshape(6, 3, 10))} | of_run)


def write_netcdf(path):
    dataset().to_netcdf(path, engine="h5netcdf")


def write_zarr(path):
    dataset().to_zarr(path, zarr_format=2)


WRITERS = [
    ("a.npz", write_npz),
    ("a.mat", write_mat),
    ("a.h5", write_hdf5),
    ("a.nc", write_netcdf),
    ("a.zarr", write_zarr),
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_numbers_of_samples_are_named_and_taken_as_parameters(tmp_path, name, write):
    write(path := tmp_path / name)
    notes = find(path, key="U").matrix.notes
    assert [note for note in notes if note.startswith("one number")] == [
        f"one number for each sample or run {NOTE}"
    ]
    matrix = find(path, key="U", fields={"mu": [f"{path}:Re", "Ma"]}).matrix
    repeats = matrix.U.shape[1] // 6
    np.testing.assert_array_equal(matrix.fields["mu"], np.repeat([RE, MA], repeats, axis=1))
    assert not any("one number" in note for note in matrix.notes)


def test_numbers_along_an_axis_that_may_be_of_places_are_named(tmp_path):
    np.savez(tmp_path / "a.npz", U=U, area=np.ones(30))
    notes = find(tmp_path / "a.npz").matrix.notes
    assert any(note.startswith("one number for each of 30 entries along an axis") for note in notes)


def test_numbers_of_steps_are_named(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j, u in enumerate(U.T):
            file[f"u/{j}"] = u
        file["Re"] = RE
    notes = find(tmp_path / "a.h5").matrix.notes
    assert any("one number for each sample or run is in Re, left out" in note for note in notes)


def test_settings_take_places_of_several_parameters(tmp_path):
    write_npz(path := tmp_path / "a.npz")
    np.save(tmp_path / "Ma.npy", MA)
    places = ["Re", str(tmp_path / "Ma.npy")]
    settings = {"path": str(path), "fields": FileFields(mu=places), "key": "U"}
    assert files_of(settings) == [path, Path(places[1])]
    found = find(**arguments_of(settings)[0])
    np.testing.assert_array_equal(found.matrix.fields["mu"], [RE, MA])


def test_parameters_of_several_lengths_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", U=U, Re=RE, Ma=MA[:5])
    with pytest.raises(ShapeError, match="mu: Ma has 5 numbers, but Re has 6: each needs one"):
        find(tmp_path / "a.npz", key="U", fields={"mu": ["Re", "Ma"]})


def test_words_beside_parameters_in_a_table_are_named(tmp_path):
    (tmp_path / "mu.csv").write_text("file,Re,Ma\na.npy,1,2\nb.npy,3,4\n")
    with pytest.raises(DataError, match=r"mu.csv, line 2: 'a.npy' stands beside numbers .*: leave"):
        find(U, fields={"mu": str(tmp_path / "mu.csv")})


@pytest.mark.parametrize("samples", [1, 3])
def test_parameters_of_the_files_of_a_series_are_joined(tmp_path, samples):
    for j in range(4):
        u = np.arange(samples * 5.0).reshape(samples, 5) + j
        of_sample = j + np.arange(float(samples))
        data = xr.Dataset({"u": (("time", "x"), u), "Re": ("time", of_sample), "Ma": 10.0 * j})
        data.to_netcdf(tmp_path / f"u_{j}.nc", engine="h5netcdf")
    said = find(tmp_path / "u_{step}.nc", key="u").matrix.notes
    assert any("one number for each file is in Ma, left out" in note for note in said)
    names = ["Re"] if samples > 1 else ["Re", "Ma"]
    matrix = find(tmp_path / "u_{step}.nc", key="u", fields={"mu": names}).matrix
    expected = np.add.outer(np.arange(4.0), np.arange(float(samples))).ravel()
    np.testing.assert_array_equal(matrix.fields["mu"][0], expected)
    if samples == 1:
        np.testing.assert_array_equal(matrix.fields["mu"][1], 10 * expected)
