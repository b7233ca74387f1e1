"""Snapshots as values: states from the data of a reduction, and refusals."""

import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.snapshots import DataSet, Snapshots

U = np.random.default_rng(0).standard_normal((3, 4))
TRAJECTORY = np.array([0, 0, 1, 1])
SHIFT = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
SCALE = np.array([1.0, 10.0, 100.0])


def snapshots(**fields):
    return Snapshots(U=U, x=np.arange(3.0)[None], trajectory=TRAJECTORY, **fields)


def test_a_state_is_scale_times_snapshot_plus_the_shift_of_its_trajectory():
    states = np.array(
        [[SCALE[i] * U[i, j] + SHIFT[i, TRAJECTORY[j]] for j in range(4)] for i in range(3)]
    )
    part = snapshots(scale=SCALE, shift=SHIFT)
    np.testing.assert_allclose(part.states, states, rtol=1e-15)
    np.testing.assert_allclose(part.to_states(np.zeros((3, 4))), SHIFT[:, TRAJECTORY])
    np.testing.assert_array_equal(snapshots().states, U)


@pytest.mark.parametrize("field", ["shift", "scale"])
def test_lengths_that_disagree_are_refused(field):
    with pytest.raises(ShapeError, match=f"so {field} must have shape"):
        snapshots(**{field: np.ones(2)})


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
def test_a_scale_that_is_not_positive_is_refused(value):
    with pytest.raises(DataError, match="dof 1 has scale"):
        snapshots(scale=np.array([1.0, value, 1.0]))


def test_errors_of_scaled_snapshots_are_not_measured_against_states():
    part = snapshots(scale=SCALE)
    with pytest.raises(OptionError, match="errors of scaled snapshots"):
        DataSet("scaled", part, part, "all for both", denominator="states")


def test_trajectories_become_columns_one_after_the_other():
    rng = np.random.default_rng(0)
    W, x, t = rng.standard_normal((3, 4, 5)), np.arange(4.0)[None], np.linspace(0.1, 0.5, 5)
    part = Snapshots.of_trajectories(
        list(W), x=x, t=t, mu=[(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)], shift=list(W[:, :, 0])
    )
    for column in range(15):
        k, j = divmod(column, 5)
        np.testing.assert_array_equal(part.U[:, column], W[k, :, j])
        assert (part.trajectory[column], part.t[column]) == (k, t[j])
        np.testing.assert_array_equal(part.mu[:, column], [2 * k + 1, 2 * k + 2])
        np.testing.assert_array_equal(part.states[:, column], W[k, :, j] + W[k, :, 0])


def test_trajectories_of_another_length_than_their_times_are_refused():
    with pytest.raises(ShapeError, match="trajectory must have shape"):
        Snapshots.of_trajectories([np.ones((2, 3))], x=np.zeros((1, 2)), t=np.zeros(4))
