"""Autoencoders on finer grids: their sizes grow as their layers say."""

import numpy as np

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
