"""Write convolution.npz with PyTorch: layers, their gradients, and one small network.

    python tests/data/make_convolution.py

Arrays of a case NAME: NAME_x (N, C, ...), NAME_y, the upstream gradient NAME_gy and NAME_gx, and
with parameters NAME_w, NAME_b, NAME_gw, NAME_gb. NAME_par is the dict of its options. The network
"cnn" has the shape of MatConvNet's example for CIFAR.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

torch.manual_seed(0)
CONVOLUTIONS = {
    "conv1d_plain": ((2, 1, 9), (1, 1, 3), {}),
    "conv1d_strided": ((2, 3, 13), (2, 3, 5), {"stride": 2, "padding": 2}),
    "conv1d_dilated": ((3, 2, 12), (4, 2, 3), {"padding": 2, "dilation": 2}),
    "conv1d_circular": ((2, 2, 8), (3, 2, 5), {"padding": 2, "circular": True}),
    "conv2d_same": ((2, 3, 6, 5), (4, 3, 3, 3), {"padding": 1}),
    "conv2d_strided": ((2, 2, 9, 7), (3, 2, 3, 3), {"stride": (2, 1), "padding": (0, 1)}),
    "conv2d_dilated": ((1, 2, 9, 8), (3, 2, 2, 3), {"padding": 2, "dilation": (3, 2)}),
    "conv2d_circular": ((2, 2, 5, 4), (3, 2, 3, 3), {"padding": 1, "circular": True}),
    "tconv1d": ((2, 3, 6), (3, 2, 4), {"stride": 2, "padding": 1}),
    "tconv2d": ((2, 2, 4, 5), (2, 3, 3, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
}
POOLS = {
    "pool1d": ((2, 3, 13), {"kernel_size": 3, "stride": 2, "padding": 1}),
    "pool1d_ceil": ((2, 3, 10), {"kernel_size": 3, "stride": 3, "ceil_mode": True}),
    "pool2d": ((2, 3, 7, 6), {"kernel_size": (3, 2), "stride": 2, "padding": 1}),
    "pool2d_ceil": ((2, 3, 8, 8), {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
}


def drawn(*shape):
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def record(arrays, name, par, leaves, y):
    gy = torch.randn_like(y)
    y.backward(gy)
    arrays[f"{name}_par"] = str(par)
    for key, value in {"y": y, "gy": gy}.items():
        arrays[f"{name}_{key}"] = value.detach().numpy()
    for key, leaf in leaves.items():
        arrays[f"{name}_{key}"] = leaf.detach().numpy()
        arrays[f"{name}_g{key}"] = leaf.grad.numpy()


def convolutions(arrays):
    for name, (shape, w_shape, par) in CONVOLUTIONS.items():
        transposed, axes = name.startswith("tconv"), len(shape) - 2
        leaves = {"x": drawn(*shape), "w": drawn(*w_shape), "b": drawn(w_shape[int(transposed)])}
        x, w, b = leaves.values()
        function = getattr(F, f"conv{'_transpose' * transposed}{axes}d")
        options = {key: value for key, value in par.items() if key != "circular"}
        if "circular" in par:
            x = F.pad(x, (options.pop("padding"),) * 2 * axes, mode="circular")
        record(arrays, name, par, leaves, function(x, w, b, **options))


def pools(arrays):
    for name, (shape, par) in POOLS.items():
        for kind, more in (("max", {}), ("avg", {"count_include_pad": False})):
            x = drawn(*shape)
            y = getattr(F, f"{kind}_{name.split('_')[0]}")(x, **par, **more)
            record(arrays, f"{kind}_{name}", par, {"x": x}, y)
    x = drawn(2, 3, 4, 5)
    record(arrays, "upsampling", {}, {"x": x}, F.interpolate(x, scale_factor=2, mode="nearest"))


def network(arrays):
    shapes = {"w1": (4, 3, 5, 5), "w2": (4, 4, 5, 5), "w3": (6, 4, 4, 4), "w4": (4, 6, 1, 1)}
    p = {}
    for name, shape in shapes.items():
        p[name] = (0.3 * drawn(*shape)).detach().requires_grad_()
        p[name.replace("w", "b")] = drawn(shape[0])
    x, labels = drawn(4, 3, 16, 16), torch.tensor([2, 0, 1, 3])
    a = F.relu(F.max_pool2d(F.conv2d(x, p["w1"], p["b1"], padding=2), 3, 2, ceil_mode=True))
    a = F.relu(F.conv2d(a, p["w2"], p["b2"], padding=2))
    a = F.avg_pool2d(a, 3, 2, ceil_mode=True, count_include_pad=False)
    a = F.conv2d(F.relu(F.conv2d(a, p["w3"], p["b3"])), p["w4"], p["b4"])
    loss = F.cross_entropy(a.flatten(1), labels)
    loss.backward()
    arrays |= {"cnn_labels": labels.numpy(), "cnn_loss": loss.detach().numpy()}
    for name, leaf in (p | {"x": x}).items():
        arrays[f"cnn_{name}"] = leaf.detach().numpy()
        if name != "x":
            arrays[f"cnn_g{name}"] = leaf.grad.numpy()
    return arrays


if __name__ == "__main__":
    arrays = {}
    convolutions(arrays)
    pools(arrays)
    arrays = network(arrays)
    np.savez_compressed(Path(__file__).with_name("convolution.npz"), **arrays)
