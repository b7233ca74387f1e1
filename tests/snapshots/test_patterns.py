"""What the names in braces of a pattern mean, beside what the files state."""

import h5py
import numpy as np
import pytest
import xarray as xr

from mornet.errors import DataError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find

x, t, T = np.linspace(0, 1, 12), np.arange(4) / 8, (300.0, 310.0)


def files(folder, name, **more):
    """Write a file for each time and temperature, and return the pattern."""
    for temperature in T:
        for time in t:
            path = folder / name.format(t=time, T=temperature)
            np.savez(path, u=np.sin(3 * x + time * temperature), **more)
    return str(folder / name)


@pytest.mark.parametrize("name", ["{T}_{t}.npz", "{t}_{T}.npz"])
def test_T_beside_a_time_is_a_parameter(tmp_path, name):
    data = read_snapshots(files(tmp_path, name), test_fraction=0.25, key="u")
    assert set(np.concatenate([data.train.t, data.test.t])) == set(t)
    assert set(np.hstack([data.train.mu, data.test.mu])[0]) == set(T)
    assert any("{T} in the names is a parameter" in note for note in data.layout.notes)


def test_T_alone_is_a_time_unless_the_files_state_times(tmp_path):
    for j, temperature in enumerate(T):
        np.savez(tmp_path / f"{temperature}.npz", u=np.sin(3 * x + j))
        U = np.sin(3 * x[:, None] + temperature * t)
        np.savez(tmp_path / f"run_{temperature}.npz", u=U, t=t)
    alone = read_snapshots(str(tmp_path / "{T}.npz"), test_fraction=0.5)
    assert (*alone.train.t, alone.train.mu) == (300, None)
    assert any("taken as the times" in note for note in alone.layout.notes)
    runs = read_snapshots(str(tmp_path / "run_{T}.npz"), test_fraction=0.25, axes="dof sample")
    assert set(runs.train.mu[0]) == set(T)
    np.testing.assert_array_equal(runs.train.t[:4], t)


MU = np.array([[1.0, 2, 3, 4], [0.5, 0.25, 0.5, 0.25]])


def with_parameters(path, mu):
    """Write one snapshot and its parameters."""
    u = np.sin(mu[0] * x) + mu[1]
    if path.suffix == ".npz":
        np.savez(path, u=u, mu=mu)
    elif path.suffix == ".h5":
        with h5py.File(path, "w") as file:
            file.update({"u": u, "mu": mu})
    else:
        xr.Dataset({"u": ("x", u), "mu": ("parameter", mu)}, {"x": x}).to_netcdf(path)


@pytest.mark.parametrize("suffix", [".npz", ".h5", ".nc"])
def test_a_vector_mu_of_one_snapshot_holds_its_parameters(tmp_path, suffix):
    for j, mu in enumerate(MU.T):
        with_parameters(tmp_path / f"{j}{suffix}", mu)
    data = read_snapshots(tmp_path, test_fraction=0.5)
    np.testing.assert_array_equal(np.hstack([data.train.mu, data.test.mu]), MU)
    assert not any("mu" in note and "left out" in note for note in data.layout.notes)
    with_parameters(tmp_path / f"9{suffix}", np.ones(3))
    with pytest.raises(DataError, match="3 parameters mu"):
        read_snapshots(tmp_path, test_fraction=0.5)


def test_a_vector_mu_agrees_with_the_names_in_braces(tmp_path):
    for mu in MU.T:
        with_parameters(tmp_path / f"{mu[0]}_{mu[1]}.npz", mu)
    data = read_snapshots(str(tmp_path / "{a}_{b}.npz"), test_fraction=0.5)
    np.testing.assert_array_equal(np.hstack([data.train.mu, data.test.mu]), MU)
    (tmp_path / "1.0_0.5.npz").rename(tmp_path / "1.0_0.75.npz")
    with pytest.raises(DataError, match="in its name"):
        read_snapshots(str(tmp_path / "{a}_{b}.npz"), test_fraction=0.5)


