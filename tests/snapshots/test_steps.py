"""HDF5 files with a dataset for each step, beside coordinates, times and parameters."""

import h5py
import numpy as np
import pytest

from mornet.cli import main
from mornet.errors import DataError, MornetError, OptionError, StorageError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find

m = 8
U = np.random.default_rng(0).random((12, m))


def whole(data):
    return np.hstack([data.train.U, data.test.U])


def times(data):
    return np.r_[data.train.t, data.test.t]


def steps(path, moved=0.0):
    """An HDF5 file with a dataset for each step beside coordinates and parameters."""
    with h5py.File(path, "w") as file:
        for j in range(m):
            file[f"u_{j}"] = U[:, j]
        file["x"], file["mu"], file["time"] = np.arange(12) / 7 + moved, np.arange(m), np.arange(m)
    return path


def test_steps_of_hdf5_have_the_arrays_beside_them(tmp_path):
    data = read_snapshots(steps(tmp_path / "a.h5"), key="u_{step}", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(data.train.x, [np.arange(12) / 7])
    np.testing.assert_array_equal(np.c_[data.train.mu, data.test.mu], [np.arange(m)])
    np.testing.assert_array_equal(times(data), np.arange(m))
    with h5py.File(tmp_path / "b.h5", "w") as file:
        for j in range(m):
            file[f"step_{j}/u"], file[f"step_{j}/x"] = U[:, j], np.arange(12) / 7 + (j == 5)
            file[f"step_{j}/time"] = 0.5 * j
    with pytest.raises(MornetError, match="step_5/u has other coordinates than .*step_0/u"):
        read_snapshots(tmp_path / "b.h5")
    with h5py.File(tmp_path / "b.h5", "a") as file:
        file["step_5/x"][...] = np.arange(12) / 7
    data = read_snapshots(tmp_path / "b.h5", test_fraction=0.25)
    np.testing.assert_array_equal(times(data), 0.5 * np.arange(m))
    with pytest.raises(DataError, match="step_1/u has the time 1 in its name, but 0.5"):
        read_snapshots(tmp_path / "b.h5", key="step_{time}/u")


def test_steps_on_a_grid_have_its_points_and_a_constant_parameter(tmp_path):
    points = np.meshgrid(np.arange(3) / 2, np.arange(4) / 3, indexing="ij")
    for run in (0, 1, 2):
        with h5py.File(tmp_path / f"{run}.h5", "w") as file:
            for j in range(m):
                file[f"step_{j}"] = U[:, j].reshape(3, 4)
            file["x"], file["y"], file["mu"] = *points, 0.5 * run
    data = read_snapshots(f"{tmp_path}/{{run}}.h5", test_trajectories=[2])
    np.testing.assert_array_equal(data.train.x, [grid.ravel() for grid in points])
    np.testing.assert_array_equal(data.train.mu, [np.repeat([0, 0.5], m)])
    np.testing.assert_array_equal(data.test.U, U)


def test_steps_of_several_arrays_are_refused_with_their_keys(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for j in range(m):
            file[f"step_{j}/u"], file[f"step_{j}/p"] = U[:, j], 2 * U[:, j]
    with pytest.raises(OptionError, match=r"the key of one, step_{step}/p, step_{step}/u, or the"):
        read_snapshots(tmp_path / "a.h5")
    keys = ["step_{step}/u", "step_{step}/p"]
    assert read_snapshots(tmp_path / "a.h5", key=keys).train.U.shape[0] == 24


def test_steps_of_hdf5_are_encoded(tmp_path, capsys):
    def run(*words):
        return main([str(word) for word in words])

    path, data = steps(tmp_path / "a.h5"), tmp_path / "data.h5"
    words = [f"path={path}", "key=u_{step}"]
    assert run("snapshots", "file", "--set", *words, "-o", data) == 0
    assert run("fit", data, "pod", "--name", "POD", "--rank", 2, "-o", tmp_path / "POD.h5") == 0
    new = [tmp_path / "POD.h5", steps(tmp_path / "new.h5"), "--snapshots", data]
    assert run("encode", *new, "-o", tmp_path / "codes.npy") == 0
    steps(tmp_path / "new.h5", moved=0.1)
    assert run("encode", *new, "-o", tmp_path / "others.npy") == 1
    assert "has other coordinates than the snapshots of the fit" in capsys.readouterr().err


def test_parameters_beside_an_array_with_dimension_scales_are_kept(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["u"], file["x"], file["time"] = U.T, np.arange(12) / 7, np.arange(m)
        for axis, name in enumerate(("time", "x")):
            file[name].make_scale(name)
            file["u"].dims[axis].attach_scale(file[name])
        file["mu"], file["trajectory"] = np.arange(m) / 3, np.arange(m) // 4
    data = read_snapshots(tmp_path / "a.h5", test_trajectories=[1])
    np.testing.assert_array_equal(data.train.U, U[:, :4])
    np.testing.assert_array_equal(data.train.mu, [np.arange(4) / 3])
    np.testing.assert_array_equal(data.test.t, np.arange(4, m))


def with_attributes(path, stated, times=()):
    """An HDF5 file with a group and a dataset for each step, and their attributes or times."""
    with h5py.File(path, "w") as file:
        for j, words in enumerate(stated):
            file[f"step_{j}/u"] = U[:, j]
            file[f"step_{j}/u"].attrs.update(words.get("of u", {}))
            file[f"step_{j}"].attrs.update({k: v for k, v in words.items() if k != "of u"})
        for j, (time, unit) in enumerate(times):
            file[f"step_{j}/time"] = time
            file[f"step_{j}/time"].attrs["units"] = unit
    return path


@pytest.mark.parametrize(
    ("word", "value"),
    [("time", 0.5), ("mu", 2.0), ("mu", [2.0, 3.0])],
)
def test_an_attribute_that_one_step_lacks_is_refused_with_the_step(tmp_path, word, value):
    stated = [{word: value} if j != 3 else {} for j in range(m)]
    field = {"time": "t"}.get(word, word)
    with pytest.raises(StorageError, match=rf"step_3/u states 0 numbers of {field}, but .*step_0"):
        find(with_attributes(tmp_path / "a.h5", stated))


def test_attributes_of_steps_are_their_times_and_parameters(tmp_path):
    mu = np.random.default_rng(1).random((2, m))
    stated = [{"Time": 0.5 * j, "of u": {"mu": mu[:, j]}} for j in range(m)]
    matrix = find(with_attributes(tmp_path / "a.h5", stated)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], 0.5 * np.arange(m))
    np.testing.assert_array_equal(matrix.fields["mu"], mu)


def test_dates_in_attributes_of_steps_are_seconds_after_the_first(tmp_path):
    stated = [{"time": f"2020-01-{31 - j:02d}"} for j in range(m)]
    matrix = find(with_attributes(tmp_path / "a.h5", stated)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], 86400 * np.arange(m)[::-1])
    assert matrix.units["t"] == "s"
    clocks = [{"time": f"{(23 + j) % 24:02d}:00:00"} for j in range(m)]
    matrix = find(with_attributes(tmp_path / "a.h5", clocks)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], 3600 * np.arange(m))
    matrix = find(with_attributes(tmp_path / "a.h5", [{"time": "noon"}] * m)).matrix
    assert "t" not in matrix.fields
    assert "the attribute time of step_0/u is left out: 'noon' is no time" in matrix.notes


