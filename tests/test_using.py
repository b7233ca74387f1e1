"""Stored fits encode, decode and learn from files that came later."""

import re

import numpy as np
import pytest
import xarray

from mornet.cli import main
from mornet.perturbation import autoencoder
from mornet.reduction.measures import relative_error
from mornet.reduction.pod.update import update_pod
from mornet.snapshots.files import find
from mornet.snapshots.formats.parameter_names import names_of_mu
from mornet.storage import load, save


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture(scope="module")
def fits(tmp_path_factory):
    """POD and PCA of a file with two fields of different scale and a row of land."""
    path = tmp_path_factory.mktemp("fits")
    rng = np.random.default_rng(0)
    U = rng.standard_normal((10, 3)) @ rng.standard_normal((3, 40))
    U[4] = np.nan
    np.savez(path / "old.npz", u=U[:, :30], p=1e5 * U[:, :30])
    np.save(path / "new.npy", np.vstack([U[:, 30:], 1e5 * U[:, 30:]]))
    words = [f"path={path / 'old.npz'}", "keys=[u, p]", "axes=dof sample", "scale=deviation"]
    assert run("snapshots", "file", "--set", *words, "test_every=5", "-o", path / "data.h5") == 0
    for name, centre in (("POD", "false"), ("PCA", "true")):
        fit = ["pod", "--name", name, "--rank", 2, "--set", f"centre={centre}"]
        assert run("fit", path / "data.h5", *fit, "-o", path / f"{name}.h5") == 0
    return path


def of_fit(path, name):
    return [path / f"{name}.h5", path / "new.npy", "--snapshots", path / "data.h5"]


def test_new_files_are_encoded_and_decoded_with_the_scales_of_the_fit(fits, tmp_path):
    out = tmp_path / "codes.npz"
    assert run("encode", *of_fit(fits, "PCA"), "--axes", "dof sample", "-o", out) == 0
    data, pod = load(fits / "data.h5"), load(fits / "PCA.h5").models[0]
    new = np.load(fits / "new.npy")
    U = new[data.layout.row] / data.train.scale[:, None]
    codes = np.load(out)["codes"]
    np.testing.assert_allclose(codes, pod.encode(U), rtol=1e-13)
    words = [fits / "PCA.h5", f"{out}:codes", "--snapshots", fits / "data.h5"]
    assert run("decode", *words, "-o", tmp_path / "states.npy.npz") == 0
    states = np.load(tmp_path / "states.npy.npz")["states"]
    assert np.isnan(states[[4, 14]]).all()
    kept = data.layout.row
    expected = data.train.scale[:, None] * pod.decode(pod.encode(U))
    np.testing.assert_allclose(states[kept], expected, rtol=1e-13)


@pytest.mark.parametrize("name", ["POD", "PCA"])
def test_an_update_says_its_error_and_what_it_saved(fits, name, tmp_path, capsys):
    out = tmp_path / "updated.h5"
    assert run("update", *of_fit(fits, name), "--axes", "dof sample", "-o", out) == 0
    said = capsys.readouterr().out
    pod, data = load(out, "pod"), load(fits / "data.h5")
    assert f"at most {pod.truncation_error:.6e}" in said
    assert f"{((24 + 10) / (2 + 10)) ** 2:.1f} times less than n (m + k)^2" in said
    U = np.load(fits / "new.npy")[data.layout.row] / data.train.scale[:, None]
    both = np.column_stack([data.train.U, U])
    error = np.linalg.norm(both - pod.decode(pod.encode(both)))
    assert error <= pod.truncation_error * (1 + 1e-12)
    scatter = both if pod.centre is None else both - both.mean(axis=1, keepdims=True)
    share = 100 * pod.truncation_error / np.linalg.norm(scatter)
    assert f"is at most {share:.4g} % and at least " in said
    assert f"of their norm{'' if name == 'POD' else ' less their mean'}, and in this norm" in said
    assert "(root of the sum of squares, of the snapshots divided by their scales)" in said
    assert run("info", out) == 0


def test_an_updated_fit_is_explained_and_a_comparison_says_what_it_lacks(fits, tmp_path, capsys):
    fit, data = tmp_path / "updated.h5", fits / "data.h5"
    assert run("update", *of_fit(fits, "PCA"), "--axes", "dof sample", "-o", fit) == 0
    assert run("explain", fit, data) == 0
    said = capsys.readouterr().out
    assert "pod, rank 2, on old" in said
    assert "centred POD of rank 2" in said
    assert run("compare", fits / "PCA.h5", fit) == 1
    first, *lines = capsys.readouterr().out.splitlines()
    both = lines[:2]
    assert first == f"relative errors on {data}"
    before, after = load(fits / "PCA.h5").models[0].V, load(fit).V
    sines = np.linalg.svd(after - before @ (before.T @ after), compute_uv=False)
    angle = np.degrees(np.arcsin(sines.max()))
    assert f"largest angle between the spaces of both sets of modes: {angle:.4g} degrees" in lines
    new = f"the snapshots in {fits / 'new.npy'}"
    assert f"{fit} is an update of {fits / 'PCA.h5'} by {new}" in lines
    for line, path in zip(both, (fits / "PCA.h5", fit), strict=True):
        model, its = getattr(load(path), "models", [load(path)])[0], load(data)
        error = 100 * relative_error(model, its.test.U, its.norm(its.test))
        assert line.startswith(f"{path}: ")
        assert line.endswith(f"test {error:.4g} %")
    for verb in ("compare", "close-up"):
        assert run(verb, data, fits / "POD.h5", fit, "-o", tmp_path / "c.h5") == 1
        assert "without its cost and seeds, which a comparison needs" in capsys.readouterr().err
    raw = [f"path={fits / 'old.npz'}", "keys=[u, p]", "axes=dof sample", "test_every=5"]
    assert run("snapshots", "file", "--set", *raw, "-o", tmp_path / "raw.h5") == 0
    assert run("explain", fit, tmp_path / "raw.h5") == 1
    assert "was fitted to other snapshots" in capsys.readouterr().err


