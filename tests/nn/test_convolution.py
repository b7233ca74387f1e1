"""Convolutions, pooling and upsampling give what an independent program (PyTorch) gives."""

import ast
from pathlib import Path

import numpy as np
import pytest

from mornet.errors import DataError, OptionError
from mornet.kernels import plain
from mornet.nn import (
    AveragePool,
    Convolution,
    Dense,
    MaxPool,
    Network,
    TransposedConvolution,
    Upsampling,
    ceil_padding,
    pooling,
)
from mornet.nn import windows as windows_module
from mornet.nn.input_derivatives import input_jacobian
from mornet.nn.layers import length
from mornet.nn.pooling import Chosen
from mornet.training import Objective

DATA = np.load(Path(__file__).parents[1] / "data/convolution.npz")
CASES = [name.removesuffix("_par") for name in DATA.files if name.endswith("_par")]


def columns(x):
    """(N, C, ...) to (n, N)."""
    return np.moveaxis(x, 0, -1).reshape(-1, len(x))


def several(value, axes):
    return (value,) * axes if isinstance(value, int) else value


def layer(name):
    par, x, y = (DATA[f"{name}_{key}"] for key in ("par", "x", "y"))
    par, axes = ast.literal_eval(str(par)), x.ndim - 2
    if "pool" in name:
        size, stride = (several(par[key], axes) for key in ("kernel_size", "stride"))
        padding = several(par.get("padding", 0), axes)
        if par.get("ceil_mode"):
            padding = ceil_padding(x.shape[2:], size, stride, padding)
        kind = MaxPool if name.startswith("max") else AveragePool
        return kind(x.shape[1:], size, stride, padding)
    if name == "upsampling":
        return Upsampling(x.shape[1:], (2,))
    stride, padding, dilation = (
        several(par.get(key, default), axes)
        for key, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    if name.startswith("tconv"):
        x, y = y, x
    of = Convolution(
        (x.shape[1], y.shape[1]),
        x.shape[2:],
        DATA[f"{name}_w"].shape[2:],
        stride,
        padding,
        dilation,
        circular="circular" in par,
    )
    return TransposedConvolution(of) if name.startswith("tconv") else of


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("block", [windows_module.BLOCK, 400, 1])
def test_layers_and_their_adjoints_are_those_of_pytorch(name, block, monkeypatch):
    # small blocks cut rows, then columns, then samples; small groups are single channels
    monkeypatch.setattr(windows_module, "BLOCK", block)
    if block == 1:
        monkeypatch.setattr(pooling, "GROUP", 1)
        monkeypatch.setattr(plain, "FEW", 0)
    made, case = layer(name), {k: DATA[f"{name}_{k}"] for k in ("x", "y", "gx", "gy")}
    x, y, gx, gy = (columns(a) for a in case.values())
    W = DATA[f"{name}_w"] if f"{name}_w" in DATA else np.zeros(0)
    z = made.apply(W, x)
    if W.size:
        z = z + np.repeat(DATA[f"{name}_b"], len(z) // made.bias_size)[:, None]
        np.testing.assert_allclose(made.outer(gy, x), DATA[f"{name}_gw"], atol=1e-13)
    np.testing.assert_allclose(z, y, atol=1e-13)
    np.testing.assert_allclose(made.at(x).adjoint(W, gy), gx, atol=1e-13)


def cifar_network():
    """MatConvNet's example for CIFAR, smaller: its pooling has the padding [0 1 0 1]."""
    ceil = (0, 1, 0, 1)
    return Network.of(
        (
            Convolution((3, 4), (16, 16), (5, 5), padding=(2,)),
            MaxPool((4, 16, 16), (3, 3), (2, 2), ceil),
            Convolution((4, 4), (8, 8), (5, 5), padding=(2,)),
            AveragePool((4, 8, 8), (3, 3), (2, 2), ceil),
            Convolution((4, 6), (4, 4), (4, 4)),
            Convolution((6, 4), (1, 1), (1, 1)),
        ),
        ("identity", "relu", "relu", "identity", "relu", "identity"),
        (True, False, True, False, True, True),
    )


def test_loss_and_gradient_of_a_network_are_those_of_pytorch():
    net, labels = cifar_network(), DATA["cnn_labels"]
    x, y = columns(DATA["cnn_x"]), np.eye(4)[labels].T
    p, expected = (
        np.concatenate(
            [DATA[f"cnn_{g}{part}{i}"].ravel() for i in range(1, 5) for part in ("w", "b")]
        )
        for g in ("", "g")
    )
    J = Objective(net, x, y, loss="softmax_log")
    value, gradient = J.value_and_gradient(p)
    assert value == pytest.approx(float(DATA["cnn_loss"]), rel=1e-13)
    np.testing.assert_allclose(gradient, expected, atol=1e-12 * np.abs(expected).max())
    single = Objective(net, x.astype(np.float32), y.astype(np.float32), loss="softmax_log")
    g = single.gradient(p.astype(np.float32))
    assert g.dtype == np.float32
    np.testing.assert_allclose(g, expected, atol=1e-5 * np.abs(expected).max())


def test_columns_are_copied_in_blocks_of_bounded_size(monkeypatch):
    conv, N, sizes = Convolution((8, 4), (40, 40), (3, 3)), 30, []
    monkeypatch.setattr(windows_module, "BLOCK", 2**15)
    copied = windows_module.Windows.columns

    def measured(self, seen, block):
        sizes.append(copied(self, seen, block).nbytes)
        return copied(self, seen, block)

    monkeypatch.setattr(windows_module.Windows, "columns", measured)
    W, a = np.ones(conv.W_shape), np.ones((8 * 40 * 40, N))
    conv.apply(W, a)
    assert max(sizes) <= 2**15
    assert sum(sizes) == 8 * 9 * 38 * 38 * N * 8  # every column once


def test_equal_maxima_take_the_first_as_matconvnet_and_pytorch_do():
    pool = MaxPool((1, 4), (2,), (2,))
    delta = pool.at(np.ones((4, 1))).adjoint(np.zeros(0), np.ones((2, 1)))
    assert delta.ravel().tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("few", [plain.FEW, 0])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("padding", [(1,), (0, 1, 0, 1), (1, 0, 1, 0)])
def test_a_maximum_that_is_not_finite_is_one_of_the_places_under_its_window(
    padding, bad, few, monkeypatch
):
    monkeypatch.setattr(plain, "FEW", few)
    pool, none = MaxPool((2, 6, 6), (3, 3), (2, 2), padding), np.zeros(0)
    a = np.random.default_rng(0).standard_normal((72, 3))
    a[::7], a[:, 1] = bad, bad
    piece, z = pool.at(a), pool.apply(none, a)
    np.testing.assert_array_equal(piece.apply(none, a), z)
    own = np.repeat([0, 1], len(z) // 2)[:, None]
    np.testing.assert_array_equal(piece.place // 36, np.broadcast_to(own, z.shape))


def test_places_under_a_window_are_counted_without_padding():
    pool = AveragePool((1, 3, 4), (3, 2), (2, 1), (1, 2, 0, 1))
    np.testing.assert_array_equal(pool.real[..., 0], [[4, 4, 4, 2], [4, 4, 4, 2]])


def test_whole_numbers_are_inputs_of_a_network():
    pools = (MaxPool((1, 4), (3,), (1,), (1,)), AveragePool((1, 4), (2,), (2,)))
    net = Network.of((*pools, Dense(2, 1)), "identity", False)
    x, p = np.array([[4], [1], [2], [7]]), np.array([1.0, 2.0])
    np.testing.assert_array_equal(net.forward(p, x), net.forward(p, x.astype(float)))
    np.testing.assert_array_equal(net.forward(p, x.tolist()), net.forward(p, x))
    np.testing.assert_array_equal(input_jacobian(net, p, x), [[[1.0, 0, 0, 2]]])
    with pytest.raises(DataError, match="x holds <U1, not numbers"):
        net.forward(p, x.astype("U1"))


def test_a_pool_of_every_place_is_the_mean_or_the_maximum():
    a = np.random.default_rng(0).standard_normal((2 * 6, 3))
    mean, most = (kind((2, 6), (6,), (1,)) for kind in (AveragePool, MaxPool))
    none = np.zeros(0)
    np.testing.assert_allclose(mean.apply(none, a), a.reshape(2, 6, 3).mean(axis=1), rtol=1e-14)
    np.testing.assert_array_equal(most.apply(none, a), a.reshape(2, 6, 3).max(axis=1))
    assert isinstance(most.at(a), Chosen)


def test_a_convolution_of_the_size_of_its_input_is_a_dense_layer():
    conv, dense = Convolution((2, 5), (3, 4), (3, 4)), Dense(24, 5)
    rng = np.random.default_rng(0)
    W, a, delta = (rng.standard_normal(s) for s in (conv.W_shape, (24, 6), (5, 6)))
    flat = W.reshape(5, 24)
    np.testing.assert_allclose(conv.apply(W, a), dense.apply(flat, a), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(conv.adjoint(W, delta), dense.adjoint(flat, delta), rtol=1e-12)
    assert conv.multiplications == dense.multiplications
    assert conv.fans[1] == dense.fans[1]


def test_circular_convolutions_commute_with_shifts():
    conv = Convolution((2, 3), (10,), (3,), padding=(1,), circular=True)
    rng = np.random.default_rng(0)
    W, a = rng.standard_normal(conv.W_shape), rng.standard_normal((20, 4))

    def shifted(b):
        return np.roll(b.reshape(-1, 10, 4), 3, axis=1).reshape(-1, 4)

    np.testing.assert_allclose(conv.apply(W, shifted(a)), shifted(conv.apply(W, a)), atol=1e-14)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Convolution((1, 2), (4,), (5,)), r"a window of \(5, 1\) does not fit into"),
        (lambda: Convolution((1, 2), (4,), (3,), dilation=(2,)), r"dilation \(2, 1\) does not fit"),
        (lambda: Convolution((1, 2), (4,), (3,), padding=(1, 2, 3)), "must have 1 or 2 numbers"),
        (
            lambda: AveragePool((1, 4), (2, 2), (1,)),
            r"size \(2, 2\) must have 1 number, one for each axis",
        ),
        (lambda: Convolution((1, 2), (4,), (3,), (0,)), r"stride\[0\] = 0 must be at least 1"),
        (lambda: Convolution((1, 2), (4, 4), (3, 3, 3)), "size .* must have 2 numbers"),
        (lambda: Convolution((1, 2), (4, 4), (3,), padding=(1, 1, 1)), "must have 1, 2 or 4"),
        (lambda: Convolution((1, 2, 3), (4,), (3,)), "needs channels"),
        (lambda: Convolution((1, 1), (2,), (3,), padding=(3,), circular=True), "longer than"),
        (lambda: AveragePool((1, 4), (2,), (1,), (2,)), "fills whole windows"),
        (lambda: MaxPool((3,), (2,), (1,)), "one or two axes after the channels"),
        (lambda: Upsampling((3, 4), (0,)), r"factor\[0\] = 0 must be at least 1"),
    ],
)
def test_layers_out_of_range_are_refused(make, message):
    with pytest.raises(OptionError, match=message):
        make()


def test_shapes_and_work_follow_the_usual_formulas():
    conv = Convolution((3, 8), (32, 30), (5, 4), (2, 3), (2, 1))
    assert conv.shape_out == (8, (32 + 4 - 5) // 2 + 1, (30 + 2 - 4) // 3 + 1)
    assert conv.multiplications == 8 * 3 * 20 * length(conv.shape_out[1:])
    back = TransposedConvolution(conv)
    assert (back.shape_in, back.shape_out) == (conv.shape_out, conv.shape_in)
    assert ceil_padding((7, 8), (3, 3), (2, 2), (0,)) == (0, 0, 0, 1)
