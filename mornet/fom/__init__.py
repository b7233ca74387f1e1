"""Full-order models: one equation per file, on a shared core.

An equation is a `Model`; a `Problem` is an equation with its initial states, parameters, time
integrator and grid. The core: `mornet.fom.model`, `mornet.fom.stages`, `mornet.fom.time_stepping`,
`mornet.fom.exponential`, `mornet.fom.problem`.
"""

from mornet.fom.burgers import Burgers, burgers_data_set, burgers_problem
from mornet.fom.burgers_2d import Burgers2D, burgers_2d_data_set, burgers_2d_problem
from mornet.fom.exponential import ETDRK4, Semilinear
from mornet.fom.fitzhugh_nagumo import (
    FitzHughNagumo,
    fitzhugh_nagumo_data_set,
    fitzhugh_nagumo_problem,
)
from mornet.fom.heat import Heat, heat_data_set, heat_problem
from mornet.fom.inflow_burgers import (
    InflowBurgers,
    inflow_burgers_data_set,
    inflow_burgers_problem,
)
from mornet.fom.kuramoto_sivashinsky import (
    KuramotoSivashinsky,
    kuramoto_sivashinsky_data_set,
    kuramoto_sivashinsky_problem,
)
from mornet.fom.model import MassModel, Model, ResolventModel, Rows, RowsModel
from mornet.fom.problem import Grid, Problem, WholeTrajectories, data_set_of, problem_of
from mornet.fom.pulse import pulse_data_set
from mornet.fom.shock import PeriodicBurgers, shock_data_set, shock_problem
from mornet.fom.stages import Stage
from mornet.fom.time_stepping import (
    BDF2,
    SSPRK3,
    BackwardEuler,
    ImplicitMethod,
    Substeps,
    TimeIntegrator,
    Trapezoidal,
    attempt,
    march,
)
from mornet.fom.travelling_waves import gaussian_data_set, step_wave, step_wave_data_set
from mornet.fom.wave import Wave, wave_data_set, wave_problem

__all__ = [
    "BDF2",
    "ETDRK4",
    "SSPRK3",
    "BackwardEuler",
    "Burgers",
    "Burgers2D",
    "FitzHughNagumo",
    "Grid",
    "Heat",
    "ImplicitMethod",
    "InflowBurgers",
    "KuramotoSivashinsky",
    "MassModel",
    "Model",
    "PeriodicBurgers",
    "Problem",
    "ResolventModel",
    "Rows",
    "RowsModel",
    "Semilinear",
    "Stage",
    "Substeps",
    "TimeIntegrator",
    "Trapezoidal",
    "Wave",
    "WholeTrajectories",
    "attempt",
    "burgers_2d_data_set",
    "burgers_2d_problem",
    "burgers_data_set",
    "burgers_problem",
    "data_set_of",
    "fitzhugh_nagumo_data_set",
    "fitzhugh_nagumo_problem",
    "gaussian_data_set",
    "heat_data_set",
    "heat_problem",
    "inflow_burgers_data_set",
    "inflow_burgers_problem",
    "kuramoto_sivashinsky_data_set",
    "kuramoto_sivashinsky_problem",
    "march",
    "problem_of",
    "pulse_data_set",
    "shock_data_set",
    "shock_problem",
    "step_wave",
    "step_wave_data_set",
    "wave_data_set",
    "wave_problem",
]
