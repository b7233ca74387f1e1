"""Small models with known solutions."""

from dataclasses import dataclass

import numpy as np


class Riccati:
    """du/dt = -u^2 + cos t + sin^2 t, u(0) = 0: u = sin t."""

    n = 1

    def f(self, t, u):
        return -(u**2) + np.cos(t) + np.sin(t) ** 2

    def jacobian(self, t, u):
        return np.diag(-2 * u)

    def solve(self, t, u, tau, b):
        return b / (1 + 2 * tau * u)


@dataclass(frozen=True)
class Linear:
    """du/dt = A u."""

    A: np.ndarray

    @property
    def n(self):
        return len(self.A)

    def f(self, t, u):
        return self.A @ u

    def jacobian(self, t, u):
        return self.A

    def solve(self, t, u, tau, b):
        return np.linalg.solve(np.eye(self.n) - tau * self.A, b)


@dataclass(frozen=True)
class WithMass:
    """M du/dt = A u."""

    mass: np.ndarray
    A: np.ndarray

    @property
    def n(self):
        return len(self.A)

    def f(self, t, u):
        return self.A @ u

    def jacobian(self, t, u):
        return self.A

    def solve(self, t, u, tau, b):
        return np.linalg.solve(self.mass - tau * self.A, b)
