"""Tables and patches of images that come with scikit-learn, as snapshots without time."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array
from mornet.snapshots.snapshots import DataSet, Snapshots

TableName = Literal["iris", "wine", "breast_cancer", "diabetes"]
ImageName = Literal["china", "flower"]


def table_data_set(*, table: TableName = "wine") -> DataSet:
    """Return the numbers of a ``table``: a snapshot is a row, less the mean, over the deviation.

    A fifth of the rows, at random, is for testing. Raises OptionError if scikit-learn is missing.
    """
    rows = np.asarray(getattr(_datasets(), f"load_{table}")().data, dtype=float)
    U = ((rows - rows.mean(axis=0)) / rows.std(axis=0)).T
    return at_random(table, U)


def patches_data_set(*, image: ImageName = "china", size: int = 8, patches: int = 2000) -> DataSet:
    """Return grey patches of ``size`` x ``size`` pixels of an ``image``, from disjoint places.

    A fifth of the patches, at random, is for testing. Raises OptionError if scikit-learn is
    missing.
    """
    grey = np.asarray(_datasets().load_sample_image(f"{image}.jpg"), dtype=float).mean(axis=2) / 255
    rows, columns = (k // size for k in grey.shape)
    cut = grey[: rows * size, : columns * size].reshape(rows, size, columns, size)
    U = cut.transpose(1, 3, 0, 2).reshape(size * size, rows * columns)
    chosen = np.random.default_rng(1).permutation(U.shape[1])[:patches]
    return at_random(image, U[:, chosen])


def _datasets() -> Any:
    try:
        from sklearn import datasets
    except ImportError:
        raise OptionError(
            "this data set is read from scikit-learn, which is not installed: "
            "pip install 'mornet[workflow]'"
        ) from None
    return datasets


def at_random(name: str, U: Array, mu: Array | None = None) -> DataSet:
    """Return the samples ``U`` (n, m): four fifths, at random, are for training.

    ``mu`` (d, m) are their parameters, if they are known.
    """
    m = U.shape[1]
    order, first = np.random.default_rng(0).permutation(m), m * 4 // 5
    whole = Snapshots(U, np.arange(float(len(U)))[None], np.arange(m), mu=mu)
    parts = whole.take(np.sort(order[:first])), whole.take(np.sort(order[first:]))
    return DataSet(name, *parts, f"at random: {first} for training, {m - first} for testing")
