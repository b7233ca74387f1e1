"""Figures of the comparison of reductions."""
