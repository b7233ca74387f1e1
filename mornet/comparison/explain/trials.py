"""Short trainings of an autoencoder in which one thing is changed: what would the error be?"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from mornet.comparison.explain.cause import Errors, errors_of
from mornet.errors import DivergenceError
from mornet.nn import Network, initialise
from mornet.records import Array
from mornet.reduction.autoencoder.fit import train_autoencoder
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.autoencoder.settings import AutoencoderSettings, MiniBatchSettings
from mornet.reduction.autoencoder.training import STEPS
from mornet.snapshots import DataSet
from mornet.training.recipes import RECIPES
from mornet.training.sampling import Shuffled, even_batch

LENGTH = 300  # steps of a trial that goes on with the training
MOST = (
    600  # steps of a trial from a random start, or as many as the training had if these are fewer
)
WORK = 5e10  # most operations of a trial; a large network has shorter trials
FEWEST = 50


@dataclass(frozen=True, eq=False)
class Trials:
    """Short trainings of ``model`` on ``data``, all with the same draws.

    ``settings`` are those with which it was trained. A trial has at most `MOST` steps. The
    trained parameters of ``model`` are the start of one trial only, see `longer`.
    """

    model: Autoencoder
    data: DataSet
    settings: MiniBatchSettings
    taken: int | None = None
    _done: dict[Any, Errors] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Steps of a trial that goes on with the training."""
        return self._possible(LENGTH)

    def _possible(self, most: int) -> int:
        """Return at most ``most`` steps that do not take more than `WORK`."""
        batch = even_batch(self.data.train.m, self.settings.batch)
        possible = WORK / (6 * self.model.network.work * batch)
        return int(min(most, max(FEWEST, possible)))

    @property
    def steps(self) -> int:
        """Steps of a trial from a random start: not more than the training had."""
        return min(self._possible(MOST), self.taken or STEPS)

    @property
    def rate(self) -> float:
        """The learning rate of the training."""
        return self.settings.learning_rate or usual_rate(self.settings.optimiser)

    def again(self, **changes: Any) -> Errors:
        """Return the errors of a training from a random start with changed settings."""
        key = tuple(sorted(changes.items()))
        if key not in self._done:
            settings = replace(self.settings, **changes)
            self._done[key] = self.of(self.model, self.data, settings, self.steps)
        return self._done[key]

    def longer(self) -> Errors:
        """Return the errors after further steps from the trained parameters."""
        return self.onwards(self.model)

    def onwards(self, model: Autoencoder) -> Errors:
        """Return the errors after further steps from the parameters of ``model``."""
        key = id(model)
        if key not in self._done:
            self._done[key] = self.of(model, self.data, self.settings, self.length, model.p)
        return self._done[key]

    @property
    def plain(self) -> bool:
        """Whether all layers are dense with free parameters, so that widths may change."""
        settings = self.settings
        tied = isinstance(settings, AutoencoderSettings) and settings.tied
        return self.model.network.dense and not tied and not self.masked

    @property
    def masked(self) -> bool:
        """Whether the decoder connects neighbouring degrees of freedom by a mask."""
        settings = self.settings
        return isinstance(settings, AutoencoderSettings) and settings.decoder_density is not None

    @property
    def activation(self) -> str:
        """The activation of the first layer."""
        return self.model.network.activations[0]

    def narrower(self) -> Errors:
        """Return the errors with a quarter of the hidden units."""
        widths = list(self.model.network.widths)
        for l in range(1, len(widths) - 1):
            if l != self.model.code:
                widths[l] = max(1, widths[l] // 4)
        model = self._with(tuple(widths), self.model.network.activations)
        return self.of(model, self.data, self.settings, self.steps)

    def activated(self, name: str) -> Errors:
        """Return the errors with the hidden activation ``name``, and a linear code."""
        network = self.model.network
        names = tuple(a if a == "identity" else name for a in network.activations)
        names = tuple("identity" if l == self.model.code - 1 else a for l, a in enumerate(names))
        return self.of(self._with(network.widths, names), self.data, self.settings, self.steps)

    def coded(self) -> Errors:
        """Return the errors after further steps with one more entry in a code.

        The trained decoder does not depend on the new entry, so that the steps start from the
        trained function.
        """
        network, code, r = self.model.network, self.model.code, self.model.r
        widths = tuple(r + 1 if l == code else n for l, n in enumerate(network.widths))
        wide = self._with(widths, network.activations)
        p = initialise(wide.network, self.settings.initialisation, np.random.default_rng(0))
        layers = zip(wide.network.layers(p), network.layers(self.model.p), strict=True)
        for l, (new, old) in enumerate(layers):
            new.W[: len(old.W), : old.W.shape[1]] = old.W
            if l == code:
                new.W[:, r] = 0.0
            if new.b is not None and old.b is not None:
                new.b[: len(old.b)] = old.b
        return self.onwards(replace(wide, p=p))

    def scaled(self, scale: float) -> Errors:
        """Return the errors with inputs that are divided by ``scale``."""
        model = replace(self.model, scale=scale)
        return self.of(model, self.data, self.settings, self.length)

    def of(
        self,
        model: Autoencoder,
        data: DataSet,
        settings: MiniBatchSettings,
        steps: int,
        start: Array | None = None,
    ) -> Errors:
        """Return the errors of a trial; they are infinite if it diverges."""
        trained = self.trained(model, data, settings, steps, start)
        return Errors(np.inf, np.inf) if trained is None else errors_of(trained, data)

    def trained(
        self,
        model: Autoencoder,
        data: DataSet,
        settings: MiniBatchSettings,
        steps: int,
        start: Array | None = None,
    ) -> Autoencoder | None:
        """Return ``model`` after a trial; None if it diverges."""
        m = data.train.m
        epoch = Shuffled(even_batch(m, settings.batch)).steps_per_epoch(m)
        settings = replace(settings, epochs=max(1, round(steps / epoch)), patience=None)
        fit = partial(train_autoencoder, model, data.train.U, settings, start=start)
        try:
            with np.errstate(all="ignore"):
                weights = data.train.weights
                return fit(rng=np.random.default_rng(0), weights=weights).autoencoder
        except DivergenceError:
            return None

    def _with(self, widths: tuple[int, ...], activations: tuple[str, ...]) -> Autoencoder:
        old = self.model.network
        network = Network(widths, activations, old.bias, old.maps)
        return replace(self.model, network=network)


def usual_rate(optimiser: str) -> float:
    """Return the learning rate of an optimiser's recipe."""
    return float(inspect.signature(RECIPES[optimiser]).parameters["eta"].default)


def settings_of(model: Autoencoder) -> AutoencoderSettings:
    """Return settings that make the network of ``model``, as far as settings can; others are usual.

    They are for an autoencoder whose settings are not known.
    """
    network, code = model.network, model.code
    return AutoencoderSettings(
        hidden=network.widths[1:code],
        activation=network.activations[0],
        code_activation=network.activations[code - 1],
        centre=model.centre is not None,
        pod_tolerance=None,
    )
