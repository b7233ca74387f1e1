"""The experiment on the design of layers trains what its axes say."""

import numpy as np
import pytest

from mornet.errors import DataError, OptionError
from mornet.experiments.learning import layers as designs
from mornet.experiments.learning.layers import DATA, FORMS, Design, _parts, _slope, fitted
from mornet.nn import Convolution, Dense
from mornet.reduction import fit_pod, relative_error
from mornet.tables import learning
from tests.experiments.learning.small import layers


def test_a_design_has_its_form_depth_and_width():
    part = _parts()[DATA.index("digits")]
    few = part._replace(U=part.U[:, :12])
    for form, kind, width in (("dense", Dense, 16), ("convolutional", Convolution, 2 * 4 * 4)):
        model = fitted(Design(form, 2, 1, 16, steps=1), few, seed=0)
        first = model.network.blocks[0].map
        assert isinstance(first, kind)
        assert model.code == 2
        assert model.network.widths[1] == width


def test_errors_are_those_of_the_test_snapshots():
    study = layers()
    assert study.error.shape == study.parameters.shape == (2, len(FORMS), 1, 2, 2)
    part = _parts()[0]
    design = Design("dense", 2, 2, 8, steps=4)
    error = relative_error(fitted(design, part, seed=0), part.test)
    assert study.error[0, 0, 0, 1, 0] == pytest.approx(error, rel=1e-6)
    pod = fit_pod(part.U, rank=2, centre="mean")
    assert study.pod_error[0, 0] == pytest.approx(relative_error(pod, part.test))


def test_the_rate_is_that_of_a_power_law():
    sizes = (10, 100, 1000)
    assert _slope(sizes, np.array([[3.0], [0.3], [0.03]])) == pytest.approx(-1)
    assert _slope(sizes, np.array([[3.0], [0.3], [-1.0]])) == pytest.approx(-1)


def test_a_rate_needs_two_sizes_with_a_gap_and_images_to_draw():
    with pytest.raises(DataError, match="fewer than two of the sizes"):
        _slope((10, 100), np.array([[3.0], [-1.0]]))
    for sizes in ((50,), (50, 5000), (1, 50), (50, 50)):
        with pytest.raises(OptionError, match="two or more numbers of training images"):
            designs.layers(gaps=designs.GapSettings(sizes=sizes))


def test_the_table_names_the_best_design():
    study = layers()
    rows = learning.layers([study]).rows
    assert len(rows) == 4
    assert rows[0][-2] == study.error[0, 0, 0].min()