def test_a_second_update_counts_the_snapshots_of_the_first(fits, tmp_path):
    """Then the centre of PCA is the mean of all snapshots."""
    data, new, fit = load(fits / "data.h5"), np.load(fits / "new.npy") + 1, fits / "PCA.h5"
    for i, part in enumerate((new[:, :7], new[:, 7:])):
        np.save(tmp_path / f"{i}.npy", part)
        words = [fit, tmp_path / f"{i}.npy", "--axes", "dof sample"]
        fit = tmp_path / f"updated{i}.h5"
        assert run("update", *words, "--snapshots", fits / "data.h5", "-o", fit) == 0
    added = new[data.layout.row] / data.train.scale[:, None]
    mean = np.hstack([data.train.U, added]).mean(axis=1)
    np.testing.assert_allclose(load(fit).centre, mean, rtol=1e-12, atol=1e-15)


def test_the_snapshots_of_a_fit_are_those_that_it_names(fits, of_part, tmp_path):
    new = [fits / "new.npy", "--axes", "dof sample"]
    for fit in (fits / "PCA.h5", of_part):
        codes = [tmp_path / f"{fit.stem}_{name}.npy" for name in ("stated", "named")]
        for out, its in zip(codes, (["--snapshots", fits / "data.h5"], []), strict=True):
            assert run("encode", fit, *new, *its, "-o", out) == 0
            assert run("decode", fit, out, *its, "-o", out.with_suffix(".npz")) == 0
        np.testing.assert_array_equal(*map(np.load, codes))
        states = [np.load(out.with_suffix(".npz"))["states"] for out in codes]
        np.testing.assert_array_equal(*states)
        updates = [tmp_path / f"{fit.stem}_{i}.h5" for i in range(2)]
        for before, after in zip((fit, updates[0]), updates, strict=True):
            assert run("update", before, *new, "-o", after) == 0
        assert run("encode", updates[1], *new, "-o", tmp_path / f"{fit.stem}_twice.npy") == 0


def test_the_snapshots_that_a_fit_names_are_not_overwritten(fits, capsys):
    words = ["update", fits / "POD.h5", fits / "new.npy", "--axes", "dof sample"]
    assert run(*words, "-o", fits / "data.h5") == 1
    assert load(fits / "data.h5").kind == "data_set"


