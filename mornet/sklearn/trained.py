"""Trained reductions as scikit-learn transformers: autoencoders, judge. Rows are samples."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils import check_random_state

from mornet.linalg import column_mean
from mornet.records import Array
from mornet.reduction import (
    AutoencoderSettings,
    BestSettings,
    Reduction,
    fit_autoencoder,
    fit_best,
)
from mornet.sklearn.transformers import Adapter, samples


class _Trained(Adapter):
    """A reduction of ``n_components`` numbers that is trained with ``settings``."""

    SETTINGS: ClassVar[Any]

    def __init__(
        self, n_components: int = 2, *, settings: Any = None, random_state: Any = None
    ) -> None:
        self.n_components = n_components
        self.settings = settings
        self.random_state = random_state

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters; if ``deep``, those of the settings too."""
        params: dict[str, Any] = super().get_params(deep=False)
        settings = self.SETTINGS() if self.settings is None else self.settings
        if deep and isinstance(settings, self.SETTINGS):
            own = {f.name: getattr(settings, f.name) for f in fields(settings)}
            params |= {f"settings__{name}": value for name, value in own.items()}
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also single settings by ``settings__NAME``.

        Raises ValueError for an unknown name, OptionError for a setting out of range.
        """
        inner = {name: params.pop(name) for name in list(params) if name.startswith("settings__")}
        super().set_params(**params)
        if unknown := inner.keys() - self.get_params().keys():
            raise ValueError(f"there are no parameters {sorted(unknown)}: see get_params()")
        if inner:
            changes = {name.removeprefix("settings__"): value for name, value in inner.items()}
            self.settings = replace(self.settings or self.SETTINGS(), **changes)
        return self

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit to the samples ``X`` (m, n); raises as the function of the library does."""
        X = samples(
            self,
            X,
            dtype=[np.float64, np.float32],
            ensure_min_samples=max(2, self.n_components),
            ensure_min_features=self.n_components,
        )
        seed = check_random_state(self.random_state).randint(2**31)
        U, settings = X.T.astype(float), self.settings or self.SETTINGS()
        self.reduction_ = self._fitted(U, settings, np.random.default_rng(seed))
        self.mean_ = column_mean(U)
        return self

    def _fitted(self, U: Array, settings: Any, rng: np.random.Generator) -> Reduction:
        raise NotImplementedError


class Autoencoder(_Trained):
    """`mornet.reduction.fit_autoencoder` for samples in rows, with its `AutoencoderSettings`.

    Each field of the settings is also a parameter of its own, ``settings__hidden`` for example,
    which a grid search can change. After a fit ``history_`` holds the objective.
    """

    SETTINGS = AutoencoderSettings

    def _fitted(self, U: Array, settings: Any, rng: np.random.Generator) -> Reduction:
        reduction, self.history_ = fit_autoencoder(U, self.n_components, settings, rng=rng)
        return reduction


class Judge(_Trained):
    """`mornet.reduction.fit_best` for samples in rows, with its `BestSettings`.

    POD, PCA, quadratic manifolds and networks race on held-out samples; ``reduction_`` is the
    winner, which is POD or PCA unless the samples prove that another one is better. After a fit
    ``verdict_`` says in words what won and on what evidence, and ``best_`` holds the numbers.
    """

    SETTINGS = BestSettings

    def _fitted(self, U: Array, settings: Any, rng: np.random.Generator) -> Reduction:
        self.best_ = fit_best(U, self.n_components, settings, rng=rng).best
        self.verdict_ = self.best_.words
        return self.best_.model
