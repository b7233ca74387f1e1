"""POD with a learned correction, which starts as POD and is POD if the correction gains nothing.

The training error starts at the Eckart-Young optimum and decreases. Cross-validation decides
whether the correction is kept, see `hybrid.cross_validation`. If it is not kept, the result is POD.
If the snapshots lie on a curve that winds, a correction that does not start from POD is tried as
well, see `hybrid.unrolled`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from mornet.checks import real_matrix, require_generator, require_rank, require_squares
from mornet.linalg import as_weights, numerical_rank, thin_svd
from mornet.records import Array, Indices
from mornet.reduction.context import FitContext
from mornet.reduction.folds import Fold, folds
from mornet.reduction.hybrid.coordinates import usual_coordinates
from mornet.reduction.hybrid.correction import Design
from mornet.reduction.hybrid.cross_validation import (
    LARGEST_Q,
    LARGEST_RHO,
    generalisation,
    held_out_folds,
    held_out_together,
    several,
)
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.reduction.hybrid.training import CorrectionTraining, Steps, Trials, sample_gradients
from mornet.reduction.hybrid.unrolled import winding
from mornet.reduction.measures import relative_error
from mornet.reduction.pod.fit import fit_pod
from mornet.reduction.pod.record import POD
from mornet.training.history import History

TRAINED = ("both", "decoder")
WINDING = 3.0  # least `winding` for which an unrolled correction is tried
FEWEST_HIDDEN = 100
AS_GOOD = 1.05  # errors up to this factor count as equal; then only the decoder is corrected
TRIAL_RATE = 10 / 3  # a short training needs longer steps to show what there is to gain


class FittedHybrid(NamedTuple):
    """A hybrid, and the history of the training of its correction.

    The history holds J of `CorrectionObjective`; it is None if no network was trained on all
    snapshots. ``sample_gradients`` counts the gradients of single samples, those of the
    cross-validation included.
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
    """Return POD of ``rank`` for the snapshots ``U`` (n, m), with a correction if it is accepted.

    Two corrections (`hybrid.correction`) are tried: one of encoder and decoder, one of the decoder.
    Each is trained for a few steps on each of five folds. A fold holds out whole ``context.groups``
    (`held_out_folds`). Without groups it holds out single snapshots; for a time series the result
    then says only how well gaps in time are filled.

    A correction is accepted if rho <= 0.75 and q <= 3. The accepted correction of least rho is
    trained on all snapshots. The correction of the decoder is preferred if its rho is at most 5 %
    larger. The best iterate is returned, or POD if POD is better on the training snapshots: the
    training error is never above that of POD. The networks see the POD coordinates that have a
    truncation error below 1e-4 ||U||, but at least 32 and at most 128 of them.

    A third correction, which takes no gradients, is tried if paths along the snapshots are on
    average at least three times as long as straight lines (`hybrid.unrolled`). This correction does
    not start from POD, and its values between two groups are arbitrary. It is therefore not tried
    for one or two groups, which cannot be held out. If the third correction has the least rho, and
    another one is accepted too, both are compared once more on one fold; there the other one is
    trained for all its steps, because a short trial does not show all that training gains.

    ``inner_product`` and ``weights`` (m,) are those of `fit_pod`. Training, q and rho use this
    norm. A POD has at most as many modes as the numerical rank. The fit uses the groups and the
    checkpoints of the ``context``. `HybridSettings` has the other settings.

    Raises OptionError for a rank out of range, ShapeError and DataError for bad snapshots or
    groups, DivergenceError if the training diverges.
    """
    U = real_matrix("U", U)
    require_generator(rng)
    require_squares("U", U)
    require_rank(rank, U.shape)
    w = as_weights(weights, U.shape[1])
    centre = "mean" if settings.centre else None
    all_modes = fit_pod(np.asarray(U, float), centre=centre, inner_product=inner_product, weights=w)
    pod = all_modes.truncate(min(rank, all_modes.r))
    m = U.shape[1] if w is None else np.count_nonzero(w)
    if min(_size(all_modes.singular_values, rank), all_modes.r) <= rank or m < 3:
        return FittedHybrid(Hybrid(pod, "POD"), None)

    c = all_modes.encode(U)
    fold = held_out_folds(U.shape[1], held_out_together(context), rng, w)
    parts = list(folds(c, rank, fold, settings.centre, _modes, w, context.outside))
    if any(len(part.train) <= rank for part in parts):
        return FittedHybrid(Hybrid(pod, "POD"), None)
    q = generalisation(parts, rank)
    if q > LARGEST_Q:
        return FittedHybrid(Hybrid(pod, "POD", q=q), None)
    return _Selection(all_modes, c, rank, settings, w, q, parts, rng).run(context)