@pytest.mark.parametrize("verb", ["encode", "decode", "update"])
def test_snapshots_that_are_lost_or_have_changed_are_named(verb, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    U = np.random.default_rng(0).standard_normal((6, 9))
    np.save("U.npy", U)
    np.save("z.npy", np.ones((2, 3)))
    make = ["snapshots", "file", "--set", "path=U.npy", "axes=dof sample", "-o", "d.h5"]
    assert run(*make) == 0
    assert run("fit", "d.h5", "pod", "--rank", 2, "-o", "fit.h5") == 0
    assert run("update", "fit.h5", "U.npy", "--axes", "dof sample", "-o", "up.h5") == 0
    (tmp_path / "d.h5").unlink()
    for change in (False, True):
        if change:
            np.save("U.npy", 2 * U)
            assert run(*make) == 0
        for fit in ("fit.h5", "up.h5"):
            words = [verb, fit, "z.npy" if verb == "decode" else "U.npy"]
            assert run(*words, "-o", "x.h5" if verb == "update" else "x.npy") == 1
            said = capsys.readouterr().err
            assert "needs --snapshots FILE" in said
            assert "that was d.h5, which is not there, or has changed" in said


def test_an_update_needs_the_snapshots_of_its_fit(fits, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    axes = ["--axes", "dof sample"]
    assert run("update", *of_fit(fits, "POD"), *axes, "-o", "up.h5") == 0
    raw = [f"path={fits / 'old.npz'}", "keys=[u, p]", "axes=dof sample", "test_every=5"]
    assert run("snapshots", "file", "--set", *raw, "-o", "raw.h5") == 0
    capsys.readouterr()
    for verb in ("encode", "update"):
        words = [
            verb,
            "up.h5",
            fits / "new.npy",
            *axes,
            "-o",
            "x.h5" if verb == "update" else "x.npy",
        ]
        assert run(*words, "--snapshots", "raw.h5") == 1
        assert "the pod was fitted to other snapshots than those of" in capsys.readouterr().err
    assert run("export", "up.h5", "codes", "--snapshots", "raw.h5", "-o", "c.npz") == 1
    assert "the pod was fitted to other snapshots than those of" in capsys.readouterr().err
    its = ["--snapshots", fits / "data.h5"]
    assert run("export", "up.h5", "codes", *its, "-o", "c.npz") == 0
    assert run("update", "up.h5", fits / "new.npy", *axes, *its, "-o", "twice.h5") == 0
    assert run("encode", "twice.h5", fits / "new.npy", *axes, *its, "-o", "codes.npy") == 0
    data = load(fits / "data.h5")
    U = np.load(fits / "new.npy")[data.layout.row] / data.train.scale[:, None]
    np.testing.assert_allclose(np.load("codes.npy"), load("twice.h5").encode(U), rtol=1e-12)
    s = update_pod(load("up.h5"), U).singular_values
    np.testing.assert_allclose(load("twice.h5").singular_values, s, rtol=1e-12, atol=1e-12)


def test_a_network_is_updated_with_its_estimated_error_and_its_time(tmp_path, capsys):
    x, t = np.linspace(0, 1, 30)[:, None], np.linspace(0, 2, 40)
    U = np.sin(np.pi * x) * np.cos(t) + 0.4 * np.sin(2 * np.pi * x) * np.cos(t) ** 2
    np.save(tmp_path / "old.npy", U)
    np.save(tmp_path / "now.npy", 1.002 * U[:, :32])
    np.save(tmp_path / "new.npy", U[:, 20:22])
    data, fit, axes = tmp_path / "data.h5", tmp_path / "fit.h5", ["--axes", "dof sample"]
    words = [f"path={tmp_path / 'old.npy'}", "axes=dof sample", "test_fraction=0.2"]
    assert run("snapshots", "file", "--set", *words, "-o", data) == 0
    small = ["hidden=[4]", "activation=tanh", "pod_tolerance=1e-3", "epochs=400"]
    assert run("fit", data, "autoencoder", "--rank", 1, "--set", *small, "-o", fit) == 0
    for name, more in (("now", ["--changed"]), ("new", [])):
        out = tmp_path / f"{name}.h5"
        command = ["update", fit, tmp_path / f"{name}.npy", *axes, *more, "--snapshots", data]
        assert run(*command, "--decay", "1e-3", "-o", out) == 0
        said = capsys.readouterr().out
        assert "% before the update," in said
        assert "estimated distance from the new minimum:" in said
        assert "s of processor time; the training took" in said
        assert load(out, "autoencoder").p.shape == load(fit).models[0].p.shape
        assert run("explain", out, data) == 0
        assert "Training snapshots are those of the first fit" in capsys.readouterr().out
    data.unlink()
    assert run("update", out, tmp_path / "new.npy", *axes, "-o", tmp_path / "more.h5") == 1
    assert f"that was {data}, which is not there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("convolutional_autoencoder", ["channels=[2]", "hidden=[4]", "size=3", "epochs=20"]),
        ("hybrid", ["steps=100", "trial_steps=60"]),
    ],
)
def test_large_networks_and_hybrids_are_updated(method, settings, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(autoencoder, "MOST", 50)
    waves = [f"{tmp_path}/data.h5", f"{tmp_path}/fit.h5", f"{tmp_path}/now.npy"]
    x, t = np.linspace(0, 1, 24)[:, None], np.linspace(0, 2, 40)
    np.save(waves[2], np.sin(np.pi * x) * np.cos(t) + 0.4 * np.sin(2 * np.pi * x) * np.cos(t) ** 2)
    own = [f"path={waves[2]}", "axes=dof sample", "test_every=5"]
    assert run("snapshots", "file", "--set", *own, "-o", waves[0]) == 0
    assert run("fit", waves[0], method, "--rank", 1, "--set", *settings, "-o", waves[1]) == 0
    np.save(waves[2], 1.002 * load(waves[0]).train.U)
    words = [*waves[1:], "--axes", "dof sample", "--changed", "--snapshots", waves[0]]
    assert run("update", *words, "--decay", "0.01", "-o", tmp_path / "out.h5") == 0
    said = capsys.readouterr().out
    assert "estimated error of the update, which holds the old outputs: " in said
    assert re.search(r"the work of \d+ gradients of all snapshots, \S+ times that of", said)
    assert load(tmp_path / "out.h5").kind == load(waves[1]).models[0].kind


def test_a_pod_without_a_study_needs_no_snapshots(tmp_path, capsys):
    U = np.random.default_rng(0).standard_normal((20, 12))
    np.save(tmp_path / "U.npy", U[:, :8])
    np.save(tmp_path / "new.npy", U[:, 8:])
    axes = ["--axes", "dof sample"]
    assert run("pod", tmp_path / "U.npy", *axes, "--rank", 3, "-o", tmp_path / "pod.h5") == 0
    words = [tmp_path / "pod.h5", tmp_path / "new.npy", *axes]
    capsys.readouterr()
    assert run("update", *words, "-o", tmp_path / "more.h5") == 0
    assert "(root of the sum of squares); work" in capsys.readouterr().out
    assert load(tmp_path / "more.h5").r == 3
    assert run("encode", *words, "-o", tmp_path / "codes.mat") == 0


def test_a_centred_pod_without_a_study_is_updated_twice(tmp_path):
    """Its file holds the number of its snapshots, so that the centre is the mean of all."""
    U = 1 + np.random.default_rng(0).standard_normal((20, 12))
    for name, part in {"a": U[:, :6], "b": U[:, 6:8], "c": U[:, 8:]}.items():
        np.save(tmp_path / f"{name}.npy", part)
    a, b, c = (tmp_path / f"{name}.npy" for name in "abc")
    fits, axes = [tmp_path / f"{i}.h5" for i in range(3)], ["--axes", "dof sample"]
    assert run("pod", a, *axes, "--rank", 3, "--centre", "mean", "-o", fits[0]) == 0
    for i, new in enumerate((b, c)):
        assert run("update", fits[i], new, *axes, "-o", fits[i + 1]) == 0
    assert load(fits[2]).samples == 12
    np.testing.assert_allclose(load(fits[2]).centre, U.mean(axis=1), rtol=1e-12)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["encode", "POD.h5", "few.npy", "--snapshots", "data.h5", "--axes", "dof sample"],
            "few.npy has 3 rows and 4 snapshots, but the snapshots of the fit have 20 rows",
        ),
        (
            ["encode", "POD.h5", "gaps.npy", "--snapshots", "data.h5", "--axes", "dof sample"],
            "gaps.npy is not finite in 1 entry",
        ),
        (
            ["update", "own.h5", "few.npy", "--axes", "dof sample", "-o", "x.h5"],
            "few.npy has 3 rows, but 18 are needed",
        ),
        (["update", "data.h5", "new.npy", "-o", "x.h5"], "'data_set' holds no reduction"),
        (
            ["decode", "POD.h5", "few.npy", "--snapshots", "data.h5"],
            "few.npy has 3 rows, but 2",
        ),
    ],
)
def test_what_cannot_be_used_is_said(fits, words, message, monkeypatch, capsys):
    monkeypatch.chdir(fits)
    np.save("few.npy", np.ones((3, 4)))
    gaps = np.load("new.npy")
    gaps[0, 1] = np.nan
    np.save("gaps.npy", gaps)
    save("own.h5", load("POD.h5").models[0])
    out = [] if "-o" in words else ["-o", "x.npz"]
    assert run(*words, *out) == 1
    assert message in capsys.readouterr().err


