"""Linear algebra of snapshots: SVD, inner products, orthonormal columns, penalised fits."""

from mornet.linalg.equally_spaced import equally_spaced
from mornet.linalg.inner_product import (
    InnerProduct,
    Norm,
    as_inner_product,
    as_weights,
    column_norms,
    coordinates,
    mean_one,
    rms,
    root_weights,
    safe_norm,
    same_inner_product,
    squarable,
)
from mornet.linalg.known_entries import KnownFit, fill_gaps, fit_known_entries
from mornet.linalg.mean import column_mean
from mornet.linalg.non_negative import non_negative
from mornet.linalg.orthonormal import (
    orthonormalise,
    orthonormality_error,
    positive_qr,
    times_small,
)
from mornet.linalg.range_basis import range_basis
from mornet.linalg.svd import (
    SVD,
    numerical_rank,
    principal_angles,
    round_off,
    signs,
    thin_svd,
    truncation_rank,
)
from mornet.linalg.tikhonov import TikhonovQR, tikhonov

__all__ = [
    "SVD",
    "InnerProduct",
    "KnownFit",
    "Norm",
    "TikhonovQR",
    "as_inner_product",
    "as_weights",
    "column_mean",
    "column_norms",
    "coordinates",
    "equally_spaced",
    "fill_gaps",
    "fit_known_entries",
    "mean_one",
    "non_negative",
    "numerical_rank",
    "orthonormalise",
    "orthonormality_error",
    "positive_qr",
    "principal_angles",
    "range_basis",
    "rms",
    "root_weights",
    "round_off",
    "safe_norm",
    "same_inner_product",
    "signs",
    "squarable",
    "thin_svd",
    "tikhonov",
    "times_small",
    "truncation_rank",
]
