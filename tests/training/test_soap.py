import contextlib

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.nn import Network, initialise
from mornet.training import SOAP, Adam, Cosine, Objective, OnBatch, Shuffled, train
from mornet.training import soap as soap_module
from mornet.training.soap import GAMMA, carry


def autoencoder(n=20, m=150):
    """Snapshots on a curved line, centred and scaled, and a network for them."""
    t = np.linspace(0, 1, m)
    U = np.exp(-(((np.linspace(0, 1, n)[:, None] - t) / 0.15) ** 2))
    X = U - U.mean(axis=1, keepdims=True)
    X = np.asfortranarray(X / np.sqrt(np.mean(X**2)))
    net = Network((n, 24, 2, 24, n), ("sigmoid", "identity", "sigmoid", "identity"))
    return Objective(net, X, X)


def trained(J, optimiser, seed, epochs=300):
    rng = np.random.default_rng(seed)
    p = initialise(J.net, "glorot", rng)
    return train(
        J, p, optimiser, steps=3 * epochs, sampling=Shuffled(50), rng=rng, record_every=15
    ).history


def gradients_to(history, J):
    """The number of gradients, in units of N, until the objective was at most ``J``; or inf."""
    below = history.objective <= J
    return history.sample_gradients[np.argmax(below)] / 150 if below.any() else np.inf


def test_soap_is_the_recursion_of_its_paper(monkeypatch):
    monkeypatch.setattr(soap_module, "GAMMA", 0.0)
    rng = np.random.default_rng(0)
    net = Network((4, 3), "tanh")
    J = Objective(net, rng.standard_normal((4, 9)), rng.standard_normal((3, 9)))
    b, eta, start = 0.95, 0.01, rng.standard_normal(net.size)
    p = train(J, start, SOAP(net, eta, refresh=2), steps=7).p

    W, bias = start[:12].reshape(3, 4).copy(), start[12:].copy()
    L, R, m, v = np.zeros((3, 3)), np.zeros((4, 4)), np.zeros((3, 4)), np.zeros((3, 4))
    m_bias, v_bias = np.zeros(3), np.zeros(3)
    for k in range(7):
        g = J.gradient(np.concatenate([W.ravel(), bias]))
        G, g_bias = g[:12].reshape(3, 4), g[12:]
        L, R = b * L + (1 - b) * G @ G.T, b * R + (1 - b) * G.T @ G
        if k == 0:
            QL, QR = np.linalg.eigh(L)[1], np.linalg.eigh(R)[1]
        elif k % 2 == 0:
            order_L = np.argsort(-np.diag(QL.T @ L @ QL))
            order_R = np.argsort(-np.diag(QR.T @ R @ QR))
            new_L, new_R = np.linalg.qr(L @ QL[:, order_L])[0], np.linalg.qr(R @ QR[:, order_R])[0]
            v = ((QL.T @ new_L) ** 2).T @ v @ (QR.T @ new_R) ** 2
            QL, QR = new_L, new_R
        m = b * m + (1 - b) * G
        v = b * v + (1 - b) * (QL.T @ G @ QR) ** 2
        m_bias, v_bias = b * m_bias + (1 - b) * g_bias, b * v_bias + (1 - b) * g_bias**2
        c = 1 - b ** (k + 1)
        W = W - eta * QL @ ((QL.T @ m @ QR) / c / (np.sqrt(v / c) + 1e-8)) @ QR.T
        bias = bias - eta * m_bias / c / (np.sqrt(v_bias / c) + 1e-8)
    # the first G is diagonal in its bases; elsewhere a step is round-off over epsilon
    atol = 7 * eta * np.finfo(float).eps / 1e-8
    np.testing.assert_allclose(p, np.concatenate([W.ravel(), bias]), rtol=1e-12, atol=atol)


def test_soap_with_fixed_bases_is_adam():
    J = autoencoder()
    p = initialise(J.net, "glorot", np.random.default_rng(0))
    adam = train(J, p, Adam(1e-3, 0.95, 0.95), steps=5).p
    unturned = train(J, p, SOAP(J.net, 1e-3, longest=0), steps=5).p
    np.testing.assert_allclose(unturned, adam, rtol=1e-12)


