"""Validation parts: choices are made on snapshots that neither training nor testing sees."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.snapshots import DataSet, Snapshots, read_snapshots
from mornet.snapshots.report import data_set_lines


def snapshots(trajectories, steps=4, mu=None, shift=False):
    m = trajectories * steps
    which = np.repeat(np.arange(trajectories), steps)
    rng = np.random.default_rng(0)
    return Snapshots(
        U=rng.standard_normal((3, m)),
        x=np.arange(3.0)[None],
        trajectory=which,
        t=np.tile(np.arange(steps), trajectories) / steps,
        mu=None if mu is None else np.array(mu, dtype=float)[None, which],
        shift=rng.standard_normal((3, trajectories)) if shift else None,
    )


def data_set(*arguments, **options):
    return DataSet("demo", snapshots(*arguments, **options), snapshots(1), "as declared")


def columns(part):
    return {tuple(u) for u in part.U.T}


def test_a_part_whose_weights_are_all_zero_is_named():
    weights = np.r_[1.0, 1.0, np.zeros(6)]
    train = replace(snapshots(1, steps=8), weights=weights)
    for out, name in ((np.arange(8) < 2, "training"), (np.arange(8) >= 2, "test")):
        with pytest.raises(DataError, match=f"weights of all {name} snapshots are zero"):
            train.divided(out, "test")
    data = DataSet("demo", train, train, "as declared")
    with pytest.raises(DataError, match="weights of all validation snapshots are zero"):
        data.hold_out(0.25)


def test_training_and_validation_part_the_training_snapshots_and_leave_the_test():
    data = data_set(10)
    split = data.hold_out(0.3, rng=np.random.default_rng(0))
    assert columns(split.train) | columns(split.validation) == columns(data.train)
    assert not columns(split.train) & columns(split.validation)
    assert split.validation.m == 12
    assert split.test is data.test


def test_trajectories_are_held_out_whole():
    data = data_set(10)
    split = data.hold_out(0.3, rng=np.random.default_rng(0))
    for part in (split.train, split.validation):
        assert set(np.unique(part.trajectory, return_counts=True)[1]) == {4}
    assert split.split == (
        "as declared; 3 of 10 training trajectories, chosen at random, held out for validation"
    )


def test_parameters_are_held_out_whole_with_all_their_trajectories():
    data = data_set(6, mu=[1, 2, 1, 3, 2, 3])
    split = data.hold_out(0.3, rng=np.random.default_rng(0))
    assert not set(split.train.mu[0]) & set(split.validation.mu[0])
    assert split.validation.m == 8
    assert "1 of 3 training parameters" in split.split
    by_trajectory = data.hold_out(0.3, rng=np.random.default_rng(0), by="trajectory")
    assert "2 of 6 training trajectories" in by_trajectory.split


def test_one_trajectory_has_its_last_block_held_out():
    data = data_set(1, steps=20)
    split = data.hold_out(0.2)
    np.testing.assert_array_equal(split.validation.U, data.train.U[:, 16:])
    assert split.split == (
        "as declared; the last 4 of 20 training snapshots held out for validation"
    )


def test_a_block_is_the_last_part_of_every_trajectory():
    data = data_set(3, steps=5)
    split = data.hold_out(0.2, by="block")
    np.testing.assert_array_equal(split.validation.U, data.train.U[:, [4, 9, 14]])
    np.testing.assert_array_equal(split.validation.trajectory, [0, 1, 2])
    assert "(the last part of each trajectory)" in split.split
    with pytest.raises(OptionError, match="one training snapshot a trajectory"):
        data_set(3, steps=1).hold_out(by="block")


def test_single_snapshots_are_held_out_only_where_asked_and_named():
    split = data_set(1, steps=20).hold_out(rng=np.random.default_rng(0), by="snapshot")
    assert split.validation.m == 4
    assert split.split.endswith(
        "4 of 20 training snapshots, chosen at random, held out for validation, "
        "which has neighbours in time in the training part"
    )


def test_every_column_keeps_its_time_parameter_and_shift():
    data = data_set(5, mu=[1, 2, 3, 4, 5], shift=True)
    split = data.hold_out(0.4, rng=np.random.default_rng(2))
    whole = {
        tuple(u): (t, mu, *state)
        for u, t, mu, state in zip(
            data.train.U.T, data.train.t, data.train.mu[0], data.train.states.T, strict=True
        )
    }
    for part in (split.train, split.validation):
        for u, t, mu, state in zip(part.U.T, part.t, part.mu[0], part.states.T, strict=True):
            assert whole[tuple(u)] == (t, mu, *state)


@pytest.mark.parametrize("fraction", [0.01, 0.99])
def test_both_parts_have_at_least_one_group(fraction):
    split = data_set(2).hold_out(fraction, rng=np.random.default_rng(0))
    assert split.train.m == split.validation.m == 4


def test_a_hold_out_that_is_none_is_refused():
    data, rng = data_set(3), np.random.default_rng(0)
    for fraction in (0.0, 1.0, float("nan")):
        with pytest.raises(OptionError, match="must lie between 0 and 1"):
            data.hold_out(fraction, rng=rng)
    with pytest.raises(OptionError, match="by = 'time' must be one of"):
        data.hold_out(rng=rng, by="time")
    with pytest.raises(OptionError, match="has one parameter for training"):
        data.hold_out(rng=rng, by="parameter")
    with pytest.raises(OptionError, match="has a validation part already"):
        data.hold_out(rng=rng).hold_out(rng=rng)
    other = Snapshots(np.ones((4, 2)), np.zeros((1, 4)), np.zeros(2, dtype=int))
    with pytest.raises(ShapeError, match="validation 4"):
        DataSet("demo", data.train, data.test, "", validation=other)


def runs(numbers, **options):
    """Five runs of six times, with the ``numbers`` of a file."""
    A = np.random.default_rng(0).standard_normal((4, 30))
    fields = {"trajectory": np.repeat(numbers, 6), "t": np.tile(np.arange(6.0), 5)}
    return read_snapshots(A, fields=fields, **options)


@pytest.mark.parametrize("numbers", [[0, 1, 2, 3, 4], [3, 7, 8, 12, 40]])
def test_trajectories_keep_the_numbers_of_the_file_in_every_part(numbers):
    data = runs(numbers, test_trajectories=[numbers[2]])
    assert np.unique(data.train.trajectory).tolist() == [numbers[k] for k in (0, 1, 3, 4)]
    assert np.unique(data.test.trajectory).tolist() == [numbers[2]]
    split = data.hold_out(0.25)
    held = np.unique(split.validation.trajectory).tolist()
    assert len(held) == 1
    assert {*held, *split.train.trajectory.tolist()} == {*numbers} - {numbers[2]}
    lines = list(data_set_lines(split))
    assert lines[0] == "1 field x 6 times x 5 trajectories x 4 degrees of freedom: 30 snapshots"
    assert not [line for line in lines if "twice" in line]


def test_runs_of_one_parameter_are_several_trajectories():
    data = runs([0, 1, 2, 3, 4])
    train, test = (replace(part, mu=np.ones((1, part.m))) for part in (data.train, data.test))
    lines = list(data_set_lines(replace(data, train=train, test=test)))
    assert "1 parameter x 5 trajectories" in lines[0]
    assert not [line for line in lines if "twice" in line]


def test_a_part_has_the_shifts_of_its_own_trajectories():
    U, shift = np.arange(8.0)[None], np.array([[10.0, 20.0, 30.0, 40.0]])
    whole = Snapshots(U, np.zeros((1, 1)), np.repeat([2, 3, 5, 9], 2), shift=shift)
    part = whole.take(np.array([7, 2, 3]))
    np.testing.assert_array_equal(part.trajectory, [9, 3, 3])
    np.testing.assert_array_equal(part.states, [[47, 22, 23]])
    np.testing.assert_array_equal(part.after(whole).trajectory, [19, 13, 13])