LATITUDE, LONGITUDE = np.linspace(30, 60, 4), np.linspace(-30, 10, 5)
TEMPERATURE = 15 + np.random.default_rng(3).standard_normal((9, 4, 5))


def test_a_result_of_another_kind_is_no_file_of_snapshots(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.random.default_rng(0).random((9, 4)))
    assert run("pod", "-o", "pod.h5", "a.npy", "--rank", 2) == 0
    said = "pod.h5 is a result of mornet of the kind 'pod', and no file of snapshots"
    for words in (("encode", "-o", "c.npz", "pod.h5", "pod.h5"), ("run", "pod.h5")):
        assert run(*words) == 1
        assert said in capsys.readouterr().err


def sea(path, **changes):
    """Write a field of the sea with named axes, coordinates and a unit."""
    field = xarray.DataArray(
        TEMPERATURE,
        {"time": np.arange(9.0), "lat": LATITUDE, "lon": LONGITUDE},
        ("time", "lat", "lon"),
        "sst",
        {"units": changes.get("units", "degC")},
    )
    field = changes.get("change", lambda same: same)(field)
    field.to_dataset().to_netcdf(path, engine="h5netcdf")


@pytest.fixture(scope="module")
def sea_fit(tmp_path_factory):
    path = tmp_path_factory.mktemp("sea")
    sea(path / "old.nc")
    assert run("snapshots", "file", "--set", f"path={path / 'old.nc'}", "-o", path / "data.h5") == 0
    fit = ["pod", "--name", "POD", "--rank", 2, "-o", path / "POD.h5"]
    assert run("fit", path / "data.h5", *fit) == 0
    return path


def encode_sea(path, new, out):
    words = [path / "POD.h5", new, "--snapshots", path / "data.h5", "-o", out]
    return run("encode", *words)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"change": lambda field: field.rename(lat="y")},
            "has other axes than the snapshots of the fit: y, lon instead of lat, lon; give it",
        ),
        (
            {"change": lambda field: field.assign_coords(lat=LATITUDE + 1)},
            "has other coordinates than the snapshots of the fit: (31, -30) at a row instead of "
            "(30, -30) at a row; write it for the places of the fit",
        ),
        (
            {"units": "K"},
            "has other units than the snapshots of the fit: K instead of degC; convert",
        ),
    ],
)
def test_rows_that_mean_others_are_refused(sea_fit, changes, message, tmp_path, capsys):
    sea(tmp_path / "new.nc", **changes)
    assert encode_sea(sea_fit, tmp_path / "new.nc", tmp_path / "codes.npy") == 1
    assert f"{tmp_path / 'new.nc'} {message}" in capsys.readouterr().err
    words = [sea_fit / "POD.h5", tmp_path / "new.nc", "--snapshots", sea_fit / "data.h5"]
    assert run("update", *words, "-o", tmp_path / "more.h5") == 1
    assert message in capsys.readouterr().err


def single(field):
    return field.assign_coords(lat=LATITUDE.astype(np.float32), lon=LONGITUDE.astype(np.float32))


