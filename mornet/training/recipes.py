"""Optimisers by name, with schedules, for a network and a number of steps.

A line in `RECIPES` offers an optimiser to studies.
"""

from __future__ import annotations

from collections.abc import Callable

from mornet.nn.network import Network
from mornet.training.adam import Adam
from mornet.training.adamw import AdamW
from mornet.training.optimiser import Optimiser
from mornet.training.schedules import Cosine
from mornet.training.soap import SOAP

Recipe = Callable[[Network, int], Optimiser]


def adam(network: Network, steps: int, eta: float = 5e-3) -> Optimiser:
    """Return Adam with a cosine schedule from ``eta`` to 0."""
    return Adam(Cosine(eta, steps))


def adamw(network: Network, steps: int, eta: float = 5e-3) -> Optimiser:
    """Return AdamW with a cosine schedule from ``eta`` to 0."""
    return AdamW(Cosine(eta, steps))


def soap(network: Network, steps: int, eta: float = 3e-3, gather: int = 1) -> Optimiser:
    """Return SOAP with a warm-up, and then a cosine schedule from ``eta`` to 0.

    The warm-up takes 50 steps, or a tenth of the ``steps`` if that is less. Every ``gather``-th
    gradient updates the factors.
    """
    schedule = Cosine(eta, steps, warm_up=min(50, steps // 10))
    return SOAP(network, schedule, gather=gather)


RECIPES: dict[str, Callable[..., Optimiser]] = {"adam": adam, "adamw": adamw, "soap": soap}
