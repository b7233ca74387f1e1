import warnings

import numpy as np
import pytest

from mornet.errors import DataError, MornetError, OptionError, RankWarning
from mornet.linalg import orthonormality_error, principal_angles
from mornet.reduction import Algorithm, HardThreshold, fit_pod, reconstruct
from mornet.reduction.pod.fit import fit_leading
from mornet.reduction.pod.rows import Rows
from mornet.reduction.pod.size import hard_threshold
from mornet.reduction.pod.subspace import orthonormal_basis, subspace_iteration
from tests.reduction.pod_cases import EDGES, edge_case, spectrum
from tests.test_linalg import mass_matrix

EPS = np.finfo(float).eps
METHODS = ("svd", "gram", "tsqr", "randomised")


def quiet(U, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RankWarning)
        return fit_pod(U, **options)


@pytest.mark.parametrize("centre", [None, "mean"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("edge", EDGES)
def test_every_method_is_right_or_refuses(edge, method, centre, tmp_path):
    U, expected = edge_case(edge, centre, tmp_path)
    if isinstance(expected, str):
        with pytest.raises(MornetError) as caught:
            quiet(U, rank=6, centre=centre, method=method)
        assert expected in str(caught.value)
        return
    before = np.array(U)
    pod = quiet(U, rank=6, centre=centre, method=method)
    np.testing.assert_array_equal(U, before)
    assert pod.method == method
    eps = np.finfo(pod.V.dtype).eps
    X = before.astype(float)
    X = X / np.max(np.abs(X))
    X = X - X.mean(axis=1, keepdims=True) if centre else X
    s = np.linalg.svd(X, compute_uv=False)
    if centre is None:
        assert pod.r == min(6, expected)
    assert pod.r <= 6
    assert np.isfinite(pod.V).all()
    assert orthonormality_error(pod.V) <= 20 * eps
    # the subspace is optimal, and the record's numbers are those of the subspace
    scale = float(np.max(np.abs(before.astype(float))))
    error = np.linalg.norm(X - pod.V.astype(float) @ (pod.V.T.astype(float) @ X))
    noise = 200 * eps * np.linalg.norm(before.astype(float) / scale)
    best = np.linalg.norm(s[pod.r :])
    assert error <= best * (1 + 1e-9 + pod.excess) + noise
    assert abs(pod.truncation_error / scale - error) <= 1e-6 * error + noise
    listed = pod.singular_values[: pod.r].astype(float) / scale
    np.testing.assert_allclose(listed, s[: pod.r], rtol=1e-9, atol=noise)


@pytest.mark.parametrize("shape", [(300, 40), (40, 300), (90, 90)])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("product", [None, "diagonal", "mass"])
@pytest.mark.parametrize("method", METHODS[1:])
def test_all_methods_find_the_modes_of_the_direct_one(method, product, weighted, shape):
    n, m = shape
    U = spectrum(0.5 ** np.arange(18), n, m)
    M = {None: None, "diagonal": np.linspace(1, 2, n), "mass": mass_matrix(n)}[product]
    weights = np.linspace(0.5, 2, m) if weighted else None
    options = {"rank": 5, "inner_product": M, "weights": weights, "centre": "mean"}
    direct, other = fit_pod(U, method="svd", **options), fit_pod(U, method=method, **options)
    assert orthonormality_error(other.V, other.inner_product) <= 40 * EPS
    # the gap between neighbours is about half of sigma_5 = sigma_1 / 16, squared for Gram
    np.testing.assert_allclose(other.V, direct.V, atol=1e-11)
    np.testing.assert_allclose(other.singular_values[:5], direct.singular_values[:5], rtol=1e-13)
    assert other.truncation_error == pytest.approx(direct.truncation_error, rel=1e-11)
    assert other.energy == pytest.approx(direct.energy, rel=1e-13)


@pytest.mark.parametrize("method", ["svd", "gram", "tsqr"])
@pytest.mark.parametrize("shape", [(300, 40), (40, 300)])
def test_tolerance_and_energy_choose_the_same_rank_in_every_method(method, shape):
    s = 0.5 ** np.arange(18)
    U = spectrum(s, *shape)
    tail = np.sqrt(np.cumsum((s**2)[::-1])[::-1] / np.sum(s**2))
    for r in (1, 4, 9, 15):
        assert fit_pod(U, tolerance=tail[r] * (1 + 1e-6), method=method).r == r
        assert fit_pod(U, energy=1 - tail[r] ** 2 * (1 + 1e-3), method=method).r == min(r, 15)


@pytest.mark.parametrize("shape", [(40, 30), (900, 600), (600, 900)])  # "svd" and "gram"
def test_the_leading_modes_are_those_of_the_tolerance_or_the_first_of_them(shape):
    U = spectrum(0.9 ** np.arange(30), *shape)
    whole = fit_pod(U, tolerance=0.1)
    for most in (5, whole.r, 30):
        pod = fit_leading(U, most, 0.1)
        assert pod.r == min(most, whole.r)
        np.testing.assert_allclose(pod.V, whole.V[:, : pod.r], atol=1e-11)
        np.testing.assert_array_equal(pod.singular_values.shape, whole.singular_values.shape)
        assert pod.truncation_error == pytest.approx(whole.truncate(pod.r).truncation_error)


@pytest.mark.parametrize("shape", [(900, 600), (600, 900)])
def test_the_leading_modes_are_those_that_the_gram_matrix_shows(shape):
    s = 10.0 ** np.append(-0.5 * np.arange(12), np.full(400, -6.5))  # a plateau below 1e-6
    U = spectrum(s, *shape)
    pod = fit_leading(U, 300, 1e-6)
    assert (pod.method, pod.r) == ("gram", 12)
    assert pod.truncation_error == pytest.approx(20 * 10**-6.5, rel=1e-3)


HARD = 10.0 ** (-0.4 * np.arange(40))  # sigma_20 = 2.5e-8 sigma_1, round-off from the 40th on


@pytest.mark.parametrize("shape", [(3000, 100), (100, 3000)])
def test_gram_never_answers_where_it_is_blind(shape):
    U = spectrum(HARD, *shape)
    with pytest.raises(OptionError, match="the Gram matrix does not show; use method='tsqr'"):
        fit_pod(U, rank=20, method="gram")
    with pytest.raises(OptionError, match="does not show"):
        fit_pod(U, tolerance=1e-9, method="gram")
    with pytest.raises(OptionError, match="does not show"):
        fit_pod(U, method="gram")
    assert fit_pod(U, rank=12, method="gram").r == 12


@pytest.mark.parametrize("shape", [(3000, 100), (100, 3000)])
@pytest.mark.parametrize("method", ["svd", "tsqr", "randomised"])
def test_singular_values_near_round_off_are_found(method, shape):
    U = spectrum(HARD, *shape)
    pod = fit_pod(U, rank=20, method=method)
    assert orthonormality_error(pod.V) <= 40 * EPS
    # backward stability: an error of a few eps sigma_1 in every singular value
    np.testing.assert_allclose(pod.singular_values[:20], HARD[:20], atol=40 * EPS)
    error = np.linalg.norm(U - reconstruct(pod, U))
    assert error == pytest.approx(np.linalg.norm(HARD[20:]), rel=1e-3)
    assert pod.truncation_error == pytest.approx(error, rel=1e-3)


def test_gram_knows_a_rank_deficient_matrix_from_one_it_cannot_see():
    U = spectrum(0.5 ** np.arange(7), 3000, 50)
    with pytest.warns(RankWarning, match="numerical rank 7; the POD has 7 modes"):
        assert fit_pod(U, rank=12, method="gram").r == 7
    assert fit_pod(U, method="gram").r == 7


AUTO = [
    ((60, 20), {"rank": 3}, "svd", 0.5),
    ((3100, 260), {"rank": 5}, "randomised", 0.5),  # few modes of many: cheap, and certain
    ((3100, 260), {"rank": 50}, "gram", 0.95),
    ((260, 3100), {"tolerance": 1e-3}, "gram", 0.95),
    ((3100, 260), {"tolerance": 1e-9}, "tsqr", 0.9),
    ((3100, 260), {}, "tsqr", 0.95),
    ((3100, 260), {"rank": 60}, "tsqr", 0.75),  # sigma_60 = 4e-8 sigma_1: Gram is blind
    ((3100, 260), {"rank": 5}, "gram", 0.999),  # too slow a decay for the iteration to be certain
    ((700, 700), {}, "svd", 0.95),
]


@pytest.mark.parametrize(("shape", "size", "expected", "decay"), AUTO)
def test_auto_says_which_method_it_chose_and_it_has_the_answer(shape, size, expected, decay):
    s = decay ** np.arange(min(shape))
    U = spectrum(s, *shape)
    pod = fit_pod(U, **size)
    assert pod.method == expected
    # excess over Eckart and Young: a millionth of a millionth, or round-off
    excess = np.linalg.norm(U - reconstruct(pod, U)) ** 2 - np.sum(s[pod.r :] ** 2)
    assert abs(excess) <= 1e-11 * np.sum(s[pod.r :] ** 2) + (1e-14 * len(s)) ** 2 + 1e-14
    assert orthonormality_error(pod.V) <= 40 * EPS


def test_the_randomised_method_repeats_and_follows_its_generator():
    U = spectrum(0.9 ** np.arange(60), 400, 300)
    one, two = (fit_pod(U, rank=5, method="randomised").V for _ in range(2))
    np.testing.assert_array_equal(one, two)
    other = fit_pod(U, rank=5, method=Algorithm("randomised", np.random.default_rng(1))).V
    assert 0 < np.max(np.abs(other - one)) < 1e-6


def test_the_a_posteriori_excess_follows_the_true_one():
    # with few steps the iteration is not there yet, and says by how much
    s = 0.97 ** np.arange(300)
    rows = Rows(spectrum(s, 400, 300))
    least = np.sum(s[10:] ** 2)
    for steps in (1, 2, 3, 4):
        found = subspace_iteration(rows, 10, np.random.default_rng(0), steps)
        true = found.truncation_error**2 / least - 1
        assert not found.certified
        assert true / 3 <= found.excess <= 20 * true


def test_bases_of_ill_conditioned_blocks_are_orthonormal():
    for exponent in (0, 8, 15, 40):
        Y = spectrum(10.0 ** -np.linspace(0, exponent, 12), 500, 12)
        Y = np.concatenate([Y, np.zeros((500, 1)), Y[:, :2]], axis=1)
        span = Y[:, :1].copy()
        Q = orthonormal_basis(Y)
        assert orthonormality_error(Q) <= 1e-13
        if exponent <= 8:
            assert np.linalg.norm(span - Q @ (Q.T @ span)) <= 1e-7 * np.linalg.norm(span)


@pytest.mark.parametrize("method", ["svd", "gram", "tsqr"])
def test_signs_do_not_depend_on_the_method_even_for_symmetric_modes(method):
    # the sines have equal extremes of opposite sign: round-off must not choose between them
    x = np.linspace(0, 1, 401)[:, None]
    U = np.sin(2 * np.pi * np.arange(1, 5) * x) * (0.5 ** np.arange(4))
    U = U @ np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]
    np.testing.assert_allclose(fit_pod(U, method=method).V, fit_pod(U, method="svd").V, atol=1e-12)


def test_hard_threshold_has_its_published_values():
    # Gavish and Donoho 2014: 4 / sqrt(3) for squares; table IV: omega(1) = 2.858, omega(0.5)
    assert hard_threshold(1.0) == pytest.approx(4 / np.sqrt(3), rel=1e-15)
    from mornet.reduction.pod.size import _median_of_noise

    omega = [hard_threshold(b) / np.sqrt(_median_of_noise(b)) for b in (0.05, 0.5, 1.0)]
    np.testing.assert_allclose(omega, [1.5194, 2.1711, 2.8582], atol=2e-4)


@pytest.mark.parametrize("method", ["svd", "gram", "tsqr"])
@pytest.mark.parametrize("noise", [None, 0.01])
def test_hard_threshold_finds_the_rank_under_noise(method, noise):
    rng = np.random.default_rng(0)
    signal = spectrum(np.array([5.0, 4.0, 3.0, 2.0]), 400, 100)
    U = signal + 0.01 * rng.standard_normal((400, 100))
    assert fit_pod(U, rank=HardThreshold(noise), method=method).r == 4
    with pytest.raises(DataError, match="no singular value stands out of the noise"):
        fit_pod(U - signal, rank=HardThreshold(noise), method=method)
    if method == "gram" and noise is None:
        with pytest.raises(OptionError, match="does not show"):  # nor their median, then
            fit_pod(signal, rank=HardThreshold(), method=method)
    with pytest.raises(OptionError, match="white noise"):
        fit_pod(U, rank=HardThreshold(), weights=np.ones(100))
    with pytest.raises(OptionError, match="must be a positive standard deviation"):
        HardThreshold(noise=0.0)
    with pytest.raises(OptionError, match="not tolerance and threshold"):
        fit_pod(U, rank=HardThreshold(), tolerance=0.1)


def test_a_named_method_that_does_not_exist_or_lacks_a_rank_is_refused():
    U = spectrum(np.ones(3), 10, 5)
    with pytest.raises(OptionError, match="method 'qr': it is one of auto, svd"):
        fit_pod(U, method="qr")
    with pytest.raises(OptionError, match="needs a rank"):
        fit_pod(U, tolerance=0.1, method="randomised")
    with pytest.raises(OptionError, match="rank = 2.5 must be an integer"):
        fit_pod(U, rank=2.5)


def test_single_precision_data_have_the_rank_of_single_precision():
    U = spectrum(10.0 ** -np.arange(12.0), 400, 30).astype(np.float32)
    for method in set(METHODS) - {"gram"}:
        pod = quiet(U, rank=12, method=method)
        assert pod.V.dtype == np.float32
        assert pod.r == 8  # the rounding of entries moves singular values by at most 6e-8


def test_equal_singular_values_at_the_cut_leave_an_optimal_subspace():
    U = spectrum(np.array([3.0, 2.0, 1.0, 1.0, 1.0, 0.5]), 200, 30)
    for method in METHODS:
        pod = fit_pod(U, rank=3, method=method)
        assert np.linalg.norm(U - reconstruct(pod, U)) ** 2 == pytest.approx(2.25, rel=1e-12)
        assert principal_angles(pod.V[:, :2], fit_pod(U, rank=2).V)[0] <= 1e-7
