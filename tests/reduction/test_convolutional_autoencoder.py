"""A convolutional autoencoder is one more reduction, on the grid of the snapshots."""

import numpy as np
import pytest

from mornet.comparison.cases import run_case
from mornet.comparison.methods.convolutional_autoencoder import ConvolutionalAutoencoderMethod
from mornet.errors import DataError, OptionError, ShapeError
from mornet.fom.travelling_waves import gaussian_data_set
from mornet.nn import Convolution, Dense, TransposedConvolution
from mornet.reduction import FitContext, fit_pod, relative_error
from mornet.reduction.autoencoder.convolutional import (
    ConvolutionalAutoencoderSettings,
    convolutional_network,
    fit_convolutional_autoencoder,
)
from mornet.reduction.grid import grid_shape
from mornet.storage import load, save
from tests.contracts import check_reduction

SMALL = {"channels": (4, 4), "hidden": (12,), "epochs": 60, "batch": 40, "optimiser": "adam"}


def fit(U, r, x=None, seed=0, **settings):
    return fit_convolutional_autoencoder(
        U,
        r,
        ConvolutionalAutoencoderSettings(**SMALL | settings),
        rng=np.random.default_rng(seed),
        context=FitContext(x=x),
    ).autoencoder


def bumps(n=24, m=80):
    """A bump that travels: snapshots on a curve that no line follows."""
    t = np.linspace(0, 1, m)
    return np.exp(-(((np.linspace(0, 1, n)[:, None] - t) / 0.15) ** 2))


def plane(height, width, fields=1):
    row, column = np.divmod(np.arange(height * width), width)
    return np.tile(np.stack([column, row]).astype(float), fields)


@pytest.mark.parametrize(
    ("n", "x", "settings"),
    [
        (24, None, {}),
        (24, plane(4, 6), {"size": 3}),
        (24, plane(3, 4, fields=2), {"channels": (3,), "size": 2}),
        (24, np.arange(24.0)[None], {"circular": True, "stride": 2}),
        (24, None, {"channels": (), "hidden": ()}),
    ],
)
def test_it_has_the_contract_of_a_reduction(n, x, settings, tmp_path):
    U = bumps(n)
    model = fit(U, 2, x, **settings | {"epochs": 3})
    check_reduction(model, U)
    save(tmp_path / "model.h5", model)
    np.testing.assert_array_equal(load(tmp_path / "model.h5").encode(U), model.encode(U))


def test_it_beats_pod_on_a_travelling_bump():
    U = bumps()
    optimum = fit_pod(U, rank=1, centre="mean").truncation_error / np.linalg.norm(U)
    model = fit(U, 1, epochs=400, optimiser="soap", hidden=(24,))
    assert relative_error(model, U) <= 0.3 * optimum


def test_its_network_is_a_mirror_of_convolutions_and_dense_layers():
    settings = ConvolutionalAutoencoderSettings(channels=(4, 8), size=3, stride=2, hidden=(10,))
    net = convolutional_network((2, 9, 7), 3, settings)
    kinds = [type(block.map) for block in net.blocks]
    half = [Convolution, Convolution, Dense, Dense]
    mirror = [Dense, Dense, TransposedConvolution, TransposedConvolution]
    assert kinds == half + mirror
    assert net.widths == (126, 4 * 5 * 4, 8 * 3 * 2, 10, 3, 10, 48, 80, 126)
    assert net.activations == ("swish",) * 3 + ("identity",) + ("swish",) * 3 + ("identity",)


def test_a_comparison_gives_it_the_grid_and_the_same_seed_the_same_numbers():
    data = gaussian_data_set(n=32)
    method = ConvolutionalAutoencoderMethod(**SMALL | {"epochs": 2})
    first, again = (run_case(data, "convolutional", method, 2, (0, 1)) for _ in range(2))
    np.testing.assert_array_equal(first.test_error, again.test_error)
    assert isinstance(first.models[0].network.blocks[0].map, Convolution)


def test_grids_are_found_from_coordinates():
    assert grid_shape(np.linspace(0, 1, 5)[None]) == (1, 5)
    assert grid_shape(np.linspace(1, 0, 5)) == (1, 5)
    assert grid_shape(plane(3, 4)) == (1, 3, 4)
    assert grid_shape(plane(3, 4)[::-1]) == (1, 3, 4)  # the first coordinate varies slowly
    assert grid_shape(plane(3, 3, fields=2)) == (2, 3, 3)
    scattered = np.random.default_rng(0).random((2, 12))
    with pytest.raises(OptionError, match="12 degrees of freedom do not stand on a rectangular"):
        grid_shape(scattered)
    with pytest.raises(OptionError, match="do not stand on"):
        grid_shape(plane(3, 4)[:, 1:])
    with pytest.raises(OptionError, match="one or two coordinates, not 3"):
        grid_shape(np.zeros((3, 4)))
    with pytest.raises(OptionError, match="an entry of x is not finite"):
        grid_shape(np.full((2, 12), np.nan))


def test_a_grid_whose_coordinates_differ_by_rounding_is_a_grid():
    rng = np.random.default_rng(0)
    exact = 1000 + plane(30, 40, fields=2)
    assert grid_shape(exact * (1 + 1e-7 * rng.uniform(-1, 1, exact.shape))) == (2, 30, 40)
    # lines of a graded grid may be closer than rounding, if they are exact
    graded = np.array(np.meshgrid([0, 1e-8, 1], [0, 1, 2, 3], indexing="ij")).reshape(2, -1)
    assert grid_shape(graded) == (1, 3, 4)


def test_what_it_cannot_do_is_refused():
    U = bumps()
    with pytest.raises(ShapeError, match=r"x has shape \(1, 10\) for 24 degrees of freedom"):
        fit(U, 2, np.arange(10.0)[None])
    with pytest.raises(OptionError, match="circular stride 2 does not divide the places"):
        fit(U[:-1], 2, circular=True)
    with pytest.raises(DataError, match="all snapshots are equal"):
        fit(np.ones((8, 5)), 1)
    with pytest.raises(OptionError, match="convolutions know no inner product"):
        fit_convolutional_autoencoder(
            U, 2, rng=np.random.default_rng(0), inner_product=np.ones(len(U))
        )
