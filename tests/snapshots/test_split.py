"""Splits: the snapshots for testing, and the words that describe the split."""

import numpy as np
import pytest
import xarray as xr

from mornet.errors import OptionError
from mornet.experiments.file_data_set import file_data_set
from mornet.reduction import fit_dmd
from mornet.snapshots import Snapshots
from mornet.snapshots.files import read_snapshots
from mornet.snapshots.split import Sampled, listed, split_columns
from mornet.study import settings_from_words


def chosen(m, **options):
    return np.flatnonzero(split_columns(m, **options)[0]).tolist()


def test_a_fraction_takes_the_last_snapshots():
    assert chosen(10, test_fraction=0.3) == [7, 8, 9]
    words = split_columns(10, test_fraction=0.3)[1]
    assert words == "the last 3 snapshots for testing (3 of 10), the others for training"


def test_every_kth_takes_the_last_of_each_k():
    assert chosen(10, test_every=4) == [3, 7]
    assert "every fourth snapshot, starting with number 3" in split_columns(10, test_every=4)[1]


def test_a_list_of_numbers_and_one_of_bools_mean_the_same():
    assert chosen(4, test_columns=[3, 1]) == [1, 3]
    assert chosen(4, test_columns=[False, True, False, True]) == [1, 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"test_every": 2, "test_fraction": 0.5}, "not by 2 of them: test_every, test_fraction"),
        ({"every": 2}, r"\['every'\]: there are test_fraction"),
        ({"test_parameters": [1]}, "one parameter, but there are 0: give mu under fields"),
        ({"test_trajectories": [1]}, "give trajectory under fields"),
        ({"test_times": [0, 1]}, "give t under fields"),
        ({"test_fraction": 1.0}, "test_fraction = 1.0 must lie between 0 and 1"),
        ({"test_fraction": float("nan")}, "test_fraction = nan"),
        ({"test_fraction": 0.01}, "0 of 10 snapshots would be for testing"),
        ({"test_every": 1}, "test_every = 1 must be an integer >= 2"),
        ({"test_every": 2.5}, "test_every = 2.5 must be an integer"),
        ({"test_every": True}, "test_every = True must be an integer"),
        ({"test_every": 11}, "0 of 10 snapshots would be for testing"),
        ({"test_columns": [0, 10]}, "holds 10; give different numbers from 0 to 9"),
        ({"test_columns": [-1]}, "holds -1"),
        ({"test_columns": [1, 1]}, "holds a number twice"),
        ({"test_columns": [0.5]}, "must be a list of snapshot numbers or of bools"),
        ({"test_columns": [[1]]}, "must be a list of snapshot numbers or of bools"),
        ({"test_columns": []}, "must be a list of snapshot numbers or of bools"),
        ({"test_columns": [True, False]}, r"shape \(2,\) for 10 snapshots"),
        ({"test_columns": range(10)}, "10 of 10 snapshots would be for testing and 0 for training"),
    ],
)
def test_a_split_that_is_none_is_refused(options, message):
    with pytest.raises(OptionError, match=message):
        split_columns(10, **options)


def test_parameters_are_listed_in_full_unless_they_are_many_and_equally_spaced():
    assert listed((0.9, 1.1)) == "0.9, 1.1"
    assert listed([1.0, 2.0, 3.0, 4.0]) == "1, 2, 3, 4"
    assert listed(np.arange(50.0, 2500.0, 200.0)) == "50, 250, ..., 2450"
    assert listed([1, 2, 3, 4, 6]) == "1, 2, 3, 4, 6"


@pytest.mark.parametrize("split", [{"test_every": 5}, {"test_columns": [3, 4, 9]}])
def test_pairs_across_a_test_snapshot_do_not_follow_each_other(tmp_path, split):
    """DMD of the training pairs finds the eigenvalues e^{0.3 i} and 0.98 e^{0.7 i}."""
    t = np.arange(40)
    a, b = np.exp(0.3j), 0.98 * np.exp(0.7j)
    V = np.linalg.qr(np.random.default_rng(1).standard_normal((20, 4)))[0]
    waves = np.vstack([np.real(a**t), np.imag(a**t), 2 * np.real(b**t), 2 * np.imag(b**t)])
    np.save(tmp_path / "wave.npy", V @ waves)
    train = read_snapshots(tmp_path / "wave.npy", axes="dof sample", **split).train
    column = train.column
    assert np.all(column[train.followed + 1] - column[train.followed] == 1)
    dmd = fit_dmd(train.U, 4, train.followed)
    exact = np.sort_complex([a, a.conjugate(), b, b.conjugate()])
    np.testing.assert_allclose(np.sort_complex(dmd.eigenvalues), exact, atol=1e-10)


