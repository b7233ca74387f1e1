"""Autoencoders on finer grids: their sizes grow as their layers say."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.experiments.choices import entry
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.learning import grid_sizes as grids
from mornet.tables import learning
from tests.experiments.learning.small import grid_sizes


def test_dense_layers_grow_with_the_grid_and_kernels_do_not():
    study = grid_sizes()
    grown = dict(zip(study.method, np.diff(study.parameters, axis=1)[:, 0], strict=True))
    more = np.diff(study.n)[0]
    # weights to and from 128 units, a bias and an entry of the mean for each degree of freedom
    assert grown["dense"] == more * (2 * 128 + 1 + 1)
    # per 16 degrees of freedom 8 numbers to and from 64 units with a bias, and the mean
    assert grown["convolutional"] == more // 16 * 8 * (2 * 64 + 1) + more
    assert grown["PCA"] == more * (study.code + 1)


def test_every_method_has_errors_on_every_grid():
    study = grid_sizes()
    assert study.test_error.shape == (4, 2, 2)
    assert np.isfinite(study.test_error).all()
    assert len(learning.grid_sizes([study]).rows) == 8


def test_grids_in_the_plane_are_convolved_in_both_directions():
    plane = entry(DATA_SETS, "inflow_burgers", steps=40, inflows=(4.0, 5.0), growths=(0.02,))
    study = grids.grid_sizes(problem=plane, sizes=(16,), code=2, epochs=1)
    assert study.n[0] == 2 * 16**2
    # kernels of 5 x 5 places; two convolutions leave 8 fields on 4 x 4 places; 64 units; biases
    kernels, coarse = 25 * 8 * (2 + 8), 8 * 4 * 4
    encoder = kernels + 2 * 8 + (coarse + 1) * 64 + (64 + 1) * 2
    decoder = kernels + 8 + 2 + (2 + 1) * 64 + (64 + 1) * coarse
    convolutional = study.parameters[study.method.index("convolutional"), 0]
    assert convolutional == encoder + decoder + 2 * 16**2


@pytest.mark.parametrize("size", [16, 20, 31, 50, 64, 100, 1000, 16000])
def test_convolutions_leave_at_least_four_places_in_each_direction(size):
    places, halved = size, grids.depth(size)
    for _ in range(halved):
        places = -(-places // 2)
    assert places >= 4
    assert halved == 4 or places <= 8  # of odd sizes the larger half stays


def test_a_data_set_without_a_grid_is_refused():
    with pytest.raises(OptionError, match="digits has no equation on grids of different sizes"):
        grids.grid_sizes(problem=entry(DATA_SETS, "digits"))
