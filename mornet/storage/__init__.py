"""Results and models in HDF5 files, which are atomic, checksummed and self-describing.

Any record (`mornet.records`) becomes one file that `xarray.open_dataset(path, engine="h5netcdf")`
opens with named axes:

    /                    the fields of the record; attributes: kind, title, code_id, content_sha256
    /measured            fields that differ between runs (seconds, bytes)
    /NAME, /NAME/0, ...  nested records, tuples of records, dicts of arrays
    /config              the study's settings, as JSON
    /provenance          when, where and with what the file was made

A comparison of two files ignores ``measured`` and ``/provenance``. Only this package uses h5py.
"""

from mornet.storage.checkpoints import CheckpointFile
from mornet.storage.labelled import labelled, labelled_study
from mornet.storage.matrices import open_matrix, read_array
from mornet.storage.opened import open_snapshots
from mornet.storage.results import (
    Origin,
    difference,
    info,
    is_result,
    load,
    origin,
    origin_difference,
    save,
    write_text,
)

__all__ = [
    "CheckpointFile",
    "Origin",
    "difference",
    "info",
    "is_result",
    "labelled",
    "labelled_study",
    "load",
    "open_matrix",
    "open_snapshots",
    "origin",
    "origin_difference",
    "read_array",
    "save",
    "write_text",
]
