"""Experiments with trained networks that are updated, not trained again, as their data move."""
