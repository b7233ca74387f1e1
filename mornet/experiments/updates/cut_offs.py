"""The errors that guessed cut-offs and dampings cause in updates of a network with a symmetry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.gauges import distances, products, projector, random_gauge
from mornet.experiments.updates.grids import QUARTER_DECADES
from mornet.experiments.updates.trained_networks import (
    TrainedNetwork,
    TrainedNetworkSettings,
    linear_autoencoder_network,
    sigmoid_autoencoder_network,
    ten_point_network,
)
from mornet.perturbation import (
    Corrected,
    Damped,
    NewtonStep,
    NoUpdate,
    Taylor,
    Update,
    move_snapshots,
)
from mornet.perturbation.update import HessianSubstitute, PseudoInverse
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Positive, Seed, Several
from mornet.training import Objective
from mornet.training.newton import quadratic_model
from mornet.training.symmetries import orbit

TREATMENTS: dict[str, HessianSubstitute | None] = {
    "gauge fixed": None,
    "known nullity": PseudoInverse(nullity=9),
    "cut-off 1e-12": PseudoInverse(1e-12),
    "cut-off 1e-6": PseudoInverse(1e-6),
    "cut-off 1e-3": PseudoInverse(1e-3),
}
"""Substitutes of H. A damping, relative to the largest eigenvalue, is added in `cut_offs`."""


@dataclass(frozen=True, eq=False)
class HessianSpectrum:
    """The moduli of the eigenvalues of a Hessian, without any gauge."""

    kind: ClassVar[str] = "spectrum"
    __repr__ = in_short
    name: str
    orbit: int = array(about="dimension of the symmetry's orbit: eigenvalues that must vanish")
    eigenvalues: Array = array("eigenvalue", about="|eigenvalue|, descending")


@dataclass(frozen=True, eq=False)
class CutOffs:
    """Errors of W_2 W_1 against the POD projector, for every treatment of the null space of H.

    ``first_order`` is the error of p* - t H^+ g_t. ``newton_step`` is the error of a Newton step
    from p* with H of the new data: the zero eigenvalues have moved, and a cut-off misses them.
    """

    kind: ClassVar[str] = "cut_offs"
    __repr__ = in_short
    condition: float = array(about="condition of H in this gauge, without its null space")
    t: Array = array("t", about="size of the perturbation, ||E||_F = 1")
    treatment: tuple[str, ...] = array("treatment")
    no_update: Array = array("t", about="||W_2 W_1 - P(t)||_F of the old network")
    first_order: Array = array("treatment", "t", about="||W_2 W_1 - P(t)||_F")
    newton_step: Array = array("treatment", "t", about="||W_2 W_1 - P(t)||_F")
    sound: Indices = array("treatment", about="1 where no number was guessed")
    spectra: tuple[HessianSpectrum, ...] = ()


def cut_offs(*, t: Several[Positive] = QUARTER_DECADES, seed: Seed = 0) -> CutOffs:
    """Return the errors for the linear autoencoder in a random, ill-conditioned gauge."""
    rng = np.random.default_rng(seed)
    trained = linear_autoencoder_network(0.0, seed=seed)
    objective, r = trained.objective, trained.objective.net.widths[1]
    E = rng.standard_normal(objective.x.shape)
    path = move_snapshots(objective, E / np.linalg.norm(E))
    p = random_gauge(objective, trained.base.p, rng)
    base = quadratic_model(objective, p)
    largest = float(base.eigenvalues[-1])
    treatments = TREATMENTS | {"damping 1e-6": Damped(1e-6 * largest)}
    projectors = [projector(path.objective(s).x, r) for s in t]

    def errors(update: Update) -> Array:
        curve = update.along(base, path)
        return distances(products(objective, [curve(s) for s in t]), projectors)

    newton_steps = [Corrected(corrector=NewtonStep(c)) for c in treatments.values()]
    return CutOffs(
        condition=largest / float(base.eigenvalues[0]),
        t=np.array(t),
        treatment=tuple(treatments),
        no_update=errors(NoUpdate()),
        first_order=np.array([errors(Taylor(1, c)) for c in treatments.values()]),
        newton_step=np.array([errors(step) for step in newton_steps]),
        sound=np.array([int(name == "gauge fixed") for name in treatments]),
        spectra=_spectra(trained, p, seed),
    )


def _spectra(trained: TrainedNetwork, p: Array, seed: int) -> tuple[HessianSpectrum, ...]:
    """Return the spectra of ``trained``, of the same function at ``p``, and of three others."""
    decayed = linear_autoencoder_network(1e-3, seed=seed)
    sigmoid = sigmoid_autoencoder_network(1e-4, seed=seed)
    ten_points = ten_point_network(
        TrainedNetworkSettings(decay=1e-4, starts=20, grid_points=2), seed
    )
    return (
        _spectrum("linear autoencoder, balanced", trained.objective, trained.base.p),
        _spectrum("linear autoencoder, random gauge", trained.objective, p),
        _spectrum("linear autoencoder, decay 1e-3", decayed.objective, decayed.base.p),
        _spectrum("sigmoid autoencoder, decay 1e-4", sigmoid.objective, sigmoid.base.p),
        _spectrum("ten points, decay 1e-4", ten_points.objective, ten_points.base.p),
    )


def _spectrum(name: str, objective: Objective, p: Array) -> HessianSpectrum:
    eigenvalues = np.abs(np.linalg.eigvalsh(objective.hessian(p)))
    return HessianSpectrum(name, orbit(objective, p).shape[1], np.sort(eigenvalues)[::-1])
