"""Causes that lie in the training of an autoencoder, each measured by short trials.

A cause needs evidence (a curve, units, inputs) and a cure: a trial with one setting changed whose
errors are smaller, on training and on test snapshots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from mornet.comparison.explain.cause import LEAST, Cause, Errors, percent, ratio
from mornet.comparison.explain.trials import Trials, usual_rate
from mornet.comparison.explain.units import Units, revived
from mornet.records import Array, Indices

MANY = 0.5  # fraction of idle or saturated units that is worth a trial
FLAT = -0.05  # a curve that falls more slowly than epoch^FLAT in its second half has ended
NEAR_ONE = (0.1, 10.0)  # root mean squares of inputs that suit the units


class Curve(NamedTuple):
    """The training error (k,) after each ``epoch`` (k,), in any unit."""

    epoch: Array | Indices
    error: Array

    @property
    def slope(self) -> float | None:
        """The slope of log(error) over log(epoch), second half; None for fewer than 3 epochs."""
        epoch, error = self.epoch, self.error
        late = (epoch >= 0.5 * epoch[-1]) & (epoch > 0) & (error > 0)
        if np.count_nonzero(late) < 3:
            return None
        return float(np.polyfit(np.log(epoch[late]), np.log(error[late]), 1)[0])

    @property
    def rises(self) -> float:
        """The part of the records at which the error rose."""
        return float(np.mean(np.diff(self.error) > 0)) if len(self.error) > 1 else 0.0

    @property
    def lost(self) -> float:
        """The last error over the least one."""
        return ratio(float(self.error[-1]), float(self.error.min()))


class Patient(NamedTuple):
    """What the causes are looked for in: an autoencoder's errors, units, curve and trials."""

    errors: Errors
    units: Units
    curve: Curve | None
    trials: Trials

    @property
    def best(self) -> Errors:
        """The errors of the fit, or of a trial with its own settings if these are smaller."""
        return min(self.errors, self.trials.again(), key=lambda errors: errors.train)

    @property
    def worsened(self) -> bool:
        """Whether the training ended above an error that it had reached before."""
        return self.curve is not None and self.curve.lost >= LEAST


def training_causes(patient: Patient) -> Iterator[Cause]:
    """Yield the causes that lie in the training, with their factors, in no order.

    Inputs far from one saturate units and hold up the training. A training that ended above an
    error that it had reached has steps that are too long. Where one of both is the cause, what
    follows from it is none.
    """
    inputs = list(_inputs(patient))
    yield from inputs
    if any(cause.factor >= LEAST for cause in inputs):
        yield from _short(patient)
        return
    rate = _rate(patient)
    yield rate
    if patient.worsened and rate.factor >= LEAST:
        return
    for find in (_saturated, _dead, _short, _plateau):
        yield from find(patient)


def _inputs(patient: Patient) -> Iterator[Cause]:
    size, trials = patient.units.input_rms, patient.trials
    low, high = NEAR_ONE
    if low <= size <= high:
        return
    cured = trials.scaled(trials.model.scale * size)
    units = ""
    if patient.units.saturated > MANY:
        units = f"; {100 * patient.units.saturated:.0f} % of the units of a layer are saturated"
    yield Cause(
        "Inputs",
        min(patient.errors.over(cured), trials.longer().over(cured)),
        f"the inputs of the network have the root mean square {size:.2g}, and units need numbers "
        f"near one{units}. {trials.length} steps with inputs divided by their root mean square "
        f"bring {patient.errors.to(cured)}. fit_autoencoder divides by it.",
    )


def _saturated(patient: Patient) -> Iterator[Cause]:
    part, trials = patient.units.saturated, patient.trials
    if part <= MANY:
        return
    cures = _other_starts(trials)
    if trials.settings.initialisation != "glorot":
        cures["initialisation: glorot"] = trials.again(initialisation="glorot")
    evidence = (
        f"{100 * part:.0f} % of the sigmoid and tanh units of a layer are on a flat end, where "
        "their slope is below a twentieth of the largest"
    )
    yield _cured(patient, "Saturated units", evidence, cures, trials.steps)