class _Selection(NamedTuple):
    """The choice between the corrections of one POD, in the POD coordinates ``c`` (k, m)."""

    all_modes: POD
    c: Array
    rank: int
    settings: HybridSettings
    weights: Array | None
    q: float
    parts: list[Fold]
    rng: np.random.Generator

    def run(self, context: FitContext) -> FittedHybrid:
        """Return the hybrid of the best candidate, or POD if no candidate is accepted."""
        trials, rank = Trials(self.rank, self.rng), self.rank
        groups = held_out_together(context)
        candidates = self._candidates(groups)
        rho = np.array([self._trial(trials, candidate) for candidate in candidates])
        pod = self.all_modes.truncate(min(rank, self.all_modes.r))
        single = groups is None or not several(groups, self.weights)
        refused = Hybrid(pod, "POD", None, self.q, candidates, rho, single)
        if rho.min() > LARGEST_RHO:
            return FittedHybrid(refused, None, trials.sample_gradients)
        variant = self._variant(trials, candidates, rho)
        c = self.c[: self._size]
        correction, history = self._training.fit(c, rank, variant, self.rng, self.weights, context)
        spent = trials.sample_gradients + sample_gradients(history)
        residual = c - correction.reconstruct(c)
        pod_error = _squares(c[rank:], self.weights)
        if not _squares(residual, self.weights) < pod_error:
            return FittedHybrid(refused, history, spent)
        pod = self.all_modes.truncate(self._size)
        found = replace(refused, pod=pod, variant=variant, correction=correction)
        return FittedHybrid(found, history, spent)

    @property
    def _size(self) -> int:
        """The number r_0 of POD coordinates that the networks see."""
        return min(_size(self.all_modes.singular_values, self.rank), self.all_modes.r)

    @property
    def _training(self) -> CorrectionTraining:
        settings = self.settings
        least = max(FEWEST_HIDDEN, 2 * usual_coordinates(self.all_modes.singular_values))
        design = Design(not settings.centre, settings.hidden or least, settings.activation)
        steps = Steps(settings.steps, settings.learning_rate, settings.batch)
        return CorrectionTraining(design, steps)

    def _candidates(self, groups: Indices | None) -> tuple[str, ...]:
        judged = groups is None or several(groups, self.weights)
        winds = judged and winding(self.c[: self._size], self.rng) >= WINDING
        return (*TRAINED, "unrolled") if winds else TRAINED

    def _trial(self, trials: Trials, variant: str) -> float:
        """Return rho of a short training on every fold."""
        settings = self.settings
        rate = TRIAL_RATE * settings.learning_rate
        steps = Steps(settings.trial_steps, rate, settings.batch)
        return trials.rho(self._training._replace(steps=steps), variant, self.parts)

    def _variant(self, trials: Trials, candidates: tuple[str, ...], rho: Array) -> str:
        """Return the best candidate.

        "unrolled" is first compared with the full training of the best other candidate on one fold.
        """
        best, trained = preferred(candidates, rho), rho[: len(TRAINED)]
        if best != "unrolled" or trained.min() > LARGEST_RHO:
            return best
        rival, fold = preferred(TRAINED, trained), self.parts[:1]
        rivals = [trials.rho(self._training, variant, fold) for variant in (rival, best)]
        return rival if rivals[0] < rivals[1] else best


def preferred(candidates: tuple[str, ...], rho: Array) -> str:
    """Return the candidate of least ``rho``, or "decoder" if its rho is at most 5 % larger."""
    enough = min(AS_GOOD * rho.min(), LARGEST_RHO)
    decoder_will_do = rho[candidates.index("decoder")] <= enough
    return "decoder" if decoder_will_do else candidates[int(np.argmin(rho))]


def _modes(A: Array, rank: int, weights: Array | None) -> tuple[Array, Array]:
    """Return the r_0 modes and all singular values of a fold's training snapshots ``A``."""
    V, s, _ = thin_svd(A if weights is None else A * np.sqrt(weights))
    return V[:, : _size(s, rank)], s


def _squares(R: Array, weights: Array | None) -> float:
    """Return sum_j w_j ||r_j||^2 over the columns of ``R``, w = 1 if ``weights`` is None."""
    squares = R**2
    return float(np.sum(squares if weights is None else squares * weights))


def _size(s: Array, rank: int) -> int:
    """Return r_0 for singular values ``s``: at least 2 ``rank``, with a small truncation error."""
    return min(max(usual_coordinates(s), 2 * rank), numerical_rank(s, (len(s), len(s))))


def hybrid_curve(hybrid: Hybrid, history: History | None, U: Array) -> tuple[Array, Array]:
    """Return the epochs, and the errors on the training snapshots ``U`` (n, m) after each epoch.

    Errors are in the norm of the POD. A hybrid without training has one error, at epoch 0.
    """
    pod, m = hybrid.pod, U.shape[1]
    if hybrid.correction is None or history is None:
        error = relative_error(hybrid, U, 1.0, pod.inner_product, pod.weights)
        return np.zeros(1), np.array([error])
    total = m if pod.weights is None else float(np.sum(pod.weights))
    squares = 2 * total * hybrid.correction.output_scale**2 * history.objective
    return history.sample_gradients / m, np.sqrt(squares + pod.truncation_error**2)
