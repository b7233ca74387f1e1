"""The contract of every reduction."""

from collections.abc import Callable

import numpy as np
import pytest

from mornet.errors import DataError, ShapeError
from mornet.reduction import Reduction, SmoothReduction, reconstruct


def check_reduction(reduction: Reduction, U: np.ndarray) -> None:
    """Assert the contract of `Reduction` on snapshots U (n, m)."""
    n, m = U.shape
    assert isinstance(reduction, Reduction)
    assert (reduction.n, reduction.r) == (n, reduction.encode(U).shape[0])
    assert reduction.parameters > 0
    before = U.copy()
    Z = reduction.encode(U)
    assert Z.shape == (reduction.r, m)
    assert reduction.decode(Z).shape == (n, m)
    np.testing.assert_array_equal(U, before)
    # columns are independent of each other
    one = reconstruct(reduction, U[:, 3:4])
    np.testing.assert_allclose(one[:, 0], reconstruct(reduction, U)[:, 3], rtol=1e-9, atol=1e-12)
    with pytest.raises(ShapeError, match=f"{n} are needed"):
        reduction.encode(U[:-1])
    with pytest.raises(ShapeError, match=f"{reduction.r} are needed"):
        reduction.decode(np.zeros((reduction.r + 1, 2)))
    with pytest.raises(ShapeError):
        reduction.encode(U[:, 0])
    for verb, columns in ((reduction.encode, U), (reduction.decode, Z)):
        check_non_finite(verb, columns)
    assert isinstance(reduction, SmoothReduction)
    check_jacobian(reduction, Z[:, 3])
    check_second_derivative(reduction, Z[:, 3])


def check_non_finite(verb: Callable[[np.ndarray], np.ndarray], columns: np.ndarray) -> None:
    """Assert that ``verb`` refuses a number that is not finite, and says where it stands."""
    for number in (np.nan, np.inf):
        wrong = columns.copy()
        wrong[-1, 2] = number
        where = rf"row {len(wrong) - 1} of column \(sample\) 2"
        with pytest.raises(DataError, match=f"not finite in 1 entry; the first is {where}"):
            verb(wrong)


def check_jacobian(reduction: SmoothReduction, z: np.ndarray) -> None:
    """Assert that the decoder's Jacobian at ``z`` (r,) is that of central differences."""
    J, size = reduction.decode_jacobian(z), 1 + np.linalg.norm(z)
    assert J.shape == (reduction.n, reduction.r)
    steps = 1e-5 * size * np.eye(reduction.r)
    plus, minus = (reduction.decode(z[:, None] + sign * steps) for sign in (1, -1))
    differences = (plus - minus) / (2e-5 * size)
    # h^2 from the third derivative, eps / h from rounding
    atol = 1e-8 * (np.linalg.norm(J) + np.max(np.abs(plus)) / size)
    np.testing.assert_allclose(differences, J, rtol=0, atol=atol)
    with pytest.raises(ShapeError, match="a code has shape"):
        reduction.decode_jacobian(z[:-1] if len(z) > 1 else np.zeros(2))


def check_second_derivative(reduction: SmoothReduction, z: np.ndarray) -> None:
    """Assert that the second derivative along v at ``z`` is that of differences of J v."""
    v = np.random.default_rng(0).standard_normal(reduction.r)
    v /= np.linalg.norm(v)
    second, size = reduction.decode_second_derivative(z, v), 1 + np.linalg.norm(z)
    assert second.shape == (reduction.n,)
    h = 1e-5 * size
    plus, minus = (reduction.decode_jacobian(z + sign * h * v) @ v for sign in (1, -1))
    # h^2 from the fourth derivative, eps / h from rounding
    atol = 1e-8 * (np.linalg.norm(second) + np.linalg.norm(plus) / size)
    np.testing.assert_allclose((plus - minus) / (2 * h), second, rtol=0, atol=atol)
    twice = reduction.decode_second_derivative(z, -2 * v)
    np.testing.assert_allclose(twice, 4 * second, rtol=1e-12, atol=1e-12 * np.linalg.norm(second))
    both = reduction.decode_second_derivative(z, np.column_stack([v, -2 * v]))
    np.testing.assert_allclose(
        both.T, [second, twice], rtol=1e-12, atol=1e-12 * np.abs(twice).max()
    )
    wrong = np.zeros(reduction.r + 1)
    for given in ((z, wrong), (wrong, v)):
        with pytest.raises(ShapeError, match="ha(s|ve) shape"):
            reduction.decode_second_derivative(*given)
