"""Low rank from known entries, against the facts about gappy POD (Everson and Sirovich, 1995)."""

import numpy as np
import pytest

from mornet.errors import DataError, OptionError
from mornet.linalg import fill_gaps, fit_known_entries
from mornet.linalg.known_entries import codes

n, m, r = 60, 40, 3


def low_rank(rng, noise=0.0):
    modes = np.linalg.qr(rng.standard_normal((n, r)))[0]
    U = 2 + modes @ (np.array([[5.0], [2.0], [1.0]]) * rng.standard_normal((r, m)))
    return U + noise * rng.standard_normal((n, m))


def gaps(U, rng, part=0.3):
    return np.where(rng.random(U.shape) < part, np.nan, U)


def test_a_matrix_of_low_rank_is_found_again_from_its_known_entries():
    rng = np.random.default_rng(0)
    U = low_rank(rng)
    fit = fit_known_entries(gaps(U, rng), r)
    assert fit.error < 1e-8
    filled = fill_gaps(fit, gaps(U, rng))
    np.testing.assert_allclose(filled, U, atol=1e-6 * np.abs(U).max())


def test_the_error_never_grows_from_step_to_step():
    rng = np.random.default_rng(1)
    fit = fit_known_entries(gaps(low_rank(rng, 0.3), rng), r)
    assert len(fit.errors) > 3
    assert np.all(np.diff(fit.errors) <= 1e-12)


def test_without_gaps_it_is_the_pca():
    U = low_rank(np.random.default_rng(2), 0.3)
    fit = fit_known_entries(U, r)
    A = U - U.mean(axis=1, keepdims=True)
    V, s, _ = np.linalg.svd(A)
    assert fit.error == pytest.approx(np.sqrt(np.sum(s[r:] ** 2) / np.sum(s**2)), rel=1e-12)
    np.testing.assert_allclose(fit.V @ fit.V.T, V[:, :r] @ V[:, :r].T, atol=1e-10)
    np.testing.assert_allclose(fit.c, U.mean(axis=1), atol=1e-12)


def test_codes_are_those_of_gappy_pod():
    # min ||u - V z|| over the known entries: (V^T D V) z = V^T D u with D the mask (Willcox, 2006)
    rng = np.random.default_rng(3)
    V = np.linalg.qr(rng.standard_normal((n, r)))[0]
    U = rng.standard_normal((n, 5))
    known = rng.random(U.shape) > 0.4
    Z = codes(V, U, known)
    for j in range(5):
        z = np.linalg.lstsq(V[known[:, j]], U[known[:, j], j])[0]
        np.testing.assert_allclose(Z[:, j], z, atol=1e-12)


def test_it_is_a_fixed_point_of_the_iteration_of_everson_and_sirovich():
    # fill the gaps by the gappy reconstruction, take the POD of the filled matrix, and repeat
    rng = np.random.default_rng(4)
    U = gaps(low_rank(rng, 0.2), rng, 0.2)
    fit = fit_known_entries(U, r)
    filled = fill_gaps(fit, U)
    c = filled.mean(axis=1, keepdims=True)
    V = np.linalg.svd(filled - c)[0][:, :r]
    np.testing.assert_allclose(V @ V.T, fit.V @ fit.V.T, atol=1e-3)
    repeated = np.where(np.isnan(U), c + V @ V.T @ (filled - c), U)
    assert np.linalg.norm(repeated - filled) < 1e-3 * np.linalg.norm(filled)


def test_too_few_known_entries_are_refused_with_their_place():
    U = low_rank(np.random.default_rng(5))
    with pytest.raises(OptionError, match="fill_rank 40 must be between 1 and 39"):
        fit_known_entries(U, 40)
    U[:-2, 7] = np.nan
    with pytest.raises(DataError, match=r"column .sample. 7 has 2 known entries .* needs 3"):
        fit_known_entries(U, r)
    fit = fit_known_entries(np.delete(U, 7, axis=1), r)
    with pytest.raises(DataError, match=r"column .sample. 7 has 2 known entries, fewer"):
        fill_gaps(fit, U)
