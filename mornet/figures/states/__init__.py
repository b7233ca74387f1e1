"""Figures of snapshots themselves."""
