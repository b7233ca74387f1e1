"""POD-Galerkin and POD-DEIM models of the FitzHugh-Nagumo fibre.

The set-up is that of S. Chaturantabut and D. Sorensen, Nonlinear model reduction via discrete
empirical interpolation, SIAM J. Sci. Comput. 32, 2010.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce
from mornet.fom.fitzhugh_nagumo import EPS, FitzHughNagumo
from mornet.fom.model import DenseSolve
from mornet.fom.time_stepping import BDF2, march
from mornet.linalg import SVD, thin_svd
from mornet.records import Array
from mornet.rom.deim import deim_indices, deim_interpolation
from mornet.rom.galerkin import Galerkin
from mornet.rom.trial import AffineTrial
from mornet.settings import Count

METHOD = BDF2(0.01, 1e-9, relative=False)
N, STEPS, EVERY = 1024, 800, 8

RANGES = {
    "least v": (-0.23025, 5e-6),
    "largest v": (1.25881, 5e-6),
    "largest w": (0.19629, 5e-6),
}
SINGULAR_VALUES = {  # of the snapshots of a field -> number -> relative to the largest
    "v": {
        2: 2.220e-2,
        3: 7.872e-3,
        4: 3.885e-3,
        5: 1.444e-3,
        6: 4.982e-4,
        10: 1.045e-5,
        15: 8.338e-8,
        20: 1.201e-9,
    },
    "reaction": {
        2: 6.653e-2,
        3: 3.492e-2,
        4: 1.150e-2,
        5: 4.062e-3,
        6: 1.912e-3,
        10: 7.048e-5,
        15: 7.959e-7,
        20: 7.173e-9,
    },
}
ROWS = (1023, 0, 45, 189, 104, 10, 365, 265, 22, 538)
PROJECTION = {5: 8.809e-4, 10: 1.809e-5, 20: 1.072e-8}
MODELS = {  # rows of DEIM, 0 for none -> rank -> relative errors of v and w
    "Galerkin": {5: (2.552e-3, 9.085e-4), 10: (1.123e-4, 4.268e-5), 20: (1.523e-8, 2.319e-9)},
    "DEIM": {5: (6.528e-3, 2.467e-3), 10: (9.287e-5, 3.498e-5), 20: (3.824e-8, 7.849e-9)},
}
HALF_DIGIT = 6e-4
ROUNDED = {20: 2e-3}
"""At rank 20, s_20 = 1e-9 s_1: rounding turns the mode by 1e-7, and Newton stops at 1e-9."""
PUBLISHED = (
    *(Published({"number": n}, value, tol, "absolute") for n, (value, tol) in RANGES.items()),
    *(
        Published({"number": "singular value", "field": field, "rank": k}, s)
        for field, values in SINGULAR_VALUES.items()
        for k, s in values.items()
    ),
    *(
        Published({"number": "row of DEIM", "rank": k}, row, 0.0, "absolute")
        for k, row in enumerate(ROWS, start=1)
    ),
    *(
        Published({"number": "projection", "field": "v", "rank": k}, e)
        for k, e in PROJECTION.items()
    ),
    *(
        Published({"number": model, "field": field, "rank": k}, error, ROUNDED.get(k))
        for model, table in MODELS.items()
        for k, errors in table.items()
        for field, error in zip("vw", errors, strict=True)
    ),
)


def fitzhugh_nagumo() -> Reproduction:
    """Return the numbers of a reference run and its models beside those computed here."""
    return reproduce(
        PUBLISHED,
        fitzhugh_nagumo_number,
        source="Chaturantabut and Sorensen, SIAM J. Sci. Comput. 32, 2737-2764, 2010",
        place="set-up of the article, whose results are figures; numbers of an independent program",
        configuration="1024 nodes a field, BDF2 with 800 steps of 0.01; snapshots at every eighth "
        "step; POD of v and w apart, DEIM of the reaction; errors over all steps.",
        quantity="the FitzHugh-Nagumo fibre with POD and DEIM",
        tolerance=HALF_DIGIT,
        origin=SCRIPT,
    )


def fitzhugh_nagumo_number(
    *, number: str, field: Literal["v", "w", "reaction"] = "v", rank: Count = 1
) -> float:
    """Return one ``number`` of the run, of its POD of ``rank`` or of a reduced model."""
    truth, bases = _truth(), _bases()
    match number:
        case "least v":
            return float(truth[:N].min())
        case "largest v":
            return float(truth[:N].max())
        case "largest w":
            return float(truth[N:].max())
        case "singular value":
            s = (bases.v if field == "v" else bases.reaction).s
            return float(s[rank - 1] / s[0])
        case "row of DEIM":
            return float(deim_indices(bases.reaction.U[:, : len(ROWS)])[rank - 1])
        case "projection":
            v, V = truth[:N], bases.v.U[:, :rank]
            return float(np.linalg.norm(v - V @ (V.T @ v)) / np.linalg.norm(v))
    rows = slice(N) if field == "v" else slice(N, None)
    error = (truth - _states(number, rank))[rows]
    return float(np.linalg.norm(error) / np.linalg.norm(truth[rows]))


class Bases(NamedTuple):
    """Singular value decompositions of the snapshots of v, w and the reaction g(v)."""

    v: SVD
    w: SVD
    reaction: SVD


def bases_of(truth: Array) -> Bases:
    """Return the bases of a trajectory (2 N, steps + 1), from every eighth state."""
    v, w = truth[:N, EVERY::EVERY], truth[N:, EVERY::EVERY]
    return Bases(*(thin_svd(X) for X in (v, w, FitzHughNagumo.reaction(v))))


class PodDeim(DenseSolve):
    """The Galerkin model whose reaction is interpolated at as many rows as v has modes, k.

    A code holds k coefficients of v, then k of w. The model is one of `mornet.fom.model.Model`.
    """

    def __init__(self, bases: Bases, k: int) -> None:
        self.n, self.k, self.V = 2 * k, k, both_fields(bases, k)
        self.full = FitzHughNagumo()
        rows = deim_indices(bases.reaction.U[:, :k])
        self.linear = self.V.T @ (self.full.linear @ self.V)
        self.v_at_rows = self.V[rows, :k]
        self.project = self.V[:N, :k].T @ deim_interpolation(bases.reaction.U[:, :k], rows) / EPS

    def f(self, t: float, a: Array) -> Array:
        """Return da/dt (2 k,)."""
        rate: Array = self.linear @ a + self.V.T @ self.full.forcing(t)
        rate[: self.k] += self.project @ self.full.reaction(self.v_at_rows @ a[: self.k])
        return rate

    def jacobian(self, t: float, a: Array) -> Array:
        """Return f'(a) (2 k, 2 k)."""
        J: Array = self.linear.copy()
        slope = self.full.slope(self.v_at_rows @ a[: self.k])
        J[: self.k, : self.k] += self.project @ (slope[:, None] * self.v_at_rows)
        return J


def both_fields(bases: Bases, k: int) -> Array:
    """Return k modes of v and k of w as the columns of one basis (2 N, 2 k)."""
    V = np.zeros((2 * N, 2 * k))
    V[:N, :k], V[N:, k:] = bases.v.U[:, :k], bases.w.U[:, :k]
    return V


@lru_cache(maxsize=1)
def _truth() -> Array:
    return march(FitzHughNagumo(), np.zeros(2 * N), METHOD, STEPS)


@lru_cache(maxsize=1)
def _bases() -> Bases:
    return bases_of(_truth())


@lru_cache(maxsize=2)
def _states(model: str, k: int) -> Array:
    """Return the states (2 N, steps + 1) of a reduced model."""
    V = both_fields(_bases(), k)
    trial = AffineTrial(V, np.zeros(2 * N))
    reduced = PodDeim(_bases(), k) if model == "DEIM" else Galerkin(FitzHughNagumo(), trial)
    return np.asarray(V @ march(reduced, np.zeros(2 * k), METHOD, STEPS))
