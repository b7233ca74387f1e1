"""POD and autoencoders as scikit-learn transformers. In this module alone, rows are samples."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from mornet.records import Array
from mornet.reduction import AutoencoderSettings, Reduction, fit_autoencoder, fit_pod


class _Adapter(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A reduction as a transformer; ``reduction_`` is the fitted reduction."""

    reduction_: Reduction

    def transform(self, X: Any) -> Array:
        """Return the codes (m, r) of the samples ``X`` (m, n)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return self.reduction_.encode(X.T).T.astype(X.dtype, copy=False)

    def inverse_transform(self, X: Any) -> Array:
        """Return the samples (m, n) of the codes ``X`` (m, r)."""
        check_is_fitted(self)
        return self.reduction_.decode(np.asarray(X).T).T

    def fit_transform(self, X: Any, y: Any = None) -> Array:
        """Fit to the samples ``X`` (m, n) and return their codes (m, r)."""
        return self.fit(X, y).transform(X)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit to the samples ``X`` (m, n)."""
        raise NotImplementedError

    @property
    def _n_features_out(self) -> int:
        return self.reduction_.r

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class POD(_Adapter):
    """`mornet.reduction.fit_pod` for samples in rows; with ``centre`` POD is PCA.

    ``n_components``, ``tolerance`` or ``energy`` sets the number of modes. By default it is the
    numerical rank.
    """

    def __init__(
        self,
        n_components: int | None = None,
        *,
        tolerance: float | None = None,
        energy: float | None = None,
        centre: bool = True,
        method: str = "auto",
    ) -> None:
        self.n_components = n_components
        self.tolerance = tolerance
        self.energy = energy
        self.centre = centre
        self.method = method

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit to the samples ``X`` (m, n); raises as `fit_pod` does."""
        X = validate_data(self, X, dtype=[np.float64, np.float32], ensure_min_samples=2)
        self.reduction_ = fit_pod(
            X.T,
            rank=self.n_components,
            tolerance=self.tolerance,
            energy=self.energy,
            centre="mean" if self.centre else None,
            method=self.method,  # type: ignore[arg-type]
        )
        return self


class Autoencoder(_Adapter):
    """`mornet.reduction.fit_autoencoder` for samples in rows, with its ``settings``."""

    def __init__(
        self,
        n_components: int = 2,
        *,
        settings: AutoencoderSettings | None = None,
        random_state: Any = None,
    ) -> None:
        self.n_components = n_components
        self.settings = settings
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit to the samples ``X`` (m, n); raises as `fit_autoencoder` does."""
        least = max(2, self.n_components)
        X = validate_data(
            self,
            X,
            dtype=[np.float64, np.float32],
            ensure_min_samples=least,
            ensure_min_features=self.n_components,
        )
        seed = check_random_state(self.random_state).randint(2**31)
        self.reduction_, self.history_ = fit_autoencoder(
            X.T.astype(float),
            self.n_components,
            self.settings or AutoencoderSettings(),
            rng=np.random.default_rng(seed),
        )
        return self
