"""POD-Galerkin models of the moving shock: how many modes does a moving front need?

These are the errors of R. Maulik, B. Lusch and P. Balaprakash (Phys. Fluids 33, 037106, 2021). For
each Reynolds number, the model reproduces the solution from which its modes come.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.validation.published import Published, Reproduction, reproduce
from mornet.fom.shock import shock_problem
from mornet.fom.time_stepping import SSPRK3, march
from mornet.linalg import thin_svd
from mornet.rom.galerkin import Galerkin
from mornet.rom.trial import AffineTrial
from mornet.settings import Count, Positive, Range

RANKS = (2, 5, 10, 20, 30)
ERRORS = {  # Reynolds number -> published errors at the RANKS
    1000.0: (4.1974995e-3, 1.5700146e-3, 1.4978245e-4, 4.6074328e-5, 4.9378862e-5),
    2000.0: (5.5584441e-3, 7.0018984e-3, 5.0476882e-4, 1.6792523e-4, 1.1017216e-4),
    3000.0: (6.1203501e-3, 1.24431427e-2, 1.06294150e-3, 4.0997915e-4, 8.3336318e-5),
    4000.0: (6.4183932e-3, 1.65044269e-2, 1.52534149e-3, 7.3359934e-4, None),
}
PUBLISHED = tuple(
    Published({"reynolds": reynolds, "rank": rank}, error)
    for reynolds, errors in ERRORS.items()
    for rank, error in zip(RANKS, errors, strict=True)
)


def shock_galerkin() -> Reproduction:
    """Return the twenty published errors beside the errors computed here.

    The tolerance is six digits: at r = 30 the explicit steps magnify rounding errors.
    """
    return reproduce(
        PUBLISHED,
        shock_galerkin_error,
        source="Maulik, Lusch and Balaprakash, Phys. Fluids 33, 037106, 2021",
        place="Romit-Maulik/CAE_LSTM_ROMS, Burgers_Equations/POD_GP, GP_Convergence_1000 to 4000",
        configuration="The exact solution on 128 nodes at 50 times up to t = 2 for one Reynolds "
        "number, less its mean; Galerkin models on its modes by 49 steps of SSP-RK3. As published, "
        "a step is 2 / 50, so that the model stops one step short of the time at which it is "
        "compared. Mean over the nodes of (u - u_rom)^2 at t = 2.",
        quantity="error of POD-Galerkin models of the shock",
        tolerance=1e-6,
        origin="repository",
    )


def shock_galerkin_error(
    *,
    reynolds: Positive,
    rank: Count,
    n: Annotated[int, Range(3)] = 128,
    times: Annotated[int, Range(2)] = 50,
    final_time: Positive = 2.0,
) -> float:
    """Return the mean over the nodes of (u - u_rom)^2 at ``final_time``.

    The snapshots are the exact solution at linspace(0, final_time, times), less their mean; the
    Galerkin model with ``rank`` of their modes starts at the projected initial state and takes
    ``times`` - 1 steps of SSP-RK3. As published, a step is final_time / times, so that the model
    stops one step short of the time at which it is compared.

    Raises OptionError for a rank above min(n, times), DivergenceError where the explicit steps are
    unstable and the reduced state leaves the finite numbers (published as nan).
    """
    if not 1 <= rank <= min(n, times):
        raise OptionError(f"rank = {rank} must be between 1 and min(n, times) = {min(n, times)}")
    problem, mu = shock_problem(n=n, times=times, final_time=final_time), (reynolds,)
    U = problem.trajectory(mu)
    mean = U.mean(axis=1)
    trial = AffineTrial(thin_svd(U - mean[:, None]).U[:, :rank], mean)
    model = Galerkin(problem.model(mu), trial)
    a = march(model, trial.code(U[:, 0]), SSPRK3(final_time / times), times - 1)
    return float(np.mean((U[:, -1] - trial.state(a[:, -1])) ** 2))
