"""The dimension of the set on which snapshots lie."""

from __future__ import annotations

import numpy as np

from mornet.records import Array
from mornet.reduction.hybrid.isomap import euclidean_distances

SIMPLE = 3  # largest dimension of a manifold that is unrolled
WINDING = 3.0  # least `winding` for which an unrolled correction races
MOST = 1000  # largest number of snapshots whose distances are computed
EQUAL = 1e-8  # part of the largest distance up to which two snapshots are equal
OUTLIERS = 0.1  # part of the largest ratios that the estimate leaves out


def intrinsic_dimension(c: Array, rng: np.random.Generator) -> float:
    """Return the dimension of the set of the columns of ``c`` (k, m), by their two neighbours.

    The ratio of the distances to the second and to the first nearest neighbour has the distribution
    1 - mu^(-d), and d is its maximum-likelihood estimate (E. Facco et al., Estimating the intrinsic
    dimension of datasets by a minimal neighborhood information, Scientific Reports 7, 2017).
    Neighbours in a regular series of snapshots have nearly equal distances, so that the estimate
    for them is too large; at most ``MOST`` columns, drawn at random, are used.
    """
    m = c.shape[1]
    few = np.sort(rng.choice(m, min(m, MOST), replace=False))
    few = rng.permutation(few)[: max(len(few) // 2, 3)]  # breaks the regular steps of a series
    D = _without_copies(euclidean_distances(c[:, few]))
    if len(D) < 3:
        return 0.0
    np.fill_diagonal(D, np.inf)
    first, second = np.partition(D, 1, axis=1)[:, :2].T
    ratio = np.sort(second / first)
    ratio = ratio[: max(1, int((1 - OUTLIERS) * len(ratio)))]
    logs = np.log(ratio)
    total = float(np.sum(logs))
    # maximum likelihood with the largest ratios censored at the last one that is kept
    censored = (len(D) - len(ratio)) * float(logs[-1])
    return len(ratio) / (total + censored) if total > 0 else float("inf")


def _without_copies(D: Array) -> Array:
    """Return the distances ``D`` (m, m) between points without those that equal an earlier one."""
    equal = np.tril(EQUAL * float(D.max()) >= D, -1).any(axis=1)
    return D[np.ix_(~equal, ~equal)]