@pytest.mark.parametrize("name", ["single.nc", "turned.nc", "plain.npy"])
def test_rows_that_state_the_same_or_nothing_are_encoded(sea_fit, name, tmp_path):
    sea(tmp_path / "single.nc", change=single)
    sea(tmp_path / "turned.nc", change=lambda field: field.transpose()[::-1])
    np.save(tmp_path / "plain.npy", TEMPERATURE.reshape(9, 20).T)
    assert encode_sea(sea_fit, tmp_path / name, tmp_path / "codes.npy") == 0
    expected = load(sea_fit / "POD.h5").models[0].encode(TEMPERATURE.reshape(9, 20).T)
    np.testing.assert_allclose(np.load(tmp_path / "codes.npy"), expected, rtol=1e-12)


def test_a_grid_without_coordinates_takes_files_with_them(tmp_path):
    sea(tmp_path / "new.nc")
    np.save(tmp_path / "old.npy", TEMPERATURE)
    words = [f"path={tmp_path / 'old.npy'}", "axes=time lat lon"]
    assert run("snapshots", "file", "--set", *words, "-o", tmp_path / "data.h5") == 0
    fit = ["pod", "--name", "POD", "--rank", 2, "-o", tmp_path / "POD.h5"]
    assert run("fit", tmp_path / "data.h5", *fit) == 0
    assert encode_sea(tmp_path, tmp_path / "new.nc", tmp_path / "codes.npy") == 0


def test_points_in_another_order_are_put_in_that_of_the_fit(tmp_path):
    x, U = np.arange(6.0), np.random.default_rng(4).standard_normal((6, 8))
    np.savez(tmp_path / "old.npz", U=U, x=x)
    np.savez(tmp_path / "new.npz", U=U[::-1], x=x[::-1])
    words = [f"path={tmp_path / 'old.npz'}", "axes=dof sample"]
    assert run("snapshots", "file", "--set", *words, "-o", tmp_path / "data.h5") == 0
    fit = ["pod", "--name", "POD", "--rank", 2, "-o", tmp_path / "POD.h5"]
    assert run("fit", tmp_path / "data.h5", *fit) == 0
    assert encode_sea(tmp_path, tmp_path / "new.npz", tmp_path / "codes.npy") == 0
    expected = load(tmp_path / "POD.h5").models[0].encode(U)
    np.testing.assert_allclose(np.load(tmp_path / "codes.npy"), expected, rtol=1e-12)


def test_a_data_set_is_encoded_part_by_part_with_its_own_scale(fits, tmp_path):
    pod = load(fits / "PCA.h5").models[0]
    words = [f"path={fits / 'old.npz'}", "keys=[u, p]", "axes=dof sample", "scale=largest"]
    other = tmp_path / "other.h5"
    assert run("snapshots", "file", "--set", *words, "test_every=5", "-o", other) == 0
    for file in (fits / "data.h5", other):
        for key, part in load(fits / "data.h5").parts.items():
            out = tmp_path / f"{file.stem}_{key}.npy"
            new = ["encode", fits / "PCA.h5", f"{file}:{key}", "--snapshots", fits / "data.h5"]
            assert run(*new, "-o", out) == 0
            np.testing.assert_allclose(np.load(out), pod.encode(part.U), rtol=1e-10, atol=1e-12)


