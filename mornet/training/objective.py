"""The objective J(p), its gradient, residual, Jacobian and Hessian."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from mornet.checks import real_array, real_matrix, require_array
from mornet.errors import DataError, OptionError, ShapeError
from mornet.nn.backprop import back_propagate, forward_pass
from mornet.nn.curvature import gauss_newton_vector, hessian_vector, output_jacobian
from mornet.nn.losses import Loss, loss
from mornet.nn.network import Network, as_columns
from mornet.nn.workspace import MANY, Workspace
from mornet.records import Array, Indices
from mornet.training.gauss_newton import gauss_newton

BUFFERED = (np.dtype(np.float64), np.dtype(np.float32))
PIECE = 512  # samples whose losses are evaluated at once
AT_ONCE = 2**18  # entries of the products of a layer for the columns of H computed at once
MOST_WORKSPACES = 4  # largest number of batch sizes with a workspace; a training has three


@dataclass(frozen=True, eq=False)
class Objective:
    """J(p) = (1/N) sum_i w_i C(f(x_i; p), y_i) + 1/2 sum_k decay_k p_k^2.

    The ``loss`` C of a sample is "squares", 1/2 ||f(x_i; p) - y_i||_2^2, or "softmax_log", the log
    loss of the probabilities softmax(f(x_i; p)) of classes (`mornet.nn.losses`).
    ``x`` (n_1, N) and ``y`` (n_L, N) hold samples as columns; ``weights`` w (N,) are 1 unless
    given. ``decay`` is a number for all parameters or an array (P,). The objective of Higham and
    Higham (SIAM Review 61(4), 2019) has w = 1 and no decay, and their program prints 2 N J. The
    autoencoder's sum of ||x - G(F(x))||^2 over all samples is 2 N J as well.

    On a mini-batch I (indices of samples) the sum runs over I and |I| replaces N.

    Raises ShapeError where shapes do not fit the network, DataError for entries not finite,
    OptionError for an unknown loss. All methods take p as an array, not a list, or raise DataError.
    """

    net: Network
    x: Array
    y: Array
    weights: Array | None = None
    decay: float | Array = 0.0
    loss: str = "squares"
    _workspaces: dict[int, Workspace] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        loss(self.loss)
        autoencoder = self.y is self.x
        for name, rows in (("x", self.net.widths[0]), ("y", self.net.widths[-1])):
            object.__setattr__(self, name, real_matrix(name, getattr(self, name), rows))
        if self.weights is not None:
            object.__setattr__(self, "weights", real_array("weights", self.weights))
        if self.x.shape[1] != self.y.shape[1]:
            raise ShapeError(f"x has {self.x.shape[1]} columns (samples), y {self.y.shape[1]}")
        if self.weights is not None and self.weights.shape != (self.N,):
            raise ShapeError(f"weights have shape {self.weights.shape}, not ({self.N},)")
        for name, numbers in (("weights", self.weights), ("decay", self.decay)):
            if numbers is not None and not np.isfinite(numbers).all():
                raise DataError(f"{name} must be finite numbers")
        if np.ndim(self.decay) and np.shape(self.decay) != (self.net.size,):
            raise ShapeError(f"decay has shape {np.shape(self.decay)}, not ({self.net.size},)")
        object.__setattr__(self, "x", as_columns(self.x))  # a batch is a gather of columns
        object.__setattr__(self, "y", self.x if autoencoder else as_columns(self.y))

    @property
    def N(self) -> int:
        """The number of samples."""
        return int(self.x.shape[1])

    @property
    def C(self) -> Loss:
        """The loss of a sample, with its derivatives by the output."""
        return loss(self.loss)

    def require_squares(self, what: str) -> None:
        """Raise OptionError, which names ``what``, unless the loss is "squares"."""
        if self.loss != "squares":
            raise OptionError(f"{what} needs the loss 'squares', not {self.loss!r}")

    def value(self, p: Array, batch: Indices | None = None) -> float:
        """Return J(p), or its mean over the samples in ``batch``."""
        batch = None if batch is None else self._indices(batch)
        N = self.N if batch is None else len(batch)
        buffered = self._in_buffers(p)
        value: Any = 0.0
        for start in range(0, N, PIECE):  # few columns at a time: the memory stays small
            piece = slice(start, min(start + PIECE, N))
            if buffered:
                workspace, x, y, w = self._buffers(piece if batch is None else batch[piece])
                value += workspace.value(p, x, y, w) * workspace.N / N
            else:
                indices = np.arange(N) if batch is None else batch
                x, y, each = self.samples(indices[piece])
                losses = self.C.value(self.net.forward(p, x), y)
                value += each @ losses * len(each) / N
        return float(value + 0.5 * np.sum(self.decay * p * p))

    def gradient(self, p: Array, batch: Indices | None = None, out: Array | None = None) -> Array:
        """Return grad J(p) (P,) by back propagation, written to ``out`` if given.

        Where p, x and y are of one real type and all layers are dense, the computation uses the
        buffers of `mornet.nn.workspace`.
        """
        g = np.empty_like(p) if out is None else out
        if self._in_buffers(p):
            workspace, x, y, w = self._buffers(slice(0, self.N) if batch is None else batch)
            workspace.gradient(p, x, y, g, w)
        else:
            x, y, w = self.samples(batch)
            self._back_propagate(p, x, y, w, g)
        if np.ndim(self.decay) or self.decay:
            g += self.decay * p
        return g

    def descend(self, p: Array, eta: float, batch: Indices | None = None) -> bool:
        """Do p <- p - eta grad J(p) in place, without the gradient in memory.

        Return False, and do nothing, where a step cannot be done so (with decay, or without
        buffers) or would not be faster (with many samples).
        """
        n = self.N if batch is None else len(batch)
        if n >= MANY or np.any(self.decay) or not (self._in_buffers(p) and p.flags.c_contiguous):
            return False
        workspace, x, y, w = self._buffers(slice(0, self.N) if batch is None else batch)
        workspace.descend(p, x, y, eta, w)
        return True

    def value_and_gradient(self, p: Array) -> tuple[float, Array]:
        """Return J(p) and grad J(p) (P,) from one forward pass."""
        g = np.empty_like(p)
        if self._in_buffers(p):
            workspace, x, y, w = self._buffers(slice(0, self.N))
            value = workspace.value_and_gradient(p, x, y, g, w)
        else:
            x, y, w = self.samples()
            value = float(w @ self.C.value(self._back_propagate(p, x, y, w, g), y))
        g += self.decay * p
        return float(value + 0.5 * np.sum(self.decay * p * p)), g

    def hessian_vector(self, p: Array, v: Array) -> Array:
        """Return H v for the exact Hessian H of J at p; v (P,), or K directions (K, P) at once."""
        x, y, w = self.samples()
        layers = self.net.layers(p)
        passed = forward_pass(layers, x)
        a, Hv = passed.a[-1], np.empty_like(v)
        dC_da = self.C.derivative(a, y) * w
        curvature = partial(self._output_curvature, a, y, w)
        direction = self.net.layers(v, "v")
        hessian_vector(layers, direction, passed, dC_da, curvature, self.net.layers(Hv))
        return np.asarray(Hv + self.decay * v)

    def hessian(self, p: Array) -> Array:
        """Return H (P, P), not symmetrised: its asymmetry is round-off.

        So many columns are computed at once that the products of a layer have `AT_ONCE` entries.
        """
        require_array("p", p)
        P = self.net.size
        H = np.empty((P, P), dtype=p.dtype)
        some = max(1, AT_ONCE // (max(self.net.widths) * self.N))
        for start in range(0, P, some):
            H[start : start + some] = self.hessian_vector(
                p, np.eye(min(some, P - start), P, start, dtype=p.dtype)
            )
        return H

    def residual(self, p: Array) -> Array:
        """Return the vector R with J = 1/2 ||R||^2.

        R holds sqrt(w_i / N) (f(x_i; p) - y_i), sample after sample, and then sqrt(decay_k) p_k if
        there is a decay.
        Raises DataError for negative weights, OptionError for another loss than "squares".
        """
        self.require_squares("a residual")
        x, y, w = self.samples()
        fit = ((self.net.forward(p, x) - y) * _root(w)).T.ravel()
        return np.concatenate([fit, _root(self.decay) * p]) if np.any(self.decay) else fit

    def jacobian(self, p: Array) -> Array:
        """Return dR/dp for the residual R, by batched back propagation.

        The Jacobian has N n_L rows, and P more below them if there is a decay. Its columns are
        contiguous in memory.
        """
        self.require_squares("the Jacobian of a residual")
        require_array("p", p)
        x, _, w = self.samples()
        fit = self.N * self.net.widths[-1]
        decayed = bool(np.any(self.decay))
        J = np.zeros((p.size, fit + decayed * p.size), p.dtype).T
        output_jacobian(self.net, p, x, scale=_root(w), out=J[:fit])
        if decayed:
            np.einsum("kk->k", J[fit:])[...] = _root(self.decay)
        return J

    def gauss_newton(self, p: Array, max_bytes: int = 2**26) -> tuple[Array, Array]:
        """Return J^T J (P, P) and J^T R = grad J (P,) for the Jacobian J of the residual R.

        J is never stored. Blocks of samples are accumulated, which take at most ``max_bytes``
        beside the result and N weights. Raises DataError for negative weights, OptionError if
        ``max_bytes`` does not suffice for one sample.
        """
        self.require_squares("the Gauss-Newton matrix")
        require_array("p", p)
        x, y, w = self.samples()
        for weights in (w, self.decay):
            _root(weights)
        G, g = gauss_newton(self.net, p, x, y, w, max_bytes)
        np.einsum("kk->k", G)[...] += self.decay
        g += self.decay * p
        return G, g

    def gauss_newton_vector(self, p: Array, v: Array) -> Array:
        """Return G v for the Gauss-Newton matrix G, with the work of about two gradients.

        v (P,), or K directions (K, P) at once. G is J^T J for the Jacobian J of the residual. For
        another loss it is sum_i J_i^T B_i J_i and the decay, with the Jacobians J_i of the outputs
        and the Hessians B_i of the losses by them (N. N. Schraudolph, Neural Computation 14(7),
        2002).
        """
        x, y, w = self.samples()
        layers = self.net.layers(p)
        Gv = np.empty_like(v)
        passed = forward_pass(layers, x)
        curvature = partial(self._output_curvature, passed.a[-1], y, w)
        direction = self.net.layers(v, "v")
        gauss_newton_vector(layers, direction, passed, curvature, self.net.layers(Gv))
        return np.asarray(Gv + self.decay * v)

    def _output_curvature(self, a: Array, y: Array, w: Array, v: Array) -> Array:
        """Return the product of the Hessian of sum_i w_i C_i by the outputs with v (.., n_L, N)."""
        return w * self.C.curvature(a, y, v)

    def _back_propagate(self, p: Array, x: Array, y: Array, w: Array, g: Array) -> Array:
        """Write the gradient of the fit to these samples into ``g`` and return their outputs."""
        layers = self.net.layers(p)
        passed = forward_pass(layers, x)
        dC_da = self.C.derivative(passed.a[-1], y) * w
        back_propagate(layers, passed, dC_da, self.net.layers(g))
        return passed.a[-1]

    def _in_buffers(self, p: Array) -> bool:
        """Return whether a `Workspace` serves: dense layers, squares, one real type throughout."""
        require_array("p", p)
        one_type = p.dtype == self.x.dtype == self.y.dtype
        return one_type and p.dtype in BUFFERED and self.net.dense and self.loss == "squares"

    def _buffers(self, samples: slice | Indices) -> tuple[Workspace, Array, Array, Array | None]:
        """Return a workspace, and x, y and w_i / n of n samples (None: all weights are 1 / n)."""
        if isinstance(samples, slice):
            n = samples.stop - samples.start
        else:
            samples = self._indices(samples)
            n = len(samples)
        workspace = self._workspaces.get(n)
        if workspace is None:
            if len(self._workspaces) == MOST_WORKSPACES:
                self._workspaces.clear()
            workspace = self._workspaces[n] = Workspace(self.net, n, self.x.dtype)
        if isinstance(samples, slice):
            x, y = self.x[:, samples], self.y[:, samples]
        else:
            x, y = workspace.gather(self.x, self.y, samples)
        w = None if self.weights is None else self.weights[samples].astype(x.dtype) / n
        return workspace, x, y, w

    def samples(self, batch: Indices | None = None) -> tuple[Array, Array, Array]:
        """Return x, y and w_i / N of all samples, or those of a batch with |I| in place of N."""
        if batch is None:
            w = np.ones(self.N, self.x.dtype) if self.weights is None else self.weights
            return self.x, self.y, w / self.N
        batch = self._indices(batch)
        x = np.take(self.x.T, batch, axis=0).T  # rows of x.T: contiguous columns
        y = x if self.y is self.x else np.take(self.y.T, batch, axis=0).T
        w = np.ones(len(batch), self.x.dtype) if self.weights is None else self.weights[batch]
        return x, y, w / len(batch)

    def _indices(self, batch: Indices) -> Indices:
        """Return the samples of a ``batch``; OptionError unless there are some, and all exist."""
        found = np.asarray(batch)
        if found.ndim != 1 or not found.size or found.dtype.kind not in "iu":
            raise OptionError(f"a batch has the indices of one or more samples, and is not {batch}")
        found = found.astype(np.intp, copy=False)
        if np.maximum.reduce(found.view(np.uintp)) >= self.N:  # also negative ones
            raise OptionError(f"a batch holds samples outside 0 to {self.N - 1}: {found}")
        return found


def _root(w: float | Array) -> Array:
    if np.any(np.asarray(w) < 0):
        raise DataError("negative weights or decay have no residual; use value and gradient")
    return np.asarray(np.sqrt(w))
