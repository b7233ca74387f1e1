import numpy as np
import pytest

from mornet.experiments.updates.bridge import bridge as bridge_study
from mornet.perturbation import measure_slope


@pytest.fixture(scope="module")
def bridge():
    return bridge_study()


@pytest.mark.sensitive
def test_bridge_holds_to_second_order(bridge):
    assert np.all(bridge.first <= 1e-9)
    assert np.all(bridge.second <= 1e-7)


@pytest.mark.sensitive
def test_series_of_pod_and_autoencoder_have_the_same_orders(bridge):
    for errors in (bridge.series.pod, bridge.series.autoencoder):
        for degree, error in zip(bridge.series.degree, errors, strict=True):
            slope, _ = measure_slope(bridge.series.t, error, floor=1e-14, scale=1.0)
            assert slope == pytest.approx(degree + 1, abs=0.05 if degree < 3 else 0.1)


def test_bounds_are_above_what_they_bound(bridge):
    assert np.all(bridge.bounds.change <= bridge.bounds.wedin)
    assert np.all(bridge.bounds.change <= bridge.bounds.davis_kahan)
    assert np.all(bridge.bounds.change <= bridge.bounds.cai_zhang)
    small = bridge.bounds.t < 0.1
    assert np.all(bridge.bounds.cai_zhang[small] < bridge.bounds.wedin[small])
    round_off = 1e-13
    assert np.all(bridge.incremental.true <= bridge.incremental.bound + round_off)
    assert bridge.incremental.error[-1] < 1e-13
    assert np.all(np.diff(bridge.incremental.error) < 0)
