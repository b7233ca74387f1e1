import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import orthonormality_error
from mornet.reduction import fit_pod
from mornet.reduction.pod.incremental import EPS, start_incremental


def decaying(n=20, m=60, seed=0):
    rng = np.random.default_rng(seed)
    U = np.linalg.qr(rng.standard_normal((n, n)))[0]
    V = np.linalg.qr(rng.standard_normal((m, n)))[0]
    return (U * (10 * 0.75 ** np.arange(n))) @ V.T


def streamed(X, **options):
    svd = start_incremental(X[:, :1])
    for c in X.T[1:]:
        svd = svd.add(c, **options)
    return svd


def projector(U):
    return U[:, :3] @ U[:, :3].T


def test_stream_of_all_columns_is_the_svd():
    X = decaying()
    svd = streamed(X)
    np.testing.assert_allclose(svd.X, X, atol=1e-13 * 60)
    np.testing.assert_allclose(svd.s, np.linalg.svd(X, compute_uv=False), rtol=1e-11)
    assert np.linalg.norm(projector(svd.U) - projector(np.linalg.svd(X)[0])) < 1e-13
    assert max(orthonormality_error(svd.U), orthonormality_error(svd.V)) < 1e-13


@pytest.mark.parametrize("rank", [3, 5, 8, 12])
def test_bound_of_a_truncated_basis_holds(rank):
    X = decaying()
    svd = start_incremental(X[:, :-1]).add(X[:, -1], rank=rank)
    assert svd.rank == rank
    assert np.linalg.norm(X - svd.X) <= svd.error_bound * (1 + 1e-12)


@pytest.mark.parametrize(("tolerance", "least"), [(1e-2, 15), (1e-1, 10), (1.0, 3)])
def test_running_bound_holds_over_a_stream(tolerance, least):
    X = decaying()
    svd = streamed(X, tolerance=tolerance)
    true = np.linalg.norm(X - svd.X)
    assert least <= svd.rank <= 20
    assert true <= svd.error_bound
    exact = np.linalg.svd(X, compute_uv=False)[: svd.rank]
    assert np.max(np.abs(svd.s - exact)) <= svd.error_bound
    assert orthonormality_error(svd.U) < 1e-13


def test_downdate_undoes_update():
    X, c = decaying(), np.random.default_rng(1).standard_normal(20)
    for Y, column in ((X, c), (decaying(30, 40)[:, :7], np.random.default_rng(2).random(30))):
        start = start_incremental(Y)
        back = start.add(column).remove(Y.shape[1])
        np.testing.assert_allclose(back.X, Y, atol=1e-12)
        assert back.rank == start.rank
        np.testing.assert_allclose(back.s, start.s, rtol=1e-10)


def test_any_column_can_be_removed():
    X = decaying(8, 10)
    svd = start_incremental(X).remove(3)
    np.testing.assert_allclose(svd.X, np.delete(X, 3, axis=1), atol=1e-13)
    assert svd.V.shape[0] == 9


def test_merge_is_the_svd_of_both():
    X, Y = decaying(), decaying(seed=1)[:, :4]
    svd = start_incremental(X[:, :5]).merge(start_incremental(Y))
    np.testing.assert_allclose(svd.X, np.column_stack([X[:, :5], Y]), atol=1e-12)
    short = start_incremental(X[:, :5]).merge(start_incremental(Y), rank=3)
    assert np.linalg.norm(svd.X - short.X) <= short.error_bound * (1 + 1e-12)


def test_inner_product_is_that_of_pod():
    X, w = decaying(), np.linspace(1, 3, 20)
    svd = start_incremental(X[:, :30], inner_product=w)
    for c in X.T[30:]:
        svd = svd.add(c)
    pod = fit_pod(X, rank=3, inner_product=w)
    np.testing.assert_allclose(svd.s[:3], pod.singular_values[:3], rtol=1e-12)
    V = svd.pod(3).V
    np.testing.assert_allclose(np.abs(V.T @ (w[:, None] * pod.V)), np.eye(3), atol=1e-11)
    np.testing.assert_allclose(
        svd.remove(5).s,
        np.linalg.svd(np.sqrt(w)[:, None] * np.delete(X, 5, axis=1), compute_uv=False),
        rtol=1e-10,
    )


