import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mornet.errors import DataError, OptionError, RankWarning, ShapeError
from mornet.linalg import orthonormality_error
from mornet.reduction import fit_pod, reconstruct, relative_error
from tests.contracts import check_reduction
from tests.test_linalg import mass_matrix, matrix

EPS = np.finfo(float).eps
DECAY = 0.5 ** np.arange(20)


def norm(U, M=None, weights=None):
    """sum_j w_j ||u_j||_M^2, rooted."""
    squares = np.einsum("in,ij,jn->n", U, np.eye(len(U)) if M is None else M, U)
    return np.sqrt(np.sum(squares * (1 if weights is None else weights)))


@pytest.mark.parametrize("centre", [None, "mean"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("product", [None, "diagonal", "mass"])
def test_pod_error_equals_discarded_singular_values(centre, weighted, product):
    U = matrix(DECAY)
    M = {None: None, "diagonal": np.linspace(1, 2, 30), "mass": mass_matrix()}[product]
    dense = {None: np.eye(30), "diagonal": np.diag(np.linspace(1, 2, 30))}.get(product)
    dense = mass_matrix().toarray() if dense is None else dense
    weights = np.linspace(0.5, 2, 20) if weighted else None
    pod = fit_pod(U, rank=6, inner_product=M, weights=weights, centre=centre)
    check_reduction(pod, U)
    assert orthonormality_error(pod.V, pod.inner_product) <= 100 * EPS
    error = norm(U - reconstruct(pod, U), dense, weights)
    assert error == pytest.approx(pod.truncation_error, rel=1e-12)
    if centre:
        np.testing.assert_allclose(pod.centre, np.average(U, axis=1, weights=weights))


def test_no_other_subspace_is_better():
    U = matrix(DECAY)
    best = norm(U - reconstruct(fit_pod(U, rank=3), U))
    for seed in range(50):
        V = np.linalg.qr(
            fit_pod(U, rank=3).V + 0.1 * np.random.default_rng(seed).standard_normal((30, 3))
        )[0]
        assert norm(U - V @ (V.T @ U)) >= best


def test_energy_and_tolerance_choose_the_least_sufficient_rank():
    U = matrix(DECAY)
    squares = DECAY**2
    for r in range(1, 8):
        kept = squares[:r].sum() / squares.sum()
        pod = fit_pod(U, energy=kept - 1e-9)
        assert pod.r == r
        assert pod.energy == pytest.approx(kept, rel=1e-12)
        tolerance = np.sqrt(squares[r:].sum() / squares.sum())
        assert fit_pod(U, tolerance=tolerance * (1 + 1e-9)).r == r
        assert relative_error(fit_pod(U, rank=r), U) == pytest.approx(tolerance, rel=1e-10)


def test_without_a_size_all_modes_of_the_numerical_rank_are_kept():
    assert fit_pod(matrix(np.ones(7))).r == 7


def test_no_more_modes_than_the_numerical_rank_and_it_says_so():
    with pytest.warns(
        RankWarning, match="rank 12 was asked for, .* numerical rank 7; the POD has 7 modes"
    ):
        pod = fit_pod(matrix(np.ones(7)), rank=12)
    assert pod.r == 7


def test_truncation_is_the_pod_of_the_smaller_rank():
    U = matrix(DECAY)
    np.testing.assert_array_equal(fit_pod(U, rank=8).truncate(3).V, fit_pod(U, rank=3).V)
    with pytest.raises(OptionError, match="cannot truncate 3 modes to 4"):
        fit_pod(U, rank=3).truncate(4)


def test_centred_pod_is_the_pca_of_scikit_learn():
    from sklearn.decomposition import PCA

    U = matrix(DECAY) + 1.0
    pca = PCA(4, svd_solver="full").fit(U.T)
    pod = fit_pod(U, rank=4, centre="mean")
    np.testing.assert_allclose(pca.singular_values_, pod.singular_values[:4], rtol=1e-12)
    ours, theirs = reconstruct(pod, U), pca.inverse_transform(pca.transform(U.T)).T
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    n=st.integers(1, 12),
    m=st.integers(1, 12),
    rank=st.integers(1, 12),
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([1e-200, 1e-8, 1.0, 1e200]),
)
def test_pod_is_right_for_every_shape_and_scale(n, m, rank, seed, scale):
    U = scale * np.random.default_rng(seed).standard_normal((n, m))
    rank = min(rank, n, m)
    pod = fit_pod(U, rank=rank)
    assert pod.r == rank
    assert orthonormality_error(pod.V) <= 100 * EPS
    R = (U - reconstruct(pod, U)) / scale
    size = np.linalg.norm(U / scale)
    assert (
        abs(np.linalg.norm(R) - np.linalg.norm(pod.singular_values[rank:] / scale))
        <= 100 * EPS * size
    )


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_order_read_only_and_integers_do_not_matter(order):
    U = np.arange(60.0).reshape(10, 6) ** 2
    expected = fit_pod(U, rank=3).V
    other = np.array(U, order=order)
    other.setflags(write=False)
    np.testing.assert_allclose(fit_pod(other, rank=3).V, expected, atol=1e-12)
    np.testing.assert_allclose(fit_pod(U.astype(int), rank=3).V, expected, atol=1e-12)


def test_single_precision_stays_single():
    pod = fit_pod(matrix(DECAY).astype(np.float32), rank=3)
    assert pod.V.dtype == pod.singular_values.dtype == np.float32


def test_bad_snapshots_are_refused_with_their_place():
    U = matrix(DECAY)
    U[4, 7] = np.inf
    with pytest.raises(DataError, match="row 4 of column .sample. 7"):
        fit_pod(U, rank=2)
    with pytest.raises(DataError, match="there is nothing to reduce"):
        fit_pod(np.zeros((4, 3)), rank=2)
    with pytest.raises(DataError, match="there is nothing to reduce"):
        fit_pod(np.zeros((4, 3)))
    with pytest.raises(DataError, match="there is nothing to reduce"):
        fit_pod(np.ones((4, 1)), rank=1, centre="mean")
    with pytest.raises(ShapeError, match="samples as columns"):
        fit_pod(np.zeros((4, 0)))
    with pytest.raises(DataError, match="complex"):
        fit_pod(1j * np.ones((2, 2)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rank": 2, "energy": 0.9}, "one of rank, energy and tolerance, not rank and energy"),
        ({"rank": 0}, "rank = 0 must be at least 1"),
        ({"energy": 1.5}, r"energy = 1.5 must be in \(0, 1\]"),
        ({"tolerance": -1.0}, "tolerance = -1.0"),
        ({"tolerance": "1e-3"}, "tolerance = '1e-3' must be a finite number"),
        ({"energy": True}, "energy = True must be a finite number"),
        ({"rank": True}, "rank = True must be an integer"),
        ({"centre": "median"}, "centre 'median'"),
        ({"centre": np.ones(3)}, r"centre has shape \(3,\)"),
        ({"weights": np.ones(3)}, r"weights have shape \(3,\) for 20 snapshots"),
        ({"weights": -np.ones(20)}, "snapshot weights must be"),
    ],
)
def test_contradicting_options_are_refused(options, message):
    with pytest.raises((OptionError, ShapeError, DataError), match=message):
        fit_pod(matrix(DECAY), **options)


def test_burgers_reproduces_the_published_figures():
    from mornet.fom.burgers import burgers_data_set

    data = burgers_data_set(float32=True)
    pod = fit_pod(data.train.U, rank=20, method="svd")
    s = pod.singular_values
    assert 100 * s[:5].sum() / s.sum() == pytest.approx(83.89881737138745, rel=1e-9)
    assert 100 * pod.truncate(5).energy == pytest.approx(99.186, abs=5e-4)
    for r, percent in ((2, 7.59560), (5, 2.85683), (10, 1.07022), (20, 0.22019)):
        error = relative_error(pod.truncate(r), data.test.U, data.norm(data.test))
        assert 100 * error == pytest.approx(percent, abs=6e-6)
