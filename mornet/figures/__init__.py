"""Figures for papers, one module each, in one style. No other room imports matplotlib."""

from mornet.figures.registry import FIGURES, draw, drawn, figure_module

__all__ = ["FIGURES", "draw", "drawn", "figure_module"]
