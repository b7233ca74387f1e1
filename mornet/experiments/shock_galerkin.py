"""POD-Galerkin models of the advecting shock: how many modes does a moving front need?

The convergence study of R. Maulik, B. Lusch and P. Balaprakash (Phys. Fluids 33, 037106, 2021): for
one Reynolds number, the model that knows the solution it is to reproduce.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from mornet.errors import OptionError
from mornet.fom.shock import shock_problem
from mornet.fom.time_stepping import SSPRK3, march
from mornet.linalg import thin_svd
from mornet.rom.galerkin import Galerkin
from mornet.rom.trial import AffineTrial
from mornet.settings import Count, Positive, Range


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
