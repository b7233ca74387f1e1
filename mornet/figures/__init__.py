"""Figures for papers, one module each, in one style. No other room imports matplotlib."""

from mornet.figures.registry import FIGURES, draw, figure_module

__all__ = ["FIGURES", "draw", "figure_module"]
