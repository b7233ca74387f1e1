"""The stochastic gradient method with one sample a step, as fast as small networks allow.

A step of the entering example is a hundred multiplications; in the general loop nearly all its time
is the price of calls. Here a step is some twenty NumPy calls on arrays that are set up once, or one
compiled loop (`mornet.kernels`):

* one vector s = (x, 1, a^[2], 1, ..., a^[L]) holds all activations, and W^[l], b^[l] lie together
  as [W b]: a layer is one product, and s (1 - s) is sigma' of all layers at once, 0 at the ones;
* the gradient is the outer products of (3) and (4) of the Lemma, written side by side;
* costs wait: the parameters of the recorded steps are kept, and their costs come some hundred steps
  at a time, by operations that run along the steps.

The page to read is `mornet.training.descent` with `mornet.nn.backprop`; the numbers are the same to
round-off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from mornet import kernels
from mornet.errors import DivergenceError, OptionError
from mornet.nn.network import Network
from mornet.records import Array, Indices
from mornet.training.history import History
from mornet.training.objective import Objective
from mornet.training.trainer import Training

DEFERRED = 2**14  # activations of the widest layer evaluated together for the deferred costs


def single_sample_descent(
    objective: Objective, p: Array, eta: float, indices: Indices, *, record_every: int = 1
) -> Training:
    """Return what `train` returns with `SteepestDescent` (eta) and `Prescribed` (indices).

    One step for each index. J is recorded before the first step, after every ``record_every``
    steps and after the last one; with ``record_every=1`` the cost of every iteration is known at
    little more than the price of the steps. Raises OptionError unless all layers are sigmoid with
    bias, in float64, without sample weights and decay, and for indices out of range;
    DivergenceError if a cost is not finite.
    """
    _check(objective, p, indices, record_every)
    net, steps = objective.net, len(indices)
    order = _augmented_order(net)
    q = p[order]
    recorded = np.arange(0, steps + record_every, record_every)
    recorded[-1] = steps
    setup = getattr(kernels.active(), "single_sample_steps", _plain_steps)
    advance = setup(q, net.widths, objective.x, objective.y, eta)
    cost = np.empty(len(recorded))
    together = max(16, DEFERRED // (objective.N * max(net.widths[1:])))
    kept = np.empty((min(together, len(recorded)), q.size))
    done = 0
    for begin in range(0, len(recorded), len(kept)):
        stops = recorded[begin : begin + len(kept)]
        advance(indices[done : stops[-1]], stops - done, kept)
        done = stops[-1]
        cost[begin : begin + len(stops)] = _costs(
            kept[: len(stops)], net.widths, objective.x, objective.y
        )
    if not np.isfinite(cost).all():
        raise DivergenceError(
            f"J is not finite after step {recorded[np.argmin(np.isfinite(cost))]}: "
            "take a smaller learning rate"
        )
    trained = np.empty_like(q)
    trained[order] = q
    return Training(trained, History(recorded, cost, recorded.copy()))


def _check(objective: Objective, p: Array, indices: Indices, record_every: int) -> None:
    net = objective.net
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


def _blocks(q: Array, widths: Sequence[int]) -> list[Array]:
    """Return [W^[l] b^[l]] as views into ``q``."""
    blocks, start = [], 0
    for n, m in pairwise(widths):
        stop = start + m * (n + 1)
        blocks.append(q[start:stop].reshape(m, n + 1))
        start = stop
    return blocks


def _plain_steps(
    q: Array, widths: Sequence[int], x: Array, y: Array, eta: float
) -> Callable[[Indices, Indices, Array], None]:
    """Return advance(samples, stops, kept): steps on ``q``, with kept[k] = q after stops[k]."""
    from scipy.special import expit  # one call, where exp needs four

    depth = len(widths) - 1
    start = np.cumsum([0, *(n + 1 for n in widths[1:])])
    s, slope, delta = np.ones(start[-1]), np.empty(start[-1]), np.zeros(start[-1])
    gradient = np.empty_like(q)
    W, dW = _blocks(q, widths), _blocks(gradient, widths)
    own = [slice(start[l], start[l] + widths[l + 1]) for l in range(depth)]  # a^[l] in s
    with_one = [slice(start[l], start[l + 1]) for l in range(depth)]  # (a^[l], 1)

    inputs = [np.append(column, 1.0) for column in x.T]
    targets = list(np.ascontiguousarray(y.T))
    W_first, a_first = W[0], s[own[0]]
    forward = [(W[l], s[with_one[l - 1]], s[own[l]]) for l in range(1, depth)]
    output, delta_last, slope_last = (v[own[-1]] for v in (s, delta, slope))
    backward = [
        (W[l].T, delta[own[l]], delta[with_one[l - 1]], slope[with_one[l - 1]])
        for l in range(depth - 1, 0, -1)
    ]
    columns = [delta[own[l]][:, None] for l in range(depth)]
    outer = [(columns[l], s[with_one[l - 1]], dW[l]) for l in range(1, depth)]
    column_first, dW_first = columns[0], dW[0]
    one, step_size = np.array(1.0), np.array(float(eta))  # arrays: no conversion in every call
    dot, subtract, multiply = np.dot, np.subtract, np.multiply

    def advance(samples: Indices, stops: Indices, kept: Array) -> None:
        todo = samples.tolist()
        done = 0
        for k, stop in enumerate(stops.tolist()):
            for i in todo[done:stop]:
                a = inputs[i]
                dot(W_first, a, a_first)
                expit(a_first, a_first)
                for Wl, below, z in forward:
                    dot(Wl, below, z)
                    expit(z, z)
                subtract(one, s, slope)
                multiply(slope, s, slope)
                subtract(output, targets[i], delta_last)
                multiply(delta_last, slope_last, delta_last)  # (1)
                multiply(delta_last, step_size, delta_last)  # once, for all layers
                for WT, above, d, slope_l in backward:
                    dot(WT, above, d)
                    multiply(d, slope_l, d)  # (2)
                multiply(column_first, a, dW_first)  # (3), (4)
                for column, below, G in outer:
                    multiply(column, below, G)
                subtract(q, gradient, q)
            done = stop
            kept[k] = q

    return advance


def _costs(q: Array, widths: Sequence[int], x: Array, y: Array) -> Array:
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
