"""Parameters that files hold under other names: named in a note, and taken from their places."""

from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from scipy.io import savemat

from mornet.errors import DataError, MornetError, OptionError, ShapeError
from mornet.experiments.file_data_set import FileFields, arguments_of, files_of
from mornet.snapshots.files import data_set, find
from mornet.snapshots.formats.parameter_names import names_of_mu
from mornet.snapshots.report import data_set_lines
from mornet.storage import attributes, load, save

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


def test_fields_that_are_stated_are_not_noted_as_left_out(tmp_path):
    x, t, mu = np.linspace(0, 1, 12), np.arange(5.0), np.arange(3.0)
    of_runs = {"U": np.ones((12, 5, 3)), "x": x, "t": t, "mu": mu}
    savemat(tmp_path / "runs.mat", of_runs)
    fields = {"x": "x", "t": "t", "mu": "mu"}
    found = find(tmp_path / "runs.mat", key="U", axes="dof time mu", fields=fields).matrix
    np.testing.assert_array_equal(found.fields["x"], [x])
    assert not any("left out" in note for note in found.notes)


@pytest.mark.parametrize("place", ["Re", "{path}:Re"])
def test_a_trajectory_that_is_stated_is_not_noted_as_a_parameter(tmp_path, place):
    write_npz(path := tmp_path / "a.npz")
    fields = {"t": "t", "trajectory": place.format(path=path)}
    notes = find(path, key="U", fields=fields).matrix.notes
    assert [note for note in notes if "left out" in note] == [
        "one number for each sample or run is in Ma, left out: if they are parameters, "
        "state fields: {mu: FILE:Ma}"
    ]


def test_weights_beside_the_snapshots_are_noted_as_weights(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, U=np.random.default_rng(0).random((9, 4)), t=np.arange(4), weights=np.ones(4))
    advice = "if the snapshots have these weights, state fields: {weights: FILE:weights}"
    assert f"weights is left out: {advice}" in find(path).matrix.notes
    matrix = find(path, fields={"weights": "weights"}).matrix
    assert not any("left out" in note for note in matrix.notes)


def test_an_array_of_another_file_leaves_the_note_on_that_of_the_same_name(tmp_path):
    write_npz(tmp_path / "a.npz")
    write_npz(tmp_path / "b.npz")
    fields = {"trajectory": f"{tmp_path / 'b.npz'}:Re"}
    notes = find(tmp_path / "a.npz", key="U", fields=fields).matrix.notes
    assert any(NOTE in note for note in notes)


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


def write_series(folder, suffix, *, count=3, samples=4):
    """Write files with a snapshot for each of their times, and numbers of the whole file."""
    folder.mkdir(exist_ok=True)
    for j in range(count):
        array, t = np.outer(np.sin(np.arange(9.0) + j), np.arange(1.0, samples + 1)), T4[:samples]
        numbers = {"Re": 100.0 * (j + 1), "Ma": 0.5 * j, "gamma": 1.4}
        path = folder / f"f{j}{suffix}"
        if suffix == ".npz":
            np.savez(path, U=array, t=t, **numbers)
        elif suffix == ".mat":
            savemat(path, {"U": array, "t": t, **numbers})
        elif suffix == ".h5":
            with h5py.File(path, "w") as file:
                file.update({"U": array, "t": t, **numbers})
        else:
            of = {name: ((), number) for name, number in numbers.items()}
            xr.Dataset({"U": (("x", "time"), array), **of}, {"time": t}).to_netcdf(path)
    return folder