def test_the_key_of_the_numbers_themselves_means_their_states(fits, tmp_path):
    words = [fits / "POD.h5", f"{fits / 'data.h5'}:train/U", "--snapshots", fits / "data.h5"]
    assert run("encode", *words, "-o", tmp_path / "codes.npy") == 0
    expected = load(fits / "POD.h5").models[0].encode(load(fits / "data.h5").train.U)
    np.testing.assert_allclose(np.load(tmp_path / "codes.npy"), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("split", ["test_every=5", "test_fraction=0.03"])
@pytest.mark.parametrize("snapshots", [True, False])
def test_a_data_set_without_a_key_names_its_parts(split, snapshots, tmp_path, capsys):
    np.save(tmp_path / "U.npy", np.random.default_rng(0).standard_normal((12, 30)))
    data, pod = tmp_path / "data.h5", tmp_path / "pod.h5"
    words = [f"path={tmp_path / 'U.npy'}", "axes=dof sample", split]
    assert run("snapshots", "file", "--set", *words, "-o", data) == 0
    matrix = [tmp_path / "U.npy", "--axes", "dof sample", "--rank", 2]
    assert run("pod", *matrix, "-o", pod) == 0
    words = ["--snapshots", data] if snapshots else []
    assert run("encode", pod, data, *words, "-o", tmp_path / "codes.npy") == 1
    said = f"{data} is a data set of mornet: give one of its parts, {data}:train, {data}:test"
    assert said in capsys.readouterr().err
    assert run("encode", pod, f"{data}:test", *words, "-o", tmp_path / "codes.npy") == 0
    expected = load(pod).encode(load(data).test.U)
    np.testing.assert_allclose(np.load(tmp_path / "codes.npy"), expected, rtol=1e-12, atol=1e-13)


def test_new_files_are_read_by_the_names_of_the_fields_of_the_fit(fits, tmp_path):
    u, p = np.vsplit(np.load(fits / "new.npy"), 2)
    np.savez(tmp_path / "new.npz", p=p, u=u, other=u)
    codes = []
    for new in (fits / "new.npy", tmp_path / "new.npz"):
        codes.append(tmp_path / f"codes_of_{new.suffix[1:]}.npy")
        words = [fits / "POD.h5", new, "--axes", "dof sample", "--snapshots", fits / "data.h5"]
        assert run("encode", *words, "-o", codes[-1]) == 0
    np.testing.assert_array_equal(*map(np.load, codes))


def test_a_data_set_with_its_fields_in_another_order_is_encoded(fits, tmp_path):
    words = [f"path={fits / 'old.npz'}", "keys=[p, u]", "axes=dof sample", "test_every=5"]
    other = tmp_path / "other.h5"
    assert run("snapshots", "file", "--set", *words, "-o", other) == 0
    codes = []
    for data in (fits / "data.h5", other):
        codes.append(tmp_path / f"{data.stem}.npy")
        new = ["encode", fits / "POD.h5", f"{data}:test", "--snapshots", fits / "data.h5"]
        assert run(*new, "-o", codes[-1]) == 0
    np.testing.assert_allclose(*map(np.load, codes), rtol=1e-12)


@pytest.fixture(scope="module")
def of_part(fits):
    """A POD of the scaled training snapshots by `mornet pod`."""
    words = ["pod", f"{fits / 'data.h5'}:train", "--rank", 2, "-o", fits / "part.h5"]
    assert run(*words) == 0
    return fits / "part.h5"


def test_a_pod_of_a_part_of_a_scaled_data_set_keeps_its_scale(fits, of_part, tmp_path):
    """It gives the codes, states and updates of the same POD in a study."""
    its = ["--snapshots", fits / "data.h5"]
    codes = []
    for fit in (fits / "POD.h5", of_part):
        new, updated = [fit, fits / "new.npy", "--axes", "dof sample"], tmp_path / "updated.h5"
        codes.append(tmp_path / f"{fit.stem}.npy")
        assert run("encode", *new, *its, "-o", codes[-1]) == 0
        assert run("decode", fit, codes[-1], *its, "-o", tmp_path / f"states_{fit.stem}.npy") == 0
        assert run("update", *new, *its, "-o", updated) == 0
        assert run("encode", updated, *new[1:], *its, "-o", tmp_path / f"up_{fit.stem}.npy") == 0
    for name in ("{}.npy", "states_{}.npy", "up_{}.npy"):
        one, other = (np.load(tmp_path / name.format(fit)) for fit in ("POD", "part"))
        scale = np.nanmax(np.abs(one))
        np.testing.assert_allclose(np.abs(one), np.abs(other), rtol=1e-8, atol=1e-9 * scale)


def test_a_pod_of_states_does_not_take_a_scaled_data_set(fits, tmp_path, capsys):
    new, out = [fits / "new.npy", "--axes", "dof sample"], ["-o", tmp_path / "x.npy"]
    np.save(
        tmp_path / "states.npy",
        np.load(fits / "new.npy")[[0, 1, 2, 3, *range(5, 14), *range(15, 20)]],
    )
    own = tmp_path / "own.h5"
    assert run("pod", tmp_path / "states.npy", *new[1:], "--rank", 2, "-o", own) == 0
    assert run("encode", own, *new, "--snapshots", fits / "data.h5", *out) == 1
    assert "own.h5 was fitted to states, and those in" in capsys.readouterr().err
    assert run("encode", own, f"{fits / 'data.h5'}:test", *out) == 1
    assert "are scaled or shifted: give --snapshots FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["snapshots", "file", "--set", "path=data.h5:train/U", "test_every=5"],
        ["pod", "--tree", "data.h5:train/U", "--tolerance", "0.1"],
    ],
)
def test_scaled_snapshots_of_a_data_set_are_not_read_as_states(fits, words, monkeypatch, capsys):
    monkeypatch.chdir(fits)
    assert run(*words, "-o", "again.h5") == 1
    assert "train/U is scaled or shifted, and its scale would be lost" in capsys.readouterr().err


def test_a_pod_of_a_data_set_with_weights_is_refused(fits, tmp_path, capsys):
    np.savez(tmp_path / "w.npz", u=np.ones((9, 6)), weights=np.arange(1.0, 7))
    words = [f"path={tmp_path / 'w.npz'}", "key=u", "fields={weights: weights}", "test_every=3"]
    assert run("snapshots", "file", "--set", *words, "-o", tmp_path / "w.h5") == 0
    words = ["pod", f"{tmp_path / 'w.h5'}:train", "--rank", 1]
    assert run(*words, "-o", tmp_path / "pod.h5") == 1
    assert "has weights or an inner product, which this verb leaves out" in capsys.readouterr().err


T = np.array([0.0, 0.1, 0.25, 0.7])
RUNS, MU = np.repeat([0, 1], 4), np.repeat([0.6, 1.1], 4)
NAMED = ["fields={x: x, t: t, mu: mu, trajectory: run}", "test_every=4"]


