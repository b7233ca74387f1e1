import numpy as np
import pytest

from mornet.experiments.updates.burgers import burgers_update
from mornet.experiments.updates.burgers_autoencoder import BurgersSettings


@pytest.fixture(scope="module")
def burgers():
    return burgers_update(
        problem=BurgersSettings(n=60, steps=40, hidden=4, decay=1e-2), starts=5, adam_steps=100
    )


@pytest.mark.sensitive
def test_burgers_update_reaches_the_branch_at_a_fraction_of_the_work(burgers):
    cold = np.median(burgers.cold.gradients)
    near = burgers.accuracy.error[:, -1] <= 1.05 * burgers.accuracy.branch_error[-1]
    cheap = burgers.work.update <= 0.05 * cold
    taylor = np.array([name.endswith("order") for name in burgers.accuracy.method])
    assert np.any(near & cheap & taylor)
    assert not near[0]
    assert burgers.base.distance < 1e-10
    assert burgers.radius > 0


@pytest.mark.sensitive
def test_burgers_updates_of_higher_order_are_nearer_in_every_measure(burgers):
    names = ("no update", "first order", "second order", "third order")
    accuracy = burgers.accuracy
    ranks = [accuracy.method.index(name) for name in names]
    for measure in (accuracy.gap, accuracy.parameter_error, accuracy.residual):
        assert np.all(np.diff(measure[ranks, 0]) < 0)


def test_cold_starts_are_described_by_median_and_spread(burgers):
    np.testing.assert_array_equal(burgers.cold.quantile, [0, 0.25, 0.5, 0.75, 1])
    for each, summed_up in (
        (burgers.cold.error, burgers.cold.error_quantiles),
        (burgers.cold.gradients, burgers.cold.gradients_quantiles),
        (burgers.cold.curve, burgers.cold.curve_quantiles),
    ):
        np.testing.assert_array_equal(summed_up, np.sort(each, axis=0))  # five starts: all entries
    # the curves end where the trainings did, but for the last digits of a line search
    assert burgers.cold.spent[-1] >= burgers.cold.gradients.max()
    np.testing.assert_allclose(burgers.cold.curve[:, -1], burgers.cold.error, rtol=1e-5)
    median = burgers.trainings.rival.index("L-BFGS, cold")
    np.testing.assert_array_equal(
        burgers.trainings.equal_gradients[median], burgers.cold.gradients_quantiles[2]
    )


def test_incremental_svd_computes_the_new_pod(burgers):
    error = dict(zip(burgers.pod.method, burgers.pod.error, strict=True))
    np.testing.assert_allclose(error["incremental SVD"], error["new modes"], rtol=1e-9)
    np.testing.assert_allclose(error["third order"], error["new modes"], rtol=1e-3)
