"""Figures of reduced-order models."""
