"""Paper figures: one module each, all in the house style, the only room that touches matplotlib."""

from mornet.figures.registry import FIGURES, draw, figure_module

__all__ = ["FIGURES", "draw", "figure_module"]
