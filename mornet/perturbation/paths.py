"""The data in motion: D(t), from which the trained parameters are to follow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mornet.checks import require_finite
from mornet.errors import ShapeError
from mornet.nn.backprop import back_propagate, forward_pass
from mornet.records import Array
from mornet.training import Objective


@dataclass(frozen=True, eq=False)
class DataPath:
    """D(t) = (X, Y + t F): the objective J(p; D(t)), affine in t, that is ``start`` at t = 0.

    A direction that is not given does not move. ``F`` (n_L, N) moves the targets.

    Raises ShapeError for a direction of another shape than its data, DataError for one that is
    not finite.
    """

    start: Objective
    F: Array | None = None

    def __post_init__(self) -> None:
        if self.F is None:
            return
        if self.F.shape != self.start.y.shape:
            raise ShapeError(f"F has shape {self.F.shape}, but the targets {self.start.y.shape}")
        require_finite("F", self.F)

    def objective(self, t: float) -> Objective:
        """Return the objective p -> J(p; D(t))."""
        if self.F is None or t == 0:
            return self.start
        return replace(self.start, y=self.start.y + t * self.F)

    def gradient_rate(self, p: Array, t: float = 0.0) -> Array:
        """Return g_t = d/dt grad_p J(p; D(t)) (P,) at fixed p.

        The gradient is affine in the targets, so that for them

            g_t = -(1/N) sum_i w_i J_i^T F_i,    J_i = df(x_i; p)/dp,

        exactly and for every ``t``: one back propagation started from -w_i F_i / N.
        """
        g_t = np.zeros_like(p)
        if self.F is None:
            return g_t
        net, x, N = self.start.net, self.start.x, self.start.N
        w = np.ones(N) if self.start.weights is None else self.start.weights
        layers = net.layers(p)
        back_propagate(layers, forward_pass(layers, x), -(w / N) * self.F, net.layers(g_t))
        return g_t
