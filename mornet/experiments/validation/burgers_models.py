"""POD-Galerkin and POD-LSPG models of the steepening bump: a benchmark with published errors.

Y. Kim, Y. Choi, D. Widemann, T. Zohdi, J. Comput. Phys. 451 (2022) 110841: trained on the bumps of
height 0.9 and 1.1, the models predict that of height 1. States are u_0 + V a, with a = 0 at t = 0.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Literal

import numpy as np

from mornet.experiments.validation.bump import MU, SOURCE, bump_problem, bump_states
from mornet.experiments.validation.published import Published, Reproduction, reproduce
from mornet.fom.burgers import burgers_problem
from mornet.fom.time_stepping import BackwardEuler, march
from mornet.records import Array
from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.pod.record import POD
from mornet.rom.galerkin import Galerkin
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps
from mornet.rom.trial import trial_manifold
from mornet.settings import Count, checked

MEASURES = ("mean", "worst")
ERRORS = {  # rank -> published errors in per cent, mean and worst over time: Galerkin, LSPG
    2: (9.443578684, 14.525641942, 9.407792442, 14.508991870),
    5: (3.600236637, 6.196377108, 3.573345310, 6.134322615),
    10: (1.472047539, 3.352141803, 1.442498692, 3.158899295),
    20: (0.295842757, 0.616033297, 0.287844552, 0.571338150),
    40: (0.023354664, 0.055778244, 0.022813511, 0.052393164),
}
PUBLISHED = tuple(
    Published({"rank": rank, "scheme": scheme, "measure": measure}, error)
    for rank, errors in ERRORS.items()
    for (scheme, measure), error in zip(
        [(s, m) for s in ("Galerkin", "LSPG") for m in MEASURES], errors, strict=True
    )
)


def burgers_models() -> Reproduction:
    """Return the twenty published errors of POD models beside the errors computed here.

    The snapshots are rounded to single precision, as published. This rounding and the tolerances of
    the iterations leave five digits.
    """
    return reproduce(
        PUBLISHED,
        burgers_model_error,
        source=SOURCE,
        place="LLNL/NM-ROM, notebooks/1DBurgersEqn/test_red-dim",
        configuration="1000 nodes, 500 steps of 0.001 by the backward Euler method; bumps of the "
        "heights 0.9 and 1.1 for training, of height 1 for testing; snapshots in single precision "
        "less the initial state, POD without a mean; Galerkin and least-squares (LSPG) models with "
        "the published time steps. Errors in the state at all times, the first node repeated at "
        "the end: mean is ||U - W||_F / ||U||_F, worst the largest ||u - w|| / ||u|| of a time.",
        quantity="errors in per cent of POD models of Burgers' equation",
        tolerance=1e-5,
        origin="repository",
    )


@checked
def burgers_model_error(
    *,
    rank: Count,
    scheme: Literal["Galerkin", "LSPG"] = "LSPG",
    measure: Literal["mean", "worst"] = "mean",
) -> float:
    """Return the error in per cent of a POD model of ``rank`` for the bump of height 1.

    The "mean" error is ||U - V||_F / ||U||_F over the states at all times; the "worst" one is the
    largest ||u - v|| / ||u||. As published, states repeat the first node at the end.
    """
    U, V = bump_states(), _states(rank, scheme)
    U, V = (np.vstack([W, W[:1]]) for W in (U, V))
    if measure == "mean":
        return 100 * float(np.linalg.norm(U - V) / np.linalg.norm(U))
    return 100 * float(np.max(np.linalg.norm(U - V, axis=0) / np.linalg.norm(U, axis=0)))


@lru_cache(maxsize=2)
def _states(rank: int, scheme: str) -> Array:
    """Return the states (n, steps + 1) of the reduced model."""
    problem, pod = bump_problem(), _pod()
    model, start = problem.model(MU), problem.initial(MU)
    trial = trial_manifold(pod.truncate(rank), start)
    integrator = BackwardEuler(problem.final_time / problem.steps)
    if scheme == "LSPG":
        least = LeastSquares(model, trial)
        codes = march(least, np.zeros(rank), LeastSquaresSteps(integrator), problem.steps)
    else:
        absolute = replace(integrator, relative=False)
        codes = march(Galerkin(model, trial), np.zeros(rank), absolute, problem.steps)
    return trial.state(codes)


@lru_cache(maxsize=1)
def _pod() -> POD:
    """Return the POD of the training snapshots in single precision, at the largest rank."""
    return fit_pod(burgers_problem(float32=True).data_set().train.U, rank=max(ERRORS))
