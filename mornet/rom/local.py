"""Local models: several manifolds, each for the states that are nearest to its centre.

A trajectory passes from one manifold to the next. Each of them needs few codes, because it holds
the states of a part of the snapshots only (D. Amsallem, M. Zahr, C. Farhat, Int. J. Numer. Methods
Eng. 92, 2012).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.checks import require_whole
from mornet.errors import ShapeError
from mornet.fom.model import Model
from mornet.fom.stages import Stage
from mornet.fom.time_stepping import ImplicitMethod, require_implicit
from mornet.records import Array
from mornet.rom.gauss_newton import minimise
from mornet.rom.least_squares import LeastSquares
from mornet.rom.trial import Trial


@dataclass(frozen=True, eq=False)
class Atlas:
    """Manifolds ``charts`` of states (n,); column k of ``centres`` (n, K) is the centre of chart k.

    Raises ShapeError unless there is one centre of n entries for each chart.
    """

    centres: Array
    charts: tuple[Trial, ...]

    def __post_init__(self) -> None:
        shapes = {(chart.n, len(self.charts)) for chart in self.charts}
        if shapes != {self.centres.shape}:
            raise ShapeError(f"centres have shape {self.centres.shape}, charts {sorted(shapes)}")

    def nearest(self, u: Array) -> int:
        """Return the number of the chart whose centre is nearest to the state ``u`` (n,)."""
        return int(np.argmin(np.linalg.norm(self.centres - u[:, None], axis=0)))

    def projected(self, u: Array, chart: int | None = None) -> Array:
        """Return the state (n,) of the code of ``u`` (n,) in a ``chart``, or in the nearest one."""
        trial = self.charts[self.nearest(u) if chart is None else chart]
        return trial.state(trial.code(u))

    def followed(self, U: Array) -> Array:
        """Return the states (n, m) of successive ``U`` (n, m), as a model in codes sees them.

        A state is projected to the chart of the state before it. If another centre is nearer to
        the result, the result goes on to the chart of that centre.
        """
        k, W = self.nearest(U[:, 0]), np.empty_like(U)
        for column, u in enumerate(U.T):
            w = self.projected(u, k)
            before, k = k, self.nearest(w)
            W[:, column] = w if k == before else self.projected(w, k)
        return W


@dataclass(frozen=True, eq=False)
class LocalSteps:
    """A time integrator of states: each stage of ``implicit`` is least squares over one chart.

    The chart of a step is the nearest one to the state before it, and iterations start from the
    code of that state there.
    """

    implicit: ImplicitMethod
    atlas: Atlas
    iterations: int = 50

    def __post_init__(self) -> None:
        require_implicit(self.implicit)
        require_whole(iterations=self.iterations)

    @property
    def dt(self) -> float:
        """The time step."""
        return self.implicit.dt

    def step(self, model: Model, t: float, past: Array) -> Array:
        u = past[:, -1]
        chart = self.atlas.charts[self.atlas.nearest(u)]
        reduced, z, most = LeastSquares(model, chart), chart.code(u), self.iterations
        tolerance = self.implicit.tolerance_at(reduced.size(u))

        def solve(stage: Stage) -> Array:
            nonlocal z
            z = minimise(reduced.problem(stage), z, tolerance=tolerance, iterations=most)
            return chart.state(z)

        return self.implicit.advance(t, past, solve)
