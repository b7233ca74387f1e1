"""Weights that are disturbed by noise, rounding or pruning, and their repair."""

from mornet.perturbation.weights.disturbances import Disturbed, add_noise, round_to, truncate_ranks
from mornet.perturbation.weights.fixed_rank import FixedRank

__all__ = [
    "Disturbed",
    "FixedRank",
    "add_noise",
    "round_to",
    "truncate_ranks",
]
