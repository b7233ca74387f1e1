"""Autoencoders of few trajectories: what is measured, and against what."""

import numpy as np

from mornet.experiments.learning.cures import CURES
from mornet.experiments.learning.overfitting_trajectories import _coordinates
from mornet.reduction import relative_error
from mornet.tables import learning
from tests.experiments.learning.small import overfitting_trajectories


def test_no_error_is_below_that_of_the_coordinates():
    study = overfitting_trajectories()
    assert (study.test_error >= study.floor[:, None, None]).all()
    assert study.pod_error.shape == study.floor.shape == (2,)


def test_an_earlier_iterate_fits_the_training_snapshots_no_better_than_the_last():
    study = overfitting_trajectories()
    last, earlier = (study.train_error[CURES.index(c)] for c in ("none", "early stopping"))
    assert (earlier >= last - 1e-12).all()


def test_training_validation_and_test_trajectories_differ():
    part = _coordinates(2, 40, 20, 1e-3)
    parts = part.train, part.validation, part.test
    assert [U.shape[1] for U in parts] == [40, 40, 80]
    columns = [{column.tobytes() for column in U.T} for U in parts]
    assert not columns[0] & columns[1] | columns[0] & columns[2] | columns[1] & columns[2]
    assert relative_error(part.pod, part.train) <= 1e-3


def test_samples_count_the_numbers_to_fit():
    study = overfitting_trajectories()
    q = study.samples // (study.trajectories * study.steps)
    w, r = study.width, study.code
    expected = [2 * k * w + 2 * w * r + 2 * w + r + k for k in q]
    np.testing.assert_array_equal(study.parameters, expected)


def test_the_table_has_each_cure_of_each_number_of_trajectories():
    rows = learning.overfitting_trajectories([overfitting_trajectories()]).rows
    assert [row[:2] for row in rows] == [(k, cure) for k in (1, 2) for cure in CURES]
