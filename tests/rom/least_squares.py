"""A least-squares Petrov-Galerkin model (LSPG), made of stages and a trial manifold."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """A time integrator of codes: each stage's residual is least over the states of the manifold.

    Gauss-Newton steps from the last code, as many as ``iterations``. The state of the last stage is
    the new state.
    """

    model: Any
    trial: Any
    implicit: Any
    iterations: int = 4

    @property
    def dt(self):
        return self.implicit.dt

    def step(self, reduced, t, past):
        z = past[:, -1]

        def solve(stage):
            nonlocal z
            for _ in range(self.iterations):
                w = self.trial.state(z)
                J = stage.jacobian(self.model, w) @ self.trial.jacobian(z)
                z = z - np.linalg.lstsq(J, stage.residual(self.model, w), rcond=None)[0]
            return self.trial.state(z)

        self.implicit.advance(t, self.trial.state(past), solve)
        return z
