"""Discrete empirical interpolation: a projection that reads a few rows only."""

import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.rom.deim import deim_indices, deim_interpolation, q_deim_indices

V = np.linalg.qr(np.random.default_rng(0).standard_normal((30, 6)))[0]


def test_rows_are_chosen_by_the_published_greedy_loop():
    rows = [np.argmax(abs(V[:, 0]))]
    for k in range(1, 6):
        c = np.linalg.inv(V[rows, :k]) @ V[rows, k]
        rows.append(np.argmax(abs(V[:, k] - V[:, :k] @ c)))
    np.testing.assert_array_equal(deim_indices(V), rows)
    assert len(set(rows)) == 6


def test_the_range_of_the_basis_is_reproduced():
    rows = deim_indices(V)
    D = deim_interpolation(V, rows)
    np.testing.assert_allclose(D @ V[rows], V, atol=1e-13)
    g = np.random.default_rng(1).standard_normal(30)
    np.testing.assert_allclose((D @ g[rows])[rows], g[rows], rtol=1e-12)


def test_error_is_bounded_by_the_norm_of_the_interpolation():
    rows = deim_indices(V)
    D = deim_interpolation(V, rows)
    for g in np.random.default_rng(2).standard_normal((20, 30)):
        best = np.linalg.norm(g - V @ (V.T @ g))
        assert np.linalg.norm(g - D @ g[rows]) <= np.linalg.norm(D, 2) * best * (1 + 1e-12)


def test_dependent_columns_are_refused():
    with pytest.raises(DataError, match="column 2 of the basis depends"):
        deim_indices(np.column_stack([V[:, 0], V[:, 1], V[:, 0]]))


def test_pivoted_qr_chooses_the_same_rows_for_every_basis_of_the_range():
    rows = q_deim_indices(V)
    Q = np.linalg.qr(np.random.default_rng(3).standard_normal((6, 6)))[0]
    np.testing.assert_array_equal(q_deim_indices(V @ Q), rows)
    # the first pivot is the longest row
    assert rows[0] == np.argmax(np.linalg.norm(V, axis=1))
    norms = [np.linalg.norm(deim_interpolation(V, r), 2) for r in (rows, deim_indices(V))]
    assert norms[0] <= 1.2 * norms[1]
    with pytest.raises(DataError, match="linearly dependent"):
        q_deim_indices(np.column_stack([V[:, 0], V[:, 1], V[:, 0]]))


@pytest.mark.parametrize("basis", [V[:, 0], V[:3]])
def test_a_basis_that_is_none_is_refused(basis):
    with pytest.raises(ShapeError, match="the basis has shape"):
        deim_indices(basis)


@pytest.mark.parametrize("indices", [deim_indices, q_deim_indices])
def test_a_basis_of_integers_is_one_and_others_are_refused(indices):
    np.testing.assert_array_equal(sorted(indices(np.eye(5, 2, dtype=int))), [0, 1])
    with pytest.raises(ShapeError, match=r"the basis has shape \(5, 0\)"):
        indices(np.zeros((5, 0)))
    with pytest.raises(DataError, match="the basis is not finite in 10 entries"):
        indices(np.full((5, 2), np.nan))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([0, 1, 2, 3, 4, -1], "rows has -1; integers from 0 to 29"),
        ([0, 1, 2, 3, 4, 30], "rows has 30; integers from 0 to 29"),
        ([0, 1, 2, 3, 3, 5], "rows has 3 twice"),
        ([0.0, 1, 2, 3, 4, 5], "rows holds float64; integers"),
        ([0, 1], "6 columns of the basis are interpolated at as many rows, not at 2"),
        ([0, 1, 2, 3, 4, 5, 6], "not at 7"),
    ],
)
def test_rows_that_cannot_interpolate_are_refused(rows, words):
    with pytest.raises((OptionError, ShapeError), match=words):
        deim_interpolation(V, np.array(rows))
