"""Layers of random settings give what their definitions give, place by place."""

from itertools import product

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.nn import AveragePool, Convolution, MaxPool
from mornet.nn.layers import length

EPS = np.finfo(float).eps


def drawn(rng, axes):
    """Places, size, stride, dilation and padding; windows may be larger than the places."""

    def numbers(low, high, count=axes):
        return tuple(map(int, rng.integers(low, high + 1, count)))

    stride = numbers(1, 6) if rng.random() < 0.5 else (1,) * axes
    return numbers(1, 7), numbers(1, 5), stride, numbers(1, 3), numbers(0, 4, 2 * axes)


def first_that_fits(rng, axes, make):
    """The first layer of random settings whose window fits, and these settings."""
    while True:
        settings = drawn(rng, axes)
        try:
            return make(*settings), settings
        except OptionError:  # the window is too large, or may lie in the padding
            pass


def seen(images, size, stride, dilation, padding, circular):
    """Yield each place q of the output and its window (c, k, N), with NaN in zero padding."""
    axes = len(size)
    around = [(0, 0), *((padding[2 * i], padding[2 * i + 1]) for i in range(axes)), (0, 0)]
    kind = {"mode": "wrap"} if circular else {"constant_values": np.nan}
    padded = np.pad(images, around, **kind)
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True)]
    counts = [(n - r) // s + 1 for n, r, s in zip(padded.shape[1:-1], reach, stride, strict=True)]
    for q in product(*map(range, counts)):
        starts = [s * i for s, i in zip(stride, q, strict=True)]
        window = tuple(slice(i, i + r, d) for i, r, d in zip(starts, reach, dilation, strict=True))
        yield padded[(slice(None), *window)]


@pytest.mark.parametrize("seed", range(120))
def test_convolutions_and_their_adjoints(seed):
    rng = np.random.default_rng(seed)
    circular, channels = seed % 3 == 0, tuple(map(int, rng.integers(1, (4, 12))))

    def make(places, size, stride, dilation, padding):
        return Convolution(channels, places, size, stride, padding, dilation, circular)

    conv, (_, size, stride, dilation, padding) = first_that_fits(rng, 1 + seed % 2, make)
    W, a = rng.standard_normal(conv.W_shape), rng.standard_normal((length(conv.shape_in), 3))
    windows = seen(a.reshape(*conv.shape_in, 3), size, stride, dilation, padding, circular)
    flat = W.reshape(len(W), -1)
    columns = [np.nan_to_num(w).reshape(flat.shape[1], 3) for w in windows]
    expected = np.stack([flat @ c for c in columns], axis=1).reshape(-1, 3)
    size_of = np.stack([abs(flat) @ abs(c) for c in columns], axis=1).reshape(-1, 3)
    rounding = flat.shape[1] * EPS
    z, delta = conv.apply(W, a), rng.standard_normal(expected.shape)
    assert (abs(z - expected) <= 2 * rounding * size_of).all()
    # <W a, delta> = <a, W^T delta> = <W, delta a^T>, to round-off of the sum of sizes
    bound = 4 * (rounding + z.size * EPS) * np.sum(size_of * abs(delta))
    assert abs(np.sum(a * conv.adjoint(W, delta)) - np.sum(z * delta)) <= bound
    assert abs(np.sum(W * conv.outer(delta, a)) - np.sum(z * delta)) <= bound


@pytest.mark.parametrize("seed", range(80))
@pytest.mark.parametrize("kind", [MaxPool, AveragePool])
def test_pooling_and_its_adjoint(kind, seed):
    rng = np.random.default_rng(seed)

    def make(places, size, stride, dilation, padding):
        return kind((2, *places), size, stride, padding)

    pool, (_, size, stride, _, padding) = first_that_fits(rng, 1 + seed % 2, make)
    none, a = np.zeros(0), rng.standard_normal((length(pool.shape_in), 3))
    images, ones = a.reshape(*pool.shape_in, 3), (1,) * len(size)
    reduce = np.nanmax if kind is MaxPool else np.nanmean
    inside = tuple(range(1, 1 + len(size)))
    windows = seen(images, size, stride, ones, padding, circular=False)
    expected = np.stack([reduce(w, axis=inside) for w in windows], axis=1).reshape(-1, 3)
    piece, delta = pool.at(a), rng.standard_normal(expected.shape)
    z = pool.apply(none, a)
    np.testing.assert_allclose(z, expected, rtol=0, atol=8 * EPS * abs(a).max())
    np.testing.assert_allclose(piece.apply(none, a), z, rtol=0, atol=0)
    bound = 8 * a.size * EPS * abs(a).max() * np.sum(abs(delta))
    assert abs(np.sum(a * piece.adjoint(none, delta)) - np.sum(z * delta)) <= bound
