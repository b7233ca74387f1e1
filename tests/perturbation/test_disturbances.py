"""Noise, rounding and pruning of weights."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.nn import Network
from mornet.perturbation.weights import add_noise, round_to, truncate_ranks

NET = Network((3, 2, 3), ("sigmoid", "identity"))


@pytest.fixture
def p():
    return np.random.default_rng(1).standard_normal(NET.size)


def test_noise_has_its_size(p):
    q = add_noise(p, 1e-3, np.random.default_rng(0))
    assert np.linalg.norm(q - p) == pytest.approx(1e-3)


@pytest.mark.sensitive
def test_truncated_weights_have_the_rank(p):
    q = truncate_ranks(NET, p, 1)
    for (W, b, *_), (before, before_b, *_) in zip(NET.layers(q), NET.layers(p), strict=True):
        assert np.linalg.matrix_rank(W, rtol=1e-14) == 1
        assert np.linalg.norm(W - before, 2) == pytest.approx(
            np.linalg.svd(before, compute_uv=False)[1]
        )
        np.testing.assert_array_equal(b, before_b)


@pytest.mark.parametrize(("number_format", "unit"), [("float16", 2.0**-11), ("bfloat16", 2.0**-8)])
def test_rounding_is_within_half_a_unit(p, number_format, unit):
    q = round_to(NET, p, number_format)
    assert 0 < np.max(np.abs(q - p) / np.abs(p)) <= unit
    np.testing.assert_array_equal(round_to(NET, q, number_format), q)


def test_int8_has_255_levels(p):
    q = round_to(NET, p, "int8")
    W, old = NET.layers(q)[0].W, NET.layers(p)[0].W
    levels = W / np.max(np.abs(old)) * 127
    np.testing.assert_allclose(levels, np.round(levels), atol=1e-12)
    assert np.max(np.abs(W - old)) <= np.max(np.abs(old)) / 254 * (1 + 1e-12)
    with pytest.raises(OptionError, match="there is no format 'int4'"):
        round_to(NET, p, "int4")
