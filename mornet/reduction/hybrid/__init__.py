"""Hybrids: POD with a learned correction."""
