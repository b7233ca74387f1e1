"""Other packages, run on the same snapshots: their numbers beside those computed here.

The snapshots are those of Burgers' bump at five heights. Where a package is not installed, its rows
are left out, and the table says so. Signs of modes and codes do not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import metadata, util

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.validation.published import (
    Measured,
    Program,
    Published,
    Reproduction,
    reproduce,
)
from mornet.fom.burgers import burgers_data_set
from mornet.linalg import tikhonov
from mornet.records import Array
from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.quadratic.record import products
from mornet.rom.deim import deim_indices
from mornet.rom.methods.regression import NEIGHBOURS, radial_basis
from mornet.snapshots.snapshots import DataSet, Snapshots

RANK, PENALTY = 10, 1e-3
HEIGHTS, TEST = (0.8, 0.9, 1.0, 1.1, 1.2), (0.95,)
MODULES = {"pyMOR": "pymor", "scikit-learn": "sklearn", "opinf": "opinf", "EZyRB": "ezyrb"}
ROUNDED = 1e-9
PUBLISHED = tuple(
    Published({"package": package, "of": of}, 0.0, ROUNDED, "absolute")
    for package, numbers in {
        "pyMOR": ("singular values", "modes", "rows of DEIM"),
        "scikit-learn": ("singular values of centred snapshots", "error of PCA on the test"),
        "opinf": ("singular values", "operators of a quadratic model"),
        "EZyRB": ("singular values", "POD with radial basis functions on the test"),
    }.items()
    for of in numbers
)


def peers() -> Reproduction:
    """Return the differences between numbers of other packages and those computed here.

    Raises OptionError if no other package is installed.
    """
    here = [package for package, module in MODULES.items() if util.find_spec(module)]
    absent = [package for package in MODULES if package not in here]
    if not here:
        raise OptionError("none of the packages is installed: pip install 'mornet[peers]'")
    skipped = f" Not installed, and skipped: {', '.join(absent)}." if absent else ""
    return reproduce(
        tuple(number for number in PUBLISHED if number.settings["package"] in here),
        difference,
        source="pyMOR, scikit-learn, opinf and EZyRB",
        place="run on the same snapshots; the notes name their versions",
        configuration="The largest difference over the largest entry, 0 for equal numbers. The "
        "bump of Burgers' equation, 200 nodes, heights 0.8 to 1.2 to train on, 0.95 to test on; "
        f"rank {RANK}.{skipped}",
        quantity="other packages beside mornet",
        tolerance=ROUNDED,
        origin=Program(", ".join(here)),
    )


def difference(*, package: str, of: str) -> Measured:
    """Return the difference between a number ``of`` a ``package`` and the one computed here."""
    theirs, ours = PAIRS[package, of]()
    scale = float(np.max(np.abs(ours))) or 1.0
    return Measured(
        float(np.max(np.abs(theirs - ours))) / scale,
        f"{package} {metadata.version(MODULES[package].replace('sklearn', 'scikit-learn'))}",
    )


@lru_cache(maxsize=1)
def _data() -> DataSet:
    return burgers_data_set(n=200, steps=60, train=HEIGHTS, test=TEST)


Pair = tuple[Array, Array]
"""The number of another package, and the one computed here."""


def _pymor_modes() -> tuple[Array, Array]:
    """Return pyMOR's modes (n, r), by a QR factorisation, and its singular values."""
    from pymor.algorithms.pod import pod
    from pymor.core.logger import set_log_levels
    from pymor.vectorarrays.numpy import NumpyVectorSpace

    set_log_levels({"pymor": "WARN"})
    U = _data().train.U
    modes, s, *_ = pod(NumpyVectorSpace(len(U)).from_numpy(U), modes=RANK, method="qr_svd")
    return np.asarray(modes.to_numpy()), np.asarray(s)


def _pymor_singular_values() -> Pair:
    return _pymor_modes()[1], _singular_values()


def _pymor_projections() -> Pair:
    V, ours = _pymor_modes()[0], fit_pod(_data().train.U, rank=RANK, method="svd").V
    return V @ V.T, ours @ ours.T


