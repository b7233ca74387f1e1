"""Disturbed weights: noise, rounding, pruning, and their repair."""
