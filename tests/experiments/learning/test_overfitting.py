"""Growing models interpolate, cures are chosen on validation data, and their errors are stored."""

import numpy as np

from mornet.experiments.learning.cures import CURES
from mornet.tables import learning
from tests.experiments.learning.small import overfitting


def test_polynomials_interpolate_from_as_many_coefficients_as_samples_on():
    study = overfitting()
    enough = study.coefficients >= study.samples
    assert enough.tolist() == [False, False, True, True]
    assert study.polynomial_train_error[enough].max() <= 1e-6
    assert study.polynomial_train_error[~enough].min() >= 1e-3
    assert (np.diff(study.polynomial_train_error, axis=0) <= 1e-6).all()


def test_an_earlier_iterate_fits_the_samples_no_better_than_the_last():
    study = overfitting()
    last, earlier = (study.train_error[CURES.index(c)] for c in ("none", "early stopping"))
    assert (earlier >= last - 1e-12).all()
    assert (earlier > last + 1e-3).any()
    assert (study.decay == 1e-3).all()
    assert (study.rate == 0.1).all()


def test_parameters_are_those_of_the_networks():
    study = overfitting()
    one, two = study.parameters
    assert one.tolist() == [3 * w + 1 for w in study.width]
    assert two.tolist() == [3 * w + 1 + w * (w + 1) for w in study.width]


def test_the_table_names_the_best_size():
    study = overfitting()
    rows = learning.overfitting([study]).rows
    assert len(rows) == 2 * len(CURES) + 1
    middle = np.median(study.polynomial_test_error, axis=1)
    assert rows[-1][-2:] == (middle.min(), study.coefficients[middle.argmin()])
