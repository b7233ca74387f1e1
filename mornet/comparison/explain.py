"""Why is my autoencoder worse than PCA? Measurements on a reduction, and their meaning in words.

The error of a reduction has two parts: the error outside the range of the decoder, and the error of
codes and decoder within this range. P is the projection on the r-dimensional space that holds most
of the reconstructions u~, and

    ||u - u~||^2 = ||(I - P) (u - u~)||^2 + ||P (u - u~)||^2.

For a linear decoder the first part is at least the squared error of POD; both are equal if the
decoder has the range of POD. The second part is zero for a projection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.comparison.cases import Case
from mornet.comparison.using import require_its_snapshots
from mornet.linalg import Norm, principal_angles, thin_svd
from mornet.nn import forward_pass
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.interface import Reduction, reconstruct
from mornet.reduction.pod import fit_pod
from mornet.snapshots import DataSet, Snapshots

SLOPES = {"sigmoid": 0.25, "tanh": 1.0}  # the largest slope of functions with two flat ends
FLAT = 0.05  # a unit is saturated if its slope is below this part of the largest slope


@dataclass(frozen=True)
class Explanation:
    """Measurements on a reduction of rank r; errors are in the norm of the data set, not squared.

    - ``within`` is the part of the squared error within the range of the decoder;
    - ``curved`` is the part of the squared reconstructions outside this range, which is zero for a
      linear decoder;
    - ``angle`` is the largest principal angle, in radians, of this range to the range of POD;
    - ``saturated`` is the fraction of sigmoid and tanh units, over all samples, whose slope is
      below a twentieth of the largest slope;
    - ``idle`` is the fraction of hidden units that have the same value for all samples;
    - ``input_rms`` is the root mean square of the inputs of the network;
    - ``slope`` is d log(error) / d log(epoch) over the second half of the epochs, which is near
      zero at the end of a training;
    - ``generalisation`` is the test error over the training error.
    """

    rank: int
    error: float
    pod_error: float
    within: float
    curved: float
    angle: float
    generalisation: float
    pod_generalisation: float
    linear_output: bool = False
    saturated: float | None = None
    idle: float | None = None
    input_rms: float | None = None
    slope: float | None = None
    note: str = ""

    @property
    def excess(self) -> float:
        """The squared error over the squared error of POD, minus one."""
        return (self.error / self.pod_error) ** 2 - 1 if self.pod_error > 0 else np.inf

    @property
    def causes(self) -> list[str]:
        """The causes that were found, in words, the most certain one first."""
        found = []
        if self.input_rms is not None and not 0.1 <= self.input_rms <= 10:
            found.append(
                "Scaling: the inputs of the network have the root mean square "
                f"{self.input_rms:.2g}; units need numbers near one. Centre the snapshots and "
                "divide them by one number."
            )
        if self.saturated is not None and self.saturated > 0.3:
            found.append(
                f"Saturation: {100 * self.saturated:.0f} % of the sigmoid (tanh) units are on a "
                "flat end, where their gradient is below a twentieth of the largest. Start with "
                "smaller weights, or take swish."
            )
        if self.idle is not None and self.idle > 0.3:
            found.append(
                f"Idle units: {100 * self.idle:.0f} % of the hidden units give the same value for "
                "all snapshots. The network acts like a narrower one."
            )
        if self.slope is not None and self.slope < -0.05:
            longer = 1 - 2**self.slope
            found.append(
                f"Undertraining: the error still falls like epoch^({self.slope:.2f}). Twice as "
                f"many epochs would reduce the error by about {100 * longer:.0f} %: train "
                "longer, or by SOAP."
            )
        if self.generalisation > 1.5 * self.pod_generalisation:
            found.append(
                f"Overfitting: its test error is {self.generalisation:.2g} times its training "
                f"error; for POD the ratio is {self.pod_generalisation:.2g}. Take more snapshots, "
                "fewer parameters, or an early stop on validation data."
            )
        if self.excess > 0.01 and self.curved < 1e-3:
            found.append(self._linear_cause())
        return found

    def _linear_cause(self) -> str:
        if self.angle > 0.1:
            return (
                "Range: its reconstructions lie in a linear space of its rank, but not in that of "
                f"POD. The largest angle between both is {np.degrees(self.angle):.0f} degrees."
            )
        return (
            "Codes: its reconstructions lie in the space of POD (the largest angle is "
            f"{np.degrees(self.angle):.1f} degrees), but {100 * self.within:.0f} % of its squared "
            "error lie within this space, where a projection has no error. Encoder and decoder do "
            "not match."
        )

    @property
    def words(self) -> str:
        """The answer in words; each line is a paragraph."""
        lines = [self._verdict()]
        if self.note:
            lines.append(self.note)
        if self.linear_output:
            lines.append(
                "One hidden layer with a linear output cannot beat centred POD on its training "
                "snapshots, whatever its activation (Bourlard and Kamp 1988): add hidden layers."
            )
        causes = self.causes
        if not causes and self.excess > 0.01:
            causes = [
                "None of the usual causes was found. The training may have ended in a poor local "
                "minimum: try other seeds, or a hybrid, which starts as POD."
            ]
        return "\n".join(lines + causes)

    def _verdict(self) -> str:
        reference = f"the POD of rank {self.rank}"
        if self.pod_error == 0:
            return f"Nothing is better than {reference}, whose training error is zero."
        ratio = self.error / self.pod_error
        if ratio < 0.99:
            return (
                f"On training snapshots it is better than {reference}: its error is "
                f"smaller by the factor {1 / ratio:.3g}. Of its squared reconstructions "
                f"{100 * self.curved:.2g} % lie outside a linear space of its rank."
            )
        if self.excess <= 0.01:
            return (
                f"On training snapshots it is as good as {reference}: the ratio of both errors is "
                f"{ratio:.4g}."
            )
        return (
            f"On training snapshots it is worse than {reference}: the ratio of both errors is "
            f"{ratio:.3g}. Its squared error is {100 * self.excess:.3g} % above the Eckart-Young "
            "optimum."
        )


def explain(
    model: Reduction,
    data: DataSet,
    *,
    affine: bool = True,
    epoch: Array | Indices | None = None,
    curve: Array | None = None,
) -> Explanation:
    """Return the explanation of ``model``, which was fitted to the training snapshots of ``data``.

    The reference is the POD of the same rank in the norm of the data set, centred if ``affine``.
    ``curve`` (k,) is the training error of the model after each ``epoch`` (k,), in any unit.
    """
    U, norm, r = data.train.U, data.measure(data.train), model.r
    pod = fit_pod(U, rank=r, centre="mean" if affine else None, **norm._asdict())
    Y = reconstruct(model, U)
    R = norm.to_euclidean(U - Y)
    error = float(np.linalg.norm(R))
    offset = np.average(Y, axis=1, weights=norm.weights, keepdims=True) if affine else 0.0
    left, s, _ = thin_svd(norm.to_euclidean(Y - offset))
    Q = left[:, :r]
    within = float(np.linalg.norm(Q.T @ R) / error) ** 2 if error > 0 else 0.0
    total = float(np.sum(s**2))
    network = _network_facts(model, U) if isinstance(model, Autoencoder) else {}
    return Explanation(
        rank=r,
        error=error,
        pod_error=pod.truncation_error,
        within=within,
        curved=float(np.sum(s[r:] ** 2)) / total if total > 0 else 0.0,
        angle=float(principal_angles(Q, Norm(norm.inner_product).to_euclidean(pod.V))[0]),
        generalisation=_generalisation(model, data),
        pod_generalisation=_generalisation(pod, data),
        slope=None if epoch is None or curve is None else _slope(epoch, curve),
        note=model.words if isinstance(model, Hybrid) else "",
        **network,
    )


def explain_case(case: Case, data: DataSet) -> Explanation:
    """Return the explanation of the reduction whose seed has the median training error.

    Raises OptionError for snapshots to which the case was not fitted.
    """
    require_its_snapshots(case, data)
    i = case.median("train_error")
    curve = None if case.curve is None else case.curve[min(i, len(case.curve) - 1)]
    return explain(case.model(i), data, affine=case.affine, epoch=case.epoch, curve=curve)


def _network_facts(model: Autoencoder, U: Array) -> dict[str, Any]:
    """Return the fields of an `Explanation` that only a network has."""
    x = model.inputs(U)
    layers = model.network.layers(model.p)
    passed = forward_pass(layers, x)
    facts: dict[str, Any] = {"input_rms": float(np.sqrt(np.mean(x**2)))}
    hidden = [l for l, layer in enumerate(layers[:-1]) if layer.sigma.name != "identity"]
    facts["linear_output"] = len(layers) == 2
    if hidden:
        a = np.vstack([passed.a[l + 1] for l in hidden])
        facts["idle"] = float(np.mean(np.ptp(a, axis=1) <= 1e-6 * max(1.0, np.abs(a).max())))
    flat = [
        passed.slope(layers, l) < FLAT * SLOPES[layers[l].sigma.name]
        for l in hidden
        if layers[l].sigma.name in SLOPES
    ]
    if flat:
        facts["saturated"] = float(np.mean(np.vstack(flat)))
    return facts


def _generalisation(model: Reduction, data: DataSet) -> float:
    """Return the test error over the training error, both root mean squares.

    The result is 1 if the training error is round-off.
    """
    train, test = (_root_mean_square(model, data, part) for part in (data.train, data.test))
    floor = 1e-14 * data.measure(data.train).of(data.train.U)
    return test / train if train > floor else 1.0


def _root_mean_square(model: Reduction, data: DataSet, part: Snapshots) -> float:
    total = part.m if part.weights is None else np.sum(part.weights)
    error = data.measure(part).of(part.U - reconstruct(model, part.U))
    return float(error / np.sqrt(total))


def _slope(epoch: Array | Indices, curve: Array) -> float | None:
    """Return the slope of log(error) against log(epoch) over the second half of the epochs.

    The result is None for fewer than three epochs.
    """
    late = (epoch >= 0.5 * epoch[-1]) & (epoch > 0) & (curve > 0)
    if np.count_nonzero(late) < 3:
        return None
    return float(np.polyfit(np.log(epoch[late]), np.log(curve[late]), 1)[0])
