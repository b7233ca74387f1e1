"""A trained MLPRegressor is updated for changed data, without training again.

The loss of scikit-learn is L(p) = 1/(2 N n_L) sum_i ||f(x_i; p) - y_i||^2 + alpha/(2 N) sum_k W_k^2
over the weights W, without the biases. n_L L is the objective J of `mornet.training.Objective` with
the decay n_L alpha / N of the weights.
"""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted, check_X_y

from mornet.checks import require_unmasked
from mornet.errors import DivergenceError, OptionError
from mornet.linalg import rms
from mornet.nn import Network
from mornet.perturbation import ChordStep, Corrected, Taylor, estimated_error
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.work import work_in_gradients
from mornet.records import Array
from mornet.training import Objective
from mornet.training.newton import find_minimum

ACTIVATIONS = {"logistic": "sigmoid", "tanh": "tanh", "identity": "identity"}
OF_BIAS = 1e-6  # decay of biases, over that of weights; scikit-learn has 0
MOST = 2000  # parameters; the Hessian is a dense matrix
ROUND_OFF = 1e-9  # growth that no update has to answer for: that of unchanged data
TOO_FAR = "the new data are too far from the old ones; update in several steps, or train again"


class UpdatedRegressor(NamedTuple):
    """The updated ``regressor``, and what is known of it.

    ``estimated_error`` is the root mean square over ``X_new`` of the difference between its outputs
    and those of the minimum that training would reach from here, ``change`` that between new and
    old outputs. ``settled`` is the change of the outputs on the old data by which the old
    parameters were moved into their minimum first. ``gradients`` is the work of the update, in
    gradients over all samples, apart from this.
    """

    regressor: Any
    estimated_error: float
    change: float
    settled: float
    gradients: float


def update_regressor(
    regressor: Any, old: tuple[Any, Any], new: tuple[Any, Any]
) -> UpdatedRegressor:
    """Return a copy of a trained MLPRegressor, updated from the ``old`` data to the ``new`` ones.

    Both are pairs X (N, n_1), y (N,) or (N, n_L), with the same samples in the same order. The
    update is that of second order, with one chord step (docs/perturbation.md).

    Raises OptionError for data of different shapes, more than 2000 parameters or the activation
    "relu", which has no power series; DivergenceError if the training ended at no isolated minimum
    (a larger ``alpha`` gives one), or if the update is too far: its estimated error exceeds the
    change of the outputs, or the objective of the new data is larger after it than before.
    """
    check_is_fitted(regressor)
    (x, y), (x_new, y_new) = _columns(*old), _columns(*new)
    if (x.shape, y.shape) != (x_new.shape, y_new.shape):
        raise OptionError(
            f"the old data have the shapes {x.T.shape}, {y.T.shape}, the new ones "
            f"{x_new.T.shape}, {y_new.T.shape}: give the same samples"
        )
    net, p = network_of(regressor)
    J = Objective(net, x, y, decay=_decay(regressor, net, y))
    base = find_minimum(J, p)
    path = DataPath(J, x=(x_new - x)[None], y=(y_new - y)[None])
    update = Corrected(Taylor(2), ChordStep())
    q, new_J = update.along(base, path)(1.0), path.objective(1.0)
    error = estimated_error(base, path, 1.0, q, x_new)
    change = rms(net.forward(q, x_new) - net.forward(p, x_new))
    _require_near(error, change)
    _require_gain(float(new_J.value(base.p)), float(new_J.value(q)))
    return UpdatedRegressor(
        _with_parameters(regressor, net, q, new_J),
        estimated_error=error,
        change=change,
        settled=rms(net.forward(base.p, x) - net.forward(p, x)),
        gradients=float(work_in_gradients(update.counts, net.size, J.N)),
    )


def _require_near(error: float, change: float) -> None:
    """Raise DivergenceError if the estimated ``error`` of an update exceeds its ``change``."""
    if not error <= change + ROUND_OFF:
        raise DivergenceError(
            f"the estimated error {error:.3g} of the update exceeds the change {change:.3g} of the "
            f"outputs: {TOO_FAR}"
        )


def _require_gain(before: float, after: float) -> None:
    """Raise DivergenceError if the objective of the new data grows in the update."""
    if not after <= (1 + ROUND_OFF) * before:
        raise DivergenceError(
            f"the objective of the new data grows from {before:.3g} to {after:.3g} in the update: "
            f"{TOO_FAR}"
        )


def network_of(regressor: Any) -> tuple[Network, Array]:
    """Return the network of a trained MLPRegressor, and its parameters p (P,).

    Raises OptionError for an activation without power series or more than 2000 parameters.
    """
    if regressor.activation not in ACTIVATIONS:
        raise OptionError(
            f"activation {regressor.activation!r} cannot be updated; there are "
            f"{', '.join(ACTIVATIONS)}"
        )
    widths = (regressor.coefs_[0].shape[0], *(W.shape[1] for W in regressor.coefs_))
    inner = ACTIVATIONS[regressor.activation]
    net = Network(widths, (*[inner] * (len(widths) - 2), "identity"))
    if net.size > MOST:
        raise OptionError(f"the network has {net.size} parameters, more than {MOST}")
    layers = zip(regressor.coefs_, regressor.intercepts_, strict=True)
    return net, np.concatenate([part for W, b in layers for part in (W.T.ravel(), b)]).astype(float)


def _columns(X: Any, y: Any) -> tuple[Array, Array]:
    """Return inputs (n_1, N) and targets (n_L, N)."""
    require_unmasked("X", X)
    require_unmasked("y", y)
    X, y = check_X_y(X, y, multi_output=True, y_numeric=True, dtype=np.float64)
    return X.T, y.reshape(len(X), -1).T.astype(float)


def _decay(regressor: Any, net: Network, y: Array) -> Array:
    """Return the decay (P,) of J: n_L alpha / N for weights, `OF_BIAS` of it for biases.

    Without it the bias of a unit whose weights the penalty made zero would make H singular.
    """
    rate = len(y) * regressor.alpha / y.shape[1]
    parts = [(np.full(m * n, rate), np.full(n, OF_BIAS * rate)) for m, n in pairwise(net.widths)]
    return np.concatenate([part for pair in parts for part in pair])


def _with_parameters(regressor: Any, net: Network, q: Array, J: Objective) -> Any:
    updated = copy.deepcopy(regressor)
    updated.coefs_ = [layer.W.T.copy() for layer in net.layers(q)]
    updated.intercepts_ = [np.array(layer.b) for layer in net.layers(q)]
    updated.loss_ = float(J.value(q)) / len(J.y)
    return updated