def test_a_column_twice_does_not_raise_the_rank():
    X = decaying(20, 5 + 15)[:, :5]
    svd = start_incremental(X).add(X[:, 0])
    assert svd.rank == 5
    np.testing.assert_allclose(svd.X[:, -1], X[:, 0], atol=1e-13)


def test_what_does_not_fit_is_refused():
    svd = start_incremental(decaying())
    with pytest.raises(ShapeError, match=r"shape \(3,\), the factors 20 rows"):
        svd.add(np.ones(3))
    with pytest.raises(OptionError, match="column 60 cannot be removed from 60"):
        svd.remove(60)
    with pytest.raises(OptionError, match="between 1 and the 20 modes"):
        svd.pod(21)
    with pytest.raises(ShapeError, match="20 and 8 rows"):
        svd.merge(start_incremental(np.eye(8)))
    with pytest.raises(OptionError, match="other is of type ndarray: factors are needed"):
        svd.merge(np.ones((20, 3)))


SIZES = {"equal": 1.0, "huge": 1e8, "small": 1e-6}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize(("n", "m", "rank"), [(30, 12, 12), (30, 12, 4), (8, 12, 8)])
@pytest.mark.parametrize("oldest", [True, False])
def test_factors_of_a_window_are_an_svd_at_every_step(n, m, rank, size, oldest):
    """Every step adds a column and removes one; columns of all sizes pass through the window."""
    rng = np.random.default_rng(0)
    X = decaying(n, 4 * n)[:, :rank] @ rng.standard_normal((rank, m))
    svd = start_incremental(X)
    largest = float(svd.s[0])
    for step in range(500):
        c = rng.standard_normal(n) * (size if step % 7 == 0 else 1.0)
        j = 0 if oldest else int(rng.integers(m + 1))
        svd = svd.add(c).remove(j)
        X = np.delete(np.column_stack([X, c]), j, axis=1)
        largest = max(largest, np.linalg.norm(c))
        assert max(orthonormality_error(svd.U), orthonormality_error(svd.V)) < 2e-14
        assert svd.V.shape[0] == m
        # each step adds round-off of the largest column that has been in the window
        assert np.linalg.norm(svd.X - X) < 20 * (step + 5) * EPS * largest


@pytest.mark.parametrize("size", [1.0, 12.0, 1000.0])
@pytest.mark.parametrize("k", [20, 8])
def test_a_direction_leaves_with_its_only_column(k, size):
    X = decaying(20, 60)[:, :k]
    start = start_incremental(X)
    for seed in range(10):
        c = np.random.default_rng(seed).standard_normal(20)
        back = start.add(size * start.s[0] * c / np.linalg.norm(c)).remove(k)
        assert back.rank == start.rank
        assert orthonormality_error(back.V) < 2e-14


@pytest.mark.parametrize("size", [1e3, 1e8, 1e12])
def test_the_bound_knows_the_round_off_that_a_large_column_leaves_behind(size):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 12))
    svd = start_incremental(X)
    for step in range(120):
        c = rng.standard_normal(30) * (size if step == 5 else 1.0)
        svd = svd.add(c).remove(0)
        X = np.column_stack([X[:, 1:], c])
        assert np.linalg.norm(svd.X - X) <= svd.error_bound + 100 * EPS * np.linalg.norm(X)
    assert svd.error_bound < 12 * 20 * EPS * size * np.sqrt(30)


def test_only_finite_real_columns_and_sensible_limits_are_taken():
    svd = start_incremental(decaying())
    for bad, said in (
        (np.full(20, np.nan), "not finite"),
        (np.ones(20) * 1j, "complex"),
        (np.ma.masked_equal(np.arange(20.0), 3), "masked"),
    ):
        with pytest.raises(DataError, match=said):
            svd.add(bad)
    for call in (
        lambda: svd.add(np.ones(20), rank=0),
        lambda: svd.add(np.ones(20), tolerance=np.nan),
        lambda: svd.merge(svd, tolerance=-1.0),
        lambda: svd.truncate(0),
    ):
        with pytest.raises(OptionError, match="must be"):
            call()
    weighted = start_incremental(decaying(), inner_product=np.full(20, 2.0))
    with pytest.raises(OptionError, match="different inner products"):
        svd.merge(weighted)
    np.testing.assert_allclose(svd.add(list(range(20))).X[:, -1], np.arange(20), atol=1e-12)
    assert start_incremental(decaying().tolist()).rank == 20
    assert start_incremental(decaying().astype(np.float16)).s.dtype == float