T4 = np.arange(4.0)
SUFFIXES = [".npz", ".mat", ".h5", ".nc"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_number_of_a_file_is_noted_and_in_a_series_if_it_varies(tmp_path, suffix):
    folder = write_series(tmp_path / "s", suffix)
    (note,) = [n for n in find(folder / f"f1{suffix}").matrix.notes if n.startswith("one number")]
    assert note.startswith("one number for each file is in Ma, Re, gamma, left out: if they are")
    (note,) = [n for n in find(folder).matrix.notes if n.startswith("one number")]
    assert note.endswith(
        "is in Ma, Re, left out: if they are parameters, state fields: {mu: [FILE:Ma, FILE:Re]}"
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_number_of_each_file_is_the_parameter_of_all_its_snapshots(tmp_path, suffix):
    folder = write_series(tmp_path / "s", suffix)
    matrix = find(folder, key="U", fields={"mu": ["Re", "Ma"]}).matrix
    expected = np.repeat([[100.0, 200.0, 300.0], [0.0, 0.5, 1.0]], 4, axis=1)
    np.testing.assert_array_equal(matrix.fields["mu"], expected)
    assert not any(note.startswith("one number") for note in matrix.notes)
    alone = find(folder / f"f1{suffix}", key="U", fields={"mu": "Re"}).matrix
    np.testing.assert_array_equal(alone.fields["mu"], np.full((1, 4), 200.0))


def test_a_number_in_the_names_of_files_is_not_noted_again(tmp_path):
    for Re in (10.0, 20.0):
        np.savez(tmp_path / f"u_{Re:g}.npz", U=U, Re=Re)
    matrix = find(str(tmp_path / "u_{Re}.npz"), axes="dof sample").matrix
    assert not any(note.startswith("one number") for note in matrix.notes)
    np.testing.assert_array_equal(np.unique(matrix.fields["mu"]), [10, 20])


@pytest.mark.parametrize("samples", [1, 4])
@pytest.mark.parametrize("ends", ["{}.npz", "{}", "s/{}.npz"])
def test_a_table_of_files_holds_their_parameters_by_their_names(tmp_path, samples, ends):
    folder = write_series(tmp_path / "s", ".npz", samples=samples)
    lines = [f"{ends.format(f'f{j}')},{100 * j},{0.1 * j}" for j in (2, 0, 1, 7)]
    (tmp_path / "mu.csv").write_text("\n".join(["file,Re,Ma", *lines]) + "\n")
    of_files = np.array([[0, 100, 200], [0, 0.1, 0.2]])
    for path in (folder, str(folder / "f*.npz"), sorted(folder.iterdir())):
        matrix = find(path, key="U", fields={"mu": str(tmp_path / "mu.csv")}).matrix
        np.testing.assert_allclose(matrix.fields["mu"], np.repeat(of_files, samples, axis=1))
    one = find(folder, key="U", fields={"mu": f"{tmp_path / 'mu.csv'}:Ma"}).matrix
    np.testing.assert_allclose(one.fields["mu"], np.repeat(of_files[1:], samples, axis=1))


def test_a_table_of_files_may_be_of_one_file_and_name_trajectories(tmp_path):
    folder = write_series(tmp_path / "s", ".npz")
    (tmp_path / "runs.csv").write_text("file,run\nf0,wet\nf1,dry\nf2,wet\n")
    fields = {"trajectory": f"{tmp_path / 'runs.csv'}:run"}
    matrix = find(folder, key="U", fields=fields).matrix
    assert matrix.labels == ("dry", "wet")
    np.testing.assert_array_equal(matrix.fields["trajectory"], np.repeat([1, 0, 1], 4))
    (tmp_path / "mu.csv").write_text("file,Re,Ma\nf1.npz,3,4\n")
    alone = find(folder / "f1.npz", key="U", fields={"mu": str(tmp_path / "mu.csv")}).matrix
    np.testing.assert_array_equal(alone.fields["mu"], [[3] * 4, [4] * 4])


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("f0,1\nf1,2\n", "mu.csv has 0 rows for .*f2.npz: write one row for each file"),
        ("f0,1\nf1,2\nf2,3\nf2.npz,4\n", "mu.csv has 2 rows for .*f2.npz"),
        ("1,1\n2,2\n3,3\n", "mu.csv: the column file holds no names of files"),
    ],
)
def test_a_table_without_one_row_for_each_file_is_refused(tmp_path, lines, message):
    folder = write_series(tmp_path / "s", ".npz")
    (tmp_path / "mu.csv").write_text(f"file,Re\n{lines}")
    with pytest.raises(DataError, match=message):
        find(folder, key="U", fields={"mu": str(tmp_path / "mu.csv")})


