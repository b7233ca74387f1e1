"""Networks that MATLAB programs stored give here what those programs give."""

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from mornet.errors import ShapeError, StorageError
from mornet.storage.matlab import (
    from_column_major,
    image_columns,
    read_matconvnet,
    read_sigmoid_network,
)

RNG = np.random.default_rng(0)
HIGHAM = np.load(Path(__file__).parents[1] / "data/higham.npz")


def single(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def cell(items):
    array = np.empty((1, len(items)), dtype=object)
    for i, item in enumerate(items):
        array[0, i] = item
    return array


def conv(filters, biases, **options):
    return {"type": "conv", "weights": cell([filters, biases]), **options}


LAYERS = [  # of MatConvNet's example for CIFAR, with fewer channels
    conv(single(5, 5, 3, 4), single(1, 4), stride=1.0, pad=2.0),
    {"type": "pool", "method": "max", "pool": [3.0, 3.0], "stride": 2.0, "pad": [0, 1, 0, 1.0]},
    {"type": "relu"},
    conv(single(3, 3, 4, 5), single(1, 5), stride=[2.0, 1.0], pad=[1.0, 0, 0, 2]),
    {"type": "relu", "leak": 0.0},
    {"type": "pool", "method": "avg", "pool": [3.0, 2.0], "stride": 2.0, "pad": [0, 1.0, 1, 0]},
    {"type": "dropout", "rate": 0.5},
    conv(single(1, 3, 5, 3), np.zeros((0, 0), np.float32)),
    {"type": "softmaxloss"},
]
META = {"inputSize": np.array([[10.0, 11.0, 3.0]])}


@pytest.fixture
def images():
    return single(10, 11, 3, 2)


def padded(x, pad, fill):
    top, bottom, left, right = pad
    return np.pad(x, ((top, bottom), (left, right), (0, 0)), constant_values=fill)


def four(option):
    values = np.ravel(option).astype(int)
    return np.repeat(values, 4) if values.size == 1 else values


def two(option):
    values = np.ravel(option).astype(int)
    return np.repeat(values, 2) if values.size == 1 else values


def windows(layer, x, size, fill):
    """Yield the row, column and content of each window of one image (height, width, channels)."""
    s_y, s_x = two(layer.get("stride", 1))
    x = padded(x, four(layer.get("pad", 0)), fill)
    for i in range((x.shape[0] - size[0]) // s_y + 1):
        for j in range((x.shape[1] - size[1]) // s_x + 1):
            yield i, j, x[i * s_y : i * s_y + size[0], j * s_x : j * s_x + size[1]]


def gathered(places):
    height, width = (1 + max(place[axis] for place in places) for axis in (0, 1))
    out = np.empty((height, width, len(places[0][2])))
    for i, j, value in places:
        out[i, j] = value
    return out


def evaluated(layer, x):
    """One layer on one image, place by place, as vl_simplenn defines it."""
    match layer["type"]:
        case "conv":
            w, b = (np.asarray(a, float) for a in layer["weights"][0])
            b = b.ravel() if b.size else np.zeros(w.shape[3])
            found = windows(layer, x, w.shape[:2], 0.0)
            return gathered(
                [(i, j, [np.sum(w[..., k] * c) + b[k] for k in range(len(b))]) for i, j, c in found]
            )
        case "pool":
            found = windows(layer, x, two(layer["pool"]), np.nan)
            reduce = np.nanmax if layer["method"] == "max" else np.nanmean
            return gathered([(i, j, reduce(c, axis=(0, 1))) for i, j, c in found])
        case "relu":
            return np.where(x > 0, x, 0)
        case "softmax" | "softmaxloss":
            return np.exp(x) / np.exp(x).sum()
    return x  # dropout in test mode


def by_loops(layers, images):
    outputs = []
    for n in range(images.shape[3]):
        x = images[..., n].astype(float)
        for layer in layers:
            x = evaluated(layer, x)
        outputs.append(x.transpose(2, 0, 1).ravel())
    return np.array(outputs).T


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_simplenn_network_gives_the_same_outputs(tmp_path, images, wrapped):
    net = {"layers": cell(LAYERS), "meta": META}
    savemat(tmp_path / "net.mat", {"net": net} if wrapped else net)
    stored = read_matconvnet(tmp_path / "net.mat")
    assert stored.p.dtype == np.float32
    assert stored.probabilities
    found = replace(stored, p=stored.p.astype(float)).outputs(image_columns(images.astype(float)))
    np.testing.assert_allclose(found, by_loops(LAYERS, images), rtol=1e-11)
    np.testing.assert_allclose(found.sum(axis=0), 1, rtol=1e-14)


def test_a_network_without_softmax_and_with_relu_first(tmp_path, images):
    layers = [{"type": "relu"}, {"type": "relu"}, conv(single(10, 11, 3, 1), single(1, 1))]
    savemat(tmp_path / "net.mat", {"layers": cell(layers)})
    stored = read_matconvnet(tmp_path / "net.mat", (10, 11, 3))
    found = stored.outputs(image_columns(images).astype(float))
    np.testing.assert_allclose(found, by_loops(layers, images), rtol=1e-5)
    assert not stored.probabilities


def test_the_older_structure_is_read(tmp_path, images):
    w, b = single(10, 11, 3, 2), single(1, 2)
    older = {"layers": cell([{"type": "conv", "filters": w, "biases": b}])}
    older["normalization"] = {"imageSize": np.array([[10.0, 11.0, 3.0]])}
    savemat(tmp_path / "net.mat", older)
    found = read_matconvnet(tmp_path / "net.mat").outputs(image_columns(images).astype(float))
    np.testing.assert_allclose(found, by_loops([conv(w, b)], images), rtol=1e-5)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([{"type": "lrn"}], "layer 1 is of the type 'lrn'; this reads conv, pool, relu"),
        ([{"type": "softmax"}, {"type": "relu"}], "layer 1 is of the type 'softmax'"),
        ([{"type": "softmax"}], "no layer before its softmax"),
        ([{"type": "relu", "leak": 0.1}], "layer 1 .relu.: a relu with a leak has no counterpart"),
        ([conv(single(3, 3, 2, 2), single(1, 2))], "layer 1 .conv.: its filters take 2 channels"),
        ([conv(single(20, 3, 3, 2), single(1, 2))], "does not fit into"),
        ([{"type": "pool", "method": "min", "pool": 2.0}], "its method is 'min'"),
        ([{"type": "pool", "method": "max"}], "layer 1 .pool.: it has no field pool"),
        ([{"weights": 1.0}], "layer 1 has no type"),
        ([{"type": ["relu", "pool"]}], "type of layer 1 holds text of shape .2,. instead of one"),
        ([{"type": ""}], "type of layer 1 holds text of shape .0,. instead of one line"),
        ([{"type": "relu"}, 4.0], "layers holds numbers of shape .1, 1. instead of structures"),
        ([{"type": "conv"}], "layer 1 .conv.: it has no weights"),
        ([{"type": "conv", "weights": 1.0}], "its weights are no cell of filters and biases"),
        ([conv(single(3, 3, 3, 2), single(1, 3))], "layer 1 .conv.: it has 3 biases for 2 filters"),
        ([conv(1j * single(3, 3, 3, 2), single(1, 2))], "filters holds complex numbers of shape"),
        ([conv(np.nan * single(3, 3, 3, 2), single(1, 2))], "filters holds numbers that are not f"),
        ([conv(single(3, 3, 3, 2, 2), single(1, 2))], "more than four axes"),
        (
            [conv(single(3, 3, 3, 2), single(1, 2), pad=1.5)],
            r"pad holds \[1.5\], which are not whol",
        ),
        ([conv(single(3, 3, 3, 2), single(1, 2), pad=np.inf)], "pad holds numbers that are not f"),
        ([conv(single(3, 3, 3, 2), single(1, 2), pad="same")], "pad holds text of shape"),
        ([conv(single(3, 3, 3, 2), single(1, 2), stride={"a": 1.0})], "stride holds structures"),
        ([{"type": "dropout", "rate": []}], "layer 1 .dropout.: its rate holds 0 numbers"),
        ([{"type": "relu"}, {"type": "softmax"}], r"its softmax stands at \(10, 11\) places"),
    ],
)
def test_what_has_no_counterpart_is_refused(tmp_path, layers, message):
    savemat(tmp_path / "net.mat", {"layers": cell(layers), "meta": META})
    with pytest.raises(StorageError, match=message):
        read_matconvnet(tmp_path / "net.mat")


@pytest.mark.parametrize(
    ("net", "message"),
    [
        ({"net": 3.0}, "net holds numbers of shape .1, 1. instead of structures"),
        ({"net": cell([])}, "net holds 0 structures instead of one"),
        ({"layers": "conv", "meta": META}, "layers holds text"),
        ({"meta": 3.0}, "meta holds numbers"),
        ({"meta": {"inputSize": [10.0]}}, r"size of its images is \(10,\), not \(height, width"),
        ({"meta": {"inputSize": [10.5, 11, 3]}}, "inputSize holds .* not whole numbers"),
        ({"meta": {"inputSize": "large"}}, "inputSize holds text"),
        ({"meta": {}}, "it does not name the size of its images: give image_size"),
        ({"normalization": 1.0}, "normalization holds numbers"),
        ({"params": {"name": "f"}, "vars": {"name": "x"}, "meta": META}, "holds a DagNN network"),
    ],
)
def test_structures_of_another_form_are_refused(tmp_path, net, message):
    savemat(tmp_path / "net.mat", {"layers": cell([{"type": "relu"}])} | net)
    with pytest.raises(StorageError, match=f"net.mat: .*{message}"):
        read_matconvnet(tmp_path / "net.mat")


@pytest.mark.parametrize("size", [10, (10, 11), (10, 11, 3, 1), (10.5, 11, 3), (0, 1, 3), "abc"])
def test_the_size_of_images_is_three_numbers(tmp_path, size):
    savemat(tmp_path / "net.mat", {"layers": cell([{"type": "relu"}])})
    with pytest.raises(StorageError, match=r"size of its images is .*, not \(height, width, chann"):
        read_matconvnet(tmp_path / "net.mat", size)


def test_the_version_7_3_is_named_and_not_called_damaged(tmp_path):
    with h5py.File(tmp_path / "net.mat", "w", userblock_size=512) as file:
        file["net"] = 1.0
    with (tmp_path / "net.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")
    with pytest.raises(StorageError, match="MATLAB's version 7.3: save it with -v7"):
        read_matconvnet(tmp_path / "net.mat")
    with pytest.raises(StorageError, match="is no file"):
        read_matconvnet(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"b3": None}, "it holds W3, but no b3"),
        ({"W4": np.ones((2, 2)), "b4": np.ones(2), "W3": None}, "it holds W4, but no W3"),
        ({"W3": np.ones((2, 4))}, r"W3 has shape \(2, 4\) and b3 2 entries; \(2, 3\) and 2 are"),
        ({"b2": np.ones(4), "b3": np.ones(1)}, r"W2 has shape \(3, 2\) and b2 4 entries"),
        ({"W2": "text"}, "W2 holds text"),
        ({"W2": np.ones((3, 2)) * 1j}, "W2 holds complex numbers"),
        ({"b2": np.full(3, np.nan)}, "b2 holds numbers that are not finite"),
    ],
)
def test_matrices_that_form_no_network_are_refused(tmp_path, change, message):
    sound = {"W2": np.ones((3, 2)), "b2": np.ones(3), "W3": np.ones((2, 3)), "b3": np.ones(2)}
    variables = {name: a for name, a in (sound | change).items() if a is not None}
    savemat(tmp_path / "net.mat", variables)
    with pytest.raises(StorageError, match=f"net.mat: .*{message}"):
        read_sigmoid_network(tmp_path / "net.mat")
    savemat(tmp_path / "p.mat", {"P": np.ones((9, 1)) * 1j})
    with pytest.raises(StorageError, match="p.mat: P holds complex numbers"):
        read_sigmoid_network(tmp_path / "p.mat", (2, 3))


