"""Certificates of singular values that other programs computed."""

import numpy as np
import pytest

from mornet.errors import DataError, ShapeError
from mornet.linalg.svd import EPS
from mornet.reduction.pod.certificate import certify

N, M, K = 60, 30, 5


def spectrum(kind):
    tails = {"steep": 10.0 ** -np.arange(M), "slow": 1 / (1 + np.arange(M)), "flat": np.ones(M)}
    return tails[kind]


def matrix(rng, sigma):
    """X = P diag(sigma) T^T and its exact vectors."""
    P, T = (np.linalg.qr(rng.standard_normal((rows, M)))[0] for rows in (N, M))
    return P * sigma @ T.T, P, T


def rows(X, U, size=N):
    return [(X[i : i + size], U[i : i + size]) for i in range(0, len(X), size)]


def holds(certificate, sigma):
    """Whether the intervals contain the singular values and the norm of the tail."""
    head, tail = sigma[:K], np.linalg.norm(sigma[K:])
    assert np.all(certificate.lower <= head)
    assert np.all(head <= certificate.upper)
    assert certificate.tail_lower <= tail <= certificate.tail_upper
    return True


@pytest.mark.parametrize("kind", ["steep", "slow", "flat"])
@pytest.mark.parametrize("noise", [0.0, 1e-10, 1e-6, 1e-2, 0.03])
def test_the_intervals_contain_the_singular_values_whatever_was_given(kind, noise):
    rng, sigma = np.random.default_rng(0), spectrum(kind)
    for _ in range(10):
        X, P, T = matrix(rng, sigma)
        U = P[:, :K] + noise * rng.standard_normal((N, K))
        V = T[:, :K] + noise * rng.standard_normal((M, K))
        s = sigma[:K] * (1 + noise * rng.standard_normal(K))
        assert holds(certify(rows(X, U), s, V), sigma)


def test_vectors_of_another_matrix_are_certified_as_bad_not_as_good():
    rng, sigma = np.random.default_rng(1), spectrum("slow")
    X, P, T = matrix(rng, sigma)
    found = certify(rows(X, P[:, K : 2 * K]), sigma[:K], T[:, K : 2 * K])
    assert holds(found, sigma)
    assert found.error > np.linalg.norm(X) / 2


def test_the_width_of_the_intervals_falls_with_the_square_of_the_residual():
    rng, sigma = np.random.default_rng(2), spectrum("steep")
    X, P, T = matrix(rng, sigma)
    turn = rng.standard_normal((N, K))
    widths = []
    for noise in (1e-3, 1e-4):
        U = np.linalg.qr(P[:, :K] + noise * turn)[0]
        s = np.linalg.svd(U.T @ X, compute_uv=False)
        widths.append(certify(rows(X, U), s, T[:, :K]).upper[0] - sigma[0])
    assert 50 < widths[0] / widths[1] < 200


def test_exact_vectors_have_intervals_of_the_size_of_rounding():
    rng, sigma = np.random.default_rng(3), spectrum("steep")
    X, P, T = matrix(rng, sigma)
    found = certify(rows(X, P[:, :K]), sigma[:K], T[:, :K])
    assert np.max(found.upper - found.lower) <= 4 * found.rounding
    assert found.rounding < 1e4 * EPS * K * np.linalg.norm(X)
    assert found.tail_upper - found.tail_lower < 1e-3 * found.tail_upper


def test_blocks_do_not_change_the_certificate():
    rng, sigma = np.random.default_rng(4), spectrum("slow")
    X, P, T = matrix(rng, sigma)
    U = P[:, :K] + 1e-3 * rng.standard_normal((N, K))
    one, many = (certify(rows(X, U, size), sigma[:K], T[:, :K]) for size in (N, 7))
    for name in ("lower", "upper", "tail_lower", "error", "left_residual", "left_defect"):
        np.testing.assert_allclose(getattr(one, name), getattr(many, name), rtol=1e-10)


def test_vectors_that_are_not_orthonormal_and_wrong_shapes_are_refused():
    X, P, T = matrix(np.random.default_rng(5), spectrum("slow"))
    with pytest.raises(DataError, match=r"U is not orthonormal: \|\|U\^T U - I\|\| = 3"):
        certify(rows(X, 2 * P[:, :K]), np.ones(K), T[:, :K])
    with pytest.raises(ShapeError, match=r"X \(60, 30\), U \(60, 4\)"):
        certify(rows(X, P[:, :4]), np.ones(K), T[:, :K])
    with pytest.raises(ShapeError, match="no block"):
        certify([], np.ones(K), T[:, :K])
    X[3, 4] = np.nan
    with pytest.raises(DataError, match="X"):
        certify(rows(X, P[:, :K]), np.ones(K), T[:, :K])
