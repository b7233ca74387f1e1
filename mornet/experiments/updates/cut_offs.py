"""What guessed cut-offs and dampings do to updates of a network with a symmetry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.trained_networks import (
    linear_autoencoder_network,
    sigmoid_autoencoder_network,
    ten_point_network,
)
from mornet.linalg import thin_svd
from mornet.perturbation import Corrected, Damped, NewtonStep, NoUpdate, Taylor, move_snapshots
from mornet.perturbation.update import HessianSubstitute, PseudoInverse
from mornet.records import Array, Indices, array
from mornet.settings import Positive, Seed
from mornet.training import Objective
from mornet.training.newton import quadratic_model
from mornet.training.symmetries import orbit

T = tuple(float(f"{10 ** (k / 4):.6g}") for k in range(-12, 1))


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The moduli of the eigenvalues of a Hessian, without any gauge."""

    kind: ClassVar[str] = "spectrum"
    name: str
    orbit: int = array(about="dimension of the symmetry's orbit: eigenvalues that must vanish")
    eigenvalues: Array = array("eigenvalue", about="|eigenvalue|, descending")


@dataclass(frozen=True, eq=False)
class CutOffStudy:
    """Errors of W_2 W_1 against the POD projector, by what is done about the null space of H.

    ``first_order`` is the error of p* - t H^+ g_t, ``newton`` that of a Newton step from p*, where
    H is that of the new data: its zero eigenvalues have moved, and a cut-off no longer finds them.
    """

    kind: ClassVar[str] = "cut_off_study"
    condition: float = array(about="of H in this gauge, without its null space")
    t: Array = array("t", about="size of the perturbation, ||E||_F = 1")
    treatment: tuple[str, ...] = array("treatment")
    no_update: Array = array("t", about="||W_2 W_1 - P(t)||_F of the old network")
    first_order: Array = array("treatment", "t", about="||W_2 W_1 - P(t)||_F")
    newton: Array = array("treatment", "t", about="||W_2 W_1 - P(t)||_F")
    sound: Indices = array("treatment", about="1 where no number was guessed")
    spectra: tuple[Spectrum, ...] = ()


def cut_off_study(*, t: tuple[Positive, ...] = T, seed: Seed = 0) -> CutOffStudy:
    """Return the gallery for the linear autoencoder in a random, ill-conditioned gauge."""
    rng = np.random.default_rng(seed)
    trained = linear_autoencoder_network(0.0, seed=seed)
    objective, balanced = trained.objective, trained.base.p
    net, X = objective.net, objective.x
    E = rng.standard_normal(X.shape)
    path = move_snapshots(objective, E / np.linalg.norm(E))
    p = random_gauge(objective, balanced, rng)
    base = quadratic_model(objective, p)
    largest = float(base.eigenvalues[-1])
    treatments: dict[str, HessianSubstitute | None] = {
        "gauge fixed": None,
        "known nullity": PseudoInverse(nullity=9),
        "cut-off 1e-12": PseudoInverse(1e-12),
        "cut-off 1e-6": PseudoInverse(1e-6),
        "cut-off 1e-3": PseudoInverse(1e-3),
        "damping 1e-6": Damped(1e-6 * largest),
    }
    projectors = [projector(path.objective(s).x, net.widths[1]) for s in t]

    def errors(update: NoUpdate | Taylor | Corrected) -> Array:
        curve = update.along(base, path)
        return np.array(
            [
                np.linalg.norm(net.forward(curve(s), np.eye(len(X))) - P)
                for s, P in zip(t, projectors, strict=True)
            ]
        )

    return CutOffStudy(
        condition=largest / float(base.eigenvalues[0]),
        t=np.array(t),
        treatment=tuple(treatments),
        no_update=errors(NoUpdate()),
        first_order=np.array([errors(Taylor(1, c)) for c in treatments.values()]),
        newton=np.array([errors(Corrected(corrector=NewtonStep(c))) for c in treatments.values()]),
        sound=np.array([int(name == "gauge fixed") for name in treatments]),
        spectra=(
            _spectrum("linear autoencoder, balanced", objective, balanced),
            _spectrum("linear autoencoder, random gauge", objective, p),
            *_others(seed),
        ),
    )


def _others(seed: int) -> list[Spectrum]:
    decayed = linear_autoencoder_network(1e-3, seed=seed)
    sigmoid = sigmoid_autoencoder_network(1e-4, seed=seed)
    tens = ten_point_network(1e-4, seed=seed, starts=20, scale=2.0, minimum=None, grid_points=2)
    return [
        _spectrum(name, trained.objective, trained.base.p)
        for name, trained in {
            "linear autoencoder, decay 1e-3": decayed,
            "sigmoid autoencoder, decay 1e-4": sigmoid,
            "ten points, decay 1e-4": tens,
        }.items()
    ]


def _spectrum(name: str, objective: Objective, p: Array) -> Spectrum:
    eigenvalues = np.abs(np.linalg.eigvalsh(objective.hessian(p)))
    return Spectrum(name, orbit(objective, p).shape[1], np.sort(eigenvalues)[::-1])


def random_gauge(objective: Objective, p: Array, rng: np.random.Generator) -> Array:
    """Return the same function with W_1 -> A W_1, W_2 -> W_2 A^{-1} for a random A."""
    q = np.array(p)
    W1, W2 = (layer.W for layer in objective.net.layers(q))
    A = rng.standard_normal((len(W1), len(W1)))
    W1[...], W2[...] = A @ W1, W2 @ np.linalg.inv(A)
    return q


def projector(X: Array, r: int) -> Array:
    """Return the projector (n, n) onto the first ``r`` modes of ``X``."""
    U = thin_svd(X).U[:, :r]
    return np.asarray(U @ U.T)