def _dead(patient: Patient) -> Iterator[Cause]:
    part, trials = patient.units.idle, patient.trials
    if part <= MANY:
        return
    rng = np.random.default_rng(0)
    cures = _other_starts(trials)
    if trials.plain:
        alive = trials.onwards(revived(trials.model, trials.data.train.U, rng))
        cures["new weights into the dead units"] = alive
    evidence = (
        f"{100 * part:.0f} % of the units of a hidden layer give the same value for all snapshots, "
        "so that the network acts like a narrower one"
    )
    advice = " Take activation: swish, which has no flat half, or a smaller learning_rate."
    yield _cured(patient, "Dead units", evidence, cures, trials.length, advice)


def _cured(
    patient: Patient,
    name: str,
    evidence: str,
    cures: dict[str, Errors],
    steps: int,
    advice: str = "",
) -> Cause:
    """Return the cause ``name`` with the cure of the least training error after ``steps`` steps."""
    cure, errors = min(cures.items(), key=lambda tried: tried[1].train)
    words = f"{evidence}. {steps} steps with {cure} bring {patient.errors.to(errors)}.{advice}"
    return Cause(name, patient.errors.over(errors), words)


def _other_starts(trials: Trials) -> dict[str, Errors]:
    """Return the errors from another random start, and with another activation."""
    cures = {"another random start": trials.again()}
    if trials.activation != "swish":
        cures["activation: swish"] = trials.activated("swish")
    return cures


def _rate(patient: Patient) -> Cause:
    trials = patient.trials
    own, usual = trials.rate, usual_rate(trials.settings.optimiser)
    rates = {own / 10, own * 10} | ({usual} if not 0.5 < usual / own < 2 else set())
    if patient.worsened:
        rates = {rate for rate in rates if rate < own}
    tried = {rate: trials.again(learning_rate=rate) for rate in rates}
    rate = min(tried, key=lambda rate: tried[rate].train)
    what = "high" if rate < own else "low"
    shape = ""
    if patient.curve is not None and what == "high":
        shape = f" The training error rose at {100 * patient.curve.rises:.0f} % of its records"
        above = f", and ended at {patient.curve.lost:.3g} times its least value"
        shape += f"{above if patient.worsened else ''}."
    control = patient.errors if patient.worsened else patient.best
    return Cause(
        f"Learning rate too {what}",
        control.over(tried[rate]),
        f"with learning_rate: {rate:g} instead of {own:g}, {trials.steps} steps from a random "
        f"start bring {patient.errors.to(tried[rate])}.{shape}",
    )


def _short(patient: Patient) -> Iterator[Cause]:
    trials, settings = patient.trials, patient.trials.settings
    longer = trials.longer()
    done = None if patient.curve is None else round(float(patient.curve.epoch[-1]))
    setting = "epochs" if done is None else f"epochs (it ended after {done})"
    if settings.patience is not None and done is not None and done < (settings.epochs or np.inf):
        setting = f"patience ({settings.patience}), which ended the training after {done} epochs"
    yield Cause(
        "Stopped early",
        patient.errors.over(longer),
        f"{trials.length} further steps bring {patient.errors.to(longer)}. Raise {setting}.",
    )


def _plateau(patient: Patient) -> Iterator[Cause]:
    curve, trials = patient.curve, patient.trials
    units = patient.units
    if curve is None or curve.slope is None or curve.slope < FLAT:
        return
    if max(units.saturated, units.idle) > MANY:
        return
    cures = _other_starts(trials)
    evidence = (
        f"the training error has stood at {percent(patient.errors.train)} for the second half of "
        f"the epochs, like epoch^({curve.slope:.2f})"
    )
    advice = " A hybrid starts as POD and has no such plateau."
    yield _cured(patient, "Plateau", evidence, cures, trials.steps, advice)


def named(causes: Iterable[Cause]) -> list[Cause]:
    """Return the causes that cost a factor of at least `LEAST`, the costliest one first."""
    found = [cause for cause in causes if cause.factor >= LEAST]
    return sorted(found, key=lambda cause: -cause.factor)
