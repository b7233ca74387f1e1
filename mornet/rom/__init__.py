"""Reduced-order models: a full-order model seen through a reduction."""
