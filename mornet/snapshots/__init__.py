"""Snapshots as values, and data sets that declare their own split."""

from mornet.snapshots.digits import digits_data_set
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.files import read_snapshots
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.snapshots.split import split_columns

__all__ = [
    "DataSet",
    "DofLayout",
    "Snapshots",
    "digits_data_set",
    "read_snapshots",
    "split_columns",
]
