"""Causes that lie in the data, in their split, or in what the network assumes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mornet.comparison.explain.cause import Cause, Errors, percent, ratio
from mornet.comparison.explain.trials import Trials
from mornet.comparison.neighbours import nearest
from mornet.errors import counted, times
from mornet.linalg import Norm, column_mean, equally_spaced, rms
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.fit import fit_autoencoder
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.autoencoder.settings import AutoencoderSettings
from mornet.reduction.gaussian_process.record import GaussianProcessManifold
from mornet.reduction.interface import Reduction, reconstruct
from mornet.reduction.quadratic.record import QuadraticManifold
from mornet.snapshots import DataSet, Snapshots

GAP = 1.5  # test error over training error that is worth a cause
FAR = 1.5  # distance of test snapshots to training snapshots, over that of training snapshots
ROUND_OFF = 1e-12
SAMPLE = 400  # snapshots of which distances are computed
DECADES = 1.5  # gap between the sizes of variables, in powers of ten
SOME = 0.1  # part of the degrees of freedom that a variable has at least
ROUGH = 2.0  # roughness over that of another order of the degrees of freedom
MOST_ORDERED = 3000  # degrees of freedom that are ordered by their correlations


def split_causes(
    model: Reduction, errors: Errors, pod: tuple[str, Errors], data: DataSet, trials: Trials | None
) -> Iterator[Cause]:
    """Yield what makes the test error larger than the training error: the data, or the fit.

    A fit that has learned less than half of the training snapshots is not over-fitted. The name
    and the errors ``pod`` are those of POD or PCA; the errors are equal to ``errors`` if the fit is
    this POD itself. A hybrid is advised to autoencoders, which have ``trials``.
    """
    name, least = pod
    gap, of_pod = ratio(errors.test, errors.train), ratio(least.test, least.train)
    if gap < GAP or not ROUND_OFF < errors.train < 0.5 * spread(data):
        return
    far = distance(data)
    what = f"the test error is {gap:.3g} times the training error"
    if least != errors:
        what += f"; for {name} it is {times(of_pod, 'the training error')}"
    if far > FAR:
        groups = len(np.unique(data.train.groups))
        known = "parameter" if data.train.mu is not None else "trajectory"
        yield Cause(
            "Few parameters",
            gap,
            f"{what}. The test snapshots are {far:.2g} times as far from the training snapshots as "
            f"these are from each other. The training set has {counted(groups, known)}: add some "
            f"between them{', or take a hybrid, which starts as POD' if trials else ''}.",
        )
    elif gap > GAP * of_pod:
        simpler = {f"{name} of the same rank": least.test}
        if trials is not None:
            simpler[f"{trials.steps} steps (epochs)"] = trials.again().test
        if trials is not None and trials.plain:
            simpler["a quarter of the hidden units (hidden)"] = trials.narrower().test
        cure = min(simpler, key=lambda name: simpler[name])
        yield Cause(
            "Over-fitted",
            ratio(errors.test, simpler[cure]),
            f"{what}, and the test snapshots are as near to the training snapshots as these are to "
            f"each other. With {cure} the test error is {percent(simpler[cure])}. Take more "
            f"snapshots, {_smoother(model)}.",
        )


def _smoother(model: Reduction) -> str:
    """Return the settings of the method of ``model`` that keep it from over-fitting."""
    if isinstance(model, GaussianProcessManifold):
        return "more of them in the fit (points), or a larger noise (noise)"
    if isinstance(model, QuadraticManifold):
        return "or a larger penalty (regularisation)"
    return "smaller hidden layers (hidden), or hold_out with patience"


def spread(data: DataSet) -> float:
    """Return the relative error of the mean on the training snapshots."""
    U, norm = data.train.U, data.measure(data.train)
    mean = column_mean(U, norm.weights)
    return norm.of(U - mean[:, None]) / data.norm(data.train)


def distance(data: DataSet) -> float:
    """Return the median distance of test to training snapshots over that of training snapshots.

    Distances are those to the nearest snapshot that is no copy. At most `SAMPLE` snapshots are
    looked at.
    """
    to_train = _nearest_distance(data, _some(data.test))
    chosen = equally_spaced(data.train.m, SAMPLE)
    norm = Norm(data.inner_product)
    A = norm.to_euclidean(data.train.U)
    own = []
    for j in chosen:
        distances = np.linalg.norm(A - A[:, j : j + 1], axis=0)
        distances[distances <= ROUND_OFF * np.linalg.norm(A[:, j])] = np.inf  # itself, and copies
        own.append(distances.min())
    return ratio(float(np.median(to_train)), float(np.median(own)))


def _some(part: Snapshots) -> Snapshots:
    return part if part.m <= SAMPLE else part.take(equally_spaced(part.m, SAMPLE))


def _nearest_distance(data: DataSet, part: Snapshots) -> Array:
    close = data.train.U[:, nearest(data, part)]
    return Norm(data.inner_product).columns(part.U - close)


def network_causes(model: Reduction, trials: Trials) -> Iterator[Cause]:
    """Yield what the data ask of the network: a longer code, one scale, dofs in their order."""
    yield from _code(trials)
    yield from _scales(model, trials)
    if trials.masked or not trials.model.network.dense:
        yield from _order(trials)


def _code(trials: Trials) -> Iterator[Cause]:
    r, known = trials.model.r, dimension(trials.data.train)
    if known is None or r >= known or not trials.plain:
        return
    longer, wider = trials.longer(), trials.coded()
    yield Cause(
        "Code too small",
        longer.over(wider),
        f"time and parameters of the training snapshots are {counted(known, 'number')}, and a "
        f"code has {r}. {trials.length} further steps with one more entry bring "
        f"{longer.to(wider)}, compared with as many steps with {r}. Raise ranks to {known}.",
    )


def dimension(part: Snapshots) -> int | None:
    """Return how many numbers t and mu are, the dimension of the manifold of the states at most.

    The result is None where times and parameters are unknown, or are constant.
    """
    known = np.vstack([a for a in (part.t, part.mu) if a is not None] or [np.zeros((1, part.m))])
    spread = np.ptp(known, axis=1)
    varied = known[spread > 0] / spread[spread > 0, None]
    if not len(varied):
        return None
    centred = varied - varied.mean(axis=1, keepdims=True)
    return int(np.linalg.matrix_rank(centred, tol=1e-9 * np.sqrt(part.m)))


def _scales(model: Reduction, trials: Trials) -> Iterator[Cause]:
    """Yield the cause that some variables are too small to count in the norm."""
    data = trials.data
    size = np.std(data.train.U, axis=1)
    small = small_variables(size)
    if small is None:
        return
    scale = np.where(size > 0, size, 1.0)[:, None]
    cured = _scaled_fit(trials, scale)
    if cured is None:
        return
    V = data.test.U[small]
    spread = float(np.linalg.norm(V - column_mean(V)[:, None]))
    lost = float(np.linalg.norm(V - reconstruct(model, data.test.U)[small])) / spread
    now = scale * reconstruct(cured, data.test.U / scale)
    left = float(np.linalg.norm(V - now[small])) / spread
    yield Cause(
        "Unscaled variables",
        ratio(lost, left),
        f"{np.count_nonzero(small)} of {data.train.n} degrees of freedom are so much smaller than "
        f"the others that they do not count in the norm: their own test error is {percent(lost)}, "
        f"and {percent(left)} if every degree of freedom is divided by its standard deviation. "
        "Divide each variable by its size before the fit (scale of the snapshots).",
    )


def _scaled_fit(trials: Trials, scale: Array) -> Autoencoder | None:
    """Return an autoencoder of the snapshots over ``scale`` (n, 1), after a trial."""
    data, settings = trials.data, trials.settings
    U = data.train.U / scale
    even = replace(data, train=replace(data.train, U=U), inner_product=None)
    model = trials.model
    if model.basis is not None and isinstance(settings, AutoencoderSettings):
        one, rng = replace(settings, epochs=1, patience=None), np.random.default_rng(0)
        model = fit_autoencoder(U, model.r, one, rng=rng, weights=data.train.weights).autoencoder
    elif model.centre is not None:
        model = replace(model, centre=model.centre / scale[:, 0])
    model = replace(model, scale=model.scale * rms(model.inputs(U)))
    return trials.trained(model, even, settings, trials.steps)


def small_variables(size: Array) -> Array | None:
    """Return a mask of the variables (n,) below a gap in their sizes; None if there is no gap.

    Sizes of one variable in space change continuously. Units differ by powers of ten: a gap is a
    step of more than `DECADES` between sorted sizes, with at least a tenth of the sizes on
    either side.
    """
    positive = size[size > 1e-14 * size.max(initial=0.0)]
    if len(positive) < 2:
        return None
    logs = np.sort(np.log10(positive))
    first = max(1, int(SOME * len(logs)))
    steps = np.diff(logs)[first - 1 : len(logs) - first]
    if not len(steps) or steps.max() < DECADES:
        return None
    k = first - 1 + int(np.argmax(steps))
    return np.asarray((size > 0) & (size < 10 ** (0.5 * (logs[k] + logs[k + 1]))))


def _order(trials: Trials) -> Iterator[Cause]:
    """Yield the cause that a masked decoder connects degrees of freedom that are no neighbours."""
    data = trials.data
    order = natural_order(data.train)
    if order is None:
        return
    rough = ratio(roughness(data.train.U), roughness(data.train.U[order]))
    if rough < ROUGH:
        return
    centre = trials.model.centre
    model = replace(trials.model, centre=None if centre is None else centre[order])
    ordered = replace(data, train=_ordered(data.train, order), test=_ordered(data.test, order))
    cured = trials.of(model, replace(ordered, validation=None), trials.settings, trials.steps)
    own = trials.again()
    local = "decoder_density connects" if trials.masked else "convolutions connect"
    dense = "decoder_density: null" if trials.masked else "a dense autoencoder"
    yield Cause(
        "Order of degrees of freedom",
        own.over(cured),
        f"{local} neighbouring degrees of freedom, but in the given order the snapshots change "
        f"{rough:.2g} times as much from one to the next as in the order of their places. In that "
        f"order, {trials.steps} steps from a random start bring {own.to(cured)}. Sort the degrees "
        f"of freedom, or take {dense}.",
    )


def _ordered(part: Snapshots, order: Indices) -> Snapshots:
    shift = None if part.shift is None else part.shift[order]
    scale = None if part.scale is None else part.scale[order]
    return replace(part, U=part.U[order], x=part.x[:, order], shift=shift, scale=scale)


def roughness(U: Array) -> float:
    """Return the root mean square step from one degree of freedom to the next, over all rows."""
    return float(np.sqrt(np.mean(np.diff(U, axis=0) ** 2)))


def natural_order(part: Snapshots) -> Indices | None:
    """Return the order of degrees of freedom along x if they are on a line, but not in order.

    Otherwise it is the order of the Fiedler vector of their correlations, which puts similar ones
    beside each other (J. E. Atkins, E. G. Boman and B. Hendrickson, SIAM J. Comput. 28, 1998).
    The result is None for degrees of freedom in a plane or in space, and for too many of them.
    """
    along = np.argsort(part.x[0], kind="stable")
    on_a_line, known = part.x.shape[0] == 1, np.ptp(part.x) > 0
    if on_a_line and known and np.any(np.diff(along) < 0):
        return along
    if part.n > MOST_ORDERED or not (on_a_line or not known):
        return None
    return np.argsort(_fiedler_vector(_correlations(part.U)))


def _correlations(U: Array) -> Array:
    X = U - column_mean(U)[:, None]
    length = np.linalg.norm(X, axis=1)
    X = X / np.where(length > 0, length, 1.0)[:, None]
    return np.maximum(X @ X.T, 0.0)


def _fiedler_vector(similar: Array) -> Array:
    from scipy.linalg import eigh

    laplacian = np.diag(similar.sum(axis=1)) - similar
    return np.asarray(eigh(laplacian, subset_by_index=[1, 1])[1][:, 0])
