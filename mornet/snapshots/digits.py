"""Handwritten digits as snapshots: data without an equation, for comparisons with images."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from mornet.errors import OptionError
from mornet.records import Indices
from mornet.snapshots.snapshots import DataSet, Snapshots


def digits_data_set() -> DataSet:
    """Return the data set "digits": 1797 images of 8 x 8 pixels, grey values in [0, 1].

    A snapshot (64,) is an image, row after row. ``x`` (2, 64) holds the column and the row of each
    pixel; rows are counted from the top. The images come with scikit-learn and are divided by 16
    (E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998). Each image is a trajectory of its own.

    Raises OptionError if scikit-learn is not installed.
    """
    U = _load().data.T / 16
    train, test = _split()
    m, first = U.shape[1], len(train)
    row, column = np.divmod(np.arange(len(U)), 8)

    def images(chosen: Indices) -> Snapshots:
        return Snapshots(
            U=U[:, chosen],
            x=np.stack([column, row]).astype(float),
            trajectory=np.arange(len(chosen)),
            units={"U": "1", "x": "pixel", "t": "1", "mu": "1"},
        )

    return DataSet(
        name="digits",
        train=images(train),
        test=images(test),
        split=f"at random, numpy.random.default_rng(0).permutation({m}): the first {first} "
        f"for training, the other {m - first} for testing",
    )


def digits_classes() -> tuple[Indices, Indices]:
    """Return the digits 0 to 9 that the training and the test images of `digits_data_set` show."""
    target = np.asarray(_load().target)
    train, test = _split()
    return target[train], target[test]


def _split() -> tuple[Indices, Indices]:
    """Return the numbers of the training and the test images, in ascending order."""
    m = len(_load().target)
    order = np.random.default_rng(0).permutation(m)
    first = m * 4 // 5  # 1437
    return np.sort(order[:first]), np.sort(order[first:])


@cache
def _load() -> Any:
    """Return scikit-learn's digits: ``data`` (1797, 64), integers 0 to 16, and ``target``."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise OptionError(
            "the data set 'digits' is read from scikit-learn, which is not installed: "
            "pip install 'mornet[workflow]'"
        ) from None
    return load_digits()
