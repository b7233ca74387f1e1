"""The extended Kalman filter: samples enter one after the other.

The state is p, and a sample of weight tau is a measurement with the variance R = I / tau:

    K = P J^T (R + J P J^T)^{-1},  p <- p + K (y - f(x; p)),
    P <- (I - K J) P (I - K J)^T + K R K^T

(S. Singhal and L. Wu, NIPS 1988; S. Haykin, ed., Kalman Filtering and Neural Networks, 2001). The
filter starts from the covariance (N B)^{-1}. With B = H the step for one sample has error_order 2.
With the usual B = J^T J of the residual error_order is 1, and the step can be worse than no update.
For a network that is linear in p both filters are recursive least squares, and exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mornet.errors import OptionError
from mornet.nn import Network
from mornet.nn.curvature import output_jacobian
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.update.hessian_substitutes import HessianSubstitute, solver_of
from mornet.perturbation.update.interface import ParameterCurve
from mornet.perturbation.work import BASE_COUNTS, Counts
from mornet.records import Array
from mornet.training import Objective


@dataclass(frozen=True, eq=False)
class KalmanFilter:
    """The parameters ``p`` (P,) and their ``covariance`` (P, P), after the samples so far."""

    net: Network
    p: Array
    covariance: Array

    def add(
        self, x: Array, y: Array, weight: float = 1.0, *, noise: float = 0.0, forget: float = 1.0
    ) -> KalmanFilter:
        """Return the filter after the sample ``x`` (n_1,), ``y`` (n_L,).

        The covariance is divided by ``forget``; below 1, old samples lose weight. The process noise
        ``noise`` is added to its diagonal. Raises OptionError unless weight > 0, noise >= 0 and
        0 < forget <= 1.
        """
        if weight <= 0 or noise < 0 or not 0 < forget <= 1:
            raise OptionError(
                f"weight {weight}, noise {noise} or forget {forget} is out of range: take "
                "weight > 0, noise >= 0 and 0 < forget <= 1"
            )
        J = output_jacobian(self.net, self.p, x[:, None])
        P, R = self.covariance / forget, np.eye(len(y)) / weight
        PJ = P @ J.T
        S = R + J @ PJ
        K = np.linalg.solve(S, PJ.T).T
        lost = PJ @ K.T  # Joseph's form, multiplied out: P^2 operations for each output, not P^3
        covariance = P - lost - lost.T + K @ S @ K.T + noise * np.eye(self.p.size)
        p = self.p + K @ (y - self.net.forward(self.p, x[:, None])[:, 0])
        return replace(self, p=p, covariance=(covariance + covariance.T) / 2)


def start_kalman_filter(
    objective: Objective, p: Array, substitute: HessianSubstitute | None = None
) -> KalmanFilter:
    """Return the filter at the trained ``p`` with the covariance (N B)^{-1}.

    B is the ``substitute``, or H for None. Raises DivergenceError if H is singular.
    """
    inverse = solver_of(substitute, objective, p)
    columns = [inverse(e) for e in np.eye(p.size)]
    return KalmanFilter(objective.net, p, np.column_stack(columns) / objective.N)


@dataclass(frozen=True)
class KalmanUpdate:
    """The filter as an update, for a path on which one sample is added or removed.

    For a removed sample the gain is the influence function divided by 1 - leverage, block by block.
    The jackknife needs this factor if there are about as many parameters as samples.
    """

    substitute: HessianSubstitute | None = None

    @property
    def name(self) -> str:
        return f"Kalman ({'H' if self.substitute is None else self.substitute.name})"

    @property
    def error_order(self) -> int:
        return 2 if self.substitute is None else 1

    @property
    def counts(self) -> Counts:
        return Counts(gradients=1, solves=1)  # and the same for every further output

    @property
    def setup(self) -> Counts:
        return BASE_COUNTS if self.substitute is None else self.substitute.counts

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        """Return the curve t -> q(t).

        Raises OptionError unless the weight of one sample moves, and nothing else.
        """
        start, motion = path.start, path.weights
        start.require_squares("the Kalman filter")
        still = path.x is None and path.y is None and path.decay is None
        affine = motion is not None and len(motion) == 1
        if motion is None or not (still and affine and np.count_nonzero(motion) == 1):
            raise OptionError(
                "the Kalman filter adds or removes one sample; for any other change use Taylor(1)"
            )
        i, net = int(np.flatnonzero(motion[0])[0]), start.net
        x, y = start.x[:, [i]], start.y[:, i]
        J, misfit = output_jacobian(net, base.p, x), y - net.forward(base.p, x)[:, 0]
        solve = base.solve if self.substitute is None else self.substitute.solver(start, base.p)
        HJ = np.column_stack([solve(row) for row in J])
        part = float(motion[0, i]) / start.N  # the part of this sample in J at t = 1

        def gained(t: float) -> Array:
            inner = np.eye(len(y)) + t * part * (J @ HJ)
            return np.asarray(base.p + t * part * (HJ @ np.linalg.solve(inner, misfit)))

        return gained
