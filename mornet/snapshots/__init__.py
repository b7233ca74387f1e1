"""Snapshots as values, and data sets that declare their own split."""

from mornet.snapshots.snapshots import DataSet, Snapshots

__all__ = ["DataSet", "Snapshots"]
