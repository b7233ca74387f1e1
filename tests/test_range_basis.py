"""Bases of ranges from random combinations: orthonormal, near enough, and not much too large."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.linalg import range_basis


@pytest.mark.parametrize("shape", [(80, 50), (50, 80)])
@pytest.mark.parametrize("tolerance", [1e-2, 1e-6])
def test_what_the_basis_loses_is_within_the_tolerance(shape, tolerance):
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((m, 50)))[0] for m in shape)
    s = 0.5 ** np.arange(50)
    A = left * s @ right.T
    Q, B = range_basis(A, tolerance, rng, block=5)
    np.testing.assert_allclose(Q.T @ Q, np.eye(Q.shape[1]), atol=1e-13)
    np.testing.assert_allclose(B, Q.T @ A, atol=1e-14)
    assert np.linalg.norm(A - Q @ B) <= 1.01 * tolerance * np.linalg.norm(A)
    least = int(np.count_nonzero(np.sqrt(np.cumsum(s[::-1] ** 2)[::-1]) > tolerance))
    assert least <= Q.shape[1] <= least + 15


def test_a_basis_is_never_larger_than_the_matrix():
    A = np.random.default_rng(0).standard_normal((7, 4))
    Q, B = range_basis(A, 1e-6, np.random.default_rng(1))
    assert Q.shape == (7, 4)
    np.testing.assert_allclose(Q @ B, A, atol=1e-13)


def test_a_tolerance_that_squares_do_not_see_is_refused():
    with pytest.raises(OptionError, match="at least"):
        range_basis(np.eye(3), 1e-9, np.random.default_rng(0))
