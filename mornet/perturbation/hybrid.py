"""A hybrid is updated for new or changed snapshots: its POD stays, its correction is held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mornet.errors import OptionError
from mornet.linalg import mean_one
from mornet.perturbation.autoencoder import UpdatedNetwork, states
from mornet.perturbation.held import HeldSettings, held_data, minimise_held
from mornet.records import Array
from mornet.reduction.hybrid.correction import CorrectionObjective
from mornet.reduction.hybrid.record import Hybrid


def update_hybrid(
    model: Hybrid,
    old: Array,
    new: Array,
    *,
    changed: bool = False,
    decay: float = 1e-4,
    weights: Array | None = None,
) -> UpdatedNetwork:
    """Return ``model``, trained on the snapshots ``old`` (n, m), updated with the ``new`` (n, k).

    The arguments are those of `update_autoencoder`. The POD modes stay as they are, so that the
    part of new snapshots that is orthogonal to them stays lost. q and rho, the evidence for the
    correction, are those of the old snapshots.

    Raises OptionError for a hybrid without correction, ShapeError and DataError for bad snapshots,
    DivergenceError if the change is out of reach.
    """
    correction = model.correction
    if correction is None:
        raise OptionError("the hybrid is POD without a correction: update its POD")
    c, d = (model.pod.encode(states(name, U, model.n)) for name, U in (("old", old), ("new", new)))
    w = mean_one(weights, c.shape[1])
    inputs, targets, w = held_data(c, d, correction.reconstruct(c), w, changed)
    F = CorrectionObjective(correction, inputs, np.float64, w, targets)
    found = minimise_held(F, correction.p, HeldSettings(decay=decay))
    unit = correction.output_scale * float(np.sqrt(len(c) / model.n))
    return UpdatedNetwork(
        replace(model, correction=replace(correction, p=found.p)),
        estimated_error=unit * found.estimated_error,
        change=unit * found.change,
        gradients=found.gradients,
    )
