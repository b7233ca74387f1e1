"""Reductions of the steepening bump by networks, and the reduced-order models on them.

Y. Kim, Y. Choi, D. Widemann, T. Zohdi, J. Comput. Phys. 451 (2022) 110841, train a shallow masked
autoencoder for seven minutes on a graphics card. The errors of this table are those of hybrids of
POD and networks with the same number of codes, and of the best reduction that the judge finds:
published errors are goals.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal, cast

import numpy as np

from mornet.comparison.cases import Case, run_case
from mornet.comparison.methods.hybrid import HybridMethod
from mornet.experiments.validation.bump import MU, SOURCE, bump_problem, bump_states
from mornet.experiments.validation.judged import judged_error
from mornet.experiments.validation.published import (
    Measured,
    Published,
    Reproduction,
    median,
    reproduce,
)
from mornet.fom.time_stepping import BackwardEuler, march
from mornet.reduction.interface import SmoothReduction
from mornet.rom.galerkin import Galerkin
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps
from mornet.rom.projected import ProjectedSteps
from mornet.rom.trial import trial_manifold
from mornet.settings import Count, Seed, Several

Of = Literal["reduction", "reduction of the judge", "Galerkin", "LSPG"]
ERRORS = {  # rank -> published errors in per cent: reduction; mean and worst of Galerkin, of LSPG
    2: (0.1739, 0.1923, 0.5283, 0.2793, 0.6202),
    5: (0.1031, 0.1506, 0.4183, 0.2178, 0.5725),
    10: (0.0877, 0.2067, 0.5364, 0.1533, 0.4021),
    20: (0.0772, 0.1857, 0.3898, 0.1186, 0.3693),
}
COLUMNS = (
    {"of": "reduction", "measure": "mean"},
    {"of": "Galerkin", "measure": "mean"},
    {"of": "Galerkin", "measure": "worst"},
    {"of": "LSPG", "measure": "mean"},
    {"of": "LSPG", "measure": "worst"},
)
JUDGE = {"of": "reduction of the judge", "measure": "mean"}
PUBLISHED = tuple(
    Published({"rank": rank, **column}, error, relation="at most")
    for rank, errors in ERRORS.items()
    for column, error in (*zip(COLUMNS, errors, strict=True), (JUDGE, errors[0]))
)


def burgers_networks(
    *, ranks: Several[Count] = tuple(ERRORS), seeds: Several[Seed] = (0, 1, 2, 3, 4)
) -> Reproduction:
    """Return the published errors at the ``ranks`` beside the medians of those computed here."""

    def error(rank: int, of: Of, measure: str) -> Measured:
        return burgers_network_error(rank=rank, of=of, measure=measure, seeds=seeds)

    return reproduce(
        tuple(number for number in PUBLISHED if number.settings["rank"] in ranks),
        error,
        source=SOURCE,
        place="LLNL/NM-ROM, notebooks/1DBurgersEqn (mean square errors of the reduction converted)",
        configuration="Bumps of the heights 0.9 and 1.1 for training, of height 1 for testing; the "
        "hybrid of POD and networks with its default settings; Galerkin and least-squares models "
        "on it with the published time steps. Errors in per cent, medians over the seeds. The "
        "judge races with the first seed.",
        quantity="networks for Burgers' equation",
        tolerance=0.0,
        origin="repository",
    )


def burgers_network_error(*, rank: int, of: Of, measure: str, seeds: tuple[int, ...]) -> Measured:
    """Return the median error in per cent over the ``seeds``, and its range."""
    if of == "reduction of the judge":
        return median([100 * judged_error(bump_problem().data_set(), rank, seeds[0])])
    if of == "reduction":
        return median((100 * _case(rank, seeds).test_error).tolist())
    column = 0 if measure == "mean" else 1
    return median([_model_errors(rank, seeds, k, of)[column] for k in range(len(seeds))])


@lru_cache(maxsize=len(ERRORS))
def _case(rank: int, seeds: tuple[int, ...]) -> Case:
    return run_case(bump_problem().data_set(), "hybrid", HybridMethod(), rank, seeds)


@cache
def _model_errors(rank: int, seeds: tuple[int, ...], k: int, of: Of) -> tuple[float, float]:
    """Return the mean and the worst error in per cent of the model on the ``k``-th reduction."""
    problem, U = bump_problem(), bump_states()
    reduction = cast(SmoothReduction, _case(rank, seeds).model(k))
    model, trial = problem.model(MU), trial_manifold(reduction, problem.initial(MU))
    dt, start = problem.final_time / problem.steps, np.zeros(reduction.r)
    if of == "LSPG":
        steps = LeastSquaresSteps(BackwardEuler(dt))
        codes = march(LeastSquares(model, trial), start, steps, problem.steps)
    else:
        projected = ProjectedSteps(BackwardEuler(dt, relative=False))
        codes = march(Galerkin(model, trial), start, projected, problem.steps)
    e, size = (np.linalg.norm(W, axis=0) for W in (U - trial.state(codes), U))
    mean = np.linalg.norm(e) / np.linalg.norm(size)
    return 100 * float(mean), 100 * float(np.max(e / size))