def test_the_time_of_a_file_is_that_of_none_of_its_steps(tmp_path):
    with h5py.File(steps(tmp_path / "a.h5"), "a") as file:
        del file["time"], file["mu"]
        file.attrs.update(time=7.0, mu=0.25)
    fields = find(tmp_path / "a.h5").matrix.fields
    assert "t" not in fields
    np.testing.assert_array_equal(fields["mu"], np.full((1, m), 0.25))


def test_times_of_steps_are_in_one_unit_and_from_one_date(tmp_path):
    times = [(60 * j, "s") if j % 2 else (j, "min") for j in range(m)]
    matrix = find(with_attributes(tmp_path / "a.h5", [{}] * m, times)).matrix
    np.testing.assert_allclose(matrix.fields["t"], np.arange(m))
    assert matrix.units["t"] == "min"
    times = [(0.0, f"days since 2020-01-{j + 1:02d}") for j in range(m)]
    matrix = find(with_attributes(tmp_path / "a.h5", [{}] * m, times)).matrix
    np.testing.assert_allclose(matrix.fields["t"], np.arange(m))


def test_units_that_some_steps_lack_are_noted_and_kept(tmp_path):
    stated = [{"of u": {"units": "m/s"} if j else {}} for j in range(m)]
    matrix = find(with_attributes(tmp_path / "a.h5", stated)).matrix
    assert matrix.units["U"] == "m/s"
    note = "1 step without a unit, step_0/u first: those of other steps stand for them"
    assert note in matrix.notes
    with h5py.File(steps(tmp_path / "b.h5"), "a") as file:
        file["time"].attrs["units"] = "ms"
    assert find(tmp_path / "b.h5").matrix.units["t"] == "ms"


