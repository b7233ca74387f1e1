"""Reductions of snapshots: POD and its relatives, autoencoders, and their comparison."""
