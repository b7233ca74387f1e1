"""Classifiers and their errors by scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array


class Labelled(Protocol):
    """Inputs x (n, N), and their classes as unit vectors y (c, N)."""

    @property
    def x(self) -> Array: ...
    @property
    def y(self) -> Array: ...


def mlp_classifier(
    fit: Labelled, parts: Sequence[Labelled], hidden: tuple[int, ...], seed: int
) -> list[float]:
    """Return the part of wrong samples of each of ``parts`` for an MLPClassifier.

    It is trained on ``fit`` by its defaults. Its layers have the widths ``hidden``. Raises
    OptionError if scikit-learn is not installed.
    """
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        raise OptionError("install scikit-learn: pip install 'mornet[workflow]'") from None
    model = MLPClassifier(hidden_layer_sizes=hidden, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its 200 epochs, which do not always converge
        model.fit(fit.x.T, np.argmax(fit.y, axis=0))
    return [float(1 - model.score(part.x.T, np.argmax(part.y, axis=0))) for part in parts]
