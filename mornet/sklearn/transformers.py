"""A reduction as a transformer of scikit-learn, and POD. Rows are samples."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import (
    _check_sample_weight,
    check_array,
    check_is_fitted,
    validate_data,
)

from mornet.checks import require_unmasked
from mornet.linalg import column_mean
from mornet.records import Array
from mornet.reduction import Reduction, fit_pod, reconstruct


def samples(estimator: Any, X: Any, **how: Any) -> Array:
    """Return the samples ``X`` (m, n) as scikit-learn checks them, and notes for ``estimator``.

    Raises DataError for masked entries, since scikit-learn takes the numbers under the mask.
    """
    require_unmasked("X", X)
    checked: Array = validate_data(estimator, X, **how)
    return checked


class Adapter(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A reduction as a transformer; ``reduction_`` is the fitted reduction."""

    reduction_: Reduction
    mean_: Array

    def transform(self, X: Any) -> Array:
        """Return the codes (m, r) of the samples ``X`` (m, n)."""
        X = self._checked(X)
        return self.reduction_.encode(X.T).T.astype(X.dtype, copy=False)

    def inverse_transform(self, X: Any) -> Array:
        """Return the samples (m, n) of the codes ``X`` (m, r); ValueError for another r."""
        check_is_fitted(self)
        require_unmasked("X", X)
        X = check_array(X, dtype=[np.float64, np.float32])
        if X.shape[1] != self.reduction_.r:
            raise ValueError(f"X has {X.shape[1]} columns, but a code has {self.reduction_.r}")
        return self.reduction_.decode(X.T).T

    def fit_transform(self, X: Any, y: Any = None, **fit: Any) -> Array:
        """Fit to the samples ``X`` (m, n) and return their codes (m, r)."""
        return self.fit(X, y, **fit).transform(X)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit to the samples ``X`` (m, n)."""
        raise NotImplementedError

    def score(self, X: Any, y: Any = None) -> float:
        """Return 1 - ||X - decode(encode(X))||^2 / ||X - mean_||^2 over the samples ``X`` (m, n).

        It is 1 for a perfect reconstruction, and 0 for one by the mean of the training samples.
        """
        X = self._checked(X).astype(float)
        lost = X.T - reconstruct(self.reduction_, X.T)
        return float(1 - np.sum(lost**2) / np.sum((X - self.mean_) ** 2))

    def _checked(self, X: Any) -> Array:
        check_is_fitted(self)
        return samples(self, X, dtype=[np.float64, np.float32], reset=False)

    @property
    def _n_features_out(self) -> int:
        return self.reduction_.r

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class POD(Adapter):
    """`mornet.reduction.fit_pod` for samples in rows; with ``centre`` POD is PCA.

    ``n_components``, ``tolerance`` or ``energy`` sets the number of modes. By default it is the
    numerical rank. After a fit ``components_`` (r, n) are the modes, ``singular_values_`` (r,)
    their singular values, ``explained_variance_ratio_`` (r,) the parts of the sum of squares that
    they hold, and ``mean_`` (n,) the mean of the samples.
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

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Fit to the samples ``X`` (m, n) with weights (m,); raises as `fit_pod` does.

        Samples of weight 0 are left out, and a weight of 2 counts a sample twice.
        """
        X = samples(self, X, dtype=[np.float64, np.float32], ensure_min_samples=2)
        weights = None
        if sample_weight is not None:
            require_unmasked("sample_weight", sample_weight)
            weights = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
            X, weights = X[weights > 0], weights[weights > 0]
        pod = fit_pod(
            X.T,
            rank=self.n_components,
            tolerance=self.tolerance,
            energy=self.energy,
            centre="mean" if self.centre else None,
            method=self.method,  # type: ignore[arg-type]
            weights=weights,
        )
        self.reduction_ = pod
        self.mean_ = column_mean(X.T, weights)
        self.components_ = pod.V.T
        self.singular_values_ = pod.singular_values[: pod.r]
        whole = np.sum(pod.singular_values**2) + pod.tail**2
        self.explained_variance_ratio_ = self.singular_values_**2 / whole
        return self
