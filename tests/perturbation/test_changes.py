import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.nn import Network
from mornet.perturbation import (
    add_sample,
    change_decay,
    move_inputs,
    move_snapshots,
    remove_samples,
    replace_snapshots,
)
from mornet.training import Objective

NET = Network((3, 2, 3), ("sigmoid", "identity"))


@pytest.fixture
def start():
    X = np.random.default_rng(0).standard_normal((3, 5))
    return Objective(NET, X, X, decay=1e-3)


@pytest.fixture
def p():
    return np.random.default_rng(1).standard_normal(NET.size)


def test_removed_sample_is_gone_at_1_and_N_stays(start, p):
    keep = np.array([0, 1, 3, 4])
    left = Objective(NET, start.x[:, keep], start.y[:, keep], weights=np.full(4, 4 / 5), decay=1e-3)
    gone = remove_samples(start, [2]).objective(1.0)
    assert gone.value(p) == pytest.approx(left.value(p), rel=1e-14)
    np.testing.assert_allclose(gone.gradient(p), left.gradient(p), atol=1e-15)


def test_added_sample_enters_with_its_weight_over_the_old_N(start, p):
    x, y = np.ones(3), np.zeros(3)
    path = add_sample(start, x, y, 0.5)
    assert path.start.value(p) == pytest.approx(start.value(p), rel=1e-14)
    loss = 0.5 * np.sum(NET.forward(p, x[:, None]) ** 2)
    assert path.objective(0.3).value(p) == pytest.approx(start.value(p) + 0.3 * 0.5 * loss / 5)


def test_snapshots_move_inputs_and_targets(start):
    B = np.ones((3, 5))
    new = replace_snapshots(start, B).objective(1.0)
    np.testing.assert_allclose(new.x, B)
    np.testing.assert_allclose(new.y, B)
    np.testing.assert_array_equal(move_inputs(start, B).objective(1.0).y, start.y)


def test_gradient_rate_of_the_decay_is_p(start, p):
    np.testing.assert_allclose(change_decay(start, 2.0).gradient_rate(p), 2 * p)


def test_bad_moves_are_refused(start):
    with pytest.raises(OptionError, match=r"samples \[5\] must be different numbers from 0 to 4"):
        remove_samples(start, [5])
    with pytest.raises(OptionError, match="different"):
        remove_samples(start, [1, 1])
    with pytest.raises(ShapeError, match=r"new snapshots have shape \(3, 4\)"):
        replace_snapshots(start, np.ones((3, 4)))
    with pytest.raises(ShapeError, match="the sample has shapes"):
        add_sample(start, np.ones(2), np.ones(3))
    narrow = Objective(Network((3, 2)), np.ones((3, 5)), np.ones((2, 5)))
    with pytest.raises(ShapeError, match="not an autoencoder"):
        move_snapshots(narrow, np.ones((3, 5)))
