"""Flow behind a step at 500 inlet velocities: a tutorial on regressions of codes, computed again.

The set-up is tutorial 2 of the package EZyRB (N. Demo, M. Tezzele, G. Rozza, J. Open Source Softw.
3, 661, 2018), and the snapshots come with the package smithers. Where a package is not installed,
its rows are left out, and the table says so.

The tutorial's autoencoder has an error of 1.98 in every column, twice that of predicting zero. Ten
epochs are ten steps of gradients of all snapshots, and its inputs are neither centred nor scaled:
they are far from the range where tanh tells one snapshot from another.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from importlib import metadata, util

import numpy as np

from mornet.experiments.validation.published import (
    SCRIPT,
    Measured,
    Published,
    Reproduction,
    median,
    reproduce,
)
from mornet.linalg import column_norms
from mornet.records import Array
from mornet.reduction.autoencoder.fit import fit_autoencoder
from mornet.reduction.autoencoder.settings import AutoencoderSettings
from mornet.reduction.best.fit import fit_best
from mornet.reduction.hybrid.fit import fit_hybrid
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.reduction.interface import Reduction, reconstruct
from mornet.reduction.pod.fit import fit_pod
from mornet.rom.methods.regression import radial_basis
from mornet.settings import Seed, Several

RANK, FOLDS = 10, 5
POD_ERRORS = {  # field -> rank -> relative error, and half a unit of its last digit
    "vx": {1: (0.0569, 5e-5), 2: (0.0118, 5e-5), 3: (0.0027, 5e-5), 5: (2.26e-4, 5e-7)},
    "vy": {1: (0.263, 5e-4), 2: (0.0828, 5e-5), 3: (0.0251, 5e-5), 5: (0.00204, 5e-6)},
    "p": {1: (0.141, 5e-4), 2: (0.028, 5e-4), 3: (0.0071, 5e-5), 5: (5.3e-4, 5e-6)},
}
AT_TEN = {"vx": (2.15e-6, 5e-9), "vy": (1.78e-5, 5e-8), "p": (2.0e-6, 5e-8)}
PUBLISHED = (
    *(
        Published({"field": field, "rank": rank}, error, 1.01 * half, "absolute")
        for field, errors in POD_ERRORS.items()
        for rank, (error, half) in {**errors, 10: AT_TEN[field]}.items()
    ),
    Published({"codes": "POD", "regression": "none"}, 1.1170e-5, 5e-5),
    Published({"codes": "POD", "regression": "thin-plate splines"}, 1.2046e-5, relation="at most"),
    Published(
        {"codes": "EZyRB's POD", "regression": "k nearest neighbours"},
        8.032581e-3,
        1e-6,
        origin="repository",
    ),
    Published(
        {"codes": "EZyRB's POD", "regression": "radius neighbours"},
        1.091257e-2,
        1e-6,
        origin="repository",
    ),
    Published(
        {"codes": "EZyRB's POD", "regression": "radial basis functions"},
        4.214594e-5,
        relation="at most",
        origin="repository",
    ),
    *(
        Published(
            {"codes": codes, "regression": "thin-plate splines"},
            1.98,
            relation="at most",
            origin="repository",
        )
        for codes in ("autoencoder", "hybrid", "judge")
    ),
)
NETWORK = AutoencoderSettings(hidden=(32,), pod_tolerance=1e-6, epochs=100, batch=20)
HYBRID = HybridSettings(steps=1000)


def navier_stokes(*, seeds: Several[Seed] = (0,)) -> Reproduction:
    """Return published errors of regressions beside those computed here.

    Without the package smithers, which holds the snapshots, there are no numbers; without EZyRB
    those of EZyRB are left out.
    """
    data, peer = (util.find_spec(name) is not None for name in ("smithers", "ezyrb"))

    def number(field: str = "", rank: int = 0, codes: str = "", regression: str = "") -> Measured:
        if field:
            return Measured(_pod_error(field, rank))
        if codes == "EZyRB's POD":
            return Measured(_ezyrb_error(regression), f"EZyRB {metadata.version('ezyrb')}")
        drawn = (0,) if codes == "POD" else seeds
        found = [navier_stokes_error(codes=codes, regression=regression, seed=k) for k in drawn]
        return Measured(found[0]) if codes == "POD" else median(found)

    return reproduce(
        tuple(n for n in PUBLISHED if data and (peer or n.settings.get("codes") != "EZyRB's POD")),
        number,
        source="EZyRB, tutorial 2: Demo, Tezzele and Rozza, J. Open Source Softw. 3, 661, 2018",
        place="POD errors, the projection and thin-plate splines by an independent program; an "
        "earlier EZyRB had other radial basis functions; 1.98 is its autoencoder 200-100-10",
        configuration="500 inlet velocities from 1 to 80, 1639 nodes; ten codes of vx regressed "
        "over the velocity, five folds in order; means of relative errors." + _skipped(data, peer),
        quantity="flow behind a step at 500 inlet velocities",
        tolerance=1e-6,
        origin=SCRIPT,
    )


def _skipped(data: bool, peer: bool) -> str:
    if not data:
        return " All are skipped: smithers is not installed (pip install 'mornet[peers]')."
    return "" if peer else " Those of EZyRB are skipped: it is not installed."


def navier_stokes_error(*, codes: str, regression: str, seed: int = 0) -> float:
    """Return the mean over the folds of the mean relative error of vx on held-out velocities."""
    U, mu = _field("vx"), _velocities()
    errors = []
    for test in np.array_split(np.arange(U.shape[1]), FOLDS):
        train = np.setdiff1d(np.arange(U.shape[1]), test)
        model = _fitted(codes, U[:, train], seed)
        if regression == "none":
            W = reconstruct(model, U[:, test])
        else:
            W = model.decode(radial_basis(mu[:, train], model.encode(U[:, train]))(mu[:, test]))
        errors.append(np.mean(column_norms(U[:, test] - W) / column_norms(U[:, test])))
    return float(np.mean(errors))


def _fitted(codes: str, U: Array, seed: int) -> Reduction:
    rng = np.random.default_rng(seed)
    if codes == "autoencoder":
        return fit_autoencoder(U, RANK, NETWORK, rng=rng).autoencoder
    if codes == "hybrid":
        return fit_hybrid(U, RANK, HYBRID, rng=rng).hybrid
    if codes == "judge":
        return fit_best(U, RANK, rng=rng).best
    return fit_pod(U, rank=RANK)


def _pod_error(field: str, rank: int) -> float:
    return fit_pod(_field(field), rank=rank).relative_truncation_error


@lru_cache(maxsize=1)
def _snapshots() -> tuple[dict[str, Array], Array]:
    """Return the fields (1639, 500) by name, and the velocities (1, 500)."""
    from smithers.dataset import NavierStokesDataset

    data = NavierStokesDataset()
    fields = {name: np.asfortranarray(rows.T) for name, rows in data.snapshots.items()}
    return fields, np.asarray(data.params).T


def _field(name: str) -> Array:
    return _snapshots()[0][name]


def _velocities() -> Array:
    return _snapshots()[1]


def _ezyrb_error(regression: str) -> float:
    """Return the error of EZyRB with ten POD modes, by its own cross-validation."""
    import ezyrb

    kinds = {
        "k nearest neighbours": ezyrb.KNeighborsRegressor,
        "radius neighbours": ezyrb.RadiusNeighborsRegressor,
        "radial basis functions": ezyrb.RBF,
    }
    snapshots = ezyrb.Database(_velocities().T, _field("vx").T)
    model = ezyrb.ReducedOrderModel(snapshots, ezyrb.POD("svd", rank=RANK), kinds[regression]())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(np.mean(np.asarray(model.kfold_cv_error(n_splits=FOLDS))))