def test_names_of_files_in_several_folders_need_their_folders(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "u.npy", U)
    (tmp_path / "mu.csv").write_text("file,Re\nu.npy,1\n")
    fields = {"mu": str(tmp_path / "mu.csv")}
    with pytest.raises(DataError, match=r"u.npy may be .*u.npy and other files: write names with"):
        find(str(tmp_path / "*" / "u.npy"), fields=fields)
    (tmp_path / "mu.csv").write_text("file,Re\nb/u.npy,1\na/u.npy,2\n")
    matrix = find(str(tmp_path / "*" / "u.npy"), fields=fields).matrix
    assert matrix.fields["mu"][0, 0] == 2


@pytest.mark.parametrize("samples", [1, 2, 4])
def test_numbers_of_each_snapshot_of_each_file_are_joined(tmp_path, samples):
    for j in range(3):
        of_samples = 10.0 * j + np.arange(samples)
        u = np.arange(9.0 * samples).reshape(9, samples)
        np.savez(tmp_path / f"{j}.npz", U=u, Re=of_samples, Ma=of_samples / 2)
    fields = {"mu": ["Re", "Ma"]}
    for path in (tmp_path, sorted(tmp_path.iterdir())):
        matrix = find(path, key="U", axes="dof sample", fields=fields).matrix
        expected = np.add.outer(10.0 * np.arange(3), np.arange(samples)).ravel()
        np.testing.assert_array_equal(matrix.fields["mu"], [expected, expected / 2])


@pytest.mark.parametrize("suffix", [".npz", ".mat", ".h5", ".nc"])
@pytest.mark.parametrize("mu", [RE[:5], np.arange(7.0)])
def test_parameters_of_another_length_are_refused(tmp_path, suffix, mu):
    path = tmp_path / f"a{suffix}"
    if suffix == ".npz":
        np.savez(path, U=U, mu=mu)
    elif suffix == ".mat":
        savemat(path, {"U": U, "mu": mu})
    elif suffix == ".h5":
        with h5py.File(path, "w") as file:
            file.update({"U": U, "mu": mu})
    else:
        arrays = {"U": (("x", "sample"), U), "mu": ("c", mu)}
        xr.Dataset(arrays).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(ShapeError, match=r"mu has .*, but there are 6 snapshots: write one entry"):
        find(path, key="U", axes="dof sample")
    stated = find(path, key="U", axes="dof sample", fields={"mu": RE}).matrix
    np.testing.assert_array_equal(stated.fields["mu"], [RE])


def test_a_matrix_of_parameters_of_another_length_is_refused():
    with pytest.raises(ShapeError, match=r"mu has shape \(2, 5\), but there are 6 snapshots"):
        find({"U": U, "mu": np.ones((2, 5))})


def test_parameters_of_runs_of_another_length_are_refused():
    runs = {"U": U.reshape(10, 3, 6), "mu": RE[:5]}
    with pytest.raises(ShapeError, match="mu has 5 entries, but there are 6 along run: write one"):
        find(runs, axes="x time run")


def test_parameters_of_another_length_are_refused_in_each_file(tmp_path):
    for name in ("a", "b"):
        np.savez(tmp_path / f"{name}.npz", U=U, mu=RE[:5])
    with pytest.raises(ShapeError, match=r"a.npz: mu has 5 entries, but there are 6 snapshots"):
        find(tmp_path, key="U", axes="dof sample")


def hdf5_runs(path, names, attributes):
    """An HDF5 file with a run in each group, and attributes of the groups."""
    with h5py.File(path, "w") as file:
        for j, (name, of_run) in enumerate(zip(names, attributes, strict=True)):
            file[f"{name}/U"], file[f"{name}/t"] = U + j, T
            file[name].attrs.update(of_run)
    return path