@pytest.fixture(scope="module")
def runs_fit(tmp_path_factory):
    """A POD of two runs with times and parameters, new runs, and a data set of runs with names."""
    path = tmp_path_factory.mktemp("runs")
    rng = np.random.default_rng(5)
    beside = {"x": np.linspace(0, 1, 7), "t": np.tile(T, 2), "mu": MU}
    for name, run_of in (("old", RUNS), ("new", RUNS), ("words", np.repeat(["wet", "dry"], 4))):
        np.savez(path / f"{name}.npz", U=rng.standard_normal((7, 8)), run=run_of, **beside)
    for name in ("old", "words"):
        words = [f"path={path / name}.npz", "key=U", "axes=dof sample", *NAMED]
        assert run("snapshots", "file", "--set", *words, "-o", path / f"{name}.h5") == 0
    assert run("fit", path / "old.h5", "pod", "--rank", 3, "-o", path / "fit.h5") == 0
    return path


def in_order(states):
    """States (dof, sample) of a file of xarray whose first axes are those of the samples."""
    return states.values.reshape(-1, states.shape[-1]).T


@pytest.mark.parametrize("suffix", [".npz", ".mat", ".nc", ".csv", ".npy"])
def test_codes_of_a_file_become_its_states_with_their_times_again(
    runs_fit, suffix, tmp_path, capsys
):
    codes, states, fit = tmp_path / f"z{suffix}", tmp_path / "s.nc", runs_fit / "fit.h5"
    assert run("encode", fit, f"{runs_fit / 'new.npz'}:U", "-o", codes) == 0
    said = capsys.readouterr().out
    assert run("decode", fit, codes, "-o", states) == 0
    pod, U = load(fit).models[0], np.load(runs_fit / "new.npz")["U"]
    with xarray.open_dataset(states, engine="h5netcdf") as found:
        np.testing.assert_allclose(in_order(found.states), pod.decode(pod.encode(U)), rtol=1e-12)
        if suffix == ".npy":
            assert f"{codes} holds no times and no parameters; take .npz, .mat or .nc" in said
            assert found.states.dims == ("sample", "x")
            return
        assert found.states.dims == ("trajectory", "time", "x")
        np.testing.assert_array_equal(found.time, T)
        np.testing.assert_array_equal(found.mu, [0.6, 1.1])


def test_codes_have_the_layout_of_exported_codes(runs_fit, tmp_path):
    """The same snapshots give the same rows, as `export` and by `encode` part by part."""
    fit, rows = runs_fit / "fit.h5", []
    assert run("export", fit, "-o", tmp_path / "codes.csv") == 0
    for part in ("train", "test"):
        out = tmp_path / f"{part}.csv"
        assert run("encode", fit, f"{runs_fit / 'old.h5'}:{part}", "-o", out) == 0
        head, *its = out.read_text().splitlines()
        rows += [row.split(",")[1:] for row in its]
        assert head == "snapshot,trajectory,t,mu,code_0,code_1,code_2"
    exported = [row.split(",")[2:] for row in (tmp_path / "codes.csv").read_text().splitlines()]
    np.testing.assert_allclose(np.array(rows, float), np.array(exported[1:], float), rtol=1e-12)


def test_columns_of_parameters_have_their_names(tmp_path):
    fields = {"Re": np.arange(6.0), "t": np.zeros(6)}
    np.savez(tmp_path / "a.npz", U=np.random.default_rng(0).random((9, 6)), **fields)
    words = [f"path={tmp_path / 'a.npz'}", "key=U", "fields={mu: Re, t: t}", "test_columns=[5]"]
    assert run("snapshots", "file", "--set", *words, "-o", tmp_path / "d.h5") == 0
    fit, codes = tmp_path / "f.h5", tmp_path / "codes.csv"
    assert run("fit", tmp_path / "d.h5", "pod", "--rank", 2, "-o", fit) == 0
    assert run("export", fit, "codes", "-o", codes) == 0
    head = codes.read_text().splitlines()[0]
    assert head == "snapshot,part,trajectory,t,Re,code_0,code_1"
    assert run("decode", fit, codes, "-o", tmp_path / "s.nc") == 0
    with xarray.open_dataset(tmp_path / "s.nc", engine="h5netcdf") as found:
        assert found.mu.attrs["long_name"] == "Re"
        assert sorted(found.mu.values) == [0, 1, 2, 3, 4, 5]
    again = find(f"{tmp_path / 's.nc'}:states").matrix
    assert names_of_mu(again.units, 1) == ("Re",)


@pytest.mark.parametrize("names", [["Re"], ["Re", "Ma"]])
@pytest.mark.parametrize("suffix", [".npz", ".mat"])
def test_codes_keep_the_names_of_parameters(tmp_path, suffix, names):
    fields = {"Re": np.arange(6.0), "Ma": np.arange(6.0) ** 2}
    np.savez(tmp_path / "a.npz", U=np.random.default_rng(0).random((9, 6)), **fields)
    words = [f"path={tmp_path / 'a.npz'}", "key=U", f"fields={{mu: [{', '.join(names)}]}}"]
    assert run("snapshots", "file", "--set", *words, "-o", tmp_path / "d.h5") == 0
    fit, codes, states = tmp_path / "f.h5", tmp_path / f"z{suffix}", tmp_path / f"s{suffix}"
    assert run("fit", tmp_path / "d.h5", "pod", "--rank", 2, "-o", fit) == 0
    assert run("export", fit, "codes", "-o", codes) == 0
    assert run("decode", fit, f"{codes}:codes_train", "-o", states) == 0
    again = find(states, key="states", axes="dof sample").matrix
    assert names_of_mu(again.units, len(names)) == tuple(names)
    train = load(tmp_path / "d.h5").train
    np.testing.assert_array_equal(np.atleast_2d(again.fields["mu"]), train.mu)


