"""The answer: who wins on test snapshots, and what the error of the loser is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from mornet.comparison.cases import Case
from mornet.comparison.explain.cause import Cause, Errors, errors_of, percent, ratio
from mornet.comparison.explain.codes import encoder_cause
from mornet.comparison.explain.data import network_causes, split_causes
from mornet.comparison.explain.geometry import Geometry, geometry
from mornet.comparison.explain.hybrids import hybrid_causes
from mornet.comparison.explain.leak import leak_cause
from mornet.comparison.explain.training import Curve, Patient, named, training_causes
from mornet.comparison.explain.trials import Trials, settings_of
from mornet.comparison.explain.units import Units, units
from mornet.comparison.neighbours import between_in_time
from mornet.comparison.references import Reference, references
from mornet.comparison.using import require_its_snapshots
from mornet.comparison.verdicts import LEAST_FACTOR, PODS
from mornet.reduction.autoencoder.convolutional import ConvolutionalAutoencoderSettings
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.autoencoder.settings import AutoencoderSettings, MiniBatchSettings
from mornet.reduction.best.record import Best
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.reduction.interface import Reduction, SmoothReduction
from mornet.reduction.pod import fit_pod
from mornet.reduction.pod.record import POD
from mornet.snapshots import DataSet


@dataclass(frozen=True)
class Explanation:
    """The errors of a fit of rank r beside its references, and the causes of its error.

    ``errors`` and ``pod`` (of the same rank and centring) are relative, in the norm of the data
    set. ``rivals`` are the better of POD and PCA on test snapshots, and what needs no model if that
    is better still (`references`). The ``causes`` stand in the order of what they cost. ``units``
    are those of an autoencoder. A fit that is POD of these snapshots (``is_pod``) is not
    compared with itself.
    """

    rank: int
    errors: Errors
    pod: Errors
    rivals: tuple[Reference, ...]
    geometry: Geometry
    causes: tuple[Cause, ...]
    affine: bool
    units: Units | None = None
    curve: Curve | None = None
    note: str = ""
    is_pod: bool = False

    @property
    def factor(self) -> float:
        """The test error over that of the best rival."""
        return ratio(self.errors.test, float(self.rivals[-1].error[0]))

    @property
    def lost(self) -> bool:
        """Whether the test error is above that of the best rival by two per cent."""
        return self.factor > LEAST_FACTOR

    @property
    def verdict(self) -> str:
        """Test beside test first, then training beside training."""
        own = "PCA" if self.affine else "POD"
        test = " and ".join(
            _beside(self.errors.test, float(rival.error[0]), _named(rival, self.rank))
            for rival in self.rivals
            if not (self.is_pod and rival.name == own)
        )
        pod = f"{'centred ' if self.affine else ''}POD of rank {self.rank}"
        if self.is_pod:
            errors = f"{percent(self.errors.test)} on test and {percent(self.errors.train)} on"
            beside = f" On test snapshots the fit {test}." if test else ""
            return f"The fit is {pod}, with the errors {errors} training snapshots.{beside}"
        train = _beside(self.errors.train, self.pod.train, pod)
        return f"On test snapshots the fit {test}. On training snapshots the fit {train}."

    @property
    def words(self) -> str:
        """The answer in words; each line is a paragraph."""
        shape = "" if self.is_pod else self.geometry.words
        lines = [self.verdict, self.note, shape, self._shallow]
        lines += [
            f"{i}. {cause.name} (a factor of {cause.factor:.3g}): {cause.words}"
            for i, cause in enumerate(self.causes, 1)
        ]
        if not self.causes and self.lost and self.units and not self.geometry.linear:
            lines.append(
                "None of the usual causes was found. The data may not suit a network: try other "
                "seeds, or a hybrid, which starts as POD."
            )
        return "\n".join(filter(None, lines))

    @property
    def _shallow(self) -> str:
        if self.units is None or not self.units.shallow:
            return ""
        return (
            "A network whose only hidden layer is the code cannot beat centred POD on its training "
            "snapshots, whatever its activation (Bourlard and Kamp 1988): give it hidden layers "
            "(hidden)."
        )


def _named(reference: Reference, rank: int) -> str:
    pods = {"POD": f"POD of rank {rank}", "PCA": f"PCA of rank {rank}"}
    return pods.get(reference.name, f"the {reference.name}")


def _beside(error: float, other: float, name: str) -> str:
    factor = ratio(error, other)
    errors = f"({percent(error)} against {percent(other)})"
    if max(error, other) < 1e-12:
        return f"has no error, like {name}"
    if factor > LEAST_FACTOR:
        return f"loses to {name} by a factor of {factor:.3g} {errors}"
    if factor < 1 / LEAST_FACTOR:
        return f"beats {name} by a factor of {1 / factor:.3g} {errors}"
    return f"is as good as {name} {errors}"


def explain(
    model: Reduction,
    data: DataSet,
    *,
    affine: bool = True,
    settings: MiniBatchSettings | HybridSettings | None = None,
    curve: Curve | None = None,
) -> Explanation:
    """Return the explanation of ``model``, which was fitted to the training snapshots of ``data``.

    Causes are measured, most of them by short trainings in which one thing is changed. They take
    the ``settings`` of the fit, or those that make its network if they are not known. ``curve`` is
    the training error of the model after each epoch. POD is centred if ``affine``, or if the model
    is PCA.
    """
    note, model = getattr(model, "words", ""), model.model if isinstance(model, Best) else model
    affine = getattr(model, "centre", None) is not None if isinstance(model, POD) else affine
    norm = data.measure(data.train)
    rank = min(model.r, *data.train.U.shape)
    pod = fit_pod(data.train.U, rank=rank, centre="mean" if affine else None, **norm._asdict())
    errors, least = errors_of(model, data), errors_of(pod, data)
    is_pod = _is_pod(model) and errors.train <= least.train * (1 + 1e-6) + 1e-12
    rivals = _rivals(data, rank)
    found = _causes(model, data, errors, pod, settings, curve)
    centred = [] if affine else list(_centring(least, rivals[0]))
    return Explanation(
        rank=rank,
        errors=errors,
        pod=least,
        rivals=rivals,
        geometry=geometry(model, data, pod, affine=affine),
        causes=tuple(named([*centred, *found])),
        affine=affine,
        units=units(model, data.train.U) if isinstance(model, Autoencoder) else None,
        curve=curve,
        note=note,
        is_pod=is_pod,
    )


def _is_pod(model: Reduction) -> bool:
    return isinstance(model, POD) or (isinstance(model, Hybrid) and model.correction is None)


def _rivals(data: DataSet, rank: int) -> tuple[Reference, ...]:
    """Return the better of POD and PCA, and the best of the other references if that is better."""
    known = sorted(references(data, [rank]), key=lambda reference: float(reference.error[0]))
    pod = next(reference for reference in known if reference.name in PODS)
    return (pod,) if known[0] is pod else (pod, known[0])


def _centring(pod: Errors, best: Reference) -> Iterator[Cause]:
    """Yield the cause that a method without offset misses what PCA gains over POD."""
    if best.name == "PCA":
        pca = float(best.error[0])
        yield Cause(
            "No centring",
            ratio(pod.test, pca),
            "the method has no offset, and centring alone brings the test error of POD from "
            f"{percent(pod.test)} to {percent(pca)}. Set centre: true (bias: true of a "
            "linear_autoencoder).",
        )


def _causes(
    model: Reduction,
    data: DataSet,
    errors: Errors,
    pod: POD,
    settings: MiniBatchSettings | HybridSettings | None,
    curve: Curve | None,
) -> Iterator[Cause]:
    trials, unseen = None, list[Cause]()
    if isinstance(model, Hybrid):
        given = settings if isinstance(settings, HybridSettings) else None
        yield from hybrid_causes(model, data, errors, given)
    if isinstance(model, Autoencoder):
        yield from _coordinates(model, data, errors)
    if isinstance(model, Autoencoder) and not _linear(model):
        known = settings if isinstance(settings, MiniBatchSettings) else settings_of(model)
        taken = None if curve is None else curve.epoch[-1] * data.train.m / known.batch
        trials = Trials(model, data, known, None if taken is None else round(taken))
        patient = Patient(errors, units(model, data.train.U), curve, trials)
        yield from training_causes(patient)
        yield from network_causes(model, trials)
        unseen += leak_cause(between_in_time(data), trials)
    reference = "POD" if pod.centre is None else "PCA", errors_of(pod, data)
    unseen += split_causes(model, errors, reference, data, trials)
    yield from unseen
    if isinstance(model, SmoothReduction) and not _is_pod(model):
        yield from encoder_cause(model, data, unseen=bool(named(unseen)))


def _coordinates(model: Autoencoder, data: DataSet, errors: Errors) -> Iterator[Cause]:
    """Yield the part of the error that lies outside the POD coordinates of the network."""
    if model.basis is None:
        return
    lost = Errors(
        *(
            model.truncation_error(part.U, part.weights) / data.norm(part)
            for part in (data.train, data.test)
        )
    )
    left = Errors(*(np.sqrt(max(e**2 - l**2, 0.0)) for e, l in zip(errors, lost, strict=True)))
    yield Cause(
        "POD coordinates",
        errors.over(left),
        f"the network works in {model.basis.shape[1]} POD coordinates, and what they leave out has "
        f"the test error {percent(lost.test)}, below which it cannot come. Lower pod_tolerance.",
    )


def _linear(model: Autoencoder) -> bool:
    return set(model.network.activations) == {"identity"}


def has_offset(model: Reduction) -> bool:
    """Return whether a reduction has an offset, so that centred POD is its reference."""
    model = model.model if isinstance(model, Best) else model
    inner = model.pod if isinstance(model, Hybrid) else model
    biases = model.network.bias if isinstance(model, Autoencoder) else (False,)
    return bool(getattr(inner, "centre", None) is not None or biases[-1])


def explain_case(case: Case, data: DataSet) -> Explanation:
    """Return the explanation of the reduction whose seed has the median test error.

    Raises OptionError for snapshots to which the case was not fitted, or another split of them.
    """
    require_its_snapshots(case, data)
    i, settings = case.median("test_error"), _settings(case)
    curve = _curve(case, i)
    return explain(case.model(i), data, affine=case.affine, settings=settings, curve=curve)


def _curve(case: Case, i: int) -> Curve | None:
    if case.curve is None or case.epoch is None:
        return None
    return Curve(case.epoch, case.curve[min(i, len(case.curve) - 1)])


def _settings(case: Case) -> MiniBatchSettings | HybridSettings | None:
    """Return the settings of a case of an autoencoder or a hybrid; None for another method."""
    given = json.loads(case.settings or "{}")
    for kind in (AutoencoderSettings, ConvolutionalAutoencoderSettings, HybridSettings):
        if set(given) == {field.name for field in fields(kind)}:
            return kind(**given)
    return None
