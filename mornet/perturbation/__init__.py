"""Perturbation theory of trained networks: update instead of retrain."""
