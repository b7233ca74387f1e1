"""Figures on what networks learn."""
