"""The stochastic gradient method with one sample a step, fast for small networks.

A step of the network 2-2-3-2 takes about a hundred multiplications. In the general loop function
calls take nearly all of its time. Here a step is about twenty NumPy calls on arrays that are
allocated once, or one compiled loop (`mornet.kernels`):

* one vector s = (x, 1, a^[2], 1, ..., a^[L]) holds all activations, and W^[l], b^[l] lie together
  as [W b]: a layer is one product, and s (1 - s) is sigma' of all layers at once, 0 at the ones;
* the gradient is the outer products of (3) and (4) of the Lemma, written side by side;
* the parameters of the recorded steps are kept, and J is evaluated for about a hundred steps at a
  time, by operations along the axis of the steps.

The reference is `mornet.training.descent` with `mornet.nn.backprop`. Both give the same numbers to
round-off.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mornet import kernels
from mornet.errors import DivergenceError, OptionError
from mornet.nn.network import Network
from mornet.records import Array, Indices
from mornet.training.history import History
from mornet.training.objective import Objective
from mornet.training.trainer import Training

DEFERRED = 2**14  # activations of the widest layer that one evaluation of J holds


def single_sample_descent(
    objective: Objective, p: Array, eta: float, indices: Indices, *, record_every: int = 1
) -> Training:
    """Return what `train` returns with `SteepestDescent` (eta) and `Prescribed` (indices).

    There is one step for each index. J is recorded before the first step, after every
    ``record_every`` steps and after the last one; ``record_every=1`` takes little more time than
    the steps alone. Raises OptionError unless all layers are dense and sigmoid with bias, in
    float64, without sample weights and decay, and for indices out of range;
    DivergenceError if J is not finite.
    """
    _check(objective, p, indices, record_every)
    net, steps = objective.net, len(indices)
    order = _augmented_order(net)
    q = p[order]
    recorded = np.arange(0, steps + record_every, record_every)
    recorded[-1] = steps
    steps_on = kernels.active().single_sample_steps
    advance = steps_on(q, net.widths, objective.x, objective.y, eta)
    J = np.empty(len(recorded))
    together = max(16, DEFERRED // (objective.N * max(net.widths[1:])))
    kept = np.empty((min(together, len(recorded)), q.size))
    done = 0
    for begin in range(0, len(recorded), len(kept)):
        stops = recorded[begin : begin + len(kept)]
        advance(indices[done : stops[-1]], stops - done, kept)
        done = stops[-1]
        J[begin : begin + len(stops)] = _objectives(
            kept[: len(stops)], net.widths, objective.x, objective.y
        )
    if not np.isfinite(J).all():
        raise DivergenceError(
            f"J is not finite after step {recorded[np.argmin(np.isfinite(J))]}: "
            "take a smaller learning rate"
        )
    trained = np.empty_like(q)
    trained[order] = q
    return Training(trained, History(recorded, J, recorded.copy()))


def _check(objective: Objective, p: Array, indices: Indices, record_every: int) -> None:
    net = objective.net
    net.require_dense("the single-sample method")
    objective.require_squares("the single-sample method")
    if set(net.activations) != {"sigmoid"} or not all(net.bias):
        raise OptionError(f"single-sample steps are for sigmoid layers with bias, not {net}")
    if objective.weights is not None or np.any(objective.decay):
        raise OptionError("single-sample steps are for objectives without weights and decay")
    if not p.dtype == objective.x.dtype == objective.y.dtype == np.float64:
        raise OptionError("single-sample steps are for float64")
    if record_every < 1:
        raise OptionError(f"record_every = {record_every} must be >= 1")
    if len(indices) and not 0 <= indices.min() <= indices.max() < objective.N:
        raise OptionError(
            f"indices run from {indices.min()} to {indices.max()}, "
            f"but there are {objective.N} samples, 0 to {objective.N - 1}"
        )


def _augmented_order(net: Network) -> Indices:
    """Return where in p the entries of [W^[2] b^[2]], [W^[3] b^[3]], ... are, row by row."""
    layers = net.layers(np.arange(net.size, dtype=float))
    blocks = [np.column_stack([W, b]).ravel() for W, b, *_ in layers if b is not None]
    return np.concatenate(blocks).astype(np.intp)


def _objectives(q: Array, widths: Sequence[int], x: Array, y: Array) -> Array:
    """Return J (K,) for K parameter vectors ``q`` (K, P) at once."""
    steps_last = np.ascontiguousarray(q.T)
    a = x[:, :, None]
    start = 0
    with np.errstate(over="ignore"):
        for n, m in pairwise(widths):
            stop = start + m * (n + 1)
            W = steps_last[start:stop].reshape(m, n + 1, 1, len(q))
            z = W[:, 0] * a[0]
            for k in range(1, n):
                z += W[:, k] * a[k]
            z += W[:, n]
            np.negative(z, out=z)
            np.exp(z, out=z)
            z += 1
            a, start = np.reciprocal(z, out=z), stop
    a -= y[:, :, None]
    a *= a
    return a.sum(axis=(0, 1)) / (2 * x.shape[1])
