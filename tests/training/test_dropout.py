"""Dropout: off at evaluation, unbiased in training, reproducible from a checkpoint."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.nn import Convolution, Dense, Dropout, Network
from mornet.nn.dropout import Mask, with_masks
from mornet.training import Adam, DroppedOut, Objective, Shuffled, fit_lbfgs, train
from mornet.training.settings import TrainingSettings

NET = Network.of(
    (Convolution((1, 2), (6,), (3,)), Dropout((2, 4), 0.5), Dense(8, 3)),
    ("tanh", "identity", "identity"),
    (True, False, True),
)


def objective(decay=0.01):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((6, 20)), np.eye(3)[rng.integers(3, size=20)].T
    return Objective(NET, x, y, decay=decay, loss="softmax_log"), rng.standard_normal(NET.size)


def test_a_network_evaluates_dropout_as_the_identity():
    J, p = objective()
    conv, dense = NET.blocks[0].map, NET.blocks[2].map
    without = Objective(
        Network.of((conv, dense), ("tanh", "identity")), J.x, J.y, decay=0.01, loss="softmax_log"
    )
    assert J.value(p) == without.value(p) == DroppedOut(J, seed=0).value(p)
    np.testing.assert_allclose(J.gradient(p), without.gradient(p), rtol=1e-13)


def test_masks_keep_the_mean():
    layer, rng = Dropout((50,), 0.3), np.random.default_rng(0)
    factors = layer.drawn(400, rng).factors
    assert set(np.unique(factors)) == {0, 1 / 0.7}
    # the mean of 20 000 entries of variance .3/.7 is known to .0046
    assert factors.mean() == pytest.approx(1, abs=5 * 0.0046)


def test_the_gradient_is_that_of_the_network_with_the_masks_of_the_step():
    J, p = objective()
    batch, step = np.array([3, 7, 1]), 5
    net = with_masks(NET, 3, np.random.default_rng([9, step]))
    assert isinstance(net.blocks[1].map, Mask)
    masked = Objective(net, J.x[:, batch], J.y[:, batch], decay=0.01, loss="softmax_log")
    h, g = 1e-30, DroppedOut(J, 9).at_step(step).gradient(p, batch)
    np.testing.assert_array_equal(g, masked.gradient(p))
    v = np.random.default_rng(1).standard_normal(p.size)
    assert g @ v == pytest.approx(
        masked.C.value(net.forward(p + 1j * h * v, masked.x), masked.y).imag.mean() / h
        + 0.01 * (p @ v)
    )


def test_masks_differ_from_step_to_step_and_from_seed_to_seed():
    J, p = objective()
    drawn = [DroppedOut(J, seed).at_step(k).gradient(p) for seed, k in ((0, 0), (0, 1), (1, 0))]
    assert len({g.tobytes() for g in drawn}) == 3


def test_an_interrupted_training_ends_with_the_same_bits():
    J, p = objective()
    kept = []

    def run(**more):
        rng = np.random.default_rng(2)
        return train(
            DroppedOut(J, 4),
            p,
            Adam(0.01),
            steps=30,
            sampling=Shuffled(6),
            rng=rng,
            settings=TrainingSettings(**more),
        )

    whole = run(keep=kept.append, keep_every=11)
    resumed = run(resume=kept[0])
    np.testing.assert_array_equal(resumed.p, whole.p)
    np.testing.assert_array_equal(resumed.history.objective, whole.history.objective)
    other = train(DroppedOut(J, 5), p, Adam(0.01), steps=30, sampling=Shuffled(6),
                  rng=np.random.default_rng(2))  # fmt: skip
    assert not np.array_equal(other.p, whole.p)


def test_a_rate_out_of_range_is_refused():
    with pytest.raises(OptionError, match="rate = 1.0 must be at least 0 and less than 1"):
        Dropout((3,), 1)
    for seed in (-1, 1.5):
        with pytest.raises(OptionError, match=f"seed = {seed} must be"):
            DroppedOut(objective()[0], seed)


def test_a_line_search_refuses_masks_that_change():
    J, p = objective()
    with pytest.raises(
        OptionError, match="needs an Objective, not a DroppedOut, which is for train"
    ):
        fit_lbfgs(DroppedOut(J, seed=1), p, steps=3)
