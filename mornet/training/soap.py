"""SOAP: Adam in the eigenbasis of Shampoo's two factors.

N. Vyas et al., SOAP: Improving and Stabilizing Shampoo using Adam, ICLR 2025, Algorithm 3. For a
weight matrix W (o, i) with gradient G, running means of both Gram matrices

    L <- b2 L + (1 - b2) G G^T,    R <- b2 R + (1 - b2) G^T G

have eigenvectors Q_L, Q_R, and Adam is done on the turned gradient Q_L^T G Q_R:

    T = Q_L^T G Q_R,    m <- b1 m + (1 - b1) T,    v <- b2 v + (1 - b2) T^2    (entry by entry),
    W <- W - eta Q_L [ m / (1 - b1^k) / (sqrt(v / (1 - b2^k)) + epsilon) ] Q_R^T.

The rank of the first gradient is at most min(o, i), so that the larger one of its Gram matrices has
a null space. Every basis of it consists of eigenvectors, and the step of Adam depends on the basis:
round-off would choose it. The first bases are therefore the eigenvectors of

    G G^T + gamma tr(G G^T) diag(1, 1 - 1/o, ..., 1/o),    gamma = 1e-6,

and of the same matrix of G^T. Every ``refresh`` steps one orthogonal iteration Q <- qr(L Q) updates
them. Both moments are coordinates in the basis, and are transformed to the new basis: m by the
rotation, v by `carry`. Parameters W of more than two axes, such as the kernels (c_out, c_in, k) of
a convolution, are the matrix (c_out, c_in k). Biases and parameters W of one axis have no matrix:
they keep the basis I, in which the step is that of Adam.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from mornet.checks import require_part, require_positive, require_whole
from mornet.errors import OptionError
from mornet.nn.network import Network
from mornet.records import Array
from mornet.training.optimiser import OnBatch, State
from mornet.training.schedules import Schedule, as_schedule

GAMMA = 1e-6  # part of the trace that tells the eigenvectors of a null space apart


@dataclass(frozen=True)
class SOAP:
    """Adam in the eigenbasis of Shampoo's factors, for the layers of ``network``.

    A side of a weight matrix longer than ``longest`` keeps the basis Q = I, as its factor would
    take more work than the gradient. The state holds m and v, flat like p. For every layer l (from
    0) with a weight matrix (o, i) it holds factors and bases L_l, QL_l (o, o) and R_l, QR_l (i, i).

    The gradients of every ``gather``-th step update the factors. They change slowly, and the bases
    follow only every ``refresh`` steps.

    Raises OptionError as `Adam` does and for a period below 1, and from `init` unless p are the
    parameters of ``network``: tied or masked matrices have no factors.
    """

    network: Network
    eta: float | Schedule = 3e-3
    beta1: float = 0.95
    beta2: float = 0.95
    epsilon: float = 1e-8
    refresh: int = 50
    gather: int = 1
    longest: int = 512
    _weights: tuple[tuple[int, slice, tuple[int, int]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        as_schedule(self.eta)
        require_part("beta1", self.beta1)
        require_part("beta2", self.beta2)
        require_positive(epsilon=self.epsilon)
        require_whole(refresh=self.refresh, gather=self.gather)
        shapes = ((l, block.W, block.map.W_shape) for l, block in enumerate(self.network.blocks))
        weights = tuple(
            (l, of, (shape[0], math.prod(shape[1:]))) for l, of, shape in shapes if len(shape) > 1
        )
        object.__setattr__(self, "_weights", weights)

    def init(self, p: Array) -> State:
        if p.size != self.network.size:
            raise OptionError(
                f"SOAP needs the {self.network.size} entries of whole matrices, not {p.size}: "
                "train tied or masked ones by adam"
            )
        state = {"m": np.zeros_like(p), "v": np.zeros_like(p)}
        for l, W in self._matrices(p):
            for side, n in zip("LR", W.shape, strict=True):
                if n <= self.longest:
                    state[f"{side}_{l}"] = np.zeros((n, n), p.dtype)
                    state[f"Q{side}_{l}"] = np.eye(n, dtype=p.dtype)
        return state

    def step(self, k: int, p: Array, g: Array, state: State, J: OnBatch) -> None:
        m, v = state["m"], state["v"]
        if k % self.gather == 0:
            self._gather(g, state)
        if k == 0:
            self._start(g, state)
        elif k % self.refresh == 0:
            self._refresh(state)
        turned = self._turn(g, state)
        m *= self.beta1
        m += np.multiply(turned, 1 - self.beta1, out=(d := np.empty_like(p)))
        turned *= turned
        turned *= 1 - self.beta2
        v *= self.beta2
        v += turned
        np.sqrt(v, out=turned)  # d = m / (1 - b1^k) / (sqrt(v / (1 - b2^k)) + epsilon)
        root = math.sqrt(1 - self.beta2 ** (k + 1))
        turned += self.epsilon * root
        np.divide(m, turned, out=d)
        d *= root / (1 - self.beta1 ** (k + 1)) * as_schedule(self.eta)(k)
        p -= self._turn(d, state, back=True)

    def _gather(self, g: Array, state: State) -> None:
        """Update L and R; ``gather`` steps that share one gradient are one step."""
        kept = self.beta2**self.gather
        for l, G in self._matrices(g):
            for name, A in ((f"L_{l}", G), (f"R_{l}", G.T)):
                if name in state:
                    product = A @ A.T
                    product *= 1 - kept
                    state[name] *= kept
                    state[name] += product

    def _turn(self, x: Array, state: State, back: bool = False) -> Array:
        """Return x (P,) with Q_L^T X Q_R (``back``: Q_L X Q_R^T) for X of every layer."""
        turned = x.copy()
        for l, X in self._matrices(turned):
            QL, QR = state.get(f"QL_{l}"), state.get(f"QR_{l}")
            Y = X if QL is None else (QL if back else QL.T) @ X
            if QR is not None:
                np.matmul(Y, QR.T if back else QR, out=X)
            elif QL is not None:
                X[...] = Y
        return turned

    def _start(self, g: Array, state: State) -> None:
        """Set the bases to those of the first gradient."""
        for l, G in self._matrices(g):
            for name, A in ((f"QL_{l}", G), (f"QR_{l}", G.T)):
                if name in state:
                    state[name][...] = _first_basis(A)

    def _refresh(self, state: State) -> None:
        """Replace the bases, and carry m and v over to the new ones."""
        moments = zip(self._matrices(state["m"]), self._matrices(state["v"]), strict=True)
        for (l, M), (_, V) in moments:
            for side, M_side, V_side in (("L", M, V), ("R", M.T, V.T)):
                if (name := f"Q{side}_{l}") in state:
                    Q = state[name]
                    new = _orthogonal_iteration(state[f"{side}_{l}"], Q)
                    M_side[...] = (new.T @ Q) @ M_side
                    V_side[...] = carry(V_side, Q, new)
                    Q[...] = new

    def _matrices(self, x: Array) -> Iterator[tuple[int, Array]]:
        """Yield the number and the weight matrix (o, i) of layers that have one, views into x."""
        return ((l, x[of].reshape(shape)) for l, of, shape in self._weights)


def carry(v: Array, old: Array, new: Array) -> Array:
    """Return second moments ``v`` (n, k) of coordinates in the basis ``old``, in the basis ``new``.

    With S = old^T new orthogonal, uncorrelated coordinates c of second moments v become S^T c, of
    second moments sum_i S_ij^2 v_i. The matrix (S_ij^2) is doubly stochastic: the sum of moments
    stays, permuted vectors keep their moments, and signs do not matter. Without this transformation
    v would belong to other directions after each refresh.
    """
    return ((old.T @ new) ** 2).T @ v


def _first_basis(G: Array) -> Array:
    """Return the first basis Q_L for the gradient ``G`` (o, i), the largest eigenvalue first."""
    G = G.astype(float)  # round-off of single precision would be as large as gamma
    A, n = G @ G.T, len(G)
    A.flat[:: n + 1] += GAMMA * np.trace(A) * np.arange(n, 0, -1) / n
    return np.linalg.eigh(A)[1][:, ::-1]


def _orthogonal_iteration(A: Array, Q: Array) -> Array:
    """Return qr(A Q), after sorting Q by its Rayleigh quotients, the largest first."""
    AQ = A @ Q
    order = np.argsort(-np.sum(Q * AQ, axis=0), kind="stable")
    return np.linalg.qr(AQ[:, order])[0]
