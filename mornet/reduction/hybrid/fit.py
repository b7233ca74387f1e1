"""POD with a learned correction, which starts as POD and stays POD where nothing is gained.

The training error begins at the Eckart-Young optimum and falls. Whether the correction is kept is
decided by cross-validation, see `hybrid.cross_validation`; if not, the result is POD itself.
Where the snapshots wind, a correction that does not start from POD is tried too, see
`hybrid.unrolled`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mornet.checks import require_codes, require_columns, require_finite, require_rank
from mornet.linalg import numerical_rank
from mornet.records import Array, Indices, array
from mornet.reduction.hybrid.correction import Correction
from mornet.reduction.hybrid.cross_validation import (
    FEWEST_GROUPS,
    LARGEST_Q,
    LARGEST_RHO,
    folds,
    generalisation,
    held_out_folds,
    weighted_squares,
)
from mornet.reduction.hybrid.training import CorrectionTraining, Trials, sample_gradients
from mornet.reduction.hybrid.unrolled import winding
from mornet.reduction.measures import relative_error
from mornet.reduction.pod import POD, fit_pod
from mornet.training import Checkpoint, History, KeepCheckpoint

TAIL, LEAST, MOST = 1e-4, 32, 128  # POD coordinates to train in
TRAINED = ("both", "decoder")
WINDING = 3.0  # from which on an unrolled correction is tried
FEWEST_HIDDEN = 100
AS_GOOD = 1.05  # errors this close are equal, and the correction of the decoder alone is cheaper
TRIAL_RATE = 10 / 3  # a short training needs longer steps, or it shows less than there is to gain
WHERE = {
    "both": "encoder and decoder",
    "decoder": "decoder",
    "unrolled": "encoder and decoder, from snapshots unrolled along their manifold",
}


@dataclass(frozen=True, eq=False)
class Hybrid:
    """encode(u) = correction.encode(c), decode(z) = pod.decode(correction.decode(z)).

    c = pod.encode(u) are r_0 > r POD coordinates. Without a ``correction`` this is POD of rank r.
    ``branch`` says what was selected, "POD", "decoder", "both" or "unrolled"; ``q`` and ``rho``, of
    short trials of the corrections ``candidate``, are the evidence (`hybrid.cross_validation`),
    None where it did not come to that.
    """

    kind: ClassVar[str] = "hybrid"
    pod: POD
    branch: str
    correction: Correction | None = None
    q: float | None = array(about="POD error on held-out over training snapshots", optional=True)
    candidate: tuple[str, ...] | None = array("candidate", optional=True)
    rho: Array | None = array(
        "candidate", about="error with correction over POD error, held out", optional=True
    )

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return self.pod.n

    @property
    def r(self) -> int:
        """Entries of a code."""
        return self.pod.r if self.correction is None else self.correction.r

    @property
    def parameters(self) -> int:
        """Entries of the POD and of p."""
        return self.pod.parameters + (0 if self.correction is None else self.correction.p.size)

    def encode(self, U: Array) -> Array:
        """Return the codes Z (r, m) of snapshots ``U`` (n, m)."""
        c = self.pod.encode(U)
        return c if self.correction is None else self.correction.encode(c)

    def decode(self, Z: Array) -> Array:
        """Return the snapshots (n, m) of codes ``Z`` (r, m)."""
        require_columns("Z", Z, self.r)
        return self.pod.decode(Z if self.correction is None else self.correction.decode(Z))

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative (n, r) of `decode` at one code ``z`` (r,)."""
        require_codes(self.r, z)
        V = self.pod.V
        return V.copy() if self.correction is None else V @ self.correction.decode_jacobian(z)

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return d^2/ds^2 decode(z + s v) (n,) at s = 0, for ``z`` and ``v`` (r,)."""
        require_codes(self.r, z, v)
        if self.correction is None:
            return np.zeros(self.n)
        return self.pod.V @ self.correction.decode_second_derivative(z, v)

    @property
    def words(self) -> str:
        """What was selected, and why."""
        if self.q is None:
            return f"POD: {self.r} modes leave nothing, or too few snapshots, to learn from."
        if self.rho is None or self.candidate is None:
            return (
                f"POD: on held-out snapshots its error is {self.q:.2g} times that on training "
                f"snapshots (more than {LARGEST_Q:g}), so that the data do not determine a "
                "correction; more parameters or trajectories would."
            )
        pairs = zip(self.rho, self.candidate, strict=True)
        tried = ", ".join(f"{rho:.2f} ({candidate})" for rho, candidate in pairs)
        what = "held-out errors with a correction over those of POD"
        if self.correction is not None:
            return (
                f"A correction of the {WHERE[self.branch]}: {what} are {tried}; q = {self.q:.2f}."
            )
        if self.rho.min() > LARGEST_RHO:
            return f"POD: {what} are {tried}, not below {LARGEST_RHO:g}; q = {self.q:.2f}."
        return f"POD: {what} are {tried}, but training found no lower error than POD's."


class FittedHybrid(NamedTuple):
    """A hybrid, and the training of its correction if there was any: J of `CorrectionObjective`.

    ``sample_gradients`` counts the gradients of single samples, those of cross-validation included.
    """

    hybrid: Hybrid
    history: History | None
    sample_gradients: int = 0


def fit_hybrid(
    U: Array,
    rank: int,
    *,
    rng: np.random.Generator,
    groups: Indices | None = None,
    centre: bool = False,
    hidden: int | None = None,
    activation: str = "swish",
    steps: int = 5000,
    trial_steps: int = 300,
    batch: int = 100,
    eta: float = 3e-3,
    inner_product: Any = None,
    weights: Array | None = None,
    keep: KeepCheckpoint | None = None,
    resume: Checkpoint | None = None,
) -> FittedHybrid:
    """Return POD of ``rank``, with a correction if that pays, for the snapshots ``U`` (n, m).

    ``groups`` (m,) numbers the trajectories or parameters of the snapshots: they are held out
    whole, see `held_out_folds`. Without them single snapshots are, which for a time series says
    how well gaps in time are filled, and nothing more.

    Two corrections (`hybrid.correction`) are tried by ``trial_steps`` steps of SOAP, of
    3 1/3 times the learning rate ``eta``, on each of five folds. The one of smaller rho is trained
    on all snapshots for ``steps`` steps of about ``batch`` snapshots, if rho <= 0.75 and q <= 3;
    the one of the decoder alone also if its rho is at most 5 % larger. The best iterate is
    returned, and POD if that is better on the training snapshots: the training error is never above
    POD's. The networks see the POD coordinates whose discarded tail is below 1e-4 ||U||, but 32 to
    128 of them, and have one hidden layer in each half, of ``hidden`` units or, unless that is
    given, twice as many as there are coordinates, at least 100. With ``centre`` the mean is
    subtracted, and the networks have output biases; else zero is encoded and decoded as zero.

    Where paths along the snapshots are on average at least three times as long as straight lines, a
    third correction is tried, which takes no gradients: see `hybrid.unrolled`. As POD has
    no part in it, it may be anything between one group and the next, and is left out where there
    are one or two ``groups``, which cannot be held out. Where its rho is smallest, and one of the
    others is accepted too, the two are held against each other once more on one fold, the other
    after all ``steps``: a short trial shows less of what training gains.

    ``inner_product`` and ``weights`` (m,) are those of `fit_pod`: this norm is what is minimised,
    and what decides. A POD has no more modes than the numerical rank. ``keep`` and ``resume`` are
    those of `train`.

    Raises OptionError for a rank out of range, ShapeError and DataError for bad snapshots or
    groups, DivergenceError where training diverges.
    """
    require_columns("U", U)
    require_finite("U", U)
    require_rank(rank, U.shape)
    w = None if weights is None else np.asarray(weights, float)
    all_modes = fit_pod(
        np.asarray(U, float),
        centre="mean" if centre else None,
        inner_product=inner_product,
        weights=w,
    )
    s, m = all_modes.singular_values, U.shape[1]
    pod = all_modes.truncate(min(rank, all_modes.r))
    size = min(_size(s, rank), all_modes.r)
    if size <= rank or m < 3:
        return FittedHybrid(Hybrid(pod, "POD"), None)

    how = CorrectionTraining(
        not centre, hidden or max(FEWEST_HIDDEN, 2 * _coordinates(s)), activation, batch, eta
    )
    short = how._replace(eta=TRIAL_RATE * eta)
    c = all_modes.encode(U)
    parts = list(folds(c, rank, held_out_folds(m, groups, rng), centre, _size, w))
    if any(len(part.train) <= rank for part in parts):
        return FittedHybrid(Hybrid(pod, "POD"), None)
    q = generalisation(parts, rank)
    if q > LARGEST_Q:
        return FittedHybrid(Hybrid(pod, "POD", q=q), None)

    trials = Trials(rank, rng)
    judged = groups is None or len(np.unique(groups)) >= FEWEST_GROUPS
    winds = judged and winding(c[:size], rng) >= WINDING
    candidates = (*TRAINED, "unrolled") if winds else TRAINED
    rho = np.array([trials.rho(short, branch, trial_steps, parts) for branch in candidates])
    refused = Hybrid(pod, "POD", None, q, candidates, rho)
    if rho.min() > LARGEST_RHO:
        return FittedHybrid(refused, None, trials.sample_gradients)
    branch, trained = preferred(candidates, rho), rho[: len(TRAINED)]
    if branch == "unrolled" and trained.min() <= LARGEST_RHO:
        rival, fold = preferred(TRAINED, trained), parts[:1]  # now at full length
        if trials.rho(how, rival, steps, fold) < trials.rho(how, branch, steps, fold):
            branch = rival
    c = c[:size]
    correction, history = how.fit(c, rank, branch, steps, rng, w, keep=keep, resume=resume)
    spent = trials.sample_gradients + sample_gradients(history)
    residual = c - correction.reconstruct(c)
    if not weighted_squares(residual, w) < weighted_squares(c[rank:], w):
        return FittedHybrid(refused, history, spent)
    pod = all_modes.truncate(size)
    return FittedHybrid(Hybrid(pod, branch, correction, q, candidates, rho), history, spent)


def preferred(candidates: tuple[str, ...], rho: Array) -> str:
    """Return the candidate of least ``rho``, or the decoder's alone if that is about as good."""
    enough = min(AS_GOOD * rho.min(), LARGEST_RHO)
    decoder_will_do = rho[candidates.index("decoder")] <= enough
    return "decoder" if decoder_will_do else candidates[int(np.argmin(rho))]


