"""Quadratic manifolds: POD modes and a quadratic correction."""
