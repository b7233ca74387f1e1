import numpy as np
import pytest

from mornet.experiments.updates.multi_start import multi_start
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings


@pytest.fixture(scope="module")
def again():
    return multi_start(
        base=TrainedNetworkSettings(decay=1e-4, minimum=0.02882662591, starts=2),
        again=15,
        t=(1e-4, 1e-2),
    )


@pytest.mark.sensitive
def test_two_retrainings_differ_by_their_minima_and_not_by_the_data(again):
    median = 2
    for i, factor in ((1, 100), (2, 3)):
        assert again.quantiles.independent[median, i] > factor * again.branch.change[i]
        # from the same start some trainings come to the continuation of the same minimum
        assert again.branch.stayed[i] > 0
    assert again.branch.stayed[0] == again.reached.objective.shape[1]
    # the scatter is there without any change of the data; its size depends on which minima the
    # random starts reach, and that on round-off
    assert again.quantiles.independent[median, 0] > 100 * again.branch.change[1]


def test_what_moves_at_all_has_moved_by_the_order_of_t(again):
    assert again.branch.change[0] == 0
    assert again.branch.change[2] == pytest.approx(100 * again.branch.change[1], rel=0.01)
    np.testing.assert_array_equal(again.reached.pair[0], 0)
    assert again.minima.hits.sum() == again.reached.objective.shape[1] == 15 - again.lost
    assert np.all(np.diff(again.minima.objective) > 0)


def test_who_reaches_the_branch_has_its_objective(again):
    for i in range(len(again.branch.t)):
        there = again.reached.scatter[i] < 1e-6 * again.output
        assert np.sum(there) == again.branch.found[i]
        J = again.reached.objective[i, there]
        np.testing.assert_allclose(J, again.branch.objective[i], rtol=1e-9)
