"""The accuracy of updates of a small trained network, and the work that they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.updates.accuracy import MovingNetwork, UpdateAccuracy, update_accuracy
from mornet.experiments.updates.base_facts import BaseFacts, DistinctMinima, base_facts
from mornet.experiments.updates.grids import HALF_DECADES
from mornet.experiments.updates.methods import chosen_updates
from mornet.experiments.updates.moving_data import MOVES, random_path
from mornet.experiments.updates.rivals import Rivals, rival_trainings
from mornet.experiments.updates.trained_networks import (
    TEN_POINTS,
    TrainedNetwork,
    TrainedNetworkSettings,
    trained_network,
)
from mornet.experiments.updates.work import UpdateWork, update_work
from mornet.linalg import rms
from mornet.perturbation import (
    Branch,
    DataPath,
    add_sample,
    change_decay,
    continue_branch,
    remove_samples,
    require_stationary,
)
from mornet.settings import Count, Positive, Seed, Several
from mornet.training import Objective
from mornet.training.newton import quadratic_model

Perturbation = Literal["targets", "inputs", "snapshots", "remove", "add", "decay"]


@dataclass(frozen=True, eq=False)
class UpdateOrders:
    """Updates of a trained network as its data move by t, against the continued branch.

    The scatter of the minima is the difference that a training from a random start would make, for
    every t.
    """

    kind: ClassVar[str] = "update_orders"
    perturbation: str
    seed: int
    starts: int
    base: BaseFacts
    minima: DistinctMinima
    branch: Branch
    accuracy: UpdateAccuracy
    work: UpdateWork
    rivals: Rivals


def update_orders(
    *,
    base: TrainedNetworkSettings = TEN_POINTS,
    perturbation: Perturbation = "targets",
    methods: Literal["few", "all", "subspaces"] = "few",
    t: Several[Positive] = HALF_DECADES,
    seed: Seed = 0,
    sample: Seed = 0,
    retraining_gradients: Count = 1000,
    adam_steps: Count = 20_000,
) -> UpdateOrders:
    """Return the errors, orders and work of updates as the data move by ``t``, ascending.

    ``seed`` seeds the starts of the training and the direction, of Frobenius norm 1. ``sample`` is
    removed where the perturbation is "remove". The methods are a ``few``, ``all``, or those within
    ``subspaces``. The trainers evaluate ``retraining_gradients`` from the base. Adam gathers its
    state in ``adam_steps`` on the old data.

    Raises DivergenceError if no minimum is found or the branch ends before the last t, DataError
    if no minimum has the J asked for, the base is not stationary enough for the smallest t, or too
    few errors lie between round-off and saturation for a slope, OptionError if t is not ascending.
    """
    of_starts, of_direction = np.random.SeedSequence(seed).generate_state(2)
    network = trained_network(base, int(of_starts))
    rng = np.random.default_rng(of_direction)
    path = _path(network.objective, perturbation, rng, sample)
    point = quadratic_model(path.start, network.base.p)
    one_sample = perturbation in ("add", "remove")
    of_subspaces = np.random.default_rng([of_direction, 1])
    updates = chosen_updates(methods, path.start, point, of_subspaces, one_sample=one_sample)
    branch = continue_branch(path, point, t)
    require_stationary(point, path, t[0])
    moving = MovingNetwork(network, path, point, branch, t)
    accuracy = update_accuracy(updates, moving)
    work = update_work(updates, point, path, t[-1])
    return UpdateOrders(
        perturbation=perturbation,
        seed=seed,
        starts=sum(network.minima.hits) + network.minima.failed,
        base=base_facts(base.trained, path.start, point),
        minima=_minima(network, path.start),
        branch=branch,
        accuracy=accuracy,
        work=work,
        rivals=rival_trainings(moving, accuracy, work, rng, retraining_gradients, adam_steps),
    )


def _path(
    start: Objective, perturbation: Perturbation, rng: np.random.Generator, sample: int
) -> DataPath:
    if perturbation in MOVES:
        return random_path(start, perturbation, rng)
    if perturbation == "remove":
        return remove_samples(start, [sample])
    if perturbation == "decay":
        return change_decay(start, start.decay)
    if start.x.shape[0] != 2:
        raise OptionError("only the ten points have a further sample to add")
    return add_sample(start, np.array([0.45, 0.55]), np.array([1.0, 0.0]))


def _minima(network: TrainedNetwork, start: Objective) -> DistinctMinima:
    outputs = network.f(network.base.p)
    return DistinctMinima(
        objective=network.minima.values,
        hits=np.array(network.minima.hits),
        scatter=np.array([rms(network.f(point.p) - outputs) for point in network.minima.points]),
    )
