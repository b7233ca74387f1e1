"""Training is parameter fitting: the objective J(p), optimisers, and one descent loop."""

from mornet.training.adam import Adam
from mornet.training.adamw import AdamW
from mornet.training.checkpoint import Checkpoint, Keep
from mornet.training.descent import Descent, descend
from mornet.training.history import History
from mornet.training.line_search import Armijo, Wolfe
from mornet.training.momentum import Momentum
from mornet.training.nesterov import Nesterov
from mornet.training.objective import Objective
from mornet.training.optimiser import OnBatch, Optimiser
from mornet.training.recipes import RECIPES, Recipe
from mornet.training.sampling import FullBatch, Prescribed, Sampling, Shuffled, WithReplacement
from mornet.training.schedules import Constant, Cosine, InverseTime, Schedule, Stairs
from mornet.training.soap import SOAP
from mornet.training.steepest_descent import SteepestDescent
from mornet.training.trainer import Training, train

__all__ = [
    "RECIPES",
    "SOAP",
    "Adam",
    "AdamW",
    "Armijo",
    "Checkpoint",
    "Constant",
    "Cosine",
    "Descent",
    "FullBatch",
    "History",
    "InverseTime",
    "Keep",
    "Momentum",
    "Nesterov",
    "Objective",
    "OnBatch",
    "Optimiser",
    "Prescribed",
    "Recipe",
    "Sampling",
    "Schedule",
    "Shuffled",
    "Stairs",
    "SteepestDescent",
    "Training",
    "WithReplacement",
    "Wolfe",
    "descend",
    "train",
]