def test_rounding_of_columns_in_single_precision_makes_no_mode():
    """Single precision rounds each entry by half a unit at most; the parts outside are dropped."""
    rng = np.random.default_rng(5)
    left = np.linalg.qr(rng.standard_normal((5000, 4)))[0] * [1, 0.2, 3e-3, 2e-5]
    X = (left @ np.linalg.qr(rng.standard_normal((16, 4)))[0].T).astype(np.float32)
    svd = start_incremental(X[:, :3])
    for c in X.T[3:]:
        svd = svd.add(c)
    assert svd.rank == 4
    assert np.linalg.norm(svd.X - X) <= svd.error_bound + 1e-7 * np.linalg.norm(X[:, :3])
    assert svd.error_bound < 1e-6


def test_what_was_dropped_is_in_the_bound_and_in_the_pod():
    start = start_incremental(np.diag(np.r_[1, np.full(9, 5e-8)]).astype(np.float32))
    assert start.rank == 1
    assert start.error_bound == pytest.approx(1.5e-7, rel=1e-6)
    pod = start_incremental(np.eye(3)).add(np.ones(3), rank=1).pod()
    assert pod.truncation_error == pytest.approx(np.sqrt(2))


@pytest.mark.parametrize("exponent", [-300, -200, -161, 161, 200, 300])
@pytest.mark.parametrize("M", [None, np.linspace(1, 2, 20)], ids=["plain", "weighted"])
@pytest.mark.parametrize("limits", [{}, {"rank": 4}], ids=["all", "rank 4"])
def test_factors_scale_with_the_snapshots(exponent, M, limits):
    """Squares of such entries overflow or vanish; a power of two changes no digit."""
    unit, X = 2.0 ** round(exponent * np.log2(10)), decaying(20, 20)[:, :12]
    here, there = (start_incremental(size * X[:, :1], inner_product=M) for size in (1.0, unit))
    for c in X.T[1:]:
        here, there = here.add(c, **limits), there.add(unit * c, **limits)
    np.testing.assert_allclose(there.s / unit, here.s, rtol=1e-12)
    np.testing.assert_allclose(there.U, here.U, atol=1e-9)
    np.testing.assert_allclose(there.X / unit, here.X, atol=1e-12 * here.s[0])
    assert there.error_bound / unit == pytest.approx(here.error_bound, rel=1e-9)
    assert there.truncate(2).error_bound / unit == pytest.approx(here.truncate(2).error_bound)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_a_column_of_another_size_is_in_the_factors_or_in_the_bound(size):
    X, c = decaying()[:, :3], np.linspace(1, 2, 20)
    start = start_incremental(X)
    svd = start.add(size * c)
    missing = np.column_stack([X, size * c]) - svd.X
    assert np.max(np.abs(missing)) <= svd.error_bound + 1e-14 * svd.s[0]
    outside = c - start.U @ (start.U.T @ c)
    lost = size * np.linalg.norm(outside) if size < 1 else np.linalg.norm(start.s)
    assert svd.error_bound >= 0.5 * lost


NO_COLUMN = [0.5, True, "1", None, np.nan, -1, 60]


@pytest.mark.parametrize("j", NO_COLUMN, ids=str)
def test_only_columns_are_removed(j):
    with pytest.raises(OptionError, match="must be an integer|cannot be removed"):
        start_incremental(decaying()).remove(j)


@pytest.mark.parametrize("rank", [2.0, True, "1", np.nan, 0, 99], ids=str)
def test_ranks_are_integers_in_range(rank):
    svd = start_incremental(decaying())
    for call in (svd.pod, svd.truncate):
        with pytest.raises(OptionError, match="must be (an integer|between 1 and)"):
            call(rank)
