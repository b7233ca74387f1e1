import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import thin_svd
from mornet.perturbation import measure_slope, move_snapshots, taylor_coefficients
from mornet.perturbation.pod_twin import (
    cai_zhang,
    davis_kahan,
    graph_series,
    projector_derivative,
    sine_theta,
    singular_derivatives,
    wedin,
)
from mornet.training.newton import quadratic_model

from .networks import linear_autoencoder, prescribed

R = 3
EPS = np.finfo(float).eps


@pytest.fixture(scope="module")
def snapshots():
    return prescribed()


def projector(X):
    U = np.linalg.svd(X)[0][:, :R]
    return U @ U.T


def richardson(f, h=1e-3):
    d = [(f(s) - f(-s)) / (2 * s) for s in (h, h / 2)]
    return (4 * d[1] - d[0]) / 3


@pytest.mark.parametrize("shape", [(20, 60), (12, 5)], ids=["wide", "tall"])
def test_singular_derivatives_equal_differences(shape):
    X, E = prescribed(shape[0], 60)
    X, E = X[:, : shape[1]], E[:, : shape[1]]
    found = singular_derivatives(X, E)
    for i, derivative in enumerate((found.U, found.s, found.V.T)):
        expected = richardson(lambda t, i=i: thin_svd(X + t * E)[i])
        np.testing.assert_allclose(derivative, expected, atol=2e-8 * np.abs(expected).max())


@pytest.mark.parametrize("columns", [60, 5], ids=["wide", "tall"])
def test_projector_derivative_equals_differences(snapshots, columns):
    X, E = (A[:, :columns] for A in snapshots)
    expected = richardson(lambda t: projector(X + t * E))
    np.testing.assert_allclose(projector_derivative(X, E, R), expected, atol=1e-10)


def test_coinciding_values_within_the_block_do_not_matter():
    X, E = np.eye(6)[:, :5] * [3, 3, 3, 1, 0.5], prescribed(6, 5 + 1)[1][:, :5]
    expected = richardson(lambda t: projector(X + t * E))
    np.testing.assert_allclose(projector_derivative(X, E, R), expected, atol=1e-9)
    with pytest.raises(DataError, match="coincide"):
        singular_derivatives(X, E)
    with pytest.raises(DataError, match="no gap after s_2 = 3"):
        graph_series(X, E, 2, 1)
    with pytest.raises(OptionError, match="between 1 and"):
        graph_series(X, E, 6, 1)
    with pytest.raises(ShapeError, match="its direction"):
        graph_series(X, E[:, :2], 2, 1)


@pytest.mark.parametrize(("order", "columns"), [(k, 60) for k in (0, 1, 2, 3, 5)] + [(2, 5)])
def test_graph_series_has_its_order(snapshots, order, columns):
    X, E = (A[:, :columns] for A in snapshots)
    ts = 10.0 ** np.arange(-3, -0.4, 0.5) if order < 4 else 10.0 ** np.arange(-1, 0.1, 0.25)
    series = graph_series(X, E, R, order)
    error = np.array(
        [np.linalg.norm(projector(X + t * E) - series.basis(t) @ series.basis(t).T) for t in ts]
    )
    slope, _ = measure_slope(ts, error, floor=1e-14, scale=1.0)
    assert slope == pytest.approx(order + 1, abs=0.05 if order < 3 else 0.1)


def test_projector_series_starts_with_the_derivative(snapshots):
    P = graph_series(*snapshots, R, 2).projector_series()
    np.testing.assert_allclose(P[0], projector(snapshots[0]), atol=1e-13)
    np.testing.assert_allclose(P[1], projector_derivative(*snapshots, R), atol=1e-14)


