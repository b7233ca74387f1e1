"""Learned corrections of POD: the identity plus two networks, which are zero at the start.

There are r_0 POD coordinates c. A POD of rank r keeps the first r of them, c_r. The correction is

    z = c_r + e E(c / a),    c ~ [z; 0] + s M(z / b)           ("both"),
    z = c_r,                 c ~ [z; s M(z / b)]               ("decoder"),

with scales a, b, e, s from the data. The last layers of E and M start at zero. So the first iterate
is exactly POD, and training decreases the objective from its value for POD. ``anchored`` networks
are f(x) - f(0): they encode and decode zero as zero, as POD does. Other networks have biases in the
last layer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.nn import Network
from mornet.nn.backprop import forward_pass
from mornet.nn.curvature import r_forward
from mornet.nn.input_derivatives import along_lines, input_jacobian
from mornet.records import Array, Indices, array, in_short
from mornet.reduction.hybrid.passes import Half

PIECE = 512  # samples whose losses are evaluated at once
MOST_ROOMS = 4  # largest number of batch sizes with buffers; a training has three


class Design(NamedTuple):
    """The two networks of a correction, whose hidden layers have the ``activation``.

    E has one hidden layer of ``hidden`` units. M has two, of half as many and of as many units, or
    only the second one if it is ``shallow``. ``anchored`` networks are f(x) - f(0).
    """

    anchored: bool
    hidden: int
    activation: str
    shallow: bool = False

    def widths(self, r0: int, rank: int, encoder: bool) -> tuple[tuple[int, ...], ...]:
        """Return the widths of E and M, or of M alone without an ``encoder``."""
        inner = (self.hidden,) if self.shallow else (-(-self.hidden // 2), self.hidden)
        if not encoder:
            return ((rank, *inner, r0 - rank),)
        return ((r0, self.hidden, rank), (rank, *inner, r0))

    def network(self, halves: tuple[tuple[int, ...], ...]) -> Network:
        """Return one network of all ``halves`` of these widths, which end in linear layers."""
        widths = sum((half[:-1] for half in halves), ()) + halves[-1][-1:]
        hidden = [len(half) - 2 for half in halves]
        activations = sum(((self.activation,) * n + ("identity",) for n in hidden), ())
        biases = sum(((True,) * n + (not self.anchored,) for n in hidden), ())
        return Network(widths, activations, biases)


@dataclass(frozen=True, eq=False)
class Correction:
    """E and M as one network from r_0 over r to r_0 units that is cut after ``code`` layers.

    Without an encoder (``code`` = 0) the network is M, from r to r_0 - r units. A vector c (r_0,)
    of POD coordinates and its code z (r,) have the units of the snapshots.
    """

    kind: ClassVar[str] = "correction"
    __repr__ = in_short
    network: Network
    code: int
    anchored: bool
    p: Array = array("entry", about="parameters of the network, encoder first")
    input_scale: float = array(about="a, the divisor of the encoder's inputs")
    code_step: float = array(about="e, the unit of the encoder's outputs")
    code_scale: Array = array("mode", about="b, the divisors of the decoder's inputs")
    output_scale: float = array(about="s, the unit of the decoder's outputs")

    @property
    def r(self) -> int:
        """Entries of a code."""
        return self.network.widths[self.code]

    @property
    def halves(self) -> tuple[Network | None, Network]:
        """E (None without an encoder) and M."""
        return self.network.split(self.code) if self.code else (None, self.network)

    def encode(self, c: Array) -> Array:
        """Return the codes z (r, m) of POD coordinates ``c`` (r_0, m)."""
        E, _ = self.halves
        if E is None:
            return c[: self.r]
        correction = self._evaluate(E, self.p[: E.size], c / self.input_scale)
        return c[: self.r] + self.code_step * correction

    def decode(self, z: Array) -> Array:
        """Return the POD coordinates (r_0, m) of codes ``z`` (r, m)."""
        E, M = self.halves
        p = self.p[self.p.size - M.size :]
        out = self.output_scale * self._evaluate(M, p, z / self.code_scale[:, None])
        if E is None:
            return np.vstack([z, out])
        out[: self.r] += z
        return out

    def reconstruct(self, c: Array) -> Array:
        """Return the decoded codes of POD coordinates ``c`` (r_0, m)."""
        return self.decode(self.encode(c))

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative (r_0, r) of `decode` at one code ``z`` (r,)."""
        E, M = self.halves
        x = (z / self.code_scale)[:, None]
        J = input_jacobian(M, self.p[self.p.size - M.size :], x)[0] / self.code_scale
        J *= self.output_scale
        return np.vstack([np.eye(self.r), J]) if E is None else J + np.eye(*J.shape)

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return d^2/ds^2 decode(z + s v) at s = 0, for ``z`` (r,) and ``v`` (r,) or (r, k)."""
        E, M = self.halves
        p, directions = self.p[self.p.size - M.size :], (v.T / self.code_scale).T
        line = along_lines(M, p, z / self.code_scale, directions)
        second = self.output_scale * line.second.reshape(len(line.second), *v.shape[1:])
        return np.concatenate([np.zeros_like(v), second]) if E is None else second

    def _evaluate(self, half: Network, p: Array, x: Array) -> Array:
        """Return f(x), less f(0) if anchored."""
        f = half.forward(p, x)
        return f - half.forward(p, np.zeros_like(x[:, :1])) if self.anchored else f


class CorrectionObjective:
    """J(p) = (1/N) sum_i 1/2 w_i ||c_i - c~_i(p)||^2 / s^2 over POD coordinates ``c`` (r_0, N).

    This is a `DescentObjective`. p are the parameters of ``correction``; its stored p is not used.
    w are the ``weights`` (N,) of the snapshots divided by their mean, so that J does not depend on
    the scale of the weights. With a ``target`` (r_0, N) it takes the place of c_i, which c~_i is to
    be near; a correction of the decoder alone cannot change the first r of its entries.
    """

    def __init__(
        self,
        correction: Correction,
        c: Array,
        dtype: type = np.float32,
        weights: Array | None = None,
        target: Array | None = None,
    ) -> None:
        self.correction, self.dtype, self._c = correction, dtype, c
        self.N = int(c.shape[1])
        r, s = correction.r, correction.output_scale
        self._E, self._M = correction.halves
        b = correction.code_scale[:, None]
        # anchored networks are also evaluated at zero, the last column
        goal = self._goal = c if target is None else target
        c, goal = (np.hstack([a, np.zeros((len(a), 1))]) for a in (c, goal))
        self._x: Array = np.asfortranarray((c / correction.input_scale).astype(dtype))
        self._y: Array = np.asfortranarray((c[:r] / b).astype(dtype))
        wanted = goal[r:] / s
        if self._E is not None:
            wanted = np.vstack([(goal[:r] - c[:r]) / s, wanted])
        self._target: Array = np.asfortranarray(wanted.astype(dtype))
        self._to_y: Array = (correction.code_step / b).astype(dtype)
        self._to_out = dtype(correction.code_step / s)
        self._w: Array | None = None
        if weights is not None:
            self._w = np.asarray(weights / np.mean(weights), dtype)
        self._rooms: dict[int, _Room] = {}

    def value(self, p: Array, batch: Indices | None = None) -> float:
        """Return J(p), or the mean over the samples in ``batch``."""
        chosen = np.arange(self.N) if batch is None else batch
        pieces = (chosen[i : i + PIECE] for i in range(0, len(chosen), PIECE))
        return sum(self._sum(p, piece) for piece in pieces) / len(chosen)

    def _sum(self, p: Array, chosen: Indices) -> float:
        _, e = self._forward(p, chosen)
        squares = np.einsum("ij,ij->j", e[:, :-1], e[:, :-1])
        return 0.5 * float(np.sum(squares if self._w is None else squares * self._w[chosen]))

    def gradient(self, p: Array, batch: Indices | None = None, out: Array | None = None) -> Array:
        """Return grad J(p) (P,), written to ``out`` if given."""
        g = np.empty_like(p) if out is None else out
        chosen = np.arange(self.N) if batch is None else batch
        room, e = self._forward(p, chosen)
        return self._back(room, p, e, chosen, g)

    def outputs(self, p: Array) -> Array:
        """Return c~ / s (r_0, N)."""
        reconstructed = replace(self.correction, p=p).reconstruct(self._c)
        return reconstructed / self.correction.output_scale

    def value_of(self, outputs: Array) -> float:
        """Return J(p) for the ``outputs`` c~ / s (r_0, N)."""
        residual = outputs - self._goal / self.correction.output_scale
        squares = np.einsum("ij,ij->j", residual, residual)
        return 0.5 * float(np.mean(squares if self._w is None else squares * self._w))

    def gauss_newton_vector(self, p: Array, v: Array) -> Array:
        """Return J^T W J v / N (P,) for ``v`` (P,), with the Jacobian J of the outputs c~ / s."""
        chosen = np.arange(self.N)
        room, e = self._forward(p, chosen)
        e[...] = self._moved(p, v)
        return self._back(room, p, e, chosen, np.empty_like(p))

    def _moved(self, p: Array, v: Array) -> Array:
        """Return J v (., N + 1): how c~ / s moves if p moves by ``v``."""
        if self._E is None:
            return self._moved_half(self._M, p, v, self._y, None)[1]
        cut = self._E.size
        step, Rstep = self._moved_half(self._E, p[:cut], v[:cut], self._x, None)
        y, Ry = self._y + self._to_y * step, self._to_y * Rstep
        e = self._moved_half(self._M, p[cut:], v[cut:], y, Ry)[1]
        e[: len(Rstep)] += self._to_out * Rstep
        return e

    def _moved_half(
        self, half: Network, p: Array, v: Array, x: Array, Rx: Array | None
    ) -> tuple[Array, Array]:
        """Return f and R{f} of E or M, anchored, for inputs ``x`` that move by ``Rx``."""
        layers = half.layers(p)
        passed = forward_pass(layers, x)
        f, Rf = passed.a[-1], r_forward(layers, half.layers(v), passed, Rx)[1][-1]
        self._anchor(f)
        self._anchor(Rf)
        return f, Rf

    def _back(self, room: _Room, p: Array, e: Array, chosen: Indices, g: Array) -> Array:
        """Write J^T W e / N into ``g`` and return it; ``e`` changes."""
        e /= e.dtype.type(len(chosen))
        if self._w is not None:
            e[:, :-1] *= self._w[chosen]
        cut = 0 if self._E is None else self._E.size
        dy = room.M.back(p[cut:], self._closed(e), g[cut:])
        if room.E is not None:
            dz = room.step
            np.multiply(self._to_out, e[: len(dz)], out=dz)
            dz += self._to_y * dy
            room.E.back(p[:cut], self._closed(dz), g[:cut])
        return g

    def _closed(self, e: Array) -> Array:
        """Return ``e`` with the derivative by the last column, where f(0) is evaluated."""
        e[:, -1] = -e[:, :-1].sum(axis=1) if self.correction.anchored else 0
        return e

    def _forward(self, p: Array, chosen: Indices) -> tuple[_Room, Array]:
        """Return the room of the passes of E and M, and the residual (c~ - c) / s.

        The last column of the residual belongs to the zero and is not part of J.
        """
        n = len(chosen)
        room = self._rooms.get(n)
        if room is None:
            if len(self._rooms) == MOST_ROOMS:
                self._rooms.clear()
            room = self._rooms[n] = _Room(self, n + 1)
        columns = np.append(chosen, self.N)
        y, cut = _take(self._y, columns, room.y), 0
        target = _take(self._target, columns, room.target)
        if room.E is not None and self._E is not None:
            cut = self._E.size
            step = room.E.forward(p[:cut], _take(self._x, columns, room.x))
            np.copyto(room.step, step)
            self._anchor(room.step)
            y += self._to_y * room.step
            target[: len(step)] -= self._to_out * room.step
        e = room.M.forward(p[cut:], y)
        self._anchor(e)
        e -= target
        return room, e

    def _anchor(self, f: Array) -> None:
        """Subtract f(0), the last column, if the networks are anchored."""
        if self.correction.anchored:
            f -= f[:, -1:].copy()


class _Room:
    """The buffers of a `CorrectionObjective` for ``n`` columns, the zero included."""

    def __init__(self, J: CorrectionObjective, n: int) -> None:
        E, M = J.correction.halves
        self.E = None if E is None else Half(E, n, J.dtype)
        self.M = Half(M, n, J.dtype)
        self.x: Array = np.empty((n, len(J._x)), J.dtype).T
        self.y: Array = np.empty((n, len(J._y)), J.dtype).T
        self.target: Array = np.empty((n, len(J._target)), J.dtype).T
        self.step: Array = np.empty((n, J.correction.r), J.dtype).T


def untrained_correction(
    c: Array,
    rank: int,
    design: Design,
    *,
    encoder: bool,
    rng: np.random.Generator,
    weights: Array | None = None,
) -> Correction:
    """Return a correction that still equals POD, with scales for POD coordinates ``c`` (r_0, m).

    The scales are root mean squares, with the ``weights`` (m,) if given. Without ``encoder`` only
    the decoder is corrected. Last layers are zero. The other weights are uniform, with the variance
    1/fan_in, and (1 + 2/rank)/rank in the first layer of the decoder: the fewer codes there are,
    the denser they lie, and the narrower the features of the decoder may be. The biases of hidden
    layers are uniform in +-1/2.
    """
    r0 = len(c)
    rms = np.sqrt(np.average(c**2, axis=1, weights=weights))
    code_scale = np.maximum(rms[:rank], np.finfo(float).eps * rms.max())
    lost = float(np.sum(rms[rank:] ** 2))  # mean square of a column's POD residual
    halves = design.widths(r0, rank, encoder)
    network = design.network(halves)
    return Correction(
        network,
        code=len(halves[0]) - 1 if encoder else 0,
        anchored=design.anchored,
        p=_untrained(network, halves, rng),
        input_scale=float(np.sqrt(np.mean(rms**2))),
        code_step=float(np.sqrt(lost / rank)),
        code_scale=code_scale,
        output_scale=float(np.sqrt(lost / r0)),
    )


def _untrained(
    network: Network, halves: tuple[tuple[int, ...], ...], rng: np.random.Generator
) -> Array:
    """Return the parameters of `untrained_correction`."""
    p = np.zeros(network.size)
    layers = iter(network.layers(p))
    for half in halves:
        *inner, _ = [next(layers) for _ in half[1:]]
        for l, (W, b, *_) in enumerate(inner):
            n = W.shape[1]
            takes_codes = half is halves[-1] and l == 0
            variance = (1 + 2 / n if takes_codes else 1) / n
            W[...] = rng.uniform(-1, 1, W.shape) * np.sqrt(3 * variance)
            if b is not None:
                b[...] = rng.uniform(-0.5, 0.5, b.shape)
    return p


def _take(a: Array, columns: Indices, out: Array) -> Array:
    np.take(a.T, columns, axis=0, out=out.T, mode="clip")  # "raise" makes one more copy
    return out
