"""A trained autoencoder is updated for new or changed snapshots, without training again.

A network of at most 2000 parameters is first moved into the minimum of J with a small weight decay,
because a training ends beside it. The branch of this minimum is then followed to the new data
(docs/perturbation.md). Other networks are held to their outputs, see `mornet.perturbation.held`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, NamedTuple

import numpy as np

from mornet.checks import real_matrix, require_squares
from mornet.errors import DivergenceError, OptionError
from mornet.linalg import mean_one, rms
from mornet.nn.network import Network
from mornet.nn.series import SERIES
from mornet.perturbation.branch import validity_radius
from mornet.perturbation.data.changes import add_samples, replace_snapshots
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.held import HeldSettings, held_data, minimise_held
from mornet.perturbation.update.by_radius import ByRadius
from mornet.perturbation.update.error_estimates import estimated_error
from mornet.records import Array
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.autoencoder.sharing import index_found
from mornet.reduction.interface import Reduction
from mornet.training import Objective, Shared
from mornet.training.newton import BasePoint, find_minimum

MOST = 2000  # parameters of a network whose Hessian is a dense matrix
ENTRIES = 2**23  # outputs of all layers that are in memory at a time
UPDATE = ByRadius(4)
Means = Literal["branch", "held"]


class UpdatedNetwork(NamedTuple):
    """The updated ``model``, and what is known of it.

    ``estimated_error`` is the root mean square, over the entries of all snapshots, of the
    difference between its outputs and those of the minimum that it approximates. ``change`` is that
    between new and old outputs, and ``settled`` that by which the old parameters were moved into
    their minimum first, 0 for a network that is held. All are in the units of the snapshots.
    ``gradients`` is the work in gradients of J over all snapshots; None if it was not counted.
    ``means`` says by which means the update was found.
    """

    model: Reduction
    estimated_error: float
    change: float
    settled: float = 0.0
    gradients: int | None = None
    means: Means = "held"


def update_autoencoder(
    model: Autoencoder,
    old: Array,
    new: Array,
    *,
    changed: bool = False,
    decay: float = 1e-4,
    weights: Array | None = None,
    means: Means | None = None,
) -> UpdatedNetwork:
    """Return ``model``, trained on the snapshots ``old`` (n, m), updated with the ``new`` (n, k).

    New snapshots are added to the old ones, or take their places if they are ``changed`` (k = m).
    Centre, scale and POD coordinates stay as they are. ``decay`` is the factor of 1/2 ||p||^2 in J
    of the scaled snapshots, or of 1/2 ||p - p_0||^2 for a network that is held. ``weights`` (m,)
    are those of the old snapshots, of which new ones have the mean. The ``means`` are the "branch"
    of minima where the network is small, its activations have power series and its training ended
    near a minimum; other networks are "held". Tied weights stay tied and masked ones zero, see
    `index_found`; such networks are held, and ||p - p_0|| counts shared parameters once.

    Raises ShapeError and DataError for bad snapshots; OptionError for a decay that is not above 0
    and at most 1e8, and for a branch of a network that is large, without power series, or with tied
    or masked weights; DivergenceError if the training ended near no isolated minimum, or if the
    change is out of reach: the message says how far the update reaches.
    """
    settings = HeldSettings(decay=decay)
    x, y = (model.inputs(states(name, U, model.n)) for name, U in (("old", old), ("new", new)))
    w = mean_one(weights, x.shape[1])
    J = Objective(model.network, x, x, w, decay=decay)
    if (base := _base(model, J, means)) is None:
        return _held(model, x, y, w, changed, settings)
    return _along_branch(model, J, base, y, changed)


def _base(model: Autoencoder, J: Objective, means: Means | None) -> BasePoint | None:
    """Return the minimum near the parameters; None where the network is to be held."""
    if means == "branch":
        _require_branch(model)
    elif means == "held" or _large(model) or _without_series(model) or _shares(model):
        return None
    try:
        return find_minimum(J, model.p)
    except DivergenceError as error:
        if means is None:
            return None
        words = f"{error}. A larger decay than {J.decay:g} may help"
        raise DivergenceError(words) from None


def _along_branch(
    model: Autoencoder, J: Objective, base: BasePoint, y: Array, changed: bool
) -> UpdatedNetwork:
    """Return the update along the branch of the minimum ``base``, for network inputs ``y``."""
    path = replace_snapshots(J, y) if changed else add_samples(J, y, y)
    try:
        q = UPDATE.along(base, path)(1.0)
    except (DivergenceError, np.linalg.LinAlgError):
        reach = validity_radius(base, path).describe("this change of the data")
        raise DivergenceError(f"{reach}. Train again") from None
    units = partial(_in_units, model)
    return UpdatedNetwork(
        replace(model, p=q),
        estimated_error=units(estimated_error(base, path, 1.0, q, path.objective(1.0).x)),
        change=units(_moved(path, model.p, q)),
        settled=units(_moved(path, model.p, base.p)),
        means="branch",
    )


def _held(
    model: Autoencoder, x: Array, y: Array, w: Array | None, changed: bool, settings: HeldSettings
) -> UpdatedNetwork:
    """Return the update by Gauss-Newton steps that hold the outputs for ``x``."""
    data = held_data(x, y, _forward(model.network, model.p, x), w, changed)
    J, index = Objective(model.network, *data), index_found(model.network, model.p)
    by = Shared(J, np.arange(model.p.size) if index is None else index)
    F = SharedPieces(Pieces(J), by)
    found = minimise_held(F, by.restrict(model.p), settings)
    return UpdatedNetwork(
        replace(model, p=by.lift(found.p)),
        estimated_error=_in_units(model, found.estimated_error),
        change=_in_units(model, found.change),
        gradients=found.gradients,
    )


@dataclass(frozen=True)
class Pieces:
    """The `SumOfSquares` of an objective, summed over so few samples at a time that memory holds.

    All layers together have at most 2^23 outputs at a time, or those of one sample.
    """

    whole: Objective

    def outputs(self, p: Array) -> Array:
        """Return f(p) (n_L, N)."""
        return _forward(self.whole.net, p, self.whole.x)

    def value_of(self, outputs: Array) -> float:
        """Return F(p) for the ``outputs`` f(p) (n_L, N)."""
        _, y, w = self.whole.samples()
        return float(w @ self.whole.C.value(outputs, y))

    def gradient(self, p: Array) -> Array:
        """Return grad F (P,)."""
        parts = (J.N * J.gradient(p) for J in self._parts())
        return np.asarray(sum(parts) / self.whole.N)

    def gauss_newton_vector(self, p: Array, v: Array) -> Array:
        """Return G v (P,) for the Gauss-Newton matrix G of F at ``p``."""
        parts = (J.N * J.gauss_newton_vector(p, v) for J in self._parts())
        return np.asarray(sum(parts) / self.whole.N)

    def _parts(self) -> Iterator[Objective]:
        J = self.whole
        for s in _slices(J.net, J.N):
            weights = None if J.weights is None else J.weights[s]
            yield Objective(J.net, J.x[:, s], J.y[:, s], weights)


@dataclass(frozen=True)
class SharedPieces:
    """`Pieces` as a `SumOfSquares` of the different parameters q, where p = L q."""

    pieces: Pieces
    by: Shared

    def outputs(self, q: Array) -> Array:
        """Return f(L q) (n_L, N)."""
        return self.pieces.outputs(self.by.lift(q))

    def value_of(self, outputs: Array) -> float:
        """Return F for the ``outputs`` f(L q) (n_L, N)."""
        return self.pieces.value_of(outputs)

    def gradient(self, q: Array) -> Array:
        """Return L^T grad F (Q,)."""
        return self.by.gathered(self.pieces.gradient(self.by.lift(q)))

    def gauss_newton_vector(self, q: Array, v: Array) -> Array:
        """Return L^T G L v (Q,) for the Gauss-Newton matrix G of F at L q."""
        lift = self.by.lift
        return self.by.gathered(self.pieces.gauss_newton_vector(lift(q), lift(v)))


def _forward(net: Network, p: Array, x: Array) -> Array:
    return np.hstack([net.forward(p, x[:, s]) for s in _slices(net, x.shape[1])])


def _slices(net: Network, N: int) -> Iterator[slice]:
    most = max(1, ENTRIES // sum(net.widths))
    return (slice(i, min(i + most, N)) for i in range(0, N, most))


def _large(model: Autoencoder) -> bool:
    return model.p.size > MOST


def _without_series(model: Autoencoder) -> list[str]:
    return sorted(set(model.network.activations) - SERIES.keys())


def _shares(model: Autoencoder) -> bool:
    return index_found(model.network, model.p) is not None


def _require_branch(model: Autoencoder) -> None:
    if _large(model):
        raise OptionError(
            f"the network has {model.p.size} parameters; following the branch of its minimum "
            f"factorises its Hessian, P^3 operations, and takes at most {MOST}: the means 'held' "
            "take more"
        )
    if without := _without_series(model):
        raise OptionError(
            f"the activation {without[0]!r} has no power series, so no branch: take the means "
            "'held'"
        )
    if _shares(model):
        raise OptionError(
            "the network has tied or masked weights, which a branch would not keep: take the means "
            "'held'"
        )


def states(name: str, U: Array, n: int) -> Array:
    """Return ``U`` (n, m) as snapshots whose squares are numbers; raise as `real_matrix` does."""
    U = real_matrix(name, U, n)
    require_squares(name, U)
    return U


def _moved(path: DataPath, p: Array, q: Array) -> float:
    net, x = path.start.net, path.objective(1.0).x
    return rms(net.forward(q, x) - net.forward(p, x))


def _in_units(model: Autoencoder, of_outputs: float) -> float:
    """Return the root mean square over the n entries of snapshots, from that over outputs."""
    outputs = model.network.widths[-1]
    return model.scale * of_outputs * float(np.sqrt(outputs / model.n))
