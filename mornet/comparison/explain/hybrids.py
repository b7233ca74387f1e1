"""Causes in the training of a hybrid, each measured by short trainings of its correction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mornet.comparison.explain.cause import Cause, Errors, errors_of
from mornet.comparison.explain.trials import LENGTH
from mornet.errors import DivergenceError
from mornet.records import Array
from mornet.reduction.hybrid.correction import Correction, Design, untrained_correction
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.reduction.hybrid.training import CorrectionTraining, Steps
from mornet.reduction.pod.fit import fit_pod
from mornet.snapshots import DataSet

FAILED = Errors(np.inf, np.inf)
TAIL, WIDEST, WIDTH = 1e-4, 32, 100  # POD coordinates and units of a correction of usual size
RATE = 1e-2  # of a short training
LARGE = 1.5  # what a wrong learning rate costs if it is the cause of all else


@dataclass(frozen=True)
class HybridTrials:
    """Short trainings of the correction of ``model`` on ``data``, all with the same draws."""

    model: Hybrid
    data: DataSet
    settings: HybridSettings

    def longer(self) -> Errors:
        """Return the errors after further steps from the trained correction."""
        assert self.model.correction is not None
        return self._run(self.model.correction, LENGTH, self.settings.learning_rate)

    def again(self, rate: float) -> Errors:
        """Return the errors of a training from the start with another learning rate."""
        encoder = self.model.variant == "both"
        rng, w = np.random.default_rng(0), self.data.train.weights
        c, rank = self._coordinates, self.model.r
        start = untrained_correction(c, rank, self._design, encoder=encoder, rng=rng, weights=w)
        return self._run(start, self.steps, rate)

    @property
    def steps(self) -> int:
        """Steps of a trial from the start: not more than the training had."""
        return min(LENGTH, self.settings.steps)

    def _run(self, start: Correction, steps: int, rate: float) -> Errors:
        how = CorrectionTraining(self._design, Steps(steps, rate, self.settings.batch))
        rng, w = np.random.default_rng(0), self.data.train.weights
        try:
            with np.errstate(all="ignore"):
                correction, _ = how.run(start, self._coordinates, rng, w)
        except DivergenceError:
            return FAILED
        return errors_of(replace(self.model, correction=correction), self.data)

    @cached_property
    def _coordinates(self) -> Array:
        return self.model.pod.encode(self.data.train.U)

    @property
    def _design(self) -> Design:
        assert self.model.correction is not None
        _, decoder = self.model.correction.halves
        shallow = decoder.depth == 2
        hidden, activation = decoder.widths[-2], decoder.activations[0]
        return Design(self.model.correction.anchored, hidden, activation, shallow)


def hybrid_causes(
    model: Hybrid, data: DataSet, errors: Errors, settings: HybridSettings | None
) -> Iterator[Cause]:
    """Yield the causes in the training of a correction by gradients, or in its refusal."""
    if model.rho is not None and model.correction is None:
        yield from _refused(model, data, errors, settings or HybridSettings())
    if model.variant not in ("both", "decoder"):
        return
    trials = HybridTrials(model, data, settings or HybridSettings())
    rate = _rate(trials, errors)
    yield rate
    if rate.factor < LARGE:
        yield _short(trials, errors)


def _rate(trials: HybridTrials, errors: Errors) -> Cause:
    own = trials.settings.learning_rate
    tried = {rate: trials.again(rate) for rate in (own / 10, own * 10)}
    rate = min(tried, key=lambda rate: tried[rate].train)
    control = min(errors, trials.again(own), key=lambda found: found.train)
    return Cause(
        f"Learning rate too {'high' if rate < own else 'low'}",
        control.over(tried[rate]),
        f"with learning_rate: {rate:g} instead of {own:g}, {trials.steps} steps from POD bring "
        f"{errors.to(tried[rate])}.",
    )


def _refused(
    model: Hybrid, data: DataSet, errors: Errors, settings: HybridSettings
) -> Iterator[Cause]:
    """Yield the cause that trials saw no gain, which a training with usual settings finds."""
    usual = HybridSettings(centre=model.pod.centre is not None)
    norm, U = data.measure(data.train), data.train.U
    centre = "mean" if usual.centre else None
    modes = fit_pod(U, tolerance=TAIL, centre=centre, **norm._asdict())
    if modes.r <= model.r:
        return
    pod = modes.truncate(min(modes.r, max(WIDEST, 2 * model.r)))
    rng, steps = np.random.default_rng(0), 2 * LENGTH
    design = Design(not usual.centre, WIDTH, usual.activation)
    how = CorrectionTraining(design, Steps(steps, RATE, usual.batch))
    correction, _ = how.fit(pod.encode(U), model.r, "both", rng, norm.weights)
    found = errors_of(replace(model, pod=pod, variant="both", correction=correction), data)
    usual_rate, rate = usual.learning_rate, settings.learning_rate
    other = (
        f", or set learning_rate: {usual_rate:g} (it was {rate:g})" if rate != usual_rate else ""
    )
    yield Cause(
        "Correction refused",
        errors.over(found),
        f"the fit is POD, because trials of {settings.trial_steps} steps found too little gain on "
        f"held-out snapshots (rho). {steps} steps of a correction with usual settings bring "
        f"{errors.to(found)}. Raise trial_steps{other}, or take the method best, which asks for "
        "evidence only.",
    )


def _short(trials: HybridTrials, errors: Errors) -> Cause:
    longer = trials.longer()
    return Cause(
        "Stopped early",
        errors.over(longer),
        f"{LENGTH} further steps bring {errors.to(longer)}. Raise steps (it took "
        f"{trials.settings.steps}).",
    )
