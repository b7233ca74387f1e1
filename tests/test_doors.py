"""Arrays of any kind at every public function that takes snapshots: converted, or refused."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import xarray as xr

from mornet.errors import MornetError
from mornet.nn import Network
from mornet.reduction import (
    AutoencoderSettings,
    HybridSettings,
    fit_autoencoder,
    fit_hybrid,
    fit_linear_autoencoder,
    fit_pod,
    fit_quadratic_manifold,
    relative_error,
    stream_pod,
)
from mornet.reduction.dmd import fit_dmd
from mornet.reduction.pod import hierarchical_pod
from mornet.reduction.pod.incremental import start_incremental
from mornet.snapshots import Snapshots
from mornet.training import Objective

x, t = np.linspace(0, 1, 20), np.linspace(0, 1, 24)
U = np.array([np.exp(-50 * (x - 0.2 - 0.6 * s) ** 2) for s in t]).T
POD = fit_pod(U, rank=3)
rng = np.random.default_rng


def autoencoder(A):
    return fit_autoencoder(A, 3, AutoencoderSettings(hidden=(8,), epochs=2), rng=rng(0))


NETWORK = autoencoder(U).autoencoder
DOORS = {
    "snapshots": lambda A: Snapshots(A, x[None], np.zeros(24, int)).U,
    "pod": lambda A: fit_pod(A, rank=3).V,
    "encode": POD.encode,
    "encode of a network": NETWORK.encode,
    "error": lambda A: relative_error(POD, A),
    "stream": lambda A: stream_pod(A, rank=3).V,
    "objective": lambda A: Objective(Network((20, 20), ("identity",)), A, A).x,
    "hierarchical": lambda A: hierarchical_pod([A], 0.05).V,
    "incremental": lambda A: start_incremental(A).U,
    "dmd": lambda A: fit_dmd(A, 3, np.arange(23)).V,
    "quadratic": lambda A: fit_quadratic_manifold(A, 2).V,
    "linear": lambda A: fit_linear_autoencoder(A, 3, rng=rng(0)).autoencoder.p,
    "autoencoder": lambda A: autoencoder(A).autoencoder.p,
    "hybrid": lambda A: (
        fit_hybrid(A, 3, HybridSettings(steps=2, trial_steps=2), rng=rng(0)).hybrid.pod.V
    ),
}
CONVERTED = {
    "nothing masked": np.ma.masked_array(U),
    "list": U.tolist(),
    "frame": pd.DataFrame(U),
    "labelled": xr.DataArray(U, dims=("x", "time")),
    "labelled, turned": xr.DataArray(U.T, dims=("time", "x")),
    "Fortran order": np.asfortranarray(U),
    "long double": U.astype(np.longdouble),
}
BAD = U.copy()
BAD[3, 5] = 1e20
NAN = np.where(BAD > 1e19, np.nan, U)
REFUSED = {
    "masked": (np.ma.masked_array(BAD, BAD > 1e19), "masked entries"),
    "complex": (U + 1j, "complex"),
    "text": (U.astype(str), "not real numbers"),
    "objects": (U.astype(object), "not real numbers"),
    "sparse": (scipy.sparse.csr_array(U), "not real numbers"),
    "ragged": ([[1.0, 2.0], [1.0]], "an array of numbers"),
    "NaN": (NAN, "row 3 of column .sample. 5"),
    "one axis": (U[0], "shape"),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_kind_of_real_numbers_gives_the_same(door):
    right = np.asarray(DOORS[door](U))
    for kind, A in CONVERTED.items():
        # the order of the numbers in memory changes the rounding, which a training amplifies
        atol = 1e-2 if door == "autoencoder" else 1e-9
        np.testing.assert_allclose(DOORS[door](A), right, rtol=1e-6, atol=atol, err_msg=kind)
    assert np.isfinite(DOORS[door](U.astype("f2"))).all()


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_finite_real_matrix_is_refused_with_one_sentence(door, kind):
    A, message = REFUSED[kind]
    with pytest.raises(MornetError, match=message) as caught:
        DOORS[door](A)
    assert "\n" not in str(caught.value).strip()
