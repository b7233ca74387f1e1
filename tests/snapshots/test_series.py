"""One file for each time or parameter, several fields, gaps, and the axes of files."""

import h5py
import numpy as np
import pytest
import scipy.io
import scipy.sparse

from mornet.cli import main
from mornet.errors import DataError, OptionError, ShapeError, StorageError
from mornet.reduction.grid import grid_shape
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find
from mornet.snapshots.formats import place_of

x, t = np.linspace(0, 1, 12), 0.05 * np.arange(8)
U = np.array([np.sin(3 * x + s) for s in t]).T  # (12, 8)
MU = (0.5, 1.0, 2.0)


def times(folder, head="x,y,u,p"):
    for j, s in enumerate(t):
        (folder / f"{s:.2f}").mkdir(parents=True)
        rows = np.column_stack([x, 0 * x, U[:, j], 1e5 * U[:, j]])
        np.savetxt(folder / f"{s:.2f}" / "U.csv", rows, delimiter=",", header=head, comments="")
    return folder


def whole(data):
    """The training snapshots and then the test ones, all fields."""
    return np.hstack([data.train.states, data.test.states])


def test_a_folder_for_each_time(tmp_path):
    folder = times(tmp_path / "case")
    for path in (f"{folder}/{{time}}/U.csv", folder):
        data = read_snapshots(path, key="u", test_fraction=0.25)
        np.testing.assert_allclose(whole(data), U, rtol=1e-12)
        np.testing.assert_allclose(np.r_[data.train.t, data.test.t], t)
        np.testing.assert_allclose(data.train.x, [x])
    assert "8 files" in data.layout.notes[0]


def test_a_key_stands_behind_a_folder_or_a_pattern(tmp_path):
    folder = times(tmp_path / "case:1")
    for path in (f"{folder}:u", f"{folder}/{{time}}/U.csv:u"):
        data = read_snapshots(path, test_fraction=0.25)
        np.testing.assert_allclose(whole(data), U, rtol=1e-12)
    (tmp_path / "case").mkdir()
    assert place_of(str(folder)) == (folder, None)
    assert place_of("u", tmp_path / "U.npz") == (tmp_path / "U.npz", "u")


def test_several_fields_have_a_scale_each(tmp_path):
    folder = times(tmp_path / "case")
    data = read_snapshots(folder, key=["u", "p"], scale="deviation", test_fraction=0.25)
    assert data.layout.field == ("u", "p")
    u, p = data.layout.fields(data.train.U).values()
    np.testing.assert_allclose(u, p, rtol=1e-9)  # p = 1e5 u, each divided by its own scale
    np.testing.assert_allclose(data.train.states[12:], 1e5 * U[:, :6], rtol=1e-9)
    A = U[:, :6] - U[:, :6].mean(axis=1, keepdims=True)
    assert data.train.scale[0] == pytest.approx(np.sqrt(np.mean(A**2)))
    largest = read_snapshots(folder, key=["u", "p"], scale="largest", test_fraction=0.25)
    assert np.abs(largest.train.U).max() == pytest.approx(1)
    given = read_snapshots(folder, key=["u", "p"], scale=[1, 1e5], test_fraction=0.25)
    np.testing.assert_allclose(given.train.scale[[0, -1]], [1, 1e5])
    with pytest.raises(OptionError, match="scale holds 1 number for 2 fields"):
        read_snapshots(folder, key=["u", "p"], scale=[1.0])


def test_parameters_in_the_names_of_files(tmp_path):
    for mu in MU:
        (tmp_path / f"mu={mu}").mkdir()
        np.save(tmp_path / f"mu={mu}" / "u.npy", mu * U)
    data = read_snapshots(f"{tmp_path}/mu={{mu}}/u.npy", test_parameters=[1.0])
    np.testing.assert_array_equal(data.test.U, U)
    np.testing.assert_array_equal(np.unique(data.train.mu), [0.5, 2.0])
    np.testing.assert_array_equal(np.unique(data.train.trajectory), [0, 2])
    held_out = data.hold_out(0.5)
    assert len(np.unique(held_out.validation.mu)) == 1
    default = read_snapshots(f"{tmp_path}/mu={{mu}}/u.npy")
    np.testing.assert_array_equal(np.unique(default.test.mu), [1.0])