NAMES = ["{:g}/u", "run/{:f}/u", "u/{:f}", "run2/t={:g}/u", "t-{:g}/u", "results/time-{:f}/u"]


@pytest.mark.parametrize("name", NAMES)
def test_decimal_numbers_that_are_names_of_groups_are_times_with_a_note(tmp_path, name):
    with h5py.File(path := tmp_path / "a.h5", "w") as file:
        for j in range(m):
            file[name.format(0.5 * j)] = U[:, j]
            file[name.format(0.5 * j)].attrs["Re"] = j  # such numbers may be any of the state
    matrix = find(path).matrix
    np.testing.assert_array_equal(matrix.U, U)
    np.testing.assert_array_equal(matrix.fields["t"], 0.5 * np.arange(m))
    key = name.replace("{:g}", "{step}").replace("{:f}", "{step}")
    note = f"the numbers in the names are taken as the times: give the key {key} if they are none"
    assert [said for said in matrix.notes if said.startswith(note)]
    assert "mu" not in matrix.fields
    assert "t" not in find(path, key=key).matrix.fields
    assert "mu" in find(path, key=key).matrix.fields
    with h5py.File(path, "a") as file:
        file["time"] = 2.0 * np.arange(m)
    matrix = find(path).matrix
    np.testing.assert_array_equal(matrix.fields["t"], 2 * np.arange(m))
    assert not [said for said in matrix.notes if said.startswith(note)]
    first = name.format(0.5)
    contradiction = f"{first} has 0.5 in its name, but the time 2, which counts"
    assert [said for said in matrix.notes if contradiction in said]


def named_steps(path, name, numbers, **attributes):
    """An HDF5 file with a step for each number, which is in its name, and attributes of each."""
    with h5py.File(path, "w") as file:
        for j, number in enumerate(numbers):
            file[name.format(number)] = U[:, j]
            file[name.format(number)].attrs.update({k: of[j] for k, of in attributes.items()})
    return path


@pytest.mark.parametrize("name", ["{:g}/u", "t={:g}/u", "t_{:g}/u"])
def test_times_in_names_may_be_negative(tmp_path, name):
    matrix = find(named_steps(tmp_path / "a.h5", name, numbers := [-0.5, 0.5, 1.5])).matrix
    np.testing.assert_array_equal(matrix.fields["t"], numbers)


FEW = np.array([0.01, 0.02, 0.1234567])


@pytest.mark.parametrize("name", ["nu/{:f}/u", "mu/{:f}/u", "nu/{:f}", "Da/{:f}/u", "nu={:f}/u"])
def test_decimals_behind_another_word_are_no_times_with_a_note(tmp_path, name):
    matrix = find(path := named_steps(tmp_path / "a.h5", name, FEW)).matrix
    assert not {"t", "mu"} & matrix.fields.keys()
    key = name.replace("{:f}", "{time}")
    assert [n for n in matrix.notes if f"the order alone: give the key {key} if they are" in n]
    np.testing.assert_allclose(find(path, key=key).matrix.fields["t"], FEW, atol=5e-7)
    matrix = find(named_steps(tmp_path / "b.h5", name, FEW, Re=[1.0, 2, 3])).matrix
    np.testing.assert_array_equal(matrix.fields["mu"], [[1, 2, 3]])
    assert not [note for note in matrix.notes if "order alone" in note]


@pytest.mark.parametrize("word", ["nu", "mu"])
def test_decimals_that_attributes_call_parameters_are_no_times(tmp_path, word):
    matrix = find(named_steps(tmp_path / "a.h5", "{:f}/u", FEW, **{word: FEW})).matrix
    assert "t" not in matrix.fields
    np.testing.assert_array_equal(matrix.fields["mu"], [FEW])
    matrix = find(named_steps(tmp_path / "b.h5", "t={:f}/u", FEW, level_of_x=FEW)).matrix
    np.testing.assert_allclose(matrix.fields["t"], FEW, atol=5e-7)
    assert "mu" not in matrix.fields


@pytest.mark.parametrize("name", ["{}/u", "step_{}.5/u", "u_{}.5"])
def test_numbers_that_may_count_steps_are_no_times(tmp_path, name):
    with h5py.File(path := tmp_path / "a.h5", "w") as file:
        for j in range(m):
            file[name.format(j)] = U[:, j]
    np.testing.assert_array_equal(find(path).matrix.U, U)
    assert "t" not in find(path).matrix.fields


