"""Non-negative least squares: the conditions of a minimum, and few columns."""

import numpy as np
import pytest
from scipy.optimize import nnls

from mornet.linalg import non_negative


@pytest.mark.parametrize(("m", "n"), [(20, 60), (40, 15), (5, 5)])
def test_it_is_the_minimum_that_scipy_finds(m, n):
    rng = np.random.default_rng(m)
    A, b = rng.standard_normal((m, n)), rng.standard_normal(m)
    columns, x = non_negative(A, b, 0.0)
    residual = A[:, columns] @ x - b
    assert np.linalg.norm(residual) == pytest.approx(nnls(A, b)[1], rel=1e-10, abs=1e-10)
    assert np.all(x > 0)
    assert np.all(A.T @ residual > -1e-10)  # no column would decrease the residual
    np.testing.assert_allclose(A[:, columns].T @ residual, 0, atol=1e-10)


def test_it_stops_at_the_tolerance_with_fewer_columns():
    A = np.random.default_rng(0).random((30, 200))
    b = A.sum(axis=1)
    few, x = non_negative(A, b, 1e-2 * np.linalg.norm(b))
    assert np.linalg.norm(A[:, few] @ x - b) <= 1e-2 * np.linalg.norm(b)
    assert len(few) < len(non_negative(A, b, 1e-10 * np.linalg.norm(b))[0]) <= 30


def test_nothing_enters_where_zero_is_the_minimum():
    columns, x = non_negative(-np.eye(3), np.ones(3), 0.0)
    assert len(columns) == len(x) == 0