@pytest.mark.parametrize("name", ["run_{}", "run_{}_mu=0.{}"])
def test_trajectories_have_the_numbers_in_the_names_of_files(tmp_path, name):
    for number in (1, 2, 3, 12):
        np.save(tmp_path / f"{name.format(number, number)}.npy", number * U)
    pattern = f"{tmp_path}/{name.replace('0.{}', '{{mu}}').format('{run}')}.npy"
    for number in (2, 12):
        data = read_snapshots(pattern, test_trajectories=[number])
        np.testing.assert_array_equal(data.test.U, number * U)
        assert f"trajectory {number} for testing" in data.split
    with pytest.raises(OptionError, match="test_trajectories holds 0; there are 1, 2, 3, 12"):
        read_snapshots(pattern, test_trajectories=[0])


def test_axes_are_those_of_each_file_of_a_series(tmp_path):
    for number in (1, 2, 3):
        np.save(tmp_path / f"run_{number}.npy", number * np.vstack([U, U]).T[:7, :20])
    data = read_snapshots(f"{tmp_path}/run_{{run}}.npy", axes="sample dof", test_trajectories=[3])
    right = np.vstack([U, U])[:20, :7]
    np.testing.assert_array_equal(data.train.U, np.hstack([right, 2 * right]))
    np.testing.assert_array_equal(data.test.U, 3 * right)
    wide = read_snapshots(f"{tmp_path}/*.npy", axes="dof sample", test_trajectories=[2])
    np.testing.assert_array_equal(wide.test.U, 3 * right.T)


@pytest.mark.parametrize("axes", ["x y", "x y time"])
def test_a_series_of_fields_on_a_grid_keeps_the_grid(tmp_path, axes):
    for j in range(8):
        np.save(tmp_path / f"u_{j}.npy", U[:, j].reshape(3, 4))
    data = read_snapshots(f"{tmp_path}/u_{{time}}.npy", axes=axes, test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], np.arange(8))
    assert grid_shape(data.train.x) == (1, 3, 4)
    np.save(tmp_path / "u_9.npy", U[:, 0].reshape(4, 3))
    with pytest.raises(
        ShapeError, match=r"u_9.npy has shape \(4, 3\), but the axes of dofs are x y"
    ):
        read_snapshots(f"{tmp_path}/u_{{time}}.npy", axes=axes)


@pytest.mark.parametrize("word", ["time", "step"])
def test_a_matrix_in_a_file_with_one_time_in_its_name_is_one_snapshot(tmp_path, word):
    for j in range(8):
        np.save(tmp_path / f"u_{j}.npy", U[:, j].reshape(4, 3))
    pattern = f"{tmp_path}/u_{{{word}}}.npy"
    data = read_snapshots(pattern, test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    assert (data.train.t is None) == (word == "step")
    assert "each is one snapshot, as its name has one time" in data.layout.notes[0]
    matrices = read_snapshots(pattern, axes="dof sample", test_fraction=0.25)
    assert whole(matrices).shape == (4, 24)


@pytest.mark.parametrize("word", ["t", "run", "mu"])
def test_fields_in_files_of_a_series_ask_for_axes_as_those_of_one_file_do(tmp_path, word):
    fields = np.random.default_rng(1).standard_normal((2, 5, 4, 3))
    for j in range(2):
        np.savez(tmp_path / f"r_{j}.npz", u=fields[j], **{word: np.arange(5.0)})
    for place in (tmp_path / "r_0.npz", tmp_path, f"{tmp_path}/r_{{step}}.npz"):
        with pytest.raises(OptionError, match=r'has shape \(5, 4, 3\): state axes.*"sample x y"'):
            read_snapshots(place)
    data = read_snapshots(tmp_path, axes="time x y", test_columns=[9])
    np.testing.assert_array_equal(whole(data), fields.reshape(10, 12).T)


def test_a_few_parameters_are_those_of_one_field_even_if_an_axis_has_their_length(tmp_path):
    fields = np.random.default_rng(2).standard_normal((4, 3, 5))
    for j in range(4):
        np.savez(tmp_path / f"r_{j}.npz", u=fields[j], mu=[0.1, 0.2, j])
    data = read_snapshots(f"{tmp_path}/r_{{step}}.npz", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), fields.reshape(4, 15).T)
    np.testing.assert_array_equal(data.train.mu, [[0.1] * 3, [0.2] * 3, range(3)])