def _pymor_rows() -> Pair:
    from pymor.algorithms.ei import deim
    from pymor.vectorarrays.numpy import NumpyVectorSpace

    V = fit_pod(_data().train.U, rank=RANK).V
    rows, *_ = deim(NumpyVectorSpace(len(V)).from_numpy(V), pod=False)
    return np.asarray(rows, dtype=float), deim_indices(V).astype(float)


def _singular_values(centre: str | None = None) -> Array:
    return fit_pod(_data().train.U, rank=RANK, centre=centre, method="svd").singular_values[:RANK]


def _sklearn_singular_values() -> Pair:
    from sklearn.decomposition import PCA

    found = PCA(RANK, svd_solver="full").fit(_data().train.U.T)
    return np.asarray(found.singular_values_), _singular_values("mean")


def _sklearn_errors() -> Pair:
    from sklearn.decomposition import PCA

    U, T = _data().train.U, _data().test.U
    pca = PCA(RANK, svd_solver="full").fit(U.T)
    ours = fit_pod(U, rank=RANK, centre="mean", method="svd")
    return pca.inverse_transform(pca.transform(T.T)).T - T, ours.decode(ours.encode(T)) - T


def _opinf_singular_values() -> Pair:
    """Return singular values over the largest one, as opinf gives them."""
    from opinf.basis import PODBasis

    basis, s = PODBasis(num_vectors=RANK).fit(_data().train.U), _singular_values()
    return np.asarray(basis.svdvals[:RANK]), s / s[0]


def _opinf_operators() -> Pair:
    """Return c, A, H (r, features) of both packages, from the same codes and rates."""
    from opinf.lstsq import L2Solver
    from opinf.models import ContinuousModel

    Z = fit_pod(_data().train.U, rank=3).encode(_data().train.U)
    rates = np.gradient(Z, axis=1)
    model = ContinuousModel("cAH", solver=L2Solver(PENALTY)).fit(states=Z, ddts=rates)
    theirs = np.hstack([model.c_.entries[:, None], model.A_.entries, model.H_.entries])
    features = np.vstack([np.ones((1, Z.shape[1])), Z, products(Z)])
    return theirs, tikhonov(features.T, rates.T, PENALTY).T


def _ezyrb_singular_values() -> Pair:
    from ezyrb import POD

    pod = POD("svd", rank=RANK)
    pod.fit(_data().train.U)
    return np.asarray(pod.singular_values)[:RANK], _singular_values()


def _ezyrb_predictions() -> Pair:
    """Return the states of a parameter not seen, from radial basis functions over (t, mu)."""
    from ezyrb import POD, RBF, Database, ReducedOrderModel

    train, x, at = _data().train, *(_points(part) for part in (_data().train, _data().test))
    rom = ReducedOrderModel(
        Database(x.T, train.U.T), POD("svd", rank=RANK), RBF(neighbors=NEIGHBOURS)
    )
    found = rom.fit().predict(at.T)
    pod = fit_pod(train.U, rank=RANK, method="svd")
    ours = pod.decode(radial_basis(x, pod.encode(train.U))(at))
    return np.asarray(getattr(found, "snapshots_matrix", found)).T, ours


def _points(part: Snapshots) -> Array:
    """Return times and heights (2, m) of snapshots."""
    assert part.t is not None
    assert part.mu is not None
    return np.vstack([part.t, part.mu])


PAIRS: dict[tuple[str, str], Callable[[], Pair]] = {
    ("pyMOR", "singular values"): _pymor_singular_values,
    ("pyMOR", "modes"): _pymor_projections,
    ("pyMOR", "rows of DEIM"): _pymor_rows,
    ("scikit-learn", "singular values of centred snapshots"): _sklearn_singular_values,
    ("scikit-learn", "error of PCA on the test"): _sklearn_errors,
    ("opinf", "singular values"): _opinf_singular_values,
    ("opinf", "operators of a quadratic model"): _opinf_operators,
    ("EZyRB", "singular values"): _ezyrb_singular_values,
    ("EZyRB", "POD with radial basis functions on the test"): _ezyrb_predictions,
}
