"""A stored POD is updated with new snapshots, without the old ones.

The SVD of [X_r, B] replaces that of [X, B], where X_r = V S W^T is what the POD of rank r kept of
the old snapshots X, and B holds the new ones. Since X_r (X - X_r)^T = 0, the error e of the updated
modes for [X, B] satisfies

    s <= optimum <= e <= (s^2 + ||X - X_r||^2)^(1/2),

where s is the truncation error for [X_r, B] (M. Brand, Linear Algebra Appl. 415, 2006).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mornet.checks import (
    real_array,
    require_columns,
    require_count,
    require_finite,
    require_kind,
    require_whole,
)
from mornet.errors import OptionError
from mornet.linalg import column_mean
from mornet.records import Array
from mornet.reduction.pod.incremental import IncrementalSVD, start_incremental
from mornet.reduction.pod.record import POD


def update_pod(pod: POD, new: Array, *, samples: int | None = None, rank: int | None = None) -> POD:
    """Return the POD of rank ``rank`` of the old snapshots and the ``new`` ones (n, k).

    ``rank`` is that of ``pod`` unless given, and at most min(n, r + k); fewer modes come
    out if the snapshots have fewer. A POD with a centre also needs the
    number of old ``samples``, by default that of the ``pod``; its centre becomes the mean of all
    snapshots (D. Ross et al., Int. J. Comput. Vision 77, 2008). The ``truncation_error`` of the
    result is an upper bound of its error on all snapshots.

    Raises ShapeError and DataError for bad snapshots, OptionError for what is no POD, a POD with
    weights, a rank out of range, or without ``samples`` where they are needed.
    """
    require_kind("pod", pod, POD, "a POD is needed, fit_pod(U, rank=...)")
    new = real_array("new", new)
    require_columns("new", new, pod.n)
    require_finite("new", new)
    if pod.weights is not None:
        raise OptionError("a POD with weights of its snapshots cannot be updated: fit it again")
    if samples is not None:
        require_whole(samples=samples)
    if rank is not None:
        most = min(pod.n, pod.r + new.shape[1])
        require_count("rank", rank, most, f"min(n, old modes and new snapshots) = {most}")
    samples = samples or pod.samples
    block, centre = (new, None) if pod.centre is None else _centred(pod.centre, new, samples)
    old = IncrementalSVD(
        pod.V, pod.singular_values[: pod.r], np.eye(pod.r), pod.truncation_error, pod.inner_product
    )
    added = start_incremental(block, inner_product=pod.inner_product) if block.any() else None
    both = old if added is None else old.merge(added)
    updated = both.pod(min(pod.r if rank is None else rank, both.rank))
    total = samples + new.shape[1] if samples else 0
    return replace(updated, centre=centre, tail=pod.truncation_error, samples=total)


def _centred(centre: Array, new: Array, samples: int) -> tuple[Array, Array]:
    """Return columns with the scatter that ``new`` adds, and the mean of all snapshots."""
    if samples < 1:
        raise OptionError("a POD with a centre needs the number of its old snapshots: give samples")
    k = new.shape[1]
    mean = column_mean(new)
    step = np.sqrt(samples * k / (samples + k)) * (mean - centre)
    block = np.column_stack([new - mean[:, None], step])
    return block, (samples * centre + k * mean) / (samples + k)