def test_files_that_do_not_fit_a_pattern_are_counted_and_the_first_is_named(tmp_path):
    for mu in ("0", "1", "2", "0p5", "1p5"):
        np.save(tmp_path / f"u_mu={mu}.npy", U[:, 0])
    data = read_snapshots(f"{tmp_path}/u_mu={{mu}}.npy")
    np.testing.assert_array_equal(np.sort(np.r_[data.train.mu[0], data.test.mu[0]]), [0, 1, 2])
    first = tmp_path / "u_mu=0p5.npy"
    assert data.layout.notes[1] == f"without a number in the name: 2 files left out, {first}"


def test_a_folder_of_times_is_refused_if_a_usual_file_is_missing(tmp_path):
    folder = times(tmp_path / "case")
    for sub in sorted(folder.iterdir())[:-1]:
        np.savetxt(sub / "p.csv", U[:, 0])
    with pytest.raises(OptionError, match=r"of 8 folders most hold U.csv \(in 8\), p.csv \(in 7\)"):
        read_snapshots(folder, key="u")
    assert whole(read_snapshots(f"{folder}/{{time}}/p.csv")).shape == (12, 7)
    for sub in sorted(folder.iterdir())[1:]:
        (sub / "p.csv").unlink(missing_ok=True)
    np.testing.assert_allclose(whole(read_snapshots(folder, key="u", test_fraction=0.25)), U)


def test_files_in_the_order_of_their_numbers(tmp_path):
    for j in range(8):
        np.save(tmp_path / f"u_{j + 5}.npy", U[:, j])
    data = read_snapshots(tmp_path, test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)  # 9 before 10
    assert data.train.t is None


def test_points_that_cannot_be_decimal_divide_two_numbers(tmp_path):
    for j in range(12):
        np.save(tmp_path / f"plt2.{j + 1}.npy", np.full(5, j))
    for path in (tmp_path, f"{tmp_path}/plt*.npy"):
        np.testing.assert_array_equal(whole(read_snapshots(path, test_fraction=0.25))[0], range(12))


def test_a_list_of_files_keeps_its_order_which_is_that_of_the_times_given(tmp_path):
    files = [tmp_path / f"z{name}.npy" for name in (10, 9, 11)]
    for j, file in enumerate(files):
        np.save(file, U[:, j])
    data = read_snapshots(files, fields={"t": t[:3]}, test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U[:, :3])
    np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], t[:3])


@pytest.mark.parametrize("name", ["u_{}", "run-{}", "{}", "p.{}"])
def test_decimals_in_names_decide_the_order_and_wildcards_find_the_files(tmp_path, name):
    for j, s in enumerate(["0.05", "0.1", "0.3", "1", "1.25", "9", "10", "1e2"]):
        np.save(tmp_path / f"{name.format(s)}.npy", U[:, j])
    for path in (tmp_path, f"{tmp_path}/*.npy", f"{tmp_path}/{name.format('?*')}.npy"):
        np.testing.assert_array_equal(whole(read_snapshots(path, test_fraction=0.25)), U)
    np.testing.assert_array_equal(whole(read_snapshots(f"{tmp_path}/*.npy", test_every=8)), U)


def test_a_wildcard_stands_beside_names_in_braces(tmp_path):
    for mu in MU:
        (tmp_path / f"run-{mu}-of-3").mkdir()
        np.save(tmp_path / f"run-{mu}-of-3" / "u.npy", mu * U)
    data = read_snapshots(f"{tmp_path}/run-{{mu}}-*/u.npy", test_parameters=[1.0])
    np.testing.assert_array_equal(data.test.U, U)
    for pattern in ("none/*.npy", "**"):
        with pytest.raises(OptionError, match="no files fit"):
            read_snapshots(f"{tmp_path}/{pattern}")


