"""Non-intrusive models: codes regressed over time and parameters.

The equation is not needed: z(t, mu) is interpolated or fitted to the codes of the training
snapshots (J. Hesthaven and S. Ubbiali, J. Comput. Phys. 363, 2018).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.interpolate import RBFInterpolator

from mornet.errors import OptionError
from mornet.nn import Network
from mornet.nn.initialise import initialise
from mornet.records import Array, Indices
from mornet.rom.methods.inputs import extents, inputs_of, require_told_apart
from mornet.rom.methods.interface import (
    Demand,
    Prediction,
    Predictor,
    Start,
    Training,
    times_of,
)
from mornet.rom.methods.neighbours import are_flat, through_all
from mornet.rom.methods.order import in_time
from mornet.rom.methods.relative_scale import Regression, relative_scale, scaled
from mornet.settings import Count, Seed, Settings
from mornet.training import Objective, fit_lbfgs

NEIGHBOURS = 60
MOST_FOR_GAUSSIAN_PROCESS = 500


@dataclass(frozen=True)
class RegressionMethod(Settings):
    """Codes over (t, mu), by radial basis functions, a Gaussian process or a network.

    Times and parameters are scaled to [0, 1], codes to root mean square one. Radial basis functions
    (thin-plate splines of SciPy, on the nearest points) interpolate; parameters are scaled once
    more, by the one of six factors with which trajectories are predicted best that are left out
    (`mornet.rom.methods.relative_scale`). The Gaussian process of scikit-learn has one length for
    each parameter, and sees at most 500 snapshots. The network has ``hidden`` layers of tanh, and
    L-BFGS takes ``steps``; its start is drawn with the ``seed``.
    """

    demands: ClassVar[tuple[Demand, ...]] = ()
    regressor: Literal["radial_basis", "gaussian_process", "network"] = "radial_basis"
    hidden: tuple[Count, ...] = (32, 32)
    steps: Count = 2000
    seed: Seed = 0

    def predictor(self, training: Training) -> Predictor:
        """Return the regression, fitted to the codes.

        Raises as `in_time` does, and OptionError if time and parameters do not tell the training
        snapshots apart.
        """
        part = training.snapshots
        require_told_apart(in_time(part), part.mu)
        t = np.asarray(part.t)[None]
        inputs = t if part.mu is None else np.vstack([t, part.mu])
        low, width = inputs.min(axis=1), extents(inputs)
        codes = training.codes
        size = float(np.sqrt(np.mean(codes**2))) or 1.0

        def to_unit(x: Array) -> Array:
            return np.asarray(((x.T - low) / width).T)

        varied = inputs_of(to_unit(inputs), ("t", *training.problem.parameters))
        if not len(varied.kept):
            raise OptionError("a regression needs snapshots of several times or parameters")
        both = len(varied.kept) > 1 and varied.kept[0] == 0
        trajectory = part.trajectory if both else None
        regression = self._fit(varied.of(to_unit(inputs)), codes / size, trajectory)

        def predict(start: Start) -> Prediction:
            t = times_of(training.problem, start)
            mu = start.mu if part.mu is not None else ()
            at = np.vstack([t, *(np.full_like(t, value) for value in mu)])
            found = size * regression(varied.of(to_unit(at)))
            return Prediction(found, training.trial(start.shift).state(found))

        return predict

    def _fit(self, x: Array, y: Array, trajectory: Indices | None) -> Regression:
        """Return the regression; ``trajectory`` (m,) is None unless times and parameters vary."""
        if self.regressor == "radial_basis" and trajectory is not None:
            scale = relative_scale(radial_basis, x, y, trajectory, NEIGHBOURS)
            spline = radial_basis(scaled(x, scale), y)
            return lambda at: spline(scaled(at, scale))
        others = {"radial_basis": radial_basis, "gaussian_process": gaussian_process}
        return others.get(self.regressor, self._network)(x, y)

    def _network(self, x: Array, y: Array) -> Regression:
        """Return a network trained on the points ``x`` (p, m) and values ``y`` (r, m)."""
        widths = (len(x), *self.hidden, len(y))
        network = Network(widths, ("tanh",) * len(self.hidden) + ("identity",))
        p = initialise(network, "glorot", np.random.default_rng(self.seed))
        p = fit_lbfgs(Objective(network, 2 * x - 1, y), p, steps=self.steps).p
        return lambda at: network.forward(p, 2 * at - 1)


def radial_basis(x: Array, y: Array) -> Regression:
    """Return the thin-plate spline through ``y`` (r, m) at the points ``x`` (p, m).

    It goes through the nearest points, or through points from everywhere where those are flat.
    """
    x, first = np.unique(x, axis=1, return_index=True)
    y, near = y[:, first], min(NEIGHBOURS, x.shape[1])
    spline = RBFInterpolator(x.T, y.T, neighbors=near)

    def value(at: Array) -> Array:
        found = through_all(x, y) if are_flat(x, at, near) else spline
        return np.asarray(found(at.T).T)

    return value


def gaussian_process(x: Array, y: Array) -> Regression:
    """Return the mean of a Gaussian process with an anisotropic Matern kernel, nu = 5/2.

    Its lengths are those of a local maximum of the likelihood. Raises OptionError without
    scikit-learn.
    """
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern
    except ImportError:
        raise OptionError(
            "a Gaussian process needs scikit-learn: pip install 'mornet[sklearn]'"
        ) from None
    every = -(-x.shape[1] // MOST_FOR_GAUSSIAN_PROCESS)
    kernel = ConstantKernel(1.0, (1e-4, 1e6)) * Matern(np.full(len(x), 0.3), (1e-3, 1e2), nu=2.5)
    process = GaussianProcessRegressor(kernel, alpha=1e-8, normalize_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(x[:, ::every].T, y[:, ::every].T)
    return lambda at: np.asarray(process.predict(at.T)).reshape(at.shape[1], -1).T
