"""Predictions of test snapshots from training snapshots at neighbouring times and parameters.

A prediction is U W with training snapshots U (n, m_1) and sparse weights W (m_1, m_2). The weights
depend on times and parameters alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.records import Array, Indices
from mornet.snapshots import Snapshots

MOST_PARAMETERS = 50  # training parameters near the test parameter that an interpolation uses


def over_parameters(train: Snapshots, test: Snapshots) -> Any:
    """Return W of the training trajectories at the test times, interpolated over the parameters.

    Both interpolations are linear; over several parameters radial basis functions |mu - mu_k|
    interpolate, which is linear for one parameter. The result is None where parameters are unknown
    or all equal, where several training snapshots have one time and parameter, and where a test
    time lies outside a trajectory.
    """
    if train.mu is None or test.mu is None:
        return None
    mus, group = np.unique(train.mu, axis=1, return_inverse=True)
    group = group.reshape(-1)
    t_train = np.zeros(train.m) if train.t is None else train.t
    t_test = np.zeros(test.m) if test.t is None else test.t
    if mus.shape[1] < 2 or (train.t is None) != (test.t is None):
        return None
    by_parameter = parameter_weights(mus, test.mu)
    total: Any = 0
    for k in range(mus.shape[1]):
        in_time = in_time_weights(t_train, np.flatnonzero(group == k), t_test)
        if in_time is None:
            return None
        total = total + in_time.multiply(by_parameter[:, k]).tocsc()
    return total


def parameter_weights(mus: Array, wanted: Array) -> Array:
    """Return the weights (m, K) of K parameters ``mus`` (p, K) for each of ``wanted`` (p, m)."""
    if len(mus) == 1:
        return np.stack([np.interp(wanted[0], mus[0], unit) for unit in np.eye(mus.shape[1])], 1)
    from scipy.interpolate import RBFInterpolator

    scale = np.ptp(mus, axis=1)[:, None]
    scale = np.where(scale > 0, scale, 1.0)
    at, number = np.unique(wanted, axis=1, return_inverse=True)
    K = mus.shape[1]
    interpolate = RBFInterpolator(
        (mus / scale).T, np.eye(K), kernel="linear", neighbors=min(K, MOST_PARAMETERS)
    )
    return np.asarray(interpolate((at / scale).T))[number.reshape(-1)]


def in_time_weights(t: Array, columns: Indices, wanted: Array) -> Any:
    """Return W (m_1, m_2) that interpolates linearly between the ``columns`` of times t (m_1,).

    The result is None if two of the columns have the same time, or if one of the times ``wanted``
    (m_2,) is outside.
    """
    from scipy.sparse import csc_array

    order = columns[np.argsort(t[columns])]
    times = t[order]
    slack = 1e-9 * max(float(np.ptp(times)), float(np.abs(times).max()))
    outside = wanted.min() < times[0] - slack or wanted.max() > times[-1] + slack
    if outside or np.any(np.diff(times) <= 0):
        return None
    after = np.clip(np.searchsorted(times, wanted), min(1, len(times) - 1), len(times) - 1)
    before = np.maximum(after - 1, 0)
    step = times[after] - times[before]
    part = np.divide(wanted - times[before], step, out=np.ones(len(wanted)), where=step > 0)
    part = np.clip(part, 0.0, 1.0)
    j = np.arange(len(wanted))
    rows, entries = np.append(order[before], order[after]), np.append(1 - part, part)
    return csc_array((entries, (rows, np.append(j, j))), shape=(len(t), len(wanted)))