def test_the_bases_stay_orthonormal_and_diagonalise_the_factors():
    J = autoencoder()
    rng = np.random.default_rng(0)
    optimiser, p = SOAP(J.net, lambda k: 0.0, refresh=1), initialise(J.net, "glorot", rng)
    state, on = optimiser.init(p), OnBatch(J)
    for k in range(100):  # eta = 0: the gradient, and with it the factors, do not change
        optimiser.step(k, p, J.gradient(p), state, on)
    for name in ("L_0", "R_3"):
        A, Q = state[name], state[f"Q{name}"]
        np.testing.assert_allclose(Q.T @ Q, np.eye(len(Q)), atol=1e-13)
        D = Q.T @ A @ Q
        assert np.abs(D - np.diag(np.diag(D))).max() <= 1e-9 * np.abs(D).max()


@pytest.mark.parametrize("gamma", [0.0, GAMMA])
def test_round_off_does_not_choose_the_first_bases(monkeypatch, gamma):
    """Reordered sums differ by eps, and gaps gamma/n turn a basis by n eps/gamma in a step."""
    monkeypatch.setattr(soap_module, "GAMMA", gamma)
    J = autoencoder()
    p = initialise(J.net, "glorot", np.random.default_rng(0))
    turned = Objective(J.net, *(np.asfortranarray(a[:, ::-1]) for a in (J.x, J.y)))
    one, two = (train(each, p, SOAP(J.net, 1e-3), steps=40).p for each in (J, turned))
    away = np.linalg.norm(two - one) / np.linalg.norm(one - p)
    assert (away <= 40 * 24 * np.finfo(float).eps / GAMMA) == (gamma > 0)


def test_carried_moments_are_those_of_the_turned_coordinates():
    rng = np.random.default_rng(0)
    old, new = (np.linalg.qr(rng.standard_normal((4, 4)))[0] for _ in range(2))
    v = rng.random((4, 1))
    C = old.T @ new
    covariance = C.T @ np.diag(v[:, 0]) @ C  # of the coordinates in the new basis
    np.testing.assert_allclose(carry(v, old, new)[:, 0], np.diag(covariance), rtol=1e-12)
    np.testing.assert_allclose(carry(v, old, new).sum(), v.sum(), rtol=1e-12)
    signed = old[:, [2, 0, 3, 1]] * [1, -1, -1, 1]
    np.testing.assert_allclose(carry(v, old, signed), v[[2, 0, 3, 1]], rtol=1e-10)


@pytest.mark.parametrize("seed", range(2))
def test_soap_needs_at_most_two_thirds_of_the_gradients_of_the_best_adam(seed):
    # one SOAP against the best of six Adams; to a J ten times larger both need about as many
    J = autoencoder()
    adams = [
        gradients_to(trained(J, Adam(Cosine(eta, 3 * epochs)), seed, epochs), 1e-3)
        for epochs in (400, 800)
        for eta in (3e-2, 6e-2, 0.1)
    ]
    by_soap = trained(J, SOAP(J.net, Cosine(3e-2, 900, warm_up=50)), seed)
    assert gradients_to(by_soap, 1e-3) <= 2 / 3 * min(adams) < np.inf


def test_a_basis_refreshed_at_every_step_needs_its_moments_carried(monkeypatch):
    J = autoencoder()
    optimiser = SOAP(J.net, Cosine(3e-2, 900, warm_up=50), refresh=1)
    assert trained(J, optimiser, seed=0).objective[-1] <= 1e-4
    monkeypatch.setattr(soap_module, "carry", lambda v, old, new: v)
    with contextlib.suppress(DivergenceError):
        assert trained(J, optimiser, seed=0).objective[-1] >= 1


def test_long_sides_keep_their_own_basis():
    net = Network((30, 4, 30), "sigmoid")
    names = SOAP(net, longest=10).init(np.zeros(net.size))
    assert set(names) == {"m", "v", "L_0", "QL_0", "R_1", "QR_1"}


def test_a_refresh_below_one_step_is_refused():
    with pytest.raises(OptionError, match="refresh = 0"):
        SOAP(Network((2, 2)), refresh=0)
