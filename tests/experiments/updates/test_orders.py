import numpy as np
import pytest

from mornet.errors import DataError, DivergenceError
from mornet.experiments.ten_points.data import grid, network, points
from mornet.experiments.updates.orders import update_orders as complete_update_orders
from mornet.experiments.updates.trained_networks import (
    TrainedNetworkSettings,
    convolutional_autoencoder_network,
)
from mornet.linalg import rms
from mornet.nn import Convolution
from mornet.perturbation import Taylor, continue_branch, measure_slope, move_snapshots
from mornet.storage import difference, save
from mornet.training import Objective
from tests.perturbation.conftest import STORED


def update_orders(*, trained="ten_points", decay=1e-3, minimum=None, starts=3, **settings):
    """Return the record of few starts, the first near a minimum, and of few steps of trainers."""
    if trained == "ten_points" and minimum is None:
        minimum = float(STORED["J_1e3" if decay == 1e-3 else "J_1e4"])
    base = TrainedNetworkSettings(trained, decay, starts, minimum=minimum)
    few = {"adam_steps": 200, "retraining_gradients": 20}
    return complete_update_orders(base=base, **few | settings)


@pytest.fixture(scope="module", params=[1e-3, 1e-4], ids=str)
def record(request):
    return update_orders(decay=request.param)


@pytest.mark.sensitive
def test_orders_are_1_2_2(record):
    assert record.accuracy.method == ("no update", "first order", "Newton step")
    np.testing.assert_array_equal(record.accuracy.error_order, [1, 2, 2])
    np.testing.assert_allclose(record.accuracy.slope, record.accuracy.error_order, atol=0.05)
    assert np.all(record.accuracy.used.sum(axis=1) >= 3)


@pytest.mark.sensitive
def test_the_base_is_the_stored_minimum(record):
    J = float(STORED["J_1e3" if record.base.decay == 1e-3 else "J_1e4"])
    assert record.base.objective == pytest.approx(J, rel=1e-9)
    assert record.minima.hits.sum() == record.starts


def test_base_and_branch_are_stationary(record):
    assert record.base.gradient_norm < 1e-15
    assert record.base.distance < 1e-11
    assert record.base.eigenvalues[0] > 0
    assert np.all(record.branch.gradient_norm < 1e-14)
    assert np.all(record.branch.distance < 1e-11)


QUARTERS = tuple(float(f"{10 ** (k / 4):.6g}") for k in range(-16, -3))
# a Newton step needs small t to show its order, a fifth-degree series large ones
WIDE = (*(float(f"{10 ** (k / 4):.6g}") for k in range(-17, -7)), 0.3, 0.55, 1.0, 1.8)
MIDDLE = tuple(float(f"{10 ** (k / 4):.6g}") for k in range(-12, 0))


@pytest.mark.sensitive
@pytest.mark.parametrize(
    "settings",
    [
        {"decay": 1e-3, "t": QUARTERS},
        {"decay": 1e-4, "t": QUARTERS},
        {"trained": "linear_autoencoder", "decay": 0.0, "perturbation": "snapshots", "t": WIDE},
        {"trained": "sigmoid_autoencoder", "decay": 1e-4, "perturbation": "snapshots",
         "t": MIDDLE},
    ],
    ids=["ten points 1e-3", "ten points 1e-4", "linear autoencoder", "sigmoid autoencoder"],
)  # fmt: skip
def test_orders_1_to_6_on_the_three_networks(settings):
    """Gauss-Newton, damping and gradient steps, the negative controls, stay at order 1."""
    record = update_orders(methods="all", **settings)
    low = record.accuracy.error_order <= 3
    assert np.all(np.abs(record.accuracy.slope - record.accuracy.error_order)[low] <= 0.05)
    assert np.all(np.abs(record.accuracy.slope - record.accuracy.error_order)[~low] <= 0.1)
    assert np.all(record.accuracy.used.sum(axis=1) >= 3)
    assert set(record.accuracy.error_order[1:4]) == {1}
    assert record.base.nullity == (9 if record.base.trained == "linear_autoencoder" else 0)


def test_one_sample_more(record):
    more = update_orders(
        perturbation="add",
        decay=record.base.decay,
        t=(1e-4, 1e-3, 1e-2),
    )
    assert more.accuracy.method[-2:] == ("Kalman (H)", "Kalman (Gauss-Newton)")
    np.testing.assert_allclose(more.accuracy.slope[-2:], [2, 1], atol=0.05)


