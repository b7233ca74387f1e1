"""Figures of the updates of trained networks."""