@pytest.mark.sensitive
@pytest.mark.parametrize("gauge", ["balanced", "random"])
def test_bridge_from_the_linear_autoencoder_to_pod(snapshots, gauge):
    """The first and second derivatives of W_2 W_1 are those of the POD projector."""
    X, E = snapshots
    A = None if gauge == "balanced" else np.random.default_rng(3).standard_normal((R, R))
    objective, p = linear_autoencoder(X, A=A)
    base = quadratic_model(objective, p)
    c = taylor_coefficients(p, base.solve, move_snapshots(objective, E), 2)
    (A0, B0), (A1, B1), (A2, B2) = ([l.W for l in objective.net.layers(ck)] for ck in c)
    P = graph_series(X, E, R, 2).projector_series()
    first = np.linalg.norm(B1 @ A0 + B0 @ A1 - P[1]) / np.linalg.norm(P[1])
    second = np.linalg.norm(B2 @ A0 + B1 @ A1 + B0 @ A2 - P[2]) / np.linalg.norm(P[2])
    # a solve loses the condition of H, and the second one starts from what the first one lost
    kappa = base.eigenvalues[-1] / base.eigenvalues[0]
    assert first < 10 * kappa * EPS
    assert second < 100 * kappa * EPS


@pytest.mark.parametrize("t", [1e-3, 1e-1, 1.0, 10.0, 100.0])
def test_bounds_hold(snapshots, t):
    X, E = snapshots
    moved = X + t * E
    (U, _, Vt), (U2, _, V2t) = (np.linalg.svd(A, full_matrices=False) for A in (X, moved))
    left = sine_theta(U[:, :R], U2[:, :R])
    right = sine_theta(Vt[:R].T, V2t[:R].T)
    assert np.hypot(left, right) <= wedin(X, moved, R)
    assert left <= davis_kahan(X, moved, R)
    one_sided = cai_zhang(X, moved, R)
    assert left <= one_sided.left
    assert right <= one_sided.right
    assert np.sqrt(2) * left == pytest.approx(np.linalg.norm(projector(X) - projector(moved)))


def test_one_sided_bounds_hold_for_any_matrices():
    """They hold without a gap, for square and wide matrices, and for as many modes as rows."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        n, m = rng.integers(2, 9, size=2)
        r = int(rng.integers(1, min(n, m) + 1))
        X = rng.standard_normal((n, m)) * 10.0 ** rng.uniform(-2, 1, size=m)
        moved = X + 10.0 ** rng.uniform(-4, 1) * rng.standard_normal((n, m))
        (U, _, Vt), (U2, _, V2t) = (np.linalg.svd(A, full_matrices=False) for A in (X, moved))
        bound = cai_zhang(X, moved, r)
        assert sine_theta(U[:, :r], U2[:, :r]) <= bound.left + 1e-13
        assert sine_theta(Vt[:r].T, V2t[:r].T) <= bound.right + 1e-13


def test_left_subspace_of_a_wide_matrix_turns_less():
    """For m >> n the bound of the left subspace alone is smaller than Wedin's bound of both."""
    rng = np.random.default_rng(6)
    n, m, r = 6, 600, 2
    U, V = (np.linalg.qr(rng.standard_normal((k, r)))[0] for k in (n, m))
    X = 100 * U @ V.T
    moved = X + rng.standard_normal((n, m))
    bound = cai_zhang(X, moved, r)
    assert bound.left < bound.right / 2
    assert bound.left < wedin(X, moved, r) / 2
    assert sine_theta(U, np.linalg.svd(moved)[0][:, :r]) <= bound.left


def test_no_change_turns_nothing():
    X = np.diag([3.0, 2.0, 1.0])
    assert cai_zhang(X, X, 2) == (0, 0)
    assert cai_zhang(np.eye(4), 2 * np.eye(4), 2) == (
        np.sqrt(2),
        np.sqrt(2),
    )  # without a gap this is the only bound


def test_wedin_is_infinite_where_the_gap_closes(snapshots):
    X, E = snapshots
    assert wedin(X, X + 1000 * E, R) == np.inf
    assert wedin(X, X, R) < 1e-13
    assert davis_kahan(np.eye(4), np.eye(4), 2) == np.inf
