"""A trained autoencoder is updated for new or changed snapshots, without training again.

The network is first moved into the minimum of J with a small weight decay, because a training ends
beside it. The branch of this minimum is then followed to the new data (docs/perturbation.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mornet.checks import real_matrix
from mornet.errors import DivergenceError, OptionError
from mornet.linalg import mean_one, rms
from mornet.nn.series import SERIES
from mornet.perturbation.branch import validity_radius
from mornet.perturbation.data.changes import add_samples, replace_snapshots
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.update.by_radius import ByRadius
from mornet.perturbation.update.error_estimates import estimated_error
from mornet.records import Array
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.training import Objective
from mornet.training.newton import find_minimum

MOST = 2000  # parameters; the Hessian is a dense matrix
UPDATE = ByRadius(4)


class UpdatedAutoencoder(NamedTuple):
    """The updated ``autoencoder``, and what is known of it.

    ``estimated_error`` is the root mean square, over the entries of all snapshots, of the
    difference between its outputs and those of the minimum that training would reach from here.
    ``change`` is that between new and old outputs, and ``settled`` that by which the old parameters
    were moved into their minimum first. All are in the units of the snapshots.
    """

    autoencoder: Autoencoder
    estimated_error: float
    change: float
    settled: float


def update_autoencoder(
    model: Autoencoder,
    old: Array,
    new: Array,
    *,
    changed: bool = False,
    decay: float = 1e-4,
    weights: Array | None = None,
) -> UpdatedAutoencoder:
    """Return ``model``, trained on the snapshots ``old`` (n, m), updated with the ``new`` (n, k).

    New snapshots are added to the old ones, or take their places if they are ``changed`` (k = m).
    Centre, scale and POD coordinates stay as they are. ``decay`` is the factor of 1/2 ||p||^2 in J
    of the scaled snapshots; the minimum is isolated because of it. ``weights`` (m,) are those of
    the old snapshots, of which new ones have the mean.

    Raises ShapeError and DataError for bad snapshots, OptionError for more than 2000 parameters or
    an activation without power series, DivergenceError if the training ended near no isolated
    minimum, or if the branch cannot be followed so far: the message says how far.
    """
    _require_small(model)
    x, y = (model.inputs(real_matrix(name, U, model.n)) for name, U in (("old", old), ("new", new)))
    J = Objective(model.network, x, x, mean_one(weights, x.shape[1]), decay=decay)
    try:
        base = find_minimum(J, model.p)
    except DivergenceError as error:
        raise DivergenceError(f"{error}. A larger decay than {decay:g} may help") from None
    path = replace_snapshots(J, y) if changed else add_samples(J, y, y)
    try:
        q = UPDATE.along(base, path)(1.0)
    except DivergenceError:
        reach = validity_radius(base, path).describe("this change of the data")
        raise DivergenceError(f"{reach}. Train again") from None
    return UpdatedAutoencoder(
        replace(model, p=q),
        estimated_error=_in_units(
            model, estimated_error(base, path, 1.0, q, path.objective(1.0).x)
        ),
        change=_in_units(model, _moved(path, model.p, q)),
        settled=_in_units(model, _moved(path, model.p, base.p)),
    )


def _require_small(model: Autoencoder) -> None:
    if model.p.size > MOST:
        raise OptionError(
            f"the network has {model.p.size} parameters; an update factorises its Hessian, "
            f"P^3 operations, and takes at most {MOST}: train again, or take fewer hidden units"
        )
    if without := sorted(set(model.network.activations) - SERIES.keys()):
        raise OptionError(f"the activation {without[0]!r} has no power series, so no update")


def _moved(path: DataPath, p: Array, q: Array) -> float:
    net, x = path.start.net, path.objective(1.0).x
    return rms(net.forward(q, x) - net.forward(p, x))


def _in_units(model: Autoencoder, of_outputs: float) -> float:
    """Return the root mean square over the n entries of snapshots, from that over outputs."""
    outputs = model.network.widths[-1]
    return model.scale * of_outputs * float(np.sqrt(outputs / model.n))
