"""A small example of every kind of record, made from its declaration where that is enough."""

import dataclasses
import typing

import numpy as np

from mornet.experiments.updates.cut_offs import HessianSpectrum
from mornet.linalg import InnerProduct
from mornet.nn import (
    AveragePool,
    Convolution,
    Dropout,
    MaxPool,
    Network,
    StoredNetwork,
    TransposedConvolution,
    Upsampling,
)
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.best.record import Best
from mornet.reduction.hybrid.correction import Correction
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.pod import POD
from mornet.reduction.pod.incremental import IncrementalSVD
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.storage.conversion import class_of, stored_fields
from mornet.training import Checkpoint, History


def snapshots(m, rng):
    return Snapshots(
        U=rng.standard_normal((6, m)),
        x=np.linspace(0, 1, 6)[None],
        trajectory=np.arange(m) % 2,
        t=np.linspace(0, 1, m),
        shift=rng.standard_normal((6, 2)),
        units={"U": "m/s", "x": "m", "t": "s"},
    )


def hints(cls):
    """The types of the fields, also those that may be None."""
    for hint in typing.get_type_hints(cls).values():
        yield from typing.get_args(hint) or (hint,)


def declared(cls, rng):
    """Fill the declared fields: an axis has as many entries as its name has letters."""
    network = Network((2, 3, 2), ("sigmoid", "identity"), (True, False))
    models = (POD(np.eye(4)[:, :2], np.ones(3)), Autoencoder(network, 1, rng.random(15), 2.0))

    nested = {c.__name__: c for c in hints(cls) if hasattr(c, "kind")}

    def fill(field):
        shape = tuple(map(len, field.metadata.get("axes", ())))
        match field.type.removesuffix(" | None"):
            case "Array":
                return rng.standard_normal(shape) if shape else 0.5
            case "Indices":
                return rng.integers(9, size=shape)
            case "tuple[str, ...]":
                return tuple(f"name {i}" for i in range(shape[0]))
            case "tuple[bool, ...]":
                return tuple(i % 2 == 0 for i in range(shape[0]))
            case "dict[str, str]":
                return {"x": "m"}
            case "bool":
                return True
            case "tuple[Reduction, ...]":
                return models
            case "tuple[HessianSpectrum, ...]":
                return (
                    HessianSpectrum("one", 1, rng.random(3)),
                    HessianSpectrum("other", 0, rng.random(2)),
                )
            case "Network":
                return network
            case "InnerProduct":
                return InnerProduct(4, np.arange(4), np.arange(4), np.ones(4))
            case name if name in nested:
                return declared(nested[name], rng)
            case scalar:
                return {"str": "grün", "int": 3, "float": 0.1}[scalar]

    return cls(**{field.name: fill(field) for field in stored_fields(cls)})


def checkpoint(rng):
    done = np.arange(3)
    return Checkpoint(
        optimiser={"m": rng.random(5), "L_0": rng.random((2, 2)), "eta": np.array(0.1)},
        sampling={"permutation": rng.permutation(7)},
        generator=f'{{"state": {2**127}}}',
        history=History(done, rng.random(3), done),
        finished=False,
        p=rng.random(5).astype(np.float32),
        step=2,
        sample_gradients=20,
        sample_values=0,
        clipped=1,
        began={"sampling": "Shuffled(size=7)"},
    )


def correction(rng):
    network = Network((5, 3, 2, 3, 5), ("swish", "identity") * 2, (True, False) * 2)
    return Correction(network, 2, True, rng.random(network.size), 2.0, 0.5, rng.random(2), 0.1)


def layers():
    """Every kind of layer but the dense one, as a chain."""
    down = Convolution((2, 3), (9,), (3,), (2,), (0, 1))
    return (
        AveragePool((2, 9), (3,), (1,), (1,)),
        down,
        MaxPool((3, 4), (2,), (1,), (1, 0)),
        Dropout((3, 4), 0.3),
        TransposedConvolution(down),
        Upsampling((2, 9), (2,)),
    )


def example_of(kind):
    rng = np.random.default_rng(0)
    M = InnerProduct(4, np.arange(4), np.arange(4), np.array([1.0, 2.0, 2.0, 1.0]))
    network = Network((4, 2, 4), "sigmoid", (True, False))
    special = {
        "checkpoint": lambda: checkpoint(rng),
        "inner_product": lambda: M,
        "incremental_svd": lambda: IncrementalSVD(
            rng.random((4, 2)), rng.random(2), rng.random((5, 2)), 0.1, M
        ),
        "network": lambda: network,
        "snapshots": lambda: snapshots(5, rng),
        "data_set": lambda: DataSet("demo", snapshots(5, rng), snapshots(3, rng), "random"),
        "correction": lambda: correction(rng),
        "hybrid": lambda: Hybrid(
            POD(rng.random((6, 5)), rng.random(5)),
            "both",
            correction(rng),
            1.5,
            ("both", "decoder"),
            rng.random(2),
        ),
        "best": lambda: Best(
            POD(rng.random((4, 2)), rng.random(3)), "POD", False, "no gain", "sample", 9, 0.0
        ),
        "pod": lambda: POD(rng.random((4, 2)), rng.random(3), rng.random(4), None, M),
        "stored_network": lambda: StoredNetwork(network, rng.random(network.size), True),
        "autoencoder": lambda: Autoencoder(network, 1, rng.random(18), 2.0, rng.random(4)),
    }
    special |= {layer.kind: lambda layer=layer: layer for layer in layers()}
    return special[kind]() if kind in special else declared(class_of(kind), rng)


def same(a, b):
    """Whether two values are identical: types, shapes, bytes, field by field."""
    if type(a) is not type(b):
        return False
    if dataclasses.is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in stored_fields(type(a)))
    if isinstance(a, np.ndarray):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    return a == b