OTHERS = ("seed", "VERSION", "mornet_format", "cpu_time", "wall_clock", "n_steps")
RUNS = [{"Re": 100.0 * j, "Ma": 0.3, "dt": 0.1, **dict.fromkeys(OTHERS, j)} for j in (1, 3, 2)]


def test_attributes_of_groups_are_the_parameters_of_their_runs(tmp_path):
    matrix = find(hdf5_runs(tmp_path / "a.h5", ["run_1", "run_2", "run_10"], RUNS)).matrix
    np.testing.assert_array_equal(matrix.U, np.hstack([U, U + 1, U + 2]))
    np.testing.assert_array_equal(matrix.fields["mu"], np.repeat([[100.0, 300, 200]], 6, axis=1))
    np.testing.assert_array_equal(matrix.fields["t"], np.tile(T, 3))
    np.testing.assert_array_equal(matrix.fields["trajectory"], np.repeat([0, 1, 2], 6))
    assert "attributes state Ma = 0.3 of all snapshots" in matrix.notes
    assert "attributes state Re, which are the parameters" in matrix.notes
    assert "3 datasets run_1/U to run_10/U are one run each" in matrix.notes


SINGLES = "single numbers in each group count as its attributes: Ma, Re"


def test_single_numbers_in_groups_are_the_parameters_of_their_runs(tmp_path):
    with h5py.File(hdf5_runs(tmp_path / "a.h5", ["wet", "dry"], [{}] * 2), "a") as file:
        for name, Re in (("wet", 100.0), ("dry", 300.0)):
            file[f"{name}/Re"], file[f"{name}/Ma"], file[f"{name}/n_steps"] = Re, [0.3], Re
    for key in (None, "U"):
        matrix = find(tmp_path / "a.h5", key=key).matrix
        np.testing.assert_array_equal(np.sort(matrix.fields["mu"]), [[100.0] * 6 + [300.0] * 6])
        np.testing.assert_array_equal(matrix.U[:, matrix.fields["mu"][0] == 300], U + 1)
        assert SINGLES in matrix.notes
        assert "attributes state Re, which are the parameters" in matrix.notes
        assert not [note for note in matrix.notes if "n_steps" in note]


