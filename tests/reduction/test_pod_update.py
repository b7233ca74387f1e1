"""A POD that is updated with new snapshots, against the POD of all snapshots."""

import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.linalg import as_inner_product
from mornet.reduction import fit_pod, hierarchical_pod, relative_error, stream_pod
from mornet.reduction.pod.update import update_pod


def snapshots(rank=40, n=50, m=30, k=12, seed=0):
    rng = np.random.default_rng(seed)
    left, right = rng.standard_normal((n, rank)), rng.standard_normal((rank, m + k))
    both = (left * 0.7 ** np.arange(rank)) @ right + 3.0
    return both[:, :m], both[:, m:]


PRODUCTS = {
    "Euclidean": None,
    "weights": np.linspace(0.5, 2.0, 50),
    "matrix": 2.0 * np.eye(50) + 0.5 * np.eye(50, k=1) + 0.5 * np.eye(50, k=-1),
}


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("centre", [None, "mean"])
def test_the_error_lies_between_its_two_bounds(product, centre):
    X, B = snapshots()
    M = as_inner_product(PRODUCTS[product], 50)
    updated = update_pod(
        fit_pod(X, rank=6, centre=centre, inner_product=PRODUCTS[product]), B, samples=30
    )
    both = np.column_stack([X, B])
    error = relative_error(updated, both, 1.0, M)
    best = fit_pod(both, rank=6, centre=centre, inner_product=PRODUCTS[product]).truncation_error
    least = np.linalg.norm(updated.singular_values[6:])
    assert least <= best * (1 + 1e-12)
    assert best <= error * (1 + 1e-12)
    assert error <= updated.truncation_error * (1 + 1e-12)
    assert error <= 1.2 * best  # a decay of 0.7 leaves little outside six modes


@pytest.mark.parametrize("centre", [None, "mean"])
def test_a_pod_without_truncation_becomes_that_of_all_snapshots(centre):
    X, B = snapshots(rank=8)
    old = fit_pod(X, tolerance=1e-13, centre=centre)
    updated = update_pod(old, B, samples=30, rank=5)
    exact = fit_pod(np.column_stack([X, B]), rank=5, centre=centre)
    np.testing.assert_allclose(updated.singular_values[:5], exact.singular_values[:5], rtol=1e-11)
    np.testing.assert_allclose(
        updated.V @ (updated.V.T @ B), exact.V @ (exact.V.T @ B), atol=1e-10 * np.abs(B).max()
    )
    if centre:
        np.testing.assert_allclose(updated.centre, np.column_stack([X, B]).mean(axis=1), rtol=1e-13)


def test_snapshots_of_zeros_change_nothing():
    X, _ = snapshots()
    old = fit_pod(X, rank=4)
    updated = update_pod(old, np.zeros((50, 2)))
    np.testing.assert_allclose(updated.singular_values[:4], old.singular_values[:4], rtol=1e-14)


def test_a_pod_knows_the_number_of_its_snapshots_also_after_an_update():
    X, B = snapshots()
    for centre in (None, "mean"):
        updated = update_pod(fit_pod(X, rank=4, centre=centre), B)
        assert updated.samples == X.shape[1] + B.shape[1]
        twice = update_pod(updated, B)
        expected = update_pod(updated, B, samples=updated.samples)
        assert twice.samples == expected.samples
        np.testing.assert_array_equal(twice.V, expected.V)
    assert stream_pod(X, rank=4).samples == hierarchical_pod([X], 0.1).samples == X.shape[1]


def test_what_cannot_be_updated_is_refused():
    X, B = snapshots()
    with pytest.raises(OptionError, match="needs the number of its old snapshots"):
        update_pod(fit_pod(X, rank=4, centre=np.ones(50)), B)
    with pytest.raises(OptionError, match="with weights of its snapshots cannot be updated"):
        update_pod(fit_pod(X, rank=4, weights=np.ones(30)), B)
    with pytest.raises(ShapeError, match="49 rows, but 50 are needed"):
        update_pod(fit_pod(X, rank=4), B[:-1])
    with pytest.raises(OptionError, match="pod is of type ndarray: a POD is needed"):
        update_pod(X, B)
    for rank in (0, 99, 1.5, "1", True):
        with pytest.raises(OptionError, match="rank .*must be (an integer|between 1 and min)"):
            update_pod(fit_pod(X, rank=4), B, rank=rank)