def test_columns_of_parameters_in_a_new_table_are_those_of_the_fit(tmp_path):
    rng = np.random.default_rng(0)
    for name, m in (("old", 8), ("new", 3)):
        rows = [",".join(map(str, [m + j, *rng.random(4)])) for j in range(m)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["Re,p,q,r,s", *rows]))
    words = [f"path={tmp_path / 'old.csv'}", "axes=sample dof", "fields={mu: Re}"]
    assert run("snapshots", "file", "--set", *words, "-o", tmp_path / "d.h5") == 0
    fit, codes = tmp_path / "f.h5", tmp_path / "codes.csv"
    assert run("fit", tmp_path / "d.h5", "pod", "--rank", 2, "-o", fit) == 0
    assert run("encode", fit, tmp_path / "new.csv", "-o", codes) == 0
    head, *rows = codes.read_text().splitlines()
    assert head == "snapshot,trajectory,Re,code_0,code_1"
    assert [float(row.split(",")[2]) for row in rows] == [3, 4, 5]


@pytest.mark.parametrize("suffix", [".npz", ".csv", ".nc"])
def test_exported_codes_are_decoded_with_their_times(runs_fit, suffix, tmp_path):
    fit, codes, states = runs_fit / "fit.h5", tmp_path / f"codes{suffix}", tmp_path / "s.npz"
    assert run("export", fit, "codes", "-o", codes) == 0
    key = "" if suffix == ".csv" else ":codes_test"
    assert run("decode", fit, f"{codes}{key}", "-o", states) == 0
    pod, test, found = load(fit).models[0], load(runs_fit / "old.h5").test, np.load(states)
    own = slice(-test.m, None)
    expected = pod.decode(pod.encode(test.U))
    np.testing.assert_allclose(found["states"][:, own], expected, rtol=1e-12)
    for name in ("t", "mu", "trajectory"):
        np.testing.assert_array_equal(found[name][..., own], getattr(test, name))


@pytest.mark.parametrize("suffix", [".npz", ".mat", ".csv", ".nc"])
def test_codes_keep_the_names_of_trajectories(runs_fit, suffix, tmp_path):
    codes, states, fit = tmp_path / f"z{suffix}", tmp_path / "s.npz", runs_fit / "fit.h5"
    assert run("encode", fit, f"{runs_fit / 'words.h5'}:train", "-o", codes) == 0
    assert run("decode", fit, codes, "-o", states) == 0
    found, train = np.load(states), load(runs_fit / "words.h5").train
    wet, dry = train.mu[0, 0], train.mu[0, -1]
    pairs = zip(found["trajectory_name"].tolist(), found["mu"][0].tolist(), strict=True)
    assert sorted(pairs) == [("dry", dry)] * 3 + [("wet", wet)] * 3


def test_a_name_in_a_table_of_codes_may_have_several_lines(runs_fit, tmp_path):
    text = 'trajectory_name,code_0,code_1,code_2\n"a\nb",1,2,3\n"c, d",4,5,6\n'
    (tmp_path / "z.csv").write_text(text)
    states = tmp_path / "s.npz"
    assert run("decode", runs_fit / "fit.h5", tmp_path / "z.csv", "-o", states) == 0
    assert np.load(states)["trajectory_name"].tolist() == ["a\nb", "c, d"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("t,code_0,code_1,code_2\n0,1,2,3\n1,1,2", "z.csv, line 3 has 3 entries, but the heading"),
        ("t,code_0,code_1,code_2\n0,1,two,3\n", "z.csv, line 2, column code_1: 'two' is not a"),
        ("code_0,code_1,code_2\n", "z.csv has a heading alone: give it a row for each"),
        ("code_0,code_1\n1,2\n3,4\n5,6\n", "z.csv has 2 rows, but 3 are needed"),
    ],
)
def test_a_table_of_codes_with_a_mistake_is_refused(
    runs_fit, text, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "z.csv").write_text(text)
    assert run("decode", runs_fit / "fit.h5", "z.csv", "-o", "s.npy") == 1
    assert message in capsys.readouterr().err


def test_notes_on_new_files_and_on_codes_are_printed(fits, tmp_path, capsys):
    assert (
        run("encode", *of_fit(fits, "POD"), "--axes", "dof sample", "-o", tmp_path / "z.npz") == 0
    )
    assert "note: axes as stated: dof (20) x sample (10)" in capsys.readouterr().out
    codes = np.load(tmp_path / "z.npz")["codes"]
    words = {"mu": np.arange(10.0), "parameter_name": np.array(["Re", "Ma"])}
    np.savez(tmp_path / "named.npz", codes=codes, Re=np.arange(10.0), **words)
    given = [f"{tmp_path / 'named.npz'}:codes", "--snapshots", fits / "data.h5"]
    assert run("decode", fits / "POD.h5", *given, "-o", tmp_path / "states.npz") == 0
    said = capsys.readouterr().out
    assert "note: parameter_name has 2 words for 1 parameter, and is left out" in said
    assert " is in Re, left out" in said
    assert "10 codes became states of length 20" in said
