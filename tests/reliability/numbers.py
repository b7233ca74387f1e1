"""Theorems on random cases, snapshots at the edges of numbers, and estimators of scikit-learn."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np

from mornet.errors import MornetError
from mornet.linalg import safe_norm
from mornet.reduction import (
    AutoencoderSettings,
    HybridSettings,
    fit_autoencoder,
    fit_hybrid,
    fit_linear_autoencoder,
    fit_pod,
    fit_quadratic_manifold,
    reconstruct,
    stream_pod,
)
from mornet.reduction.autoencoder.linear import LinearAutoencoderSettings
from mornet.reduction.pod import POD, hierarchical_pod
from mornet.reduction.pod.fit import PODMethodName
from mornet.reduction.pod.incremental import start_incremental
from mornet.reduction.pod.update import update_pod
from mornet.storage import load, save
from mornet.storage.conversion import class_of
from mornet.storage.homes import homes
from tests.reduction.pod_cases import EDGES, edge_case, spectrum
from tests.reliability.counting import Count

EPS = float(np.finfo(float).eps)


def _rng():
    return np.random.default_rng(0)


def _few(U):
    return fit_autoencoder(U, 1, AutoencoderSettings(hidden=(4,), epochs=2), rng=_rng())


def _halves(U):
    k = max(1, np.shape(U)[-1] // 2)
    return [half for half in (U[..., :k], U[..., k:]) if half.shape[-1]]


DOORS: dict[str, Callable] = {
    **{name: lambda U, name=name: fit_pod(U, method=name) for name in get_args(PODMethodName)},
    "randomised": lambda U: fit_pod(U, rank=1, method="randomised"),
    "centred": lambda U: fit_pod(U, centre="mean"),
    "weighted": lambda U: fit_pod(U, weights=np.arange(1.0, np.shape(U)[-1] + 1)),
    "in a norm": lambda U: fit_pod(U, inner_product=np.arange(1.0, len(U) + 1)),
    "streamed": lambda U: stream_pod(U),
    "hierarchical": lambda U: hierarchical_pod(_halves(U), 1e-3),
    "incremental": lambda U: start_incremental(U).pod(1),
    "updated": lambda U: update_pod(fit_pod(U, rank=1), U),
    "autoencoder": lambda U: _few(U).autoencoder,
    "linear": lambda U: (
        fit_linear_autoencoder(U, 1, LinearAutoencoderSettings(sweeps=50), rng=_rng()).autoencoder
    ),
    "hybrid": lambda U: fit_hybrid(U, 1, HybridSettings(steps=2, trial_steps=2), rng=_rng()).hybrid,
    "quadratic": lambda U: fit_quadratic_manifold(U, 1),
}


def edges(path: Path, n: int, first: int = 0) -> Count:
    """Every reduction of snapshots at the edges of numbers; right, or refused in one sentence."""
    count = Count()
    path.mkdir(parents=True, exist_ok=True)
    grid = list(itertools.product(EDGES, DOORS))
    for k in range(first, first + n):
        edge, door = grid[k % len(grid)]
        U, expected = edge_case(edge, door in ("centred", "autoencoder", "linear"), path)
        count.hold(*_judged(edge, door, U, expected))
    return count


def _judged(edge, door, U, expected) -> tuple[bool, str]:
    what = f"{door} of {edge}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            model = DOORS[door](U)
            wrong = list(_wrong(model, U, expected))
    except MornetError as error:
        return len(str(error).splitlines()) == 1, f"{what}: {error}"
    except Exception as error:
        return False, f"{what}: {type(error).__name__} {error}"
    return not wrong, f"{what}: accepted, {wrong}"


def _wrong(model, U, expected):
    """Yield what is wrong with a reduction of good snapshots."""
    if isinstance(expected, str) and expected != "there is nothing to reduce":
        yield "this is to be refused"
        return
    U = np.asarray(U, dtype=float)
    rest = U - reconstruct(model, U)
    if isinstance(expected, str):  # the reconstruction is exact, whatever the modes are
        if safe_norm(rest) > 1e3 * EPS * safe_norm(U):
            yield "there is nothing to reduce, but an error"
        return
    if not np.isfinite(rest).all():
        yield "the reconstruction is not finite"
    if not isinstance(model, POD):
        return
    if model.r > expected:
        yield f"{model.r} modes of rank {expected}"
    M = np.eye(model.n) if model.inner_product is None else model.inner_product.M
    R = np.sqrt(M.diagonal() if hasattr(M, "diagonal") else np.diag(M))
    V, unit = R[:, None] * model.V, float(np.finfo(model.V.dtype).eps)
    if (off := np.linalg.norm(V.T @ V - np.eye(model.r))) > 4e3 * unit:
        yield f"modes are orthonormal to {off:.1e}"
    w = np.sqrt(np.ones(U.shape[1]) if model.weights is None else model.weights)
    error, whole = (float(safe_norm(R[:, None] * A * w)) for A in (rest, U))
    bound = model.truncation_error * (1 + 1e-6) + 1e3 * unit * whole
    if model.method in ("hierarchical",):
        bound += 1e-3 * np.sqrt(U.shape[1])
    if error > bound and model.method != "incremental":
        yield f"error {error:.3e} above {bound:.3e}"


def _random(rng):
    n, m = int(rng.integers(2, 30)), int(rng.integers(2, 30))
    k = int(rng.integers(1, min(n, m) + 1))
    s = rng.uniform(0.2, 1) ** np.arange(k) * 10.0 ** rng.integers(-3, 4)
    return spectrum(s, n, m, int(rng.integers(2**31))), np.sort(s)[::-1]


def eckart_young(rng) -> bool:
    """The error of POD is the tail of the singular values; no other subspace has a smaller one."""
    U, s = _random(rng)
    r = int(rng.integers(1, len(s) + 1))
    pod = fit_pod(U, rank=r)
    tail, unit = np.linalg.norm(s[pod.r :]), 100 * EPS * np.linalg.norm(s)
    Q = np.linalg.qr(rng.standard_normal((len(U), pod.r)))[0]
    other = np.linalg.norm(U - Q @ (Q.T @ U))
    return abs(np.linalg.norm(U - reconstruct(pod, U)) - tail) <= unit and other >= tail - unit


def linear_autoencoders_do_not_beat_pod(rng) -> bool:
    """A linear autoencoder has at least the error of centred POD."""
    U, _ = _random(rng)
    C = U - U.mean(axis=1, keepdims=True)
    s = np.linalg.svd(C, compute_uv=False)
    if s[0] <= 1e-8 * np.linalg.norm(U) or min(U.shape) < 2:
        return True
    fit = fit_linear_autoencoder(U, 1, rng=rng).autoencoder
    error = np.linalg.norm(U - reconstruct(fit, U))
    return bool(error >= np.linalg.norm(s[1:]) - 100 * EPS * np.linalg.norm(U))


def invariance(rng) -> bool:
    """Rotations turn the modes, permutations of snapshots keep them, factors scale the values."""
    U, s = _random(rng)
    r, c = int(rng.integers(1, len(s) + 1)), 10.0 ** rng.integers(-8, 9)
    Q = np.linalg.qr(rng.standard_normal((len(U), len(U))))[0]
    order = rng.permutation(U.shape[1])
    one, two = fit_pod(U, rank=r), fit_pod(c * (Q @ U)[:, order], rank=r)
    near = np.abs(two.singular_values[:r] / c - one.singular_values[:r]).max()
    unit = 1000 * EPS * s[0]
    P = one.decode(one.encode(U))
    turned = Q.T @ two.decode(two.encode(c * (Q @ U))) / c
    gap = s[r - 1] - (s[r] if r < len(s) else 0.0)
    return bool(near <= unit and np.linalg.norm(P - turned) <= unit * (1 + s[0] / gap) * 10)


def tree_bound(rng) -> bool:
    """A tree of blocks keeps the root mean square error below its tolerance."""
    U, s = _random(rng)
    tolerance = float(rng.uniform(1e-3, 0.5)) * np.linalg.norm(s) / np.sqrt(U.shape[1])
    blocks = np.array_split(U, int(rng.integers(1, U.shape[1] + 1)), axis=1)
    tree = ("distributed", "incremental")[rng.integers(2)]
    pod = hierarchical_pod(blocks, tolerance, tree=tree)
    rest = np.linalg.norm(U - reconstruct(pod, U)) / np.sqrt(U.shape[1])
    return bool(rest <= tolerance * (1 + 1e-9))


def first_order_updates(rng) -> bool:
    """The update of first order is that of training again, to second order in the change."""
    from mornet.perturbation import Taylor
    from mornet.perturbation.data.paths import DataPath
    from mornet.training import find_minimum
    from tests.perturbation.conftest import STORED, ten_point_objective

    J = ten_point_objective(1e-3)
    base = find_minimum(J, STORED["hh_decay_1e3"])
    F = rng.standard_normal((2, 10))
    path = DataPath(J, y=(F / np.linalg.norm(F))[None])
    along = Taylor(1).along(base, path)
    errors = []
    for t in (4e-3, 1e-3):
        p = along(t)
        errors.append(np.linalg.norm(p - find_minimum(path.objective(t), p).p))
    return bool(errors[1] <= errors[0] / 8 + 1e-10)


def saved_records(rng) -> bool:
    """A record of random numbers comes back from its file as it was."""
    from tests.storage.examples import declared, example_of, same

    kind = str(rng.choice(sorted(homes())))
    try:
        record = declared(class_of(kind), rng)
    except Exception:  # its fields need more than random numbers
        record = example_of(kind)
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder) / "a.h5", record, code="0" * 16)
        return same(load(Path(folder) / "a.h5"), record)


THEOREMS = (
    eckart_young,
    linear_autoencoders_do_not_beat_pod,
    invariance,
    tree_bound,
    first_order_updates,
    saved_records,
)


def theorems(path: Path, n: int, first: int = 0) -> Count:
    """Six theorems on random cases: optimality, invariance, bounds, updates, files."""
    count = Count()
    for seed in range(first, first + n):
        holds = THEOREMS[seed % len(THEOREMS)]
        try:
            kept, said = holds(np.random.default_rng(seed)), "it does not hold"
        except Exception as error:
            kept, said = False, f"{type(error).__name__}: {error}"
        count.hold(kept, f"{holds.__name__}, seed {seed}: {said}")
    return count


def earlier_results(path: Path, n: int, first: int = 0) -> Count:
    """Results of all formats of the files, which `tests/data/results` holds; all are read."""
    count = Count()
    files = sorted((Path(__file__).parent.parent / "data/results").glob("format-*/*.h5"))
    for file in (files * (1 + n // len(files)))[first : first + n]:
        try:
            kept, said = bool(load(file).kind), ""
        except MornetError as error:
            kept, said = False, str(error)
        count.hold(kept, f"{file.parent.name}/{file.name}: {said}")
    return count


RATES = tuple(10.0**k for k in range(-1, 14))
OPTIMISERS = (
    {"optimiser": "adam"},
    {"optimiser": "soap"},
    {"optimiser": "adam", "activation": "sigmoid"},
    {"optimiser": "adam", "activation": "relu", "pod_tolerance": None},
)


def divergences(path: Path, n: int, first: int = 0) -> Count:
    """Trainings whose learning rate is 0.1 to 1e13; finite, or stopped with step, norm, advice."""
    count = Count()
    U = np.sin(np.linspace(0, 3, 12)[:, None] * np.linspace(1, 4, 20))
    for k in range(first, first + n):
        rate, own = RATES[k // len(OPTIMISERS) % len(RATES)], OPTIMISERS[k % len(OPTIMISERS)]
        settings = AutoencoderSettings(hidden=(8,), epochs=10, learning_rate=rate, **own)
        count.hold(*_guarded(U, settings, f"{own}, learning rate {rate:.0e}"))
    return count


def _guarded(U, settings, what) -> tuple[bool, str]:
    """Return whether a training ended with finite numbers or a clear message, and what it said."""
    try:
        with np.errstate(all="ignore"):
            model = fit_autoencoder(U, 2, settings, rng=_rng()).autoencoder
    except MornetError as error:
        said = str(error)
        return all(word in said for word in ("after step", "||p||", "take a")), f"{what}: {said}"
    finite = np.isfinite(model.p).all() and np.isfinite(reconstruct(model, U)).all()
    return bool(finite), f"{what}: not finite"


def estimators(path: Path, n: int, first: int = 0) -> Count:
    """The checks of scikit-learn for estimators; all are passed, none is skipped."""
    from sklearn.utils.estimator_checks import check_estimator

    from tests.test_sklearn import ESTIMATORS, JUDGE

    count = Count()
    for estimator in (*ESTIMATORS, JUDGE):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for result in check_estimator(estimator, on_fail=None, on_skip=None):
                if count.tried < n:
                    said = f"{estimator}, {result['check_name']}: {result['exception']}"
                    count.hold(result["status"] == "passed", said)
    return count