def test_files_that_hold_no_network_are_refused(tmp_path):
    with pytest.raises(StorageError, match="does not exist"):
        read_matconvnet(tmp_path / "none.mat")
    (tmp_path / "text.mat").write_text("nothing of MATLAB")
    with pytest.raises(StorageError, match="cannot be read as a MATLAB file"):
        read_matconvnet(tmp_path / "text.mat")
    savemat(tmp_path / "other.mat", {"a": 1.0, "c": [1.0, 2.0]})
    with pytest.raises(StorageError, match="it holds a, c, but no layers"):
        read_matconvnet(tmp_path / "other.mat")
    savemat(tmp_path / "size.mat", {"layers": cell([{"type": "relu"}])})
    with pytest.raises(StorageError, match="give image_size"):
        read_matconvnet(tmp_path / "size.mat")
    with pytest.raises(StorageError, match="neither W2, b2"):
        read_sigmoid_network(tmp_path / "other.mat")
    with pytest.raises(ShapeError, match=r"shape \(2,\), not \(9,\)"):
        read_sigmoid_network(tmp_path / "other.mat", (2, 3))
    with pytest.raises(ShapeError, match="height, width, channels, N"):
        image_columns(np.zeros((2, 3)))


@pytest.mark.parametrize("run", ["A10", "B10"])
def test_the_network_of_netbp_has_its_cost(tmp_path, run):
    names = [f"{part}{l}" for l in (2, 3, 4) for part in "Wb"]
    weights = {name: HIGHAM[f"{run}_w1e6_{name}"] for name in names}
    columns = {name: a if a.ndim == 2 else a[:, None] for name, a in weights.items()}
    savemat(tmp_path / "netbp.mat", columns | {"eta": 0.05, "Niter": 1e6})
    stored = read_sigmoid_network(tmp_path / "netbp.mat")
    cost = np.sum((stored.outputs(HIGHAM["x10"]) - HIGHAM["y10"]) ** 2)
    assert cost == pytest.approx(HIGHAM[f"{run}_cost"][-1], rel=1e-10)


def test_the_start_of_nlsrun_is_that_of_netbp(tmp_path):
    savemat(tmp_path / "nlsrun.mat", {"Pzero": HIGHAM["nls_starts"][0][:, None], "N": 10.0})
    stored = read_sigmoid_network(tmp_path / "nlsrun.mat", (2, 2, 3, 2))
    for number, layer in enumerate(stored.network.layers(stored.p), start=2):
        np.testing.assert_allclose(layer.W, HIGHAM[f"A10_init_W{number}"], rtol=1e-14)
        np.testing.assert_allclose(layer.b, HIGHAM[f"A10_init_b{number}"], rtol=1e-14)
    cost = np.sum((stored.outputs(HIGHAM["x10"]) - HIGHAM["y10"]) ** 2)
    assert cost == pytest.approx(HIGHAM["A10_cost"][0], rel=1e-10)
    assert from_column_major((1, 1), np.array([2.0, 3.0])).p.tolist() == [2, 3]
