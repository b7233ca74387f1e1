"""Codes and new snapshots have the axes that are stated, that files name, or that lengths tell."""

import numpy as np
import pytest
import xarray

from mornet.cli import main
from mornet.reduction import fit_pod
from mornet.snapshots import read_snapshots
from mornet.storage import load, save

n, r = 12, 3
CODES = np.arange(9.0).reshape(r, r)
U = np.random.default_rng(0).standard_normal((n, 30))


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture
def pod(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save("pod.h5", fit_pod(U, rank=r))
    return load("pod.h5")


def decoded(name, *axes):
    assert run("decode", "pod.h5", name, "-o", "states.npy", "--overwrite", *axes) == 0
    return np.load("states.npy")


def named_codes(path):
    """Write codes whose axes have names, a code in each row; return the path."""
    along = {"time": np.arange(float(r))}
    codes = xarray.DataArray(CODES.T, along, ("time", "latent"), "codes")
    codes.to_dataset().to_netcdf(path, engine="h5netcdf")
    return path


def test_codes_have_the_axes_that_are_stated(pod):
    np.save("Z.npy", CODES)
    np.testing.assert_array_equal(decoded("Z.npy"), pod.decode(CODES))
    np.testing.assert_array_equal(decoded("Z.npy", "--axes", "sample dof"), pod.decode(CODES.T))
    np.testing.assert_array_equal(decoded("Z.npy", "--axes", "latent time"), pod.decode(CODES))


def test_codes_have_the_axes_that_their_file_names(pod):
    np.testing.assert_array_equal(decoded(named_codes("Z.nc")), pod.decode(CODES))
    table = np.column_stack([np.arange(r), CODES.T])
    np.savetxt("Z.csv", table, delimiter=",", header="time,a,b,c", comments="")
    np.testing.assert_array_equal(decoded("Z.csv"), pod.decode(CODES))


def test_the_length_of_a_code_tells_its_axis(pod):
    np.save("Z.npy", CODES[:, :2].T)
    np.testing.assert_array_equal(decoded("Z.npy"), pod.decode(CODES[:, :2]))


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ("banana", "axes = 'banana' must be 'dof sample'"),
        ("latent mode", "must be 'dof sample'"),
        ("latent mode time", "names 3"),
    ],
)
def test_axes_of_codes_that_say_nothing_are_refused(pod, axes, words, capsys):
    np.save("Z.npy", CODES)
    assert run("decode", "pod.h5", "Z.npy", "--axes", axes, "-o", "states.npy") == 1
    assert words in capsys.readouterr().err


def test_axes_that_contradict_the_names_of_a_file_of_codes_are_refused(pod, capsys):
    words = ["--axes", "latent time", "-o", "states.npy"]
    assert run("decode", "pod.h5", named_codes("Z.nc"), *words) == 1
    assert "contradicts Z.nc" in capsys.readouterr().err


def test_a_square_table_of_codes_with_headings_is_not_guessed(pod, capsys):
    np.savetxt("Z.csv", CODES, delimiter=",", header="a,b,c", comments="")
    assert run("decode", "pod.h5", "Z.csv", "-o", "states.npy") == 1
    assert "Z.csv is square, 3 x 3: state axes" in capsys.readouterr().err


@pytest.mark.parametrize("turned", [False, True])
def test_the_fit_tells_the_axis_of_dofs_where_there_are_more_snapshots(pod, turned):
    np.save("new.npy", U.T if turned else U)
    assert run("encode", "pod.h5", "new.npy", "-o", "Z.npy") == 0
    np.testing.assert_array_equal(np.load("Z.npy"), pod.encode(U))


@pytest.fixture
def of_two_fields(tmp_path, monkeypatch):
    """A fit of u and p, without a row of land in each; return both fields."""
    monkeypatch.chdir(tmp_path)
    fields = {"u": U.copy(), "p": 1e3 * U[:, ::-1]}
    for field in fields.values():
        field[4] = np.nan
    np.savez("old.npz", **fields)
    data = read_snapshots("old.npz", key=["u", "p"], axes="dof sample", scale="deviation")
    save("data.h5", data)
    save("pod.h5", fit_pod(data.train.U, rank=r))
    return fields


def encode(fields):
    np.savez("new.npz", **fields)
    return run("encode", "pod.h5", "new.npz", "-o", "Z.npy", "--snapshots", "data.h5")


def test_a_field_that_a_new_file_lacks_is_named(of_two_fields, capsys):
    assert encode({"u": of_two_fields["u"]}) == 1
    assert "new.npz has no field p, only u: the fit is of u, p" in capsys.readouterr().err


def test_two_fields_with_more_snapshots_than_dofs_are_encoded(of_two_fields):
    assert encode(of_two_fields) == 0
    assert np.load("Z.npy").shape == (r, 30)


def test_a_gap_is_named_by_its_field_and_its_row_in_the_file(of_two_fields, capsys):
    of_two_fields["p"][7, 2] = np.nan
    assert encode(of_two_fields) == 1
    words = "in 1 entry; the first is row 7 of the field p, column (sample) 2"
    assert words in capsys.readouterr().err


def test_numbers_in_rows_that_the_fit_left_out_are_noted(of_two_fields, capsys):
    of_two_fields["p"][4] = 1.0
    assert encode(of_two_fields) == 0
    words = "note: 1 row of new.npz with numbers, the first is row 4 of the field p: the fit left"
    assert words in capsys.readouterr().out


def test_axes_the_wrong_way_round_are_said(of_two_fields, capsys):
    np.save("new.npy", np.ones((30, 2 * n)))
    words = ["--snapshots", "data.h5", "--axes", "dof sample", "-o", "Z.npy"]
    assert run("encode", "pod.h5", "new.npy", *words) == 1
    assert "state its axes the other way round" in capsys.readouterr().err


def test_a_new_file_is_read_along_the_axes_that_were_stated_for_the_fit(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    field = xarray.DataArray(U.T.reshape(5, 6, n), dims=("nu", "time", "x"), name="u")
    field.to_dataset().to_netcdf("data.nc", engine="h5netcdf")
    field[:2].to_dataset().to_netcdf("new.nc", engine="h5netcdf")
    stated = ["--set", "path=data.nc", "axes=parameter time x"]
    assert run("snapshots", "file", *stated, "-o", "data.h5") == 0
    assert run("fit", "data.h5", "pod", "--rank", r, "-o", "fit.h5") == 0
    for verb, out in (("encode", "codes.npy"), ("update", "new.h5")):
        assert run(verb, "fit.h5", "new.nc", "-o", out) == 0
        assert 'axes of new.nc are taken as those of the fit, "parameter time x"' in (
            capsys.readouterr().out
        )
    codes = load("fit.h5").models[0].encode(U[:, :12])
    np.testing.assert_allclose(np.load("codes.npy"), codes)
