"""Updates of every order hold for convolutional networks, and for the log loss of classes."""

import numpy as np
import pytest

from mornet.nn import (
    AveragePool,
    Convolution,
    Dense,
    Dropout,
    Network,
    TransposedConvolution,
)
from mornet.perturbation import (
    Corrected,
    Damped,
    NewtonStep,
    Pade,
    Taylor,
    continue_branch,
    measure_slope,
    move_inputs,
    move_snapshots,
    move_targets,
    remove_samples,
)
from mornet.training import Adam, Objective, find_minimum, train

T = np.geomspace(1e-3, 2e-2, 6)
DOWN = Convolution((1, 2), (6,), (3,), (2,), (1,))
AUTOENCODER = Network.of(
    (DOWN, Dense(6, 2), Dense(2, 6), TransposedConvolution(DOWN)),
    ("tanh", "tanh", "tanh", "identity"),
)
CLASSIFIER = Network.of(
    (
        Convolution((1, 2), (4, 4), (3, 3), padding=(1,), circular=True),
        AveragePool((2, 4, 4), (2,), (2,)),
        Dropout((2, 2, 2), 0.5),
        Dense(8, 3),
    ),
    ("swish", "identity", "identity", "identity"),
    (True, False, False, True),
)


def trained(net, x, y, decay, loss):
    J = Objective(net, x, y, decay=decay, loss=loss)
    p = 0.5 * np.random.default_rng(1).standard_normal(net.size)
    return J, find_minimum(J, train(J, p, Adam(0.03), steps=400).p)


@pytest.fixture(scope="module")
def autoencoder():
    x = np.sin(np.linspace(0, 3, 6)[:, None] + np.linspace(0, 6, 12))
    return trained(AUTOENCODER, x, x, 0.005, "squares")


@pytest.fixture(scope="module")
def classifier():
    rng = np.random.default_rng(0)
    y = np.eye(3)[np.arange(12) % 3].T
    x = rng.standard_normal((16, 12)) + rng.standard_normal((16, 3)) @ y
    return trained(CLASSIFIER, x, y, 0.1, "softmax_log")


def slope(update, point, path):
    branch, curve = continue_branch(path, point, T), update.along(point, path)
    error = np.linalg.norm([curve(t) - p for t, p in zip(T, branch.p, strict=True)], axis=1)
    return measure_slope(T, error, floor=1e-15, scale=0.3 * np.linalg.norm(point.p)).slope


def direction(shape):
    F = np.random.default_rng(3).standard_normal(shape)
    return F / np.linalg.norm(F)


@pytest.mark.parametrize(
    "update",
    [Taylor(1), Taylor(2), Taylor(3), Taylor(4), Pade(1), Corrected(Taylor(1), NewtonStep())],
    ids=lambda u: u.name,
)
def test_orders_on_a_convolutional_autoencoder(autoencoder, update):
    J, point = autoencoder
    path = move_snapshots(J, direction(J.x.shape))
    assert slope(update, point, path) == pytest.approx(update.error_order, abs=0.05)


@pytest.mark.parametrize("move", [move_inputs, move_targets])
@pytest.mark.parametrize("degree", [1, 2, 3])
def test_orders_on_a_convolutional_classifier(classifier, move, degree):
    J, point = classifier
    path = move(J, direction((J.x if move is move_inputs else J.y).shape))
    assert slope(Taylor(degree), point, path) == pytest.approx(degree + 1, abs=0.05)


def test_a_sample_leaves_the_classifier_to_second_order(classifier):
    J, point = classifier
    assert slope(Taylor(1), point, remove_samples(J, [2])) == pytest.approx(2, abs=0.05)


def test_a_damped_hessian_keeps_order_1_only(autoencoder):
    J, point = autoencoder
    path = move_snapshots(J, direction(J.x.shape))
    assert slope(Taylor(2, Damped(1e-2)), point, path) == pytest.approx(1, abs=0.05)