def _size(s: Array, rank: int) -> int:
    """Return r_0 for singular values ``s``: their tail is small, and r_0 well above ``rank``."""
    return min(max(_coordinates(s), 2 * rank), numerical_rank(s, (len(s), len(s))))


def _coordinates(s: Array) -> int:
    """Return how many coordinates leave a small tail of the singular values ``s``, in bounds."""
    squares = (s / s[0]) ** 2
    tail = np.cumsum(squares[::-1])[::-1]
    enough = int(np.count_nonzero(tail > TAIL**2 * tail[0]))
    return min(max(enough, LEAST), MOST)


def hybrid_curve(hybrid: Hybrid, history: History | None, U: Array) -> tuple[Array, Array]:
    """Return epochs and errors on the way, on the training snapshots ``U`` (n, m).

    Errors are in the POD's own norm. What was not trained has its error at 0.
    """
    pod, m = hybrid.pod, U.shape[1]
    if hybrid.correction is None or history is None:
        error = relative_error(hybrid, U, 1.0, pod.inner_product, pod.weights)
        return np.zeros(1), np.array([error])
    total = m if pod.weights is None else float(np.sum(pod.weights))
    squares = 2 * total * hybrid.correction.output_scale**2 * history.objective
    return history.sample_gradients / m, np.sqrt(squares + pod.discarded**2)