@pytest.mark.parametrize("name", ["u_t{}", "u_t={}", "t={}_u", "t={}s/u", "mu=0.3_t={}/u", "{}s/u"])
def test_times_in_names_may_have_other_words_or_a_unit_beside_them(tmp_path, name):
    matrix = find(named_steps(tmp_path / "a.h5", name, numbers := [0.0, 0.5, 1.5])).matrix
    np.testing.assert_array_equal(matrix.fields["t"], numbers)
    key = name.replace("{}", "{step}")
    assert [said for said in matrix.notes if f"give the key {key} if they are none" in said]


@pytest.mark.parametrize("name", ["t={}/u", "{}/u", "u_t_{}"])
def test_numbers_in_names_may_begin_or_end_with_their_point(tmp_path, name):
    numbers = ["0.", ".25", ".5", "1.", "1.25"]
    matrix = find(named_steps(tmp_path / "a.h5", name, numbers)).matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 0.25, 0.5, 1, 1.25])
    np.testing.assert_array_equal(matrix.U, U[:, :5])


def test_a_minus_behind_a_word_is_a_line_with_a_note(tmp_path):
    path = named_steps(tmp_path / "a.h5", "t-{}/u", [0.5, 1.0, 1.5])
    matrix = find(path).matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0.5, 1, 1.5])
    assert [said for said in matrix.notes if "or t{time}/u if the minus is a sign" in said]
    np.testing.assert_array_equal(find(path, key="t{time}/u").matrix.fields["t"], [-1.5, -1, -0.5])


def test_numbers_with_and_without_a_sign_need_a_key_that_reads_all_of_them(tmp_path):
    path = named_steps(tmp_path / "a.h5", "t{}/u", ["-1.0", "-0.5", "0.0", "0.5"])
    with pytest.raises(OptionError, match=r"have a sign: give the key t{time}/u"):
        find(path)
    times = find(path, key="t{time}/u").matrix.fields["t"]
    np.testing.assert_array_equal(times, [-1, -0.5, 0, 0.5])


@pytest.mark.parametrize("name", ["t={}/u", "t_{}/u", "Re={}/u", "Re_{}/u", "depth={}/u", "Re_{}"])
def test_whole_numbers_behind_a_word_of_times_or_parameters_are_noted(tmp_path, name):
    matrix = find(named_steps(tmp_path / "a.h5", name, [100, 200, 400])).matrix
    key = name.replace("{}", "{time}")
    assert [said for said in matrix.notes if f"order alone: give the key {key} if they" in said]
    assert not {"t", "mu"} & matrix.fields.keys()


def test_several_numbers_and_dates_in_names_that_give_the_order_alone_are_noted(tmp_path):
    names = [f"mu_0.{j}/t_{j / 2}/u" for j in (1, 2, 3)]
    notes = find(named_steps(tmp_path / "a.h5", "{}", names)).matrix.notes
    assert [said for said in notes if "order alone: state fields {t: ...} if they are" in said]
    dates = ["2020-01-30", "2020-01-31", "2020-02-01"]
    notes = find(named_steps(tmp_path / "b.h5", "{}/u", dates)).matrix.notes
    assert [said for said in notes if "names hold dates, 2020-01-30/u first" in said]


def test_names_of_one_number_are_refused_with_both(tmp_path):
    path = named_steps(tmp_path / "a.h5", "t={}/u", ["0.5", "0.50", "1.0"])
    with pytest.raises(OptionError, match="t=0.5/u and t=0.50/u hold the same number: remove one"):
        find(path)


def test_keys_that_a_refusal_lists_keep_the_times(tmp_path):
    names = [f"{time}/{field}" for time in (0.5, 1.5) for field in "pu"]
    with pytest.raises(OptionError, match="key of one, {time}/p, {time}/u, or"):
        find(named_steps(tmp_path / "a.h5", "{}", names))
    names = [f"mu_{mu}/t_{time}/u" for mu in (0.1, 0.2) for time in (0.5, 1.5)]
    with pytest.raises(OptionError, match="such as mu_0.1/t_{time}/u"):
        find(named_steps(tmp_path / "b.h5", "{}", names))


def test_decimals_that_an_array_of_parameters_repeats_are_no_times(tmp_path):
    with h5py.File(path := named_steps(tmp_path / "a.h5", "{:g}/u", FEW), "a") as file:
        file["mu"] = FEW
    fields = find(path).matrix.fields
    np.testing.assert_array_equal(fields["mu"], [FEW])
    assert "t" not in fields


def test_an_array_as_those_of_steps_but_without_a_number_is_noted(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        for j in range(m):
            file[f"t={j / 2}/u"] = U[:, j]
        file["final/u"], file["final/area"] = U[:, 0], np.arange(12)
    (note,) = [note for note in find(path).matrix.notes if "left out" in note]
    assert note == "final/u is left out: its name has no number as that of t=0.0/u"
