"""Snapshots that arrive one by one."""

import numpy as np
import pytest

from mornet.experiments.updates.stream import stream


@pytest.fixture(scope="module")
def record():
    return stream(n=10, code=2, samples=40, new=12)


def test_filters_stay_nearer_to_the_minimum_than_the_old_curvature(record):
    """New snapshots increase H. The covariance of a filter follows; the old H does not."""
    error = dict(zip(record.method, record.error, strict=True))
    assert np.median(error["Kalman (H)"]) < np.median(error["first order"])
    assert np.median(error["Kalman (H)"]) < np.median(error["Kalman (Gauss-Newton)"])
    assert np.all(error["Kalman (H)"] < error["no update"])


def test_newton_from_all_snapshots_is_nearest_and_takes_most_work(record):
    newton = record.method.index("Newton step")
    assert np.all(np.median(record.error, axis=1) >= np.median(record.error[newton]))
    assert record.work[newton] == max(record.work)


def test_work_counts_operations(record):
    P, N, n = record.network.size, record.samples, 10
    work = dict(zip(record.method, record.work, strict=True))
    assert work["no update"] == 0
    assert work["first order"] == pytest.approx(1 / N + P / (3 * N))
    assert work["Kalman (H)"] == pytest.approx(n * (2 / 3 + P) / N)


def test_errors_of_no_update_are_distances_to_a_moving_minimum(record):
    assert record.error.shape == record.test_loss.shape == (5, 12)
    assert record.error[0, -1] > record.error[0, 0]
    assert np.all(record.test_loss > 0)
