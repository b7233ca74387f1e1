"""Training fits the parameters: the objective J(p), optimisers with one descent loop, solvers."""

from mornet.training.adam import Adam
from mornet.training.adamw import AdamW
from mornet.training.checkpoint import Checkpoint, KeepCheckpoint
from mornet.training.descent import Descent, descend
from mornet.training.dropout import DroppedOut
from mornet.training.history import History
from mornet.training.lbfgs import fit_lbfgs
from mornet.training.least_squares import fit_least_squares
from mornet.training.levenberg_marquardt import LevenbergMarquardt
from mornet.training.line_search import Armijo, Wolfe
from mornet.training.momentum import Momentum
from mornet.training.nesterov import Nesterov
from mornet.training.newton import BasePoint, Minima, find_minimum, multi_start, quadratic_model
from mornet.training.objective import Objective
from mornet.training.optimiser import DescentObjective, OnBatch, Optimiser
from mornet.training.recipes import RECIPES, Recipe
from mornet.training.sampling import (
    FullBatch,
    Prescribed,
    Sampling,
    Shuffled,
    WithReplacement,
    even_batch,
)
from mornet.training.schedules import Constant, Cosine, InverseTime, Schedule, Stairs
from mornet.training.settings import TrainingSettings
from mornet.training.shared import Shared
from mornet.training.single_sample import single_sample_descent
from mornet.training.soap import SOAP
from mornet.training.solution import Solution, SolverHistory
from mornet.training.steepest_descent import SteepestDescent
from mornet.training.trainer import Training, train
from mornet.training.variable_projection import ReducedObjective, fit_variable_projection

__all__ = [
    "RECIPES",
    "SOAP",
    "Adam",
    "AdamW",
    "Armijo",
    "BasePoint",
    "Checkpoint",
    "Constant",
    "Cosine",
    "Descent",
    "DescentObjective",
    "DroppedOut",
    "FullBatch",
    "History",
    "InverseTime",
    "KeepCheckpoint",
    "LevenbergMarquardt",
    "Minima",
    "Momentum",
    "Nesterov",
    "Objective",
    "OnBatch",
    "Optimiser",
    "Prescribed",
    "Recipe",
    "ReducedObjective",
    "Sampling",
    "Schedule",
    "Shared",
    "Shuffled",
    "Solution",
    "SolverHistory",
    "Stairs",
    "SteepestDescent",
    "Training",
    "TrainingSettings",
    "WithReplacement",
    "Wolfe",
    "descend",
    "even_batch",
    "find_minimum",
    "fit_lbfgs",
    "fit_least_squares",
    "fit_variable_projection",
    "multi_start",
    "quadratic_model",
    "single_sample_descent",
    "train",
]