def test_snapshots_of_one_parameter_are_a_trajectory_where_times_repeat(tmp_path):
    A = np.hstack([mu * U for mu in MU])
    mu, times = np.repeat(MU, 8), np.tile(t, 3)
    for fields in ({"mu": mu, "t": times}, {"mu": mu}):
        data = read_snapshots(A, fields=fields, test_parameters=[1.0])
        assert "lie" not in data.split
        np.testing.assert_array_equal(data.train.trajectory, np.repeat([0, 2], 8))
    # a parameter that changes during one run makes no trajectories
    forced = read_snapshots(A, fields={"mu": mu % 1, "t": np.arange(24.0)}, test_every=2)
    assert not np.any(forced.train.trajectory)
    assert "between training snapshots of their trajectory lie 11" in forced.split


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("none/{time}/U.csv", "no files fit"),
        ("{}/U.csv", "each pair of braces needs a name of its own"),
        ("r{time}{step}.npy", "something must stand between two pairs of braces"),
    ],
)
def test_a_pattern_without_files_is_refused(tmp_path, pattern, message):
    with pytest.raises(OptionError, match=message):
        read_snapshots(f"{tmp_path}/{pattern}")


def test_one_snapshot_alone_is_refused_with_the_way_to_a_series(tmp_path):
    np.save(tmp_path / "u_1.npy", U[:, :1])
    with pytest.raises(OptionError, match=r"u_1.npy holds one snapshot; name the folder"):
        read_snapshots(tmp_path / "u_1.npy", axes="dof sample")


def test_files_that_do_not_fit_together_are_named(tmp_path):
    np.save(tmp_path / "u_1.npy", U[:, 0])
    np.save(tmp_path / "u_2.npy", U[1:, 1])
    with pytest.raises(DataError, match=r"u_2.npy has 11 dofs, but .*u_1.npy has 12"):
        read_snapshots(tmp_path)
    (tmp_path / "notes.csv").write_text("1,2\n")
    with pytest.raises(OptionError, match="files of several formats"):
        read_snapshots(tmp_path)