def test_snapshots_without_times_keep_their_numbers():
    part = Snapshots(np.eye(5), np.arange(5.0)[None], np.zeros(5, int))
    assert len(part.followed) == 4
    kept = part.take(np.array([0, 1, 3, 4]))
    np.testing.assert_array_equal(kept.followed, [0, 2])
    np.testing.assert_array_equal(kept.take(np.array([1, 2, 3])).followed, [1])


RUNS = Sampled(
    8, np.tile([0.0, 0.5, 1.0, 1.5], 2), np.repeat([[0.1, 0.3]], 4, axis=1), np.repeat([0, 1], 4)
)


@pytest.mark.parametrize(
    ("options", "columns", "words"),
    [
        ({"test_parameters": [0.3]}, [4, 5, 6, 7], "all snapshots of parameter mu = 0.3"),
        ({"test_trajectories": [0]}, [0, 1, 2, 3], "all snapshots of trajectory 0"),
        ({"test_times": [1.0, 1.5]}, [2, 3, 6, 7], "the block of times from 1 to 1.5"),
    ],
)
def test_whole_parameters_trajectories_and_blocks_of_time_are_for_testing(options, columns, words):
    assert chosen(RUNS, **options) == columns
    assert words in split_columns(RUNS, **options)[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"test_parameters": [0.2]}, "test_parameters holds 0.2; there are 0.1, 0.3"),
        ({"test_trajectories": [2]}, "test_trajectories holds 2; there are 0, 1"),
        (
            {"test_trajectories": ["b"]},
            "test_trajectories holds b, which is no number; there are 0, 1",
        ),
        ({"test_times": [1.0]}, "must be two times"),
        ({"test_times": [5.0, 6.0]}, "0 of 8 snapshots would be for testing"),
    ],
)
def test_parameters_and_times_that_are_not_there_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        split_columns(RUNS, **options)


W = np.random.default_rng(0).standard_normal((3, 4, 5))  # run, time, x


@pytest.mark.parametrize(
    ("names", "chosen", "words"),
    [
        ([7, 3, 5], [3], "trajectory 3"),
        ([7.0, 3.0, 5.0], [3], "trajectory 3"),
        (["wet", "dry", "warm"], ["dry"], "trajectory dry"),
    ],
)
def test_trajectories_are_called_as_the_file_calls_them(names, chosen, words):
    U = W.reshape(12, 5).T
    for source, fields in (
        (xr.DataArray(W, dims=("run", "time", "x"), coords={"run": names}), None),
        ({"u": U, "run": np.repeat(names, 4)}, None),
        (U, {"trajectory": np.repeat(names, 4)}),
    ):
        axes = None if hasattr(source, "dims") else "dof sample"
        data = read_snapshots(source, fields=fields, axes=axes, test_trajectories=chosen)
        np.testing.assert_array_equal(data.test.U, W[1].T)
        assert f"all snapshots of {words} for testing" in data.split
        for unknown in (9, "cold"):
            listed = ", ".join(map(str, sorted(names))).replace(".0", "")
            message = f"test_trajectories holds {unknown}.*; there are {listed}"
            with pytest.raises(OptionError, match=message):
                read_snapshots(source, fields=fields, axes=axes, test_trajectories=[unknown])


def test_a_study_names_trajectories_by_number_or_label(tmp_path):
    np.savez(tmp_path / "a.npz", u=W.reshape(12, 5).T, run=np.repeat(["a", "b", "c"], 4))
    words = [f"path={tmp_path / 'a.npz'}", "key=u", "axes=dof sample", "test_trajectories=[b]"]
    data = file_data_set(**settings_from_words(file_data_set, words, "a"))
    np.testing.assert_array_equal(data.test.U, W[1].T)


def test_without_a_choice_whole_groups_are_for_testing_if_there_are_several():
    three = Sampled(6, mu=np.repeat([[1.0, 2.0, 3.0]], 2, axis=1))
    assert chosen(three) == [2, 3]
    assert "by default, 1 inner parameter of 3 (mu = 2)" in split_columns(three)[1]
    assert chosen(Sampled(6, trajectory=np.repeat([0, 1, 2], 2))) == [4, 5]
    assert chosen(10) == [8, 9]
    assert "by default, the last 2 snapshots" in split_columns(10)[1]