def test_record_has_the_declared_shapes(record):
    accuracy = record.accuracy
    n, m = len(accuracy.t), len(accuracy.method)
    assert record.branch.p.shape == (n, 23)
    errors = (accuracy.error, accuracy.estimate, accuracy.parameter_error)
    for array in (*errors, accuracy.residual, accuracy.used):
        assert array.shape == (m, n)
        assert np.isfinite(array).all()


def test_the_record_repeats_to_the_bit_apart_from_its_seconds(tmp_path):
    for name in ("one.h5", "other.h5"):
        save(tmp_path / name, update_orders(decay=1e-4, t=(1e-3, 1e-2, 1e-1)), config={})
    assert difference(tmp_path / "one.h5", tmp_path / "other.h5") == []


@pytest.mark.sensitive
def test_rivals_have_spent_what_the_record_says():
    """A trainer first has the error of the update after `equal_gradients` gradients."""
    record = update_orders(methods="all", decay=1e-3, t=QUARTERS, retraining_gradients=200)
    rivals = record.rivals
    goal = record.accuracy.error[:, rivals.retrained_at]
    for error, spent, paid in zip(
        rivals.error, rivals.equal_gradients, rivals.paid_after, strict=True
    ):
        for i, (at, k) in enumerate(zip(error, spent.T, strict=True)):
            reached = at[k - 1] <= goal[:, i]
            assert np.all(reached | (k == 200))
            assert np.all(at[np.maximum(k - 2, 0)][k > 1] > goal[k > 1, i])
        saved = (spent - record.work.update[:, None])[1:]  # the old network takes no work
        paid = paid[1:]
        setup = np.broadcast_to(record.work.setup[1:, None], saved.shape)
        np.testing.assert_allclose((paid * saved)[saved > 0], setup[saved > 0])
        assert np.all(paid[saved <= 0] == 0)
    lbfgs = rivals.trainer.index("L-BFGS")
    assert np.all(rivals.rate[lbfgs] == 0)
    assert np.all(np.delete(rivals.rate, lbfgs, axis=0) > 0)
    # at small t updates of order 3 are beyond all that trainers reach
    high = record.accuracy.error_order >= 3
    assert rivals.error[:, 0, -1].min() > 100 * record.accuracy.error[high, 0].max()


def test_the_excess_of_j_is_that_over_the_branch():
    record = update_orders(decay=1e-3)
    x, y = points()
    F = np.random.default_rng(np.random.SeedSequence(0).generate_state(2)[1])
    F = F.standard_normal((2, 10))
    moved = Objective(network(), x, y + record.accuracy.t[-1] * F / np.linalg.norm(F), decay=1e-3)
    q = record.base.p  # no update
    true = moved.value(q) - moved.value(record.branch.p[-1])
    assert record.accuracy.excess[0, -1] == pytest.approx(true, rel=0.1)


def test_minimum_that_is_not_found_is_refused():
    with pytest.raises(DataError, match=r"no minimum with J = 0\.1 among 0\.17.*more starts"):
        update_orders(minimum=0.1)


def test_branch_that_ends_is_reported():
    with pytest.raises(DivergenceError, match="the branch is lost at t = "):
        update_orders(decay=1e-4, t=(1e-2, 1e-1, 50.0))


def test_base_must_be_exact_for_the_smallest_t():
    with pytest.raises(DataError, match="take larger t"):
        update_orders(t=(1e-15, 1e-3))


def test_ten_points_are_those_of_the_article():
    x, y = points()
    assert x.shape == y.shape == (2, 10)
    np.testing.assert_array_equal(x[:, 7], [0.9, 0.2])
    np.testing.assert_array_equal(y.sum(axis=1), [5, 5])
    assert network().size == 23
    np.testing.assert_array_equal(grid(3)[:, 1], [0.5, 0.0])


def test_a_convolutional_autoencoder_is_updated_like_any_other():
    trained = convolutional_autoencoder_network(1e-2, n=8, N=20, starts=1)
    J, base = trained.objective, trained.base
    assert isinstance(J.net.blocks[0].map, Convolution)
    assert base.eigenvalues[0] > 0
    E = np.random.default_rng(1).standard_normal(J.x.shape)
    path, t = move_snapshots(J, E / np.linalg.norm(E)), np.geomspace(0.005, 0.05, 5)
    branch = continue_branch(path, base, t)
    for degree in (1, 2, 3):
        curve = Taylor(degree).along(base, path)
        error = [rms(trained.f(curve(s)) - trained.f(p)) for s, p in zip(t, branch.p, strict=True)]
        slope = measure_slope(t, np.array(error), floor=1e-15, scale=0.1).slope
        assert slope == pytest.approx(degree + 1, abs=0.1)