def test_a_vector_mu_in_the_group_of_each_step(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j, mu in enumerate(MU.T):
            file.update({f"step_{j}/u": np.sin(mu[0] * x), f"step_{j}/mu": mu})
    data = read_snapshots(tmp_path / "a.h5", test_fraction=0.5)
    np.testing.assert_array_equal(np.hstack([data.train.mu, data.test.mu]), MU)


def test_trajectories_with_labels_are_those_of_all_files(tmp_path):
    for j, label in enumerate("AABB"):
        np.savez(tmp_path / f"{j}.npz", u=np.sin(j + x), trajectory=[label], t=[j % 2])
    data = read_snapshots(tmp_path, test_trajectories=["B"])
    assert (data.train.m, data.test.m) == (2, 2)
    np.testing.assert_array_equal(data.train.t, [0, 1])
    assert not any("left out" in note for note in data.layout.notes)


def test_an_axis_of_temperatures_holds_parameters(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.update({"u": np.sin(np.outer(x, T)), "x": x, "T": T})
        file["T"].attrs["units"] = "K"
        for i, name in enumerate("xT"):
            file[name].make_scale(name)
            file["u"].dims[i].attach_scale(file[name])
    data = read_snapshots(tmp_path / "a.h5", test_fraction=0.5)
    assert data.train.t is None
    assert set(np.hstack([data.train.mu, data.test.mu])[0]) == set(T)


def with_names(folder, *orders, suffix=".nc"):
    """Write a snapshot for each order of the names of two parameters, with their values."""
    for j, names in enumerate(orders):
        values = dict(zip(("Re", "alpha", "beta"), (*MU[:, j], 9.0), strict=True))
        mu, u = [values.get(name, 7.0) for name in names], np.sin(j + x)
        if suffix == ".nc":
            along = {"x": x} | ({"parameter": list(names)} if names[0] else {})
            xr.Dataset({"u": ("x", u), "mu": ("parameter", mu)}, along).to_netcdf(
                folder / f"{j}{suffix}"
            )
        else:
            with h5py.File(folder / f"{j}{suffix}", "w") as file:
                file.update({"u": u, "mu": mu, "parameter": list(names)})
                file["parameter"].make_scale("parameter")
                file["mu"].dims[0].attach_scale(file["parameter"])
    return folder


@pytest.mark.parametrize("suffix", [".nc", ".h5"])
def test_parameters_of_files_are_in_the_order_of_their_names(tmp_path, suffix):
    orders = [("Re", "alpha"), ("alpha", "Re"), ("Re", "alpha")]
    matrix = find(with_names(tmp_path, *orders, suffix=suffix)).matrix
    np.testing.assert_array_equal(matrix.fields["mu"], MU[:, :3])
    assert matrix.notes.count("the parameters are, in this order: Re, alpha") == 1
    with_names(tmp_path, *orders, ("Re", "beta"), suffix=suffix)
    message = r"3\.\w+ has the parameters mu Re, beta, but .*0\.\w+ has Re, alpha"
    with pytest.raises(DataError, match=message):
        find(tmp_path)


def test_parameters_with_names_in_some_files_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"1.nc has the parameters mu without names, but"):
        find(with_names(tmp_path, ("Re", "alpha"), ("", "")))
    with pytest.raises(DataError, match=r"0.nc has two parameters of one name, Re, Re"):
        find(with_names(tmp_path, ("Re", "Re"), ("Re", "Re")))


def test_parameters_have_the_order_of_the_names_in_braces(tmp_path):
    with_names(tmp_path, *[("Re", "alpha")] * 4)
    for j, mu in enumerate(MU.T):
        (tmp_path / f"{j}.nc").rename(tmp_path / f"{mu[1]}_{mu[0]}.nc")
    matrix = find(f"{tmp_path}/{{alpha}}_{{Re}}.nc").matrix
    np.testing.assert_array_equal(np.sort(matrix.fields["mu"][1]), MU[0])
    assert "the parameters are, in this order: alpha, Re" in matrix.notes


def test_parameters_along_the_times_of_a_file_have_names(tmp_path):
    for j, names in enumerate((["Re", "alpha"], ["alpha", "Re"])):
        mu = MU if j == 0 else MU[::-1]
        data = {"u": (("x", "time"), np.outer(x, t + j)), "mu": (("parameter", "time"), mu)}
        along = {"x": x, "time": t, "parameter": names}
        xr.Dataset(data, along).to_netcdf(tmp_path / f"{j}.nc")
    np.testing.assert_array_equal(find(tmp_path, key="u").matrix.fields["mu"], np.hstack([MU, MU]))


def test_parameters_in_the_groups_of_steps_have_the_order_of_their_names(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j, mu in enumerate(MU.T):
            names = ["Re", "alpha"][:: -1 if j == 2 else 1]
            file.update({f"step_{j}/u": np.sin(j + x), f"step_{j}/mu": mu[:: -1 if j == 2 else 1]})
            file[f"step_{j}/mu"].attrs["names"] = names
    np.testing.assert_array_equal(find(tmp_path / "a.h5").matrix.fields["mu"], MU)


def test_parameters_in_headings_are_compared_by_name(tmp_path):
    for j, names in enumerate((("Re", "alpha"), ("alpha", "beta"))):
        heads = [f"u @ t={k}, {names[0]}={j}, {names[1]}=2" for k in (0, 1)]
        rows = [";".join(map(str, (value, value, 1))) for value in x.tolist()]
        (tmp_path / f"{j}.csv").write_text("\n".join([";".join(["x", *heads]), *rows]))
    with pytest.raises(DataError, match=r"1.csv has the parameters mu alpha, beta, but"):
        find(tmp_path)


def test_trajectories_that_one_file_lacks_are_noted(tmp_path):
    for j in range(3):
        np.savez(tmp_path / f"{j}.npz", u=np.sin(j + x), t=[j], **({"run": [7]} if j else {}))
    notes = find(tmp_path, key="u").matrix.notes
    assert f"trajectories of 2 files are left out, as {tmp_path / '0.npz'} states none" in notes


def notes_on_names(folder, names, **more):
    """Write a snapshot under each of the names, and return the notes on the numbers in them."""
    (folder / "case").mkdir(exist_ok=True)
    for j, name in enumerate(names):
        np.savez(folder / "case" / name, u=np.sin(3 * x + j), **{k: v[j] for k, v in more.items()})
    notes = read_snapshots(str(folder / "case"), test_fraction=0.5, key="u").layout.notes
    return [note for note in notes if "give the order alone" in note]


def test_parameters_in_names_that_a_folder_leaves_unread_are_noted(tmp_path):
    (note,) = notes_on_names(tmp_path, [f"a={a}_b={b}.npz" for a in (0.5, 1.5) for b in (1, 2)])
    assert 'case/a={a}_b={b}.npz" if they are times or parameters' in note


def test_decimals_in_names_are_noted_unless_the_files_state_times(tmp_path):
    names = [f"u_t{time}.npz" for time in t]
    (note,) = notes_on_names(tmp_path, names)
    assert "case/u_t{t}.npz" in note
    assert notes_on_names(tmp_path, names, t=t) == []


def test_numbers_that_count_files_are_not_noted(tmp_path):
    assert notes_on_names(tmp_path, [f"u_{j:04d}.npz" for j in range(4)]) == []
