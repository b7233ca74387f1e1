import importlib.util

import numpy as np
import pytest

from mornet import kernels
from mornet.errors import OptionError
from mornet.kernels import plain
from mornet.nn import Network, normal
from mornet.training import Adam, Objective, Shuffled, SteepestDescent, train

needs_numba = pytest.mark.skipif(not kernels.available(), reason="needs numba")


@pytest.fixture
def compiled():
    with kernels.using("compiled") as module:
        yield module


def vectors(dtype, size=2 * plain.BLOCK + 7):
    rng = np.random.default_rng(0)
    p, g, m, v = rng.standard_normal((4, size)).astype(dtype)
    return p, g, m, v**2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_cover_the_whole_vector(dtype):
    p, g, m, v = vectors(dtype)
    m_, v_ = dtype(0.9) * m + g, dtype(0.999) * v + g * g
    p_ = p - m_ / (np.sqrt(v_) + dtype(1e-8)) * dtype(1e-3)
    plain.adam(p, g, m, v, 0.9, 0.999, 1e-3, 1e-8)
    for updated, expected in ((p, p_), (m, m_), (v, v_)):
        np.testing.assert_array_equal(updated, expected)
    plain.descend(p, g, 0.25)
    np.testing.assert_array_equal(p, p_ - g * dtype(0.25))


@needs_numba
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compiled_updates_round_as_plain_ones(compiled, dtype):
    ours, theirs = vectors(dtype), vectors(dtype)
    for k in range(3):
        for module, (p, g, m, v) in ((plain, ours), (compiled, theirs)):
            module.adam(p, g, m, v, 0.9, 0.999, 1e-3 / (k + 1), 1e-8)
            module.descend(p, g, 0.01)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@needs_numba
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lead", [(), (2,), (2, 3)])
@pytest.mark.parametrize(
    ("size", "stride"), [((3, 3), (2, 2)), ((2, 3), (1, 2)), ((17, 16), (1, 1))]
)
def test_the_first_maximum_is_the_one_that_argmax_finds(compiled, dtype, lead, size, stride):
    places = (25, 31)
    counts = tuple((n - k) // s + 1 for n, k, s in zip(places, size, stride, strict=True))
    rng = np.random.default_rng(2)
    few, many = (rng.integers(5, size=(*lead, *places, N)).astype(dtype) for N in (1, 9))  # ties
    for padded in (few, many):
        seen = np.lib.stride_tricks.sliding_window_view(padded, size, axis=(-3, -2))
        seen = seen[..., :: stride[0], :: stride[1], :, :, :]
        expected = np.argmax(seen.reshape(*lead, *counts, padded.shape[-1], -1), axis=-1)
        for module in (plain, compiled):
            found = module.first_maximum(padded, size, stride, counts)
            np.testing.assert_array_equal(found, expected)


@needs_numba
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
def test_compiled_activations_slopes_and_misfits_round_as_plain_ones(compiled, dtype, order):
    rng = np.random.default_rng(1)
    a, delta, y = (np.array(x, dtype, order=order) for x in rng.random((3, 5, 7)))
    b, scratch = rng.random(5).astype(dtype), np.empty_like(a)
    for name, arguments in {
        "times_sigmoid_slope": (a, scratch),
        "times_tanh_slope": (a, scratch),
        "output_misfit": (b, y),
        "sigmoid": (b,),
    }.items():
        results = [delta.copy(order="K") for _ in range(2)]
        getattr(plain, name)(results[0], *arguments)
        getattr(compiled, name)(results[1], *arguments)
        np.testing.assert_array_equal(*results)


@needs_numba
@pytest.mark.parametrize("optimiser", [Adam(), SteepestDescent(0.1)])
def test_a_training_is_the_same_to_the_bit_with_either_kernels(optimiser):
    rng = np.random.default_rng(2)
    net = Network((6, 5, 3, 6), ("sigmoid", "tanh", "identity"))
    x = rng.standard_normal((6, 50))
    start = normal(net, rng)
    runs = []
    for name in kernels.NAMES:
        with kernels.using(name):
            runs.append(
                train(
                    Objective(net, x, x),
                    start,
                    optimiser,
                    steps=30,
                    sampling=Shuffled(16),
                    rng=np.random.default_rng(3),
                )
            )
    np.testing.assert_array_equal(runs[0].p, runs[1].p)
    np.testing.assert_array_equal(runs[0].history.objective, runs[1].history.objective)


def test_plain_runs_unless_asked_otherwise(monkeypatch):
    monkeypatch.setattr(kernels, "_chosen", None)
    monkeypatch.delenv(kernels.VARIABLE, raising=False)
    assert kernels.active() is plain
    assert kernels.description() == "plain"


def test_the_environment_decides(monkeypatch):
    monkeypatch.setattr(kernels, "_chosen", None)
    monkeypatch.setenv(kernels.VARIABLE, "fortran")
    with pytest.raises(OptionError, match=r"no kernels are called 'fortran' \(MORNET_KERNELS\)"):
        kernels.active()


def test_compiled_kernels_without_numba_are_refused_with_advice(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with (
        pytest.raises(OptionError, match=r"need Numba: install mornet\[fast\]"),
        kernels.using("compiled"),
    ):
        pass


def test_a_context_leaves_the_choice_as_it_was():
    before = kernels.active()
    with kernels.using("plain"):
        pass
    assert kernels.active() is before


@needs_numba
def test_the_kernels_that_ran_are_named_in_provenance(compiled):
    from mornet.storage.provenance import provenance

    assert provenance({})["kernels"].startswith("compiled, numba")
