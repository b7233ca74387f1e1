"""POD with a learned correction, which starts as POD and stays POD where nothing is gained.

The training error begins at the Eckart-Young optimum and falls. Cross-validation decides whether
the correction is kept, see `hybrid.cross_validation`; if it is not kept, the result is POD itself.
Where the snapshots wind, a correction that does not start from POD is tried too, see
`hybrid.unrolled`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mornet.checks import require_columns, require_finite, require_rank
from mornet.linalg import numerical_rank
from mornet.records import Array, Indices
from mornet.reduction.context import FitContext
from mornet.reduction.hybrid.correction import Design
from mornet.reduction.hybrid.cross_validation import (
    FEWEST_GROUPS,
    LARGEST_Q,
    LARGEST_RHO,
    Fold,
    folds,
    generalisation,
    held_out_folds,
    weighted_squares,
)
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.reduction.hybrid.training import CorrectionTraining, Trials, sample_gradients
from mornet.reduction.hybrid.unrolled import winding
from mornet.reduction.measures import relative_error
from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.pod.record import POD
from mornet.training.history import History

TAIL, LEAST, MOST = 1e-4, 32, 128  # POD coordinates to train in
TRAINED = ("both", "decoder")
WINDING = 3.0  # from which on an unrolled correction is tried
FEWEST_HIDDEN = 100
AS_GOOD = 1.05  # errors this close are equal, and the correction of the decoder alone is cheaper
TRIAL_RATE = 10 / 3  # a short training needs longer steps to show what there is to gain


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
    settings: HybridSettings = HybridSettings(),
    *,
    rng: np.random.Generator,
    inner_product: Any = None,
    weights: Array | None = None,
    context: FitContext = FitContext(),
) -> FittedHybrid:
    """Return POD of ``rank``, with a correction if that pays, for the snapshots ``U`` (n, m).

    Two corrections (`hybrid.correction`) are tried by short trainings on each of five folds, of
    which whole ``context.groups`` are held out (`held_out_folds`). Without groups single snapshots
    are held out; for a time series this says how well gaps in time are filled, and nothing more.
    The correction of smaller rho is trained on all snapshots if rho <= 0.75 and q <= 3; that of the
    decoder alone also if its rho is at most 5 % larger. The best iterate is returned, and POD if
    POD is better on the training snapshots: the training error is never above that of POD. The
    networks see the POD coordinates whose truncation error is below 1e-4 ||U||, but 32 to 128 of
    them.

    Where paths along the snapshots are on average at least three times as long as straight lines, a
    third correction is tried, which takes no gradients: see `hybrid.unrolled`. It does not start
    from POD, and between one group and the next it may take any values; so it is left out where
    there are one or two groups, which cannot be held out. Where its rho is smallest, and one of the
    other two is accepted as well, both are compared once more on one fold, the other one after all
    its steps: a short trial shows less of what training gains.

    ``inner_product`` and ``weights`` (m,) are those of `fit_pod`: the training minimises this norm,
    and the evidence is in it. A POD has no more modes than the numerical rank. Of the ``context``
    the groups and the checkpoints are used. `HybridSettings` has the rest.

    Raises OptionError for a rank out of range, ShapeError and DataError for bad snapshots or
    groups, DivergenceError where the training diverges.
    """
    require_columns("U", U)
    require_finite("U", U)
    require_rank(rank, U.shape)
    w = None if weights is None else np.asarray(weights, float)
    centre = "mean" if settings.centre else None
    all_modes = fit_pod(np.asarray(U, float), centre=centre, inner_product=inner_product, weights=w)
    pod = all_modes.truncate(min(rank, all_modes.r))
    if min(_size(all_modes.singular_values, rank), all_modes.r) <= rank or U.shape[1] < 3:
        return FittedHybrid(Hybrid(pod, "POD"), None)

    c = all_modes.encode(U)
    fold = held_out_folds(U.shape[1], context.groups, rng)
    parts = list(folds(c, rank, fold, settings.centre, _size, w))
    if any(len(part.train) <= rank for part in parts):
        return FittedHybrid(Hybrid(pod, "POD"), None)
    q = generalisation(parts, rank)
    if q > LARGEST_Q:
        return FittedHybrid(Hybrid(pod, "POD", q=q), None)
    return _Selection(all_modes, c, rank, settings, w, q, parts, rng).run(context)


class _Selection(NamedTuple):
    """The choice between the corrections of one POD, in its coordinates ``c`` (k, m)."""

    all_modes: POD
    c: Array
    rank: int
    settings: HybridSettings
    weights: Array | None
    q: float
    parts: list[Fold]
    rng: np.random.Generator

    def run(self, context: FitContext) -> FittedHybrid:
        """Return the hybrid of the best candidate, or POD where none is accepted."""
        trials, rank = Trials(self.rank, self.rng), self.rank
        candidates = self._candidates(context.groups)
        rho = np.array([self._trial(trials, candidate) for candidate in candidates])
        pod = self.all_modes.truncate(min(rank, self.all_modes.r))
        refused = Hybrid(pod, "POD", None, self.q, candidates, rho)
        if rho.min() > LARGEST_RHO:
            return FittedHybrid(refused, None, trials.sample_gradients)
        variant = self._variant(trials, candidates, rho)
        c = self.c[: self._size]
        correction, history = self._training.fit(
            c, rank, variant, self.settings.steps, self.rng, self.weights, context
        )
        spent = trials.sample_gradients + sample_gradients(history)
        residual = c - correction.reconstruct(c)
        pod_error = weighted_squares(c[rank:], self.weights)
        if not weighted_squares(residual, self.weights) < pod_error:
            return FittedHybrid(refused, history, spent)
        pod = self.all_modes.truncate(self._size)
        return FittedHybrid(
            Hybrid(pod, variant, correction, self.q, candidates, rho), history, spent
        )

    @property
    def _size(self) -> int:
        """The number r_0 of POD coordinates that the networks see."""
        return min(_size(self.all_modes.singular_values, self.rank), self.all_modes.r)

    @property
    def _training(self) -> CorrectionTraining:
        settings = self.settings
        least = max(FEWEST_HIDDEN, 2 * _coordinates(self.all_modes.singular_values))
        design = Design(not settings.centre, settings.hidden or least, settings.activation)
        return CorrectionTraining(design, settings.batch, settings.learning_rate)

    def _candidates(self, groups: Indices | None) -> tuple[str, ...]:
        judged = groups is None or len(np.unique(groups)) >= FEWEST_GROUPS
        winds = judged and winding(self.c[: self._size], self.rng) >= WINDING
        return (*TRAINED, "unrolled") if winds else TRAINED

    def _trial(self, trials: Trials, variant: str) -> float:
        """Return rho of a short training on every fold."""
        short = self._training._replace(eta=TRIAL_RATE * self.settings.learning_rate)
        return trials.rho(short, variant, self.settings.trial_steps, self.parts)

    def _variant(self, trials: Trials, candidates: tuple[str, ...], rho: Array) -> str:
        """Return the best candidate; "unrolled" is held against a full training on one fold."""
        best, trained = preferred(candidates, rho), rho[: len(TRAINED)]
        if best != "unrolled" or trained.min() > LARGEST_RHO:
            return best
        rival, fold = preferred(TRAINED, trained), self.parts[:1]
        rivals = [
            trials.rho(self._training, variant, self.settings.steps, fold)
            for variant in (rival, best)
        ]
        return rival if rivals[0] < rivals[1] else best


def preferred(candidates: tuple[str, ...], rho: Array) -> str:
    """Return the candidate of least ``rho``, or "decoder" if its rho is at most 5 % larger."""
    enough = min(AS_GOOD * rho.min(), LARGEST_RHO)
    decoder_will_do = rho[candidates.index("decoder")] <= enough
    return "decoder" if decoder_will_do else candidates[int(np.argmin(rho))]


def _size(s: Array, rank: int) -> int:
    """Return r_0 for singular values ``s``: at least 2 ``rank``, with a small truncation error."""
    return min(max(_coordinates(s), 2 * rank), numerical_rank(s, (len(s), len(s))))


def _coordinates(s: Array) -> int:
    """Return how many coordinates, 32 to 128, have a truncation error below `TAIL`."""
    squares = (s / s[0]) ** 2
    tail = np.cumsum(squares[::-1])[::-1]
    enough = int(np.count_nonzero(tail > TAIL**2 * tail[0]))
    return min(max(enough, LEAST), MOST)


def hybrid_curve(hybrid: Hybrid, history: History | None, U: Array) -> tuple[Array, Array]:
    """Return epochs and errors on the way, on the training snapshots ``U`` (n, m).

    Errors are in the norm of the POD. A hybrid without training has one error, at epoch 0.
    """
    pod, m = hybrid.pod, U.shape[1]
    if hybrid.correction is None or history is None:
        error = relative_error(hybrid, U, 1.0, pod.inner_product, pod.weights)
        return np.zeros(1), np.array([error])
    total = m if pod.weights is None else float(np.sum(pod.weights))
    squares = 2 * total * hybrid.correction.output_scale**2 * history.objective
    return history.sample_gradients / m, np.sqrt(squares + pod.truncation_error**2)
