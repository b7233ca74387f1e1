"""Which training parameters lie beyond all others."""

import numpy as np
import pytest

from mornet.comparison.context import context_of
from mornet.comparison.hull import beyond, outer_snapshots
from mornet.experiments.judge.waves import front
from mornet.snapshots import DataSet, Snapshots


def at(mu):
    """Snapshots at parameters ``mu`` (p, m)."""
    mu = np.atleast_2d(np.asarray(mu, float))
    m = mu.shape[1]
    return Snapshots(np.ones((2, m)), np.arange(2.0)[None], np.arange(m), mu=mu)


def test_the_ends_of_an_interval_are_outer():
    outer = outer_snapshots(at([3, 1, 2, 1, 5]), at([1.5, 4]))
    np.testing.assert_array_equal(outer, [False, True, False, True, True])


def test_nothing_is_outer_where_a_test_parameter_lies_beyond():
    assert outer_snapshots(at([1, 2, 3]), at([2.5, 3.1])) is None


def test_the_corners_of_a_grid_are_outer_and_its_edges_are_not():
    grid = np.stack([a.ravel() for a in np.meshgrid([0, 1, 2], [10, 20, 30])])
    outer = outer_snapshots(at(grid), at([[0.5], [25]]))
    corner = np.isin(grid[0], (0, 2)) & np.isin(grid[1], (10, 30))
    np.testing.assert_array_equal(outer, corner)


def test_a_parameter_that_never_changes_does_not_count():
    outer = outer_snapshots(at([[1, 2, 3], [7, 7, 7]]), at([[2.5], [7]]))
    np.testing.assert_array_equal(outer, [True, False, True])
    assert outer_snapshots(at([[1, 2, 3], [7, 7, 7]]), at([[2.5], [8]])) is None
    assert outer_snapshots(at([7, 7]), at([7])) is None


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_a_simplex_has_corners_alone(shift):
    corners = np.hstack([np.zeros((4, 1)), np.eye(4)]) + shift
    middle = np.full((4, 1), 0.2) + shift
    assert outer_snapshots(at(corners), at(middle)).all()
    inner = outer_snapshots(at(np.hstack([corners, middle])), at(middle))
    np.testing.assert_array_equal(inner, [True] * 5 + [False])


def test_the_context_of_a_data_set_marks_outer_trajectories():
    data = front(n=20, times=5, parameters=4)
    np.testing.assert_array_equal(context_of(data).outer, np.repeat([True, False, False, True], 5))


@pytest.mark.parametrize(
    ("known", "wanted", "said"),
    [
        ([1, 2, 3], [2.5, 3.1, 0], "2 of 3"),
        ([1, 2, 3], [1, 2.5], None),
        ([7, 7], [8], "1 of 1"),
        ([[1, 2, 3], [7, 7, 7]], [[2.5, 2.5], [7, 8]], "1 of 2"),
        (np.arange(501), [900], None),
    ],
)
def test_test_parameters_beyond_all_training_parameters_are_counted(known, wanted, said):
    notes = list(beyond(DataSet("d", at(known), at(wanted), "own")))
    assert [note.rpartition(": ")[2] for note in notes] == ([said] if said else [])
    assert all(note.startswith("test parameters beyond all training") for note in notes)


def test_many_parameters_have_no_outer_ones():
    assert outer_snapshots(at(np.arange(500)), at([2.5])).sum() == 2
    assert outer_snapshots(at(np.arange(501)), at([2.5])) is None
