"""Training is parameter fitting: the objective J(p), optimisers, and one descent loop."""

from mornet.training.adam import Adam
from mornet.training.descent import History, Training, descend, train
from mornet.training.line_search import Armijo
from mornet.training.momentum import Momentum
from mornet.training.objective import Objective
from mornet.training.optimiser import Optimiser
from mornet.training.sampling import FullBatch, Prescribed, Sampling, Shuffled, WithReplacement
from mornet.training.schedules import Constant, Cosine, Schedule
from mornet.training.single_sample import single_sample_descent
from mornet.training.steepest_descent import SteepestDescent

__all__ = [
    "Adam",
    "Armijo",
    "Constant",
    "Cosine",
    "FullBatch",
    "History",
    "Momentum",
    "Objective",
    "Optimiser",
    "Prescribed",
    "Sampling",
    "Schedule",
    "Shuffled",
    "SteepestDescent",
    "Training",
    "WithReplacement",
    "descend",
    "single_sample_descent",
    "train",
]
