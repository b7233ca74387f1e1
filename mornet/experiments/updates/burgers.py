"""Updates of an autoencoder as its Burgers snapshots move to a new parameter, beside POD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import DivergenceError
from mornet.experiments.updates.accuracy import gradients_at, updated_parameters
from mornet.experiments.updates.base_facts import BaseFacts, base_facts
from mornet.experiments.updates.burgers_autoencoder import (
    BURGERS,
    BurgersAutoencoder,
    BurgersPOD,
    BurgersSettings,
    burgers_autoencoder,
    burgers_pod,
)
from mornet.experiments.updates.burgers_training import (
    ColdStarts,
    TrainingComparison,
    WarmStarts,
    burgers_trainings,
)
from mornet.experiments.updates.retraining import retrain
from mornet.experiments.updates.work import UpdateWork, update_work
from mornet.nn import initialise
from mornet.perturbation import (
    Branch,
    Corrected,
    DataPath,
    NewtonStep,
    NoUpdate,
    Taylor,
    Update,
    continue_branch,
    validity_radius,
)
from mornet.perturbation.branch.radius import STRAIGHT_MISFIT
from mornet.records import Array, array, in_short
from mornet.settings import Count, Fraction, Seed, Several
from mornet.training.newton import BasePoint, find_minimum

UPDATES: tuple[Update, ...] = (
    NoUpdate(),
    Taylor(1),
    Taylor(2),
    Taylor(3),
    Corrected(corrector=NewtonStep()),
    Corrected(Taylor(1), NewtonStep()),
)
RADIUS_TERMS = 20


@dataclass(frozen=True, eq=False)
class BurgersAccuracy:
    """Errors of the updates for every t, in the norm of the snapshots."""

    kind: ClassVar[str] = "burgers_accuracy"
    __repr__ = in_short
    t: Array = array("t", about="part of the way from the old snapshots to the new ones")
    branch_error: Array = array("t", about="test error on the continued branch")
    method: tuple[str, ...] = array("method")
    error: Array = array("method", "t", about="test error")
    gap: Array = array("method", "t", about="relative difference of outputs from the branch's")
    parameter_error: Array = array(
        "method", "t", about="||q - p*(t)||, both by steps of least norm"
    )
    residual: Array = array("method", "t", about="||grad J|| at the updated parameters")


@dataclass(frozen=True, eq=False)
class BurgersUpdate:
    """Updates along (1 - t) X_A + t X_B, from the snapshots of ``mu`` to those of ``new_mu``.

    The network works in POD coordinates of X_A. Every second snapshot in time trains; the others
    test. Test errors are relative errors at the test snapshots of the path, in the norm of the
    snapshots. The reference is the continued branch. Trainings from random starts end at other
    minima; their median and their spread describe them.
    """

    kind: ClassVar[str] = "burgers_update"
    __repr__ = in_short
    mu: float
    new_mu: float
    base: BaseFacts
    accuracy: BurgersAccuracy
    work: UpdateWork
    warm: WarmStarts
    cold: ColdStarts
    trainings: TrainingComparison
    pod: BurgersPOD
    radius: float = array(about="radius of convergence in t, from coefficients at t = 0")
    radius_misfit: float = array(
        about=f"misfit of a line to the ratios; above {STRAIGHT_MISFIT} the radius is a rough guess"
    )
    lost: int = array(about="lower minima whose branch ends before the last t")


def burgers_update(
    *,
    problem: BurgersSettings = BURGERS,
    t: Several[Fraction] = (0.125, 0.25, 0.5, 0.75, 1.0),
    starts: Count = 13,
    adam_steps: Count = 20_000,
    seed: Seed = 0,
) -> BurgersUpdate:
    """Return updates, trainings and POD for an autoencoder whose snapshots move.

    ``starts`` random starts train the base. The base is the lowest minimum whose branch reaches the
    last t. As many further starts train the new network. Adam gathers its state in ``adam_steps``
    on the old data.

    Raises DivergenceError where no branch reaches the last t or Newton's method fails.
    """
    case = burgers_autoencoder(problem, t)
    start, path = case.path.start, case.path
    rng, *rngs = np.random.default_rng(seed).spawn(1 + 2 * starts)
    trained = [retrain(start, initialise(start.net, "glorot", r)).p for r in rngs[:starts]]
    base, branch, lost = _lowest_that_arrives(path, sorted(trained, key=start.value), t)
    accuracy = _accuracy(case, base, branch)
    work = update_work(UPDATES, base, path, t[-1])
    radius = validity_radius(base, path, RADIUS_TERMS)
    warm, cold, trainings = burgers_trainings(
        case, base, accuracy.error[:, -1], work, rng, rngs[starts:], adam_steps
    )
    return BurgersUpdate(
        mu=problem.mu,
        new_mu=problem.new_mu,
        base=base_facts("burgers_autoencoder", start, base),
        radius=radius.radius,
        radius_misfit=radius.misfit,
        lost=lost,
        accuracy=accuracy,
        work=work,
        warm=warm,
        cold=cold,
        trainings=trainings,
        pod=burgers_pod(case, problem.code),
    )


def _lowest_that_arrives(
    path: DataPath, trained: Sequence[Array], t: Sequence[float]
) -> tuple[BasePoint, Branch, int]:
    """Return the first minimum near ``trained`` whose branch reaches all ``t``, and the branch.

    The third value is the number of minima that were passed over.
    """
    failure = DivergenceError("nothing was trained")
    for lost, p in enumerate(trained):
        try:
            base = find_minimum(path.start, p)
            branch = continue_branch(path, base, t, max_correction=0.05, gradient_tolerance=1e-12)
        except DivergenceError as end:
            failure = end
        else:
            return base, branch, lost
    raise failure


def _accuracy(case: BurgersAutoencoder, base: BasePoint, branch: Branch) -> BurgersAccuracy:
    q = updated_parameters(UPDATES, base, case.path, case.t)
    gradients = gradients_at(case.path, case.t, q)
    return BurgersAccuracy(
        t=np.array(case.t),
        branch_error=np.array(case.test_errors(branch.p)),
        method=tuple(update.name for update in UPDATES),
        error=np.array([case.test_errors(row) for row in q]),
        gap=np.array([_gaps(case, row, branch.p) for row in q]),
        parameter_error=np.linalg.norm(q - branch.p, axis=-1),
        residual=np.array([[np.linalg.norm(g) for g in row] for row in gradients]),
    )


def _gaps(case: BurgersAutoencoder, q: Array, p: Array) -> Array:
    """Return ||f_q(x) - f_p(x)||_F / ||f_p(x)||_F for each t: rows q and p, test snapshots x."""
    forward, inputs = case.path.start.net.forward, map(case.coordinates.of, case.tests)
    pairs = [(forward(a, x), forward(b, x)) for a, b, x in zip(q, p, inputs, strict=True)]
    return np.array([np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in pairs])
