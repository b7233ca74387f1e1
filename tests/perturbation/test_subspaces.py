"""Updates within a subspace take less work at the base; error_order is 1 unless it contains p'."""

import numpy as np
import pytest

from mornet.experiments.updates.orders import update_orders
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings
from mornet.perturbation import (
    BASE_COUNTS,
    ChordStep,
    Corrected,
    Counts,
    NewtonStep,
    NoUpdate,
    Taylor,
    move_targets,
    tangent,
)
from mornet.perturbation.update import biases, last_layer, low_rank


@pytest.fixture(scope="module")
def record():
    t = tuple(float(f"{10 ** (k / 4):.6g}") for k in range(-12, 0))
    return update_orders(
        base=TrainedNetworkSettings("sigmoid_autoencoder"),
        perturbation="snapshots",
        methods="subspaces",
        t=t,
        adam_steps=200,
        retraining_gradients=20,
    )


def test_response_within_a_subspace_is_the_nearest_in_the_norm_of_the_hessian(base, F):
    """||p' - B z||_H is least for z' = -(B^T H B)^{-1} B^T g_t."""
    objective, point = base
    path, rng = move_targets(objective, F), np.random.default_rng(0)
    H, B = objective.hessian(point.p), low_rank(objective.net, 1, rng)
    response = tangent(point, path)
    found = Taylor(1, B).along(point, path)(1.0) - point.p
    R = np.linalg.cholesky((H + H.T) / 2).T
    z = np.linalg.lstsq(R @ B.basis, R @ response, rcond=None)[0]
    np.testing.assert_allclose(found, B.basis @ z, atol=1e-8 * np.linalg.norm(response))


@pytest.mark.sensitive
def test_orders_within_subspaces_are_1(record):
    within = slice(1, -2)
    assert record.accuracy.method[1:3] == ("last layer first order", "biases first order")
    np.testing.assert_array_equal(record.accuracy.error_order[within], 1)
    np.testing.assert_allclose(record.accuracy.slope, record.accuracy.error_order, atol=0.05)
    assert np.all(record.accuracy.error[within, 0] < record.accuracy.error[0, 0])
    assert np.all(record.accuracy.error[within, 0] > 100 * record.accuracy.error[-2, 0])


def test_setup_is_a_product_for_each_dimension(record):
    setup = dict(zip(record.work.method, record.work.setup, strict=True))
    assert setup["no update"] == 0
    assert setup["last layer first order"] == 2 * (3 * 20 + 20)
    assert setup["biases first order"] == 2 * (3 + 20)
    assert setup["first order"] > 2 * record.base.p.size


def test_what_an_update_needs_of_the_base(base):
    net = base[0].net
    assert NoUpdate().setup == Corrected(NoUpdate(), NewtonStep()).setup == Counts()
    assert Corrected(Taylor(1), ChordStep()).setup == Taylor(1).setup == BASE_COUNTS
    assert Taylor(1, last_layer(net)).setup == Counts(products=8)
    both = Corrected(Taylor(1, biases(net)), ChordStep()).setup
    assert both == Counts(gradients=1, products=7, hessians=1)
