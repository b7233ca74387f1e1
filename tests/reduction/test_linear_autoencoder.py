import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.fom.burgers import burgers_data_set
from mornet.linalg import principal_angles
from mornet.reduction import (
    LinearAutoencoderSettings,
    fit_linear_autoencoder,
    fit_pod,
    relative_error,
)
from mornet.snapshots.digits import digits_data_set
from tests.contracts import check_reduction
from tests.test_linalg import matrix


def fit(U, r, seed, *, inner_product=None, weights=None, **settings):
    return fit_linear_autoencoder(
        U,
        r,
        LinearAutoencoderSettings(**settings),
        rng=np.random.default_rng(seed),
        inner_product=inner_product,
        weights=weights,
    )


@pytest.mark.sensitive
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("name", ["burgers", "digits"])
def test_linear_autoencoder_reaches_pod_error_from_random_starts(name, bias):
    U = {"burgers": lambda: burgers_data_set(n=128, steps=120), "digits": digits_data_set}[name]()
    U = U.train.U
    for r in (2, 5, 10, 30):
        pod = fit_pod(U, rank=r, centre="mean" if bias else None)
        for seed in range(2):
            autoencoder = fit(U, r, seed, bias=bias).autoencoder
            excess = (relative_error(autoencoder, U) / relative_error(pod, U)) ** 2 - 1
            assert abs(excess) <= 1e-10
            decoder = autoencoder.network.layers(autoencoder.p)[1].W
            assert principal_angles(decoder, pod.V)[0] <= 1e-4


def test_it_is_a_reduction():
    U = matrix(0.5 ** np.arange(20)) + 1
    for centre in (False, True):
        check_reduction(fit(U, 3, 0, bias=centre).autoencoder, U)


def test_a_sweep_contracts_the_angle_by_the_squared_ratio_of_singular_values():
    # the tangent of the angle shrinks by (s_4 / s_3)^2 a sweep, the loss's excess by its square
    s = np.array([4.0, 3.0, 2.0, 1.5, 1.0, 0.5])
    U = matrix(s)
    history = fit(U, 3, 0).history
    loss = 2 * U.shape[1] * history.objective
    scale = np.mean(U**2)
    excess = loss * scale - np.sum(s[3:] ** 2)
    middle = slice(8, 20)  # past the transient, above round-off
    rates = excess[1:][middle] / excess[:-1][middle]
    np.testing.assert_allclose(rates, (1.5 / 2) ** 4, rtol=1e-3)


def test_the_loss_never_rises():
    cost = fit(matrix(0.9 ** np.arange(20)), 4, 1).history.objective
    assert (np.diff(cost) <= 1e-14 * cost[0]).all()


def test_equal_singular_values_at_the_cut_still_give_the_optimal_loss():
    s = np.array([3.0, 2.0, 1.0, 1.0, 1.0, 0.5])
    U = matrix(s)
    autoencoder = fit(U, 3, 0).autoencoder
    assert relative_error(autoencoder, U) ** 2 == pytest.approx(2.25 / np.sum(s**2), rel=1e-10)


@pytest.mark.parametrize(
    ("s", "r"),
    [
        (10.0 ** -np.arange(12), 5),  # the first sweep finds all but the last digits of the loss
        (np.array([1e6, 5e5, 1.1, 1.05, 1.02, 1.0, 0.9, 0.8]), 4),
        (np.array([1e6, 1.0, 0.999, 0.99, 0.9, 0.5]), 2),
    ],
)
def test_small_modes_behind_large_ones_are_found(s, r):
    U = matrix(s)
    eps = np.finfo(float).eps
    for seed in range(4):
        error = relative_error(fit(U, r, seed).autoencoder, U) * np.linalg.norm(s)
        least = np.linalg.norm(s[r:])
        # round-off of size eps s_1 in the residual, and the tolerance of the loss
        assert error - least <= 1e-8 * least + 100 * eps * s[0]


def test_full_rank_reconstructs_to_round_off():
    U = matrix(np.linspace(1, 2, 4), n=6, m=4)
    assert relative_error(fit(U, 4, 0).autoencoder, U) <= 1e-14


def decayed(U, r, decay):
    """Return W_1, W_2 of the autoencoder with decay, and its penalised loss."""
    model, history = fit(U, r, 0, decay=decay)
    encoder, decoder = model.network.layers(model.p)
    return encoder.W, decoder.W, history.objective[-1] * 2 * U.shape[1] * model.scale**2


@pytest.mark.parametrize("lam", [0.1, 0.5, 2.0])
def test_with_decay_the_autoencoder_is_the_closed_form_of_kunin_et_al(lam):
    # W_1 = W_2^T, W_2 W_1 = V (1 - lam / s^2) V^T over s^2 > lam: lam = 2 leaves two of three
    s = np.array([3.0, 2.0, 1.2, 0.8, 0.5, 0.3])
    U = matrix(s)
    V = fit_pod(U, rank=3).V
    W1, W2, loss = decayed(U, 3, lam)
    shrunk = np.maximum(1 - lam / s[:3] ** 2, 0)
    np.testing.assert_allclose(W1, W2.T, atol=1e-5)
    np.testing.assert_allclose(W2 @ W1, (V * shrunk) @ V.T, atol=1e-5)
    kept = s[:3][shrunk > 0]
    expected = np.sum(s**2) - np.sum((kept**2 - lam) ** 2 / kept**2)
    assert loss == pytest.approx(expected, rel=1e-9)


def test_with_decay_the_decoders_left_singular_vectors_are_the_modes():
    # Plaut 2018; without decay any basis of their span is as good
    U = matrix(np.array([3.0, 2.0, 1.2, 0.8, 0.5, 0.3]))
    V = fit_pod(U, rank=3).V
    _, W2, _ = decayed(U, 3, 0.2)
    left = np.linalg.svd(W2, full_matrices=False)[0]
    np.testing.assert_allclose(np.abs(left.T @ V), np.eye(3), atol=1e-4)
    plain = fit(U, 3, 0).autoencoder
    W2 = plain.network.layers(plain.p)[1].W
    turn = np.linalg.qr(np.random.default_rng(3).standard_normal((3, 3)))[0]
    W1, other = turn.T @ W2.T, W2 @ turn
    np.testing.assert_allclose(other @ (W1 @ U), W2 @ (W2.T @ U), atol=1e-12)


def test_impossible_requests_are_refused():
    U = matrix(0.9 ** np.arange(20))
    with pytest.raises(OptionError, match="code size 21 must be between 1 and min"):
        fit(U, 21, 0)
    with pytest.raises(DivergenceError, match="did not converge in 3 sweeps"):
        fit(U, 5, 0, sweeps=3)
    with pytest.raises(DivergenceError, match="did not converge in 3 steps"):
        fit(U, 5, 0, sweeps=3, decay=0.1)
    with pytest.raises(OptionError, match=r"decay = -1\.0 must be at least 0"):
        fit(U, 5, 0, decay=-1)
