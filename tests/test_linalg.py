import numpy as np
import pytest
from scipy import sparse
from scipy.stats import ortho_group

from mornet.errors import DataError, ShapeError
from mornet.linalg import (
    as_inner_product,
    as_weights,
    numerical_rank,
    orthonormality_error,
    principal_angles,
    thin_svd,
    truncation_rank,
)

EPS = np.finfo(float).eps


def matrix(s, n=30, m=20, seed=0):
    """A matrix with the given singular values."""
    rng = np.random.default_rng(seed)
    U, V = ortho_group.rvs(n, random_state=rng), ortho_group.rvs(m, random_state=rng)
    return (U[:, : len(s)] * s) @ V[:, : len(s)].T


def mass_matrix(n=30):
    """Linear finite elements on a non-uniform mesh, in no particular order."""
    h = np.random.default_rng(1).uniform(0.5, 2, n + 1)
    M = sparse.diags_array(
        [h[1:-1] / 6, (h[:-1] + h[1:]) / 3, h[1:-1] / 6], offsets=[-1, 0, 1]
    ).tocsr()
    order = np.random.default_rng(2).permutation(n)
    return M[order][:, order]


def test_thin_svd_finds_prescribed_singular_values():
    s = 10.0 ** -np.arange(12)
    U, found, Vt = thin_svd(matrix(s))
    np.testing.assert_allclose(found[:12], s, atol=10 * EPS)
    np.testing.assert_allclose((U * found) @ Vt, matrix(s), atol=20 * EPS)


def test_signs_do_not_depend_on_the_sign_of_the_data():
    A = matrix(0.5 ** np.arange(20))
    U, _, Vt = thin_svd(A)
    minus_U, _, minus_Vt = thin_svd(-A)
    np.testing.assert_allclose(U, minus_U, atol=1e-9)  # eps over the gap 2^-20
    np.testing.assert_allclose(Vt, -minus_Vt, atol=1e-9)
    assert (U[np.argmax(np.abs(U), axis=0), np.arange(20)] > 0).all()


@pytest.mark.parametrize("scale", [1e200, 1e-200])
def test_scaling_by_huge_and_tiny_numbers_scales_the_singular_values(scale):
    A = matrix(0.5 ** np.arange(20))
    np.testing.assert_allclose(thin_svd(scale * A).s, scale * thin_svd(A).s, rtol=1e-8)


def test_numerical_rank_counts_what_stands_out_of_round_off():
    assert numerical_rank(thin_svd(matrix(np.ones(7))).s, (30, 20)) == 7
    assert numerical_rank(np.zeros(3), (3, 3)) == 0
    assert numerical_rank(np.empty(0), (3, 0)) == 0


@pytest.mark.parametrize("scale", [1, 1e200, 1e-200])
def test_the_truncation_rank_is_the_least_with_the_error_asked_for(scale):
    s = scale * 0.5 ** np.arange(20)
    for norm in (None, 3 * scale):
        for tolerance in (0.9, 0.1, 1e-4):
            r = truncation_rank(s, tolerance, norm)
            bound = tolerance * (np.linalg.norm(s / scale) if norm is None else 3)
            error = [np.linalg.norm(s[k:] / scale) for k in range(21)]
            assert error[r] <= bound
            assert r == 1 or error[r - 1] > bound


def test_one_mode_stays_of_singular_values_that_vanish():
    assert truncation_rank(np.zeros(3), 0.1) == truncation_rank(np.array([1.0, 0]), 0.1) == 1


def test_principal_angles_are_accurate_when_small():
    angles = np.array([1.0, 1e-3, 1e-9])
    A = np.eye(8)[:, :3]
    B = A * np.cos(angles) + np.eye(8)[:, 3:6] * np.sin(angles)
    np.testing.assert_allclose(principal_angles(A, B @ ortho_group.rvs(3, random_state=0)), angles)


@pytest.mark.parametrize("M", [np.linspace(0.1, 3, 30), mass_matrix(), mass_matrix().toarray()])
def test_the_isometry_of_an_inner_product_is_one(M):
    product = as_inner_product(M, 30)
    U = np.random.default_rng(0).standard_normal((30, 5))
    dense = np.diag(M) if np.ndim(M) == 1 else (M.toarray() if sparse.issparse(M) else M)
    R = product.to_euclidean(U)
    np.testing.assert_allclose(R.T @ R, U.T @ dense @ U, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(product.from_euclidean(R), U, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(product.apply(U), dense @ U, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(product.norms(U) ** 2, np.diag(U.T @ dense @ U), rtol=1e-13)
    V = product.from_euclidean(np.linalg.qr(U)[0])
    assert orthonormality_error(V, product) <= 100 * EPS


def test_weights_are_real_numbers_in_double_precision():
    w = as_weights(np.array([0.1, 0.2], np.float32), 2)
    assert w.dtype == np.float64
    np.testing.assert_array_equal(w, np.array([0.1, 0.2], np.float32))
    assert as_weights(None, 2) is None
    with pytest.raises(DataError, match="weights is complex"):
        as_weights(np.ones(2) + 1j, 2)


def test_impossible_inner_products_are_refused():
    with pytest.raises(ShapeError, match="5 weights for snapshots with 30 dofs"):
        as_inner_product(np.ones(5), 30)
    with pytest.raises(DataError, match="weight 3 is -1.0; weights must be positive"):
        as_inner_product(np.array([1, 1, 1, -1.0]), 4)
    with pytest.raises(DataError, match="not positive definite"):
        as_inner_product(np.diag([1.0, 0.0]), 2)
    with pytest.raises(DataError, match="not positive definite"):
        as_inner_product(np.array([[1.0, 2.0], [2.0, 1.0]]), 2)
    with pytest.raises(DataError, match="not symmetric"):
        as_inner_product(np.array([[1.0, 2.0], [0.0, 1.0]]), 2)
    with pytest.raises(ShapeError, match=r"is \(2, 2\), the snapshots are in R\^3"):
        as_inner_product(np.eye(2), 3)
    with pytest.raises(ShapeError, match=r"on R\^2, the snapshots are in R\^3"):
        as_inner_product(as_inner_product(np.ones(2), 2), 3)
