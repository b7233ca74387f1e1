"""The update of whatever a stored fit holds."""

from __future__ import annotations

from typing import Any

from mornet.errors import OptionError
from mornet.perturbation.autoencoder import UpdatedNetwork, update_autoencoder
from mornet.perturbation.hybrid import update_hybrid
from mornet.records import Array
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.best.record import Best
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.interface import Reduction
from mornet.reduction.pod.record import POD


def update_network(model: Reduction, old: Array, new: Array, **how: Any) -> UpdatedNetwork:
    """Return the autoencoder or hybrid ``model`` updated; the winner of a race counts as itself.

    The arguments, and what is raised, are those of `update_autoencoder`. Raises OptionError for a
    reduction without a network.
    """
    inner = _winner(model)
    if isinstance(inner, Autoencoder):
        return update_autoencoder(inner, old, new, **how)
    if isinstance(inner, Hybrid):
        return update_hybrid(inner, old, new, **how)
    raise OptionError(f"a reduction {getattr(inner, 'kind', '')!r} has no network to update")


def is_network(model: Reduction) -> bool:
    """Return whether `update_network` takes ``model``."""
    inner = _winner(model)
    corrected = isinstance(inner, Hybrid) and inner.correction is not None
    return corrected or isinstance(inner, Autoencoder)


def pod_of(model: Reduction) -> POD | None:
    """Return the POD that ``model`` is; None if it is another reduction."""
    inner = _winner(model)
    if isinstance(inner, Hybrid) and inner.correction is None:
        return inner.pod
    return inner if isinstance(inner, POD) else None


def _winner(model: Reduction) -> Reduction:
    return model.model if isinstance(model, Best) else model
