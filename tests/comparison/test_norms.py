"""A data set with an inner product and weights: fits, errors and optima are in its norm."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import cholesky

from mornet.comparison import (
    AutoencoderMethod,
    DMDMethod,
    HybridMethod,
    LinearAutoencoderMethod,
    PODMethod,
    QuadraticManifoldMethod,
    compare,
    run_case,
)
from mornet.comparison.explain import explain_case
from mornet.errors import DataError, OptionError, ShapeError
from mornet.fom.travelling_waves import gaussian_data_set
from mornet.storage import load, save
from tests.test_linalg import mass_matrix

N, RANK = 32, 3
EPS = np.finfo(float).eps


def weighted(data):
    def part(snapshots):
        return replace(snapshots, weights=np.linspace(0.5, 2, snapshots.m))

    return replace(data, train=part(data.train), test=part(data.test), inner_product=mass_matrix(N))


@pytest.fixture(scope="module")
def data():
    return weighted(gaussian_data_set(n=N))


def euclidean(part, centre=False):
    """R (U - c) W^{1/2} with M = R^T R, by dense linear algebra."""
    w = part.weights
    c = (part.U @ w / w.sum())[:, None] if centre else 0.0
    return cholesky(mass_matrix(N).toarray()) @ (part.U - c) * np.sqrt(w)


@pytest.mark.parametrize("centre", [False, True])
def test_the_optimum_is_the_truncation_error_of_the_weighted_svd(data, centre):
    case = run_case(data, "POD", PODMethod(centre=centre), RANK, (0,))
    s = np.linalg.svd(euclidean(data.train, centre), compute_uv=False)
    norm = np.linalg.norm(euclidean(data.train))
    # singular values have the error eps s_1, that of M's factor included
    assert case.optimum == pytest.approx(np.linalg.norm(s[RANK:]) / norm, rel=1e3 * EPS * s[0])
    np.testing.assert_allclose(case.train_error, case.optimum, rtol=1e-12)
    assert case.norm == "M,w"


def test_the_denominator_and_errors_are_in_the_norm(data):
    case = run_case(data, "POD", PODMethod(), RANK, (0,))
    model, test = case.models[0], data.test
    R = cholesky(mass_matrix(N).toarray())
    lost = R @ (test.U - model.decode(model.encode(test.U)))
    total = np.linalg.norm(euclidean(test))
    assert data.norm(test) == pytest.approx(total, rel=1e-13)
    error = np.linalg.norm(lost * np.sqrt(test.weights)) / total
    assert case.test_error[0] == pytest.approx(error, rel=1e-12)
    worst = np.linalg.norm(lost, axis=0).max() / np.linalg.norm(R @ test.U, axis=0).max()
    assert case.worst_test_error[0] == pytest.approx(worst, rel=1e-12)


@pytest.mark.parametrize("bias", [False, True])
def test_the_linear_autoencoder_reaches_the_weighted_optimum(data, bias):
    case = run_case(data, "linear", LinearAutoencoderMethod(bias=bias), RANK, (0, 1))
    assert np.abs(case.excess).max() < 1e-9
    assert case.angle.max() < 1e-4
    np.testing.assert_allclose(case.curve[:, -1], case.train_error, rtol=1e-6)
    assert abs(explain_case(case, data).geometry.excess) < 1e-9


@pytest.mark.parametrize(
    "method",
    [
        AutoencoderMethod(hidden=(6,), epochs=4, pod_tolerance=1e-2),
        HybridMethod(hidden=6, steps=30, trial_steps=10),
    ],
    ids=lambda method: type(method).__name__,
)
def test_curves_end_at_the_training_error_in_the_norm(data, method):
    case = run_case(data, "deep", method, RANK, (0,))
    if isinstance(method, AutoencoderMethod):
        np.testing.assert_allclose(case.curve[:, -1], case.train_error, rtol=1e-10)
    else:
        assert case.train_error[0] <= case.optimum * (1 + 1e-6)


def test_the_quadratic_manifold_is_below_pca_in_the_norm(data):
    case = run_case(data, "quadratic", QuadraticManifoldMethod(greedy=False), RANK, (0,))
    assert case.train_error[0] < case.optimum


def test_dmd_takes_an_inner_product_and_refuses_weights(data):
    with pytest.raises(OptionError, match="DMD fits pairs of snapshots, which have no weights"):
        run_case(data, "dmd", DMDMethod(), RANK, (0,))
    parts = {name: replace(getattr(data, name), weights=None) for name in ("train", "test")}
    case = run_case(replace(data, **parts), "dmd", DMDMethod(), RANK, (0,))
    V = case.models[0].V
    np.testing.assert_allclose(V.T @ (mass_matrix(N) @ V), np.eye(RANK), atol=1e-12)
    assert case.train_error[0] >= case.optimum


def test_unit_weights_and_the_identity_are_the_frobenius_norm(data):
    plain = gaussian_data_set(n=N)
    ones = {
        name: replace(getattr(plain, name), weights=np.ones(getattr(plain, name).m))
        for name in ("train", "test")
    }
    same = replace(plain, **ones, inner_product=np.ones(N))
    methods = {"POD": PODMethod(), "linear": LinearAutoencoderMethod()}
    one, other = (compare(d, methods, (RANK,), (0,)) for d in (plain, same))
    np.testing.assert_allclose(one.test_error, other.test_error, rtol=1e-9)
    assert (one.norm, other.norm) == ("F", "M,w")


def test_inner_product_and_weights_are_stored_and_identify_the_data(data, tmp_path):
    save(tmp_path / "data.h5", data)
    again = load(tmp_path / "data.h5")
    np.testing.assert_array_equal(again.train.weights, data.train.weights)
    np.testing.assert_array_equal(again.inner_product.value, data.inner_product.value)
    assert again.identity == data.identity != gaussian_data_set(n=N).identity
    other = replace(data, inner_product=None)
    assert len({data.identity, other.identity, gaussian_data_set(n=N).identity}) == 3


def test_hold_out_takes_the_weights_along(data):
    held_out = data.hold_out(0.25, rng=np.random.default_rng(0), by="snapshot")
    assert held_out.validation.weights.shape == (held_out.validation.m,)
    method = AutoencoderMethod(hidden=(6,), epochs=4, patience=2)
    assert run_case(held_out, "deep", method, RANK, (0,)).train_error[0] > 0


def test_what_is_no_norm_is_refused(data):
    with pytest.raises(ShapeError, match="give all parts weights, or none"):
        replace(data, test=replace(data.test, weights=None))
    with pytest.raises(ShapeError, match="weights must have shape"):
        replace(data.train, weights=np.ones(3))
    with pytest.raises(DataError, match="not negative"):
        replace(data.train, weights=-data.train.weights)
    with pytest.raises(DataError, match="not positive definite"):
        replace(data, inner_product=-np.eye(N))