def test_hdf5_with_a_dataset_for_each_step(tmp_path):
    with h5py.File(tmp_path / "steps.h5", "w") as file:
        for j in range(8):
            file[f"step_{j:02d}/u"] = U[:, j]
            file[f"step_{j:02d}"].attrs["time"] = t[j]
    data = read_snapshots(tmp_path / "steps.h5", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(data.train.t, t[:6])
    data = read_snapshots(tmp_path / "steps.h5", key="step_{step}/u", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)


def steps_file(path, steps):
    """An HDF5 file with a dataset for each of ``steps``."""
    with h5py.File(path, "w") as file:
        for name, values in steps.items():
            file[name] = values
    return path


def test_complex_steps_of_hdf5_are_refused(tmp_path):
    path = steps_file(tmp_path / "a.h5", {f"step_{j}": U[:, j] + 1j for j in range(8)})
    with pytest.raises(StorageError, match="step_0 is complex; stack real and imaginary parts"):
        read_snapshots(path)


@pytest.mark.parametrize("before", ["t_", "", "g/"])
def test_times_of_hdf5_steps_have_signs(tmp_path, before):
    times = [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 1e3]
    steps = {f"{before}{time:g}": U[:, j] for j, time in enumerate(times)}
    path = steps_file(tmp_path / "a.h5", steps)
    data = read_snapshots(path, key=before + "{time}", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(data.train.t, times[:6])
    np.testing.assert_array_equal(whole(read_snapshots(path, test_fraction=0.25)), U)


def test_runs_in_one_hdf5_file_are_not_one_series(tmp_path):
    steps = {f"run{r}/t{j}": r * U[:, j] for r in (1, 2) for j in range(8)}
    path = steps_file(tmp_path / "a.h5", steps)
    with pytest.raises(OptionError, match=r"give the key of one run, such as run1/t\{step\}"):
        read_snapshots(path)
    data = read_snapshots(path, key="run2/t{step}", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), 2 * U)
    path = steps_file(tmp_path / "b.h5", {f"run1/{j}/u{j}": U[:, j] for j in range(8)})
    np.testing.assert_array_equal(whole(read_snapshots(path, test_fraction=0.25)), U)


@pytest.mark.parametrize("key", ["run{run}/t{time}", "run{run}/t0", "run{mu}/t0"])
def test_keys_of_hdf5_have_one_time_or_step(tmp_path, key):
    path = steps_file(tmp_path / "a.h5", {f"run{r}/t0": U[:, r] for r in range(8)})
    with pytest.raises(OptionError, match="may have one pair of braces, {time}, {step} or {}"):
        read_snapshots(path, key=key)


def test_times_and_coordinates_beside_the_matrix_are_found_and_decide_the_axes(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["run1/u"], file["run1/time"], file["mesh/x"] = U[:6], t, x[:6]
    np.savez(tmp_path / "a.npz", u=U[:6], t=t, xy=np.c_[x[:6], x[:6]])
    scipy.io.savemat(tmp_path / "a.mat", {"u": U[:6], "t": t, "x": x[:6]})
    for name in ("a.h5", "a.npz", "a.mat"):
        data = read_snapshots(tmp_path / name, test_fraction=0.25)
        np.testing.assert_array_equal(whole(data), U[:6])  # 6 dofs x 8 snapshots
        np.testing.assert_array_equal(data.train.t, t[:6])
        np.testing.assert_array_equal(data.train.x[0], x[:6])


def test_fields_of_structures_in_mat_files(tmp_path):
    scipy.io.savemat(tmp_path / "a.mat", {"run": {"u": U, "nu": 0.1}, "note": "text"})
    data = read_snapshots(tmp_path / "a.mat", key="run.u", axes="dof sample")
    np.testing.assert_array_equal(whole(data), U)
    (tmp_path / "b.mat").write_bytes(b"no file of MATLAB" * 20)
    with pytest.raises(StorageError, match="cannot be read as a MATLAB file"):
        read_snapshots(tmp_path / "b.mat")


def test_three_axes_are_stacked_by_name(tmp_path):
    np.save(tmp_path / "a.npy", U.reshape(3, 4, 8))
    data = read_snapshots(tmp_path / "a.npy", axes="x y time", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    assert data.layout.fields(data.train.U)["U"].shape == (3, 4, 6)
    assert grid_shape(data.train.x) == (1, 3, 4)  # for convolutions, although no x was given
    np.save(tmp_path / "b.npy", np.stack([U, 2 * U]))
    data = read_snapshots(tmp_path / "b.npy", axes="trajectory dof time", test_trajectories=[1])
    np.testing.assert_array_equal(data.train.U, U)
    np.testing.assert_array_equal(data.test.U, 2 * U)
    with pytest.raises(OptionError, match=r"shape \(3, 4, 8\): state axes, one word for each"):
        read_snapshots(tmp_path / "a.npy")
    with pytest.raises(ShapeError, match="names 2"):
        read_snapshots(tmp_path / "a.npy", axes="dof sample")


def test_a_square_matrix_and_axes_that_contradict_lengths_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", U[:8])
    with pytest.raises(OptionError, match='square, 8 x 8: state axes, such as "dof sample"'):
        read_snapshots(tmp_path / "a.npy")
    np.save(tmp_path / "b.npy", U)
    with pytest.raises(ShapeError, match="as many entries as there are dofs: state axes the other"):
        read_snapshots(tmp_path / "b.npy", axes="sample dof", fields={"t": t})


def test_gaps_are_refused_with_row_and_column_or_filled(tmp_path):
    gappy = U.copy()
    gappy[3] = np.nan
    gappy[[5, 7], [2, 7]] = np.nan
    np.save(tmp_path / "a.npy", gappy)
    with pytest.raises(
        DataError, match=r"2 entries; .* row 5 of column .sample. 2 \(1 row missing"
    ):
        read_snapshots(tmp_path / "a.npy")
    data = read_snapshots(tmp_path / "a.npy", fill_rank=2, test_fraction=0.25)
    np.testing.assert_allclose(whole(data), np.delete(U, 3, axis=0), atol=1e-9)
    assert "missing entries, 2 of 88, were filled" in data.layout.notes[-1]
    np.testing.assert_array_equal(data.layout.row, np.delete(np.arange(12), 3))


def test_sparse_mass_matrices_in_every_format_lose_the_rows_of_land(tmp_path):
    mass = scipy.sparse.diags_array([np.full(11, 0.2), np.arange(1, 13.0), np.full(11, 0.2)],
                                    offsets=[-1, 0, 1]).tocsr()  # fmt: skip
    gappy = np.where(np.arange(12)[:, None] == 3, np.nan, U)
    np.save(tmp_path / "a.npy", gappy)
    scipy.sparse.save_npz(tmp_path / "m.npz", mass)
    scipy.io.mmwrite(tmp_path / "m.mtx", mass)
    scipy.io.savemat(tmp_path / "m.mat", {"M": mass})
    right = np.delete(np.delete(mass.toarray(), 3, axis=0), 3, axis=1)
    with h5py.File(tmp_path / "m73.mat", "w", userblock_size=512) as file:
        columns = mass.tocsc()
        file["M/data"], file["M/ir"] = columns.data, columns.indices.astype("u8")
        file["M/jc"] = columns.indptr.astype("u8")
        file["M"].attrs.update(MATLAB_class=np.bytes_("double"), MATLAB_sparse=np.uint64(12))
    for name in ("m.npz", "m.mtx", "m.mat", "m73.mat"):
        fields = {"inner_product": str(tmp_path / name)}
        data = read_snapshots(tmp_path / "a.npy", fields=fields)
        np.testing.assert_allclose(data.inner_product.M.toarray(), right)


def cut_in_two(folder, second=t[5:]):
    """One series of probes in two files, of which the second has the times ``second``."""
    for name, columns, of in (("1", slice(0, 5), t[:5]), ("2", slice(5, 8), second)):
        rows = np.column_stack([of, U[:, columns].T])
        head = "time," + ",".join(f"p{i}" for i in range(12))
        path = folder / f"part{name}.csv"
        np.savetxt(path, rows, delimiter=",", header=head, comments="", fmt="%.17g")
    return f"{folder}/part*.csv"


def test_a_series_that_is_cut_into_files_is_one_trajectory_if_that_is_stated(tmp_path):
    path = cut_in_two(tmp_path)
    matrix = find(path).matrix
    np.testing.assert_array_equal(matrix.fields["trajectory"], [0] * 5 + [1] * 3)
    (note,) = [note for note in matrix.notes if "each file is a trajectory" in note]
    assert note.endswith(
        "although times go on from file to file: state fields={trajectory: 0} if all files are "
        "one trajectory"
    )
    data = read_snapshots(path, fields={"trajectory": 0}, test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(data.train.t, t[:6])
    assert len({*data.train.trajectory, *data.test.trajectory}) == 1
    assert not any("each file is a trajectory" in note for note in data.layout.notes)


def test_files_whose_times_begin_again_are_no_series_that_was_cut(tmp_path):
    notes = find(cut_in_two(tmp_path, second=t[:3])).matrix.notes
    assert any("each file is a trajectory" in note for note in notes)
    assert not any("go on from file to file" in note for note in notes)


def test_a_study_states_one_trajectory_for_all_files(tmp_path, capsys):
    words = ["--set", "fields={trajectory: 0}", "test_fraction=0.25"]
    assert main(["data", cut_in_two(tmp_path), *words]) == 0
    said = capsys.readouterr().out
    assert "1 field x 8 times x 12 degrees of freedom: 8 snapshots" in said
    assert "trajectories" not in said


def test_a_file_that_is_listed_twice_is_refused(tmp_path):
    np.save(tmp_path / "u.npy", U[:, 0])
    with pytest.raises(OptionError, match="u.npy is named twice in the list of files"):
        find([tmp_path / "u.npy", tmp_path / "u.npy"])


def test_words_where_a_pattern_has_braces_are_named(tmp_path):
    np.save(tmp_path / "Re_0p5.npy", U[:, 0])
    with pytest.raises(OptionError, match=r"Re_0p5.npy has no number, and no date .* write \* for"):
        find(f"{tmp_path}/Re_{{mu}}.npy")