def test_single_numbers_in_groups_are_the_parameters_of_their_steps(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j in range(6):
            file[f"s{j}/u"], file[f"s{j}/Re"], file[f"s{j}/Ma"] = U[:, j], RE[j], 0.3
    matrix = find(tmp_path / "a.h5").matrix
    np.testing.assert_array_equal(matrix.U, U)
    np.testing.assert_array_equal(matrix.fields["mu"], [RE])
    assert names_of_mu(matrix.units, 1) == ("Re",)
    assert SINGLES in matrix.notes
    assert "attributes state Ma = 0.3 of all snapshots" in matrix.notes


def test_a_number_that_an_attribute_contradicts_is_refused(tmp_path):
    stated = [{"Re": 0.1}, {"Re": 0.3}]
    with h5py.File(hdf5_runs(path := tmp_path / "a.h5", ["wet", "dry"], stated), "a") as file:
        file["wet/Re"], file["dry/Re"] = np.float32(0.1), np.float32(0.3)
    np.testing.assert_allclose(np.unique(find(path).matrix.fields["mu"]), [0.1, 0.3], rtol=1e-7)
    with h5py.File(path, "a") as file:
        file["dry/Re"][...] = 0.4
    with pytest.raises(MornetError, match="dry/Re is 0.4, but an attribute states Re = 0.3: keep"):
        find(path)
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.attrs["Re"] = 5.0
        for j in range(6):
            file[f"s{j}/u"], file[f"s{j}/Re"] = U[:, j], RE[j]
    with pytest.raises(MornetError, match="s0/Re is 3, but an attribute states Re = 5: keep"):
        find(tmp_path / "b.h5")


def test_numbers_are_read_once_for_each_run(tmp_path, monkeypatch):
    names, seen = [f"run_{j}" for j in range(9)], []
    with h5py.File(hdf5_runs(path := tmp_path / "a.h5", names, [{}] * 9), "a") as file:
        for j, name in enumerate(names):
            file[f"{name}/Re"] = float(j)
    own = attributes.is_single
    monkeypatch.setattr(attributes, "is_single", lambda shape: seen.append(shape) or own(shape))
    np.testing.assert_array_equal(np.unique(find(path).matrix.fields["mu"]), np.arange(9))
    assert len(seen) == 2 * 3 * len(names)  # to tell the runs apart and to read them: U, t and Re


def test_axes_of_runs_in_groups_may_be_stated(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j in range(2):
            file[f"run_{j}/U"] = U[:6] + j
            file[f"run_{j}/U"].attrs["Re"] = j
    with pytest.raises(OptionError, match='run_0/U is square, 6 x 6: state axes, such as "dof'):
        find(tmp_path / "a.h5")
    matrix = find(tmp_path / "a.h5", axes="sample dof").matrix
    np.testing.assert_array_equal(matrix.U, np.hstack([U[:6].T, U[:6].T + 1]))
    np.testing.assert_array_equal(matrix.fields["mu"], [[0.0] * 6 + [1.0] * 6])


@pytest.mark.parametrize("attributes", [[{}] * 2, [{"Re": 1}] * 2, [{"Re": 1}, {"Ma": 1}]])
def test_groups_whose_attributes_tell_no_runs_need_a_key(tmp_path, attributes):
    hdf5_runs(tmp_path / "a.h5", ["run_1", "run_2"], attributes)
    with pytest.raises(OptionError, match="give the key of the snapshots; there are run_1/U, run"):
        find(tmp_path / "a.h5")


@pytest.mark.parametrize("suffix", [".h5", ".nc"])
def test_attributes_of_files_are_their_parameters(tmp_path, suffix):
    for j, of_file in enumerate(RUNS):
        path = tmp_path / f"a{j}{suffix}"
        if suffix == ".nc":
            data = xr.Dataset({"U": (("x", "time"), U)}, {"time": T}, of_file)
            data.to_netcdf(path, engine="h5netcdf")
            continue
        with h5py.File(path, "w") as file:
            file["a/b/U"] = U
            file.attrs.update(of_file)
    matrix = find(tmp_path).matrix
    np.testing.assert_array_equal(matrix.fields["mu"], np.repeat([[100.0, 300, 200]], 6, axis=1))
    assert "attributes state Re, which are the parameters" in matrix.notes
    alone = find(path).matrix
    assert "mu" not in alone.fields
    assert "attributes state Ma = 0.3, Re = 200 of all snapshots" in alone.notes
    stated = find(tmp_path, fields={"mu": np.arange(3.0)}).matrix
    np.testing.assert_array_equal(stated.fields["mu"], [np.repeat(np.arange(3.0), 6)])
    assert not any("Re" in note for note in stated.notes)


@pytest.mark.parametrize("times", [False, True])
def test_attributes_of_steps_are_parameters_if_they_have_no_times(tmp_path, times):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j in range(5):
            file[f"step_{j}/U"] = U[:, j]
            file[f"step_{j}"].attrs.update({"Re": 10.0 * j} | ({"time": j} if times else {}))
    matrix = find(tmp_path / "a.h5").matrix
    said = "left out, as times or other parameters tell the snapshots apart"
    assert ("mu" in matrix.fields) != times
    assert f"attributes state Re, {said if times else 'which are the parameters'}" in matrix.notes


def test_a_number_in_the_name_of_a_file_must_be_that_of_its_attribute(tmp_path):
    for Re in (100, 200):
        with h5py.File(tmp_path / f"Re{Re}.h5", "w") as file:
            file["U"] = U
            file.attrs["Re"] = 100.0
    with pytest.raises(DataError, match="Re200.h5 has Re = 200 in its name, but 100 in the file"):
        find(str(tmp_path / "Re{Re}.h5"))


def test_a_step_of_time_in_an_attribute_is_noted(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["U"] = U
        file["U"].attrs["dt"] = 0.1
    notes = find(tmp_path / "a.h5").matrix.notes
    assert any(n.startswith("the attribute dt = 0.1 of U gives no times: state") for n in notes)


def test_attributes_with_a_number_for_each_snapshot_are_read(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["U"] = U
        file["U"].attrs.update({"t": T, "mu": RE})
    matrix = find(tmp_path / "a.h5").matrix
    np.testing.assert_array_equal(matrix.fields["t"], T)
    np.testing.assert_array_equal(matrix.fields["mu"], [RE])
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["U"].attrs["t"] = T[:5]
    note = "the attribute t of U is left out: it has 5 entries, and no axis has its length"
    assert note in find(tmp_path / "a.h5").matrix.notes
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["U"].attrs["mu"] = RE[:5]
    with pytest.raises(ShapeError, match="mu has 5 entries, but there are 6 snapshots"):
        find(tmp_path / "a.h5")


def test_fields_of_runs_in_groups_have_their_last_names_as_keys(tmp_path):
    with h5py.File(hdf5_runs(tmp_path / "a.h5", "ab", [{"mu": 1.0}, {"mu": 2.0}]), "a") as file:
        for name in "ab":
            file[f"{name}/V"] = 2 * file[f"{name}/U"][()]
    found = find(tmp_path / "a.h5", key=["U", "V"])
    whole = np.hstack([U, U + 1])
    np.testing.assert_array_equal(found.matrix.U, np.vstack([whole, 2 * whole]))
    np.testing.assert_array_equal(found.matrix.fields["mu"], [np.repeat([1.0, 2.0], 6)])
    assert find(tmp_path / "a.h5", key="a/U").matrix.U.shape == (30, 6)


def test_runs_of_several_axes_need_their_names(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j in range(2):
            file[f"run_{j}/U"] = U.reshape(5, 6, 6)
            file[f"run_{j}"].attrs["Re"] = j
    with pytest.raises(OptionError, match=r"run_0/U has shape \(5, 6, 6\): state axes"):
        find(tmp_path / "a.h5")
    assert find(tmp_path / "a.h5", axes="y x time").matrix.U.shape == (30, 12)


def test_lists_in_attributes_that_are_left_out_are_noted(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["U"], file["t"] = U, T
        file["U"].attrs.update({"Re": RE, "mean": RE, "time": T + 1, "levels": RE[:4]})
    found = find(tmp_path / "a.h5").matrix
    left = [note for note in found.notes if "left out" in note]
    assert left == [
        "the attribute Re is left out: it has a number for each of 6 entries along an axis; "
        "if they are parameters, call it mu",
        "the attribute time is left out: t is known, and has other numbers",
    ]
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["U"].attrs.update({"mu": RE, "time": T})
        del file["U"].attrs["Re"]
    found = find(tmp_path / "a.h5").matrix
    np.testing.assert_array_equal(found.fields["mu"], [RE])
    assert not [note for note in found.notes if "left out" in note]


def with_axis(folder):
    along = {"nu": RE, "time": T[:5]}
    found = xr.Dataset({"u": (("nu", "time", "x"), U.T.reshape(6, 5, 6))}, along)
    found.to_netcdf(folder / "a.nc", engine="h5netcdf")
    return find(folder / "a.nc", axes="mu time x"), ("nu",)


def with_key(folder):
    write_hdf5(folder / "a.h5")
    return find(folder / "a.h5", key="U", fields={"mu": "Re"}), ("Re",)


def with_keys(folder):
    write_npz(folder / "a.npz")
    write_npz(folder / "b.npz")
    fields = {"mu": ["Re", f"{folder / 'b.npz'}:Ma"]}
    return find(folder / "a.npz", key=["U"], fields=fields), ("Re", "Ma")


def with_attributes(folder):
    for j, Re in enumerate(RE):
        with h5py.File(folder / f"{j}.h5", "w") as file:
            file["u"] = U[:, j]
            file.attrs["Re"] = Re
    return find(folder), ("Re",)


def with_braces(folder):
    for j, Re in enumerate(RE):
        (folder / f"Re={Re}").mkdir()
        np.save(folder / f"Re={Re}" / "u.npy", U[:, j])
    return find(f"{folder}/Re={{Re}}/u.npy"), ("Re",)


def with_column(folder):
    lines = [f"{a},{b},{c}" for a, b, c in zip(RE, U[0], U[1], strict=True)]
    (folder / "a.csv").write_text("\n".join(["Re,u,v", *lines]))
    found = find(f"{folder / 'a.csv'}", axes="sample dof", fields={"mu": "Re"})
    np.testing.assert_array_equal(found.matrix.U, U[:2, :6])  # the parameter is no part of it
    assert found.matrix.heading == ("u", "v")
    assert "beside the state: Re" in found.matrix.notes
    return found, ("Re",)


def with_words(folder, suffix):
    arrays = {"U": U, "mu": [RE, MA], "parameter_name": ["Re", "Ma"]}
    {".npz": np.savez, ".mat": save_cells, ".h5": save_datasets}[suffix](
        folder / f"a{suffix}", **arrays
    )
    return find(folder / f"a{suffix}"), ("Re", "Ma")


def save_cells(path, **arrays):
    savemat(path, {**arrays, "parameter_name": np.array(arrays["parameter_name"], dtype=object)})


def save_datasets(path, **arrays):
    with h5py.File(path, "w") as file:
        file.update(arrays)


OF_NAMES = [with_axis, with_key, with_keys, with_attributes, with_braces, with_column]
OF_NAMES += [partial(with_words, suffix=suffix) for suffix in (".npz", ".mat", ".h5")]


@pytest.mark.parametrize("write", OF_NAMES)
def test_parameters_keep_their_names_from_the_file_to_the_result(tmp_path, write):
    found, names = write(tmp_path)
    data = unpacked(data_set(found), tmp_path)
    assert data.train.names_of_mu == data.test.names_of_mu == names
    assert f"({', '.join(names)} = " in data.split
    said = list(data_set_lines(data))
    assert [line.split(":")[0] for line in said if line.startswith("parameter ")] == [
        f"parameter {name}" for name in names
    ]


@pytest.mark.parametrize(("mu", "p"), [(np.array([RE, MA]), 2), (np.array([RE, MA]).T, 2), (RE, 1)])
@pytest.mark.parametrize("words", [["a", "b", "c"], list("abcdef")])
def test_names_of_another_number_of_parameters_are_noted(tmp_path, mu, p, words):
    np.savez(path := tmp_path / "a.npz", U=U, mu=mu, parameter_name=words)
    found = find(path, key="U")
    said = f"{len(words)} words for {p} parameter{'s' if p > 1 else ''}"
    assert f"parameter_name has {said}, and is left out" in data_set(found).layout.notes
    assert names_of_mu(found.matrix.units, p) == ()


def test_an_empty_array_of_names_hides_no_other(tmp_path):
    names = {"a/parameter_name": [], "parameter_name": ["Re", "Ma"]}
    np.savez(path := tmp_path / "a.npz", U=U, mu=[RE, MA], **names)
    assert names_of_mu(find(path, key="U").matrix.units, 2) == ("Re", "Ma")


def unpacked(data, folder):
    """The data set as the file of a result gives it back."""
    save(folder / "data.h5", data)
    return load(folder / "data.h5")


def test_parameters_without_names_and_arrays_have_none(tmp_path):
    write_npz(path := tmp_path / "a.npz")
    found = find(path, key="U", fields={"mu": RE})
    assert data_set(found).train.names_of_mu == ()
    np.savez(path, U=U, mu=RE)
    assert data_set(find(path, key="U")).train.names_of_mu == ()


def test_fields_of_one_state_share_the_names_of_parameters(tmp_path):
    write_npz(path := tmp_path / "a.npz")
    np.savez(path, u=U, v=2 * U, Re=RE)
    assert data_set(find(path, key=["u", "v"], fields={"mu": "Re"})).train.names_of_mu == ("Re",)
