"""What a study runs: each experiment takes settings and returns one record."""

from mornet.experiments.registry import EXPERIMENTS, Experiment

__all__ = ["EXPERIMENTS", "Experiment"]
